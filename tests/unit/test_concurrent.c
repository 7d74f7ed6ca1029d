#include "unit.h"

#include <string.h>

#include "jobs/migrate/concurrent.h"

static const struct {
    const char *statement;
    enum concurrent_kind kind;
    const char *index;
    const char *of;
} cases[] = {
    {"CREATE INDEX CONCURRENTLY a ON t (x)", CONCURRENT_CREATE, "a", "t"},
    {"create unique index concurrently if not exists \"A b\" on only s.\"T\"(x)", CONCURRENT_CREATE, "\"A b\"",
     "s.\"T\""},
    {"CREATE INDEX /* */ CONCURRENTLY ON t USING gin (x)", CONCURRENT_CREATE, "", "t"},
    {"CREATE INDEX a ON t (x)", CONCURRENT_NONE, "", ""},
    {"CREATE INDEX concurrently_made ON t (x)", CONCURRENT_NONE, "", ""},
    {"CREATE TABLE a ()", CONCURRENT_NONE, "", ""},
    {"DROP INDEX CONCURRENTLY IF EXISTS a", CONCURRENT_DROP, "", ""},
    {"DROP INDEX a", CONCURRENT_NONE, "", ""},
    {"REINDEX INDEX CONCURRENTLY s.a", CONCURRENT_REINDEX_INDEX, "", "s.a"},
    {"REINDEX (VERBOSE) TABLE CONCURRENTLY t", CONCURRENT_REINDEX_TABLE, "", "t"},
    {"REINDEX (TABLESPACE x, CONCURRENTLY) SCHEMA s", CONCURRENT_REINDEX_SCHEMA, "", "s"},
    {"reindex (concurrently true, verbose) database d", CONCURRENT_REINDEX_DATABASE, "", "d"},
    {"REINDEX (CONCURRENTLY false) TABLE t", CONCURRENT_NONE, "", ""},
    {"REINDEX (CONCURRENTLY 0, VERBOSE) TABLE t", CONCURRENT_NONE, "", ""},
    {"REINDEX (CONCURRENTLY 1, VERBOSE) TABLE t", CONCURRENT_REINDEX_TABLE, "", "t"},
    {"REINDEX (", CONCURRENT_NONE, "", ""},
    {"REINDEX TABLE t", CONCURRENT_NONE, "", ""},
    {"VACUUM", CONCURRENT_NONE, "", ""},
    {"", CONCURRENT_NONE, "", ""},
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct concurrent found = concurrent_parse(span_of(cases[i].statement));

        if (found.kind != cases[i].kind || found.index.len != strlen(cases[i].index) ||
            memcmp(cases[i].index, found.index.len == 0 ? "" : found.index.at, found.index.len) != 0 ||
            found.of.len != strlen(cases[i].of) ||
            memcmp(cases[i].of, found.of.len == 0 ? "" : found.of.at, found.of.len) != 0)
            fail_msg("'%s': %d '%.*s' '%.*s'", cases[i].statement, (int)found.kind, (int)found.index.len,
                     found.index.at, (int)found.of.len, found.of.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
