#include "unit.h"

#include <string.h>

#include "core/buf.h"
#include "jobs/migrate/change.h"
#include "jobs/migrate/effect.h"

/* Each change of a statement as "table[>made] lock/work", on a table that is there and has a column of 'type'. */
static const struct {
    const char *statement, *type, *says;
} cases[] = {
    {"CREATE INDEX i ON t (a)", "", "t>i SHARE/scan"},
    {"create unique index concurrently if not exists \"I;\" on only s . \"T\" (a)", "",
     "s.\"T\">\"I;\" SHARE UPDATE EXCLUSIVE/scan"},
    {"CREATE INDEX ON t (a)", "", "t SHARE/scan"},
    {"DROP INDEX CONCURRENTLY IF EXISTS i, s.j CASCADE", "",
     "i SHARE UPDATE EXCLUSIVE/none|s.j SHARE UPDATE EXCLUSIVE/none"},
    {"REINDEX (CONCURRENTLY) TABLE t", "", "t SHARE UPDATE EXCLUSIVE/scan"},
    {"REINDEX (VERBOSE, CONCURRENTLY off, TABLESPACE x) TABLE t", "", "t SHARE/scan"},
    {"REINDEX (CONCURRENTLY 0) TABLE CONCURRENTLY t", "", "t SHARE UPDATE EXCLUSIVE/scan"},
    {"REINDEX SCHEMA public", "", " unknown/unknown"},
    {"ALTER TABLE IF EXISTS ONLY t * ADD COLUMN IF NOT EXISTS c numeric(10, 2) DEFAULT 0 NOT NULL, DROP d", "",
     "t>c ACCESS EXCLUSIVE/none|t>d ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + 1) STORED", "", "t>c ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ADD c bigserial", "", "t>c ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ADD c int REFERENCES o (id)", "",
     "t>c ACCESS EXCLUSIVE/scan|o SHARE ROW EXCLUSIVE/none"},
    {"ALTER TABLE t ADD c int CHECK (c IN (1, 2)), ADD d int", "",
     "t>c ACCESS EXCLUSIVE/scan|t>d ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c TYPE bigint", "integer", "t>c ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ALTER c TYPE int", "integer", "t>c ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c TYPE VARCHAR ( 300 )", "character varying(255)", "t>c ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c TYPE varchar(200)", "character varying(255)", "t>c ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ALTER c TYPE varchar(200)", "text", "t>c ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ALTER c TYPE text COLLATE \"C\"", "character varying", "t>c ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c TYPE numeric(12,2)", "numeric(10,2)", "t>c ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c TYPE numeric(12,3)", "numeric(10,2)", "t>c ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ALTER c SET DATA TYPE timestamptz", "timestamp without time zone", "t>c ACCESS EXCLUSIVE/unknown"},
    {"ALTER TABLE t ALTER c TYPE text USING upper(c)", "text", "t>c ACCESS EXCLUSIVE/unknown"},
    {"ALTER TABLE t ALTER c TYPE text", "", "t>c ACCESS EXCLUSIVE/unknown"},
    {"ALTER TABLE t ALTER c SET STATISTICS 5, ALTER c SET (n_distinct = 5)", "",
     "t>c SHARE UPDATE EXCLUSIVE/none|t>c SHARE UPDATE EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c SET DEFAULT 1, ALTER c DROP NOT NULL", "",
     "t>c ACCESS EXCLUSIVE/none|t>c ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ALTER c SET NOT NULL", "", "t>c ACCESS EXCLUSIVE/scan"},
    {"ALTER TABLE t ADD CONSTRAINT k CHECK ((a, b) IS NOT NULL), ADD CHECK (a > 0) NOT VALID", "",
     "t>k ACCESS EXCLUSIVE/scan|t ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES s.o NOT VALID", "",
     "t>k SHARE ROW EXCLUSIVE/none|s.o SHARE ROW EXCLUSIVE/none"},
    {"ALTER TABLE t ADD UNIQUE (a)", "", "t ACCESS EXCLUSIVE/scan"},
    {"ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i", "", "t>k ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t VALIDATE CONSTRAINT k", "", "t SHARE UPDATE EXCLUSIVE/scan"},
    {"ALTER TABLE t DROP CONSTRAINT IF EXISTS k", "", "t>k ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t RENAME TO u", "", "t>u ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t RENAME a TO b", "", "t>a ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t DISABLE TRIGGER ALL", "", "t SHARE ROW EXCLUSIVE/none"},
    {"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "", "t ACCESS EXCLUSIVE/none"},
    {"ALTER TABLE t SET (fillfactor = 70)", "", "t SHARE UPDATE EXCLUSIVE/none"},
    {"ALTER TABLE t SET TABLESPACE x", "", "t ACCESS EXCLUSIVE/rewrite"},
    {"ALTER TABLE t ATTACH PARTITION p DEFAULT", "", "t>p SHARE UPDATE EXCLUSIVE/unknown"},
    {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "", "t>p SHARE UPDATE EXCLUSIVE/none"},
    {"ALTER TABLE t SOMETHING NEW", "", "t unknown/unknown"},
    {"ALTER TABLE a.b.c DROP d", "", " unknown/unknown"},
    {"ALTER TABLE U&\"x\" DROP d", "", " unknown/unknown"},
    {"CREATE TABLE t (a int REFERENCES o, b text DEFAULT 'REFERENCES p')", "",
     ">t none/none|o SHARE ROW EXCLUSIVE/none"},
    {"CREATE TEMP TABLE t AS SELECT 1", "", ">t unknown/unknown"},
    {"CREATE TABLE p PARTITION OF t FOR VALUES IN (1)", "", "t>p ACCESS EXCLUSIVE/none"},
    {"DROP TABLE IF EXISTS a, \"b,c\" CASCADE", "", "a ACCESS EXCLUSIVE/none|\"b,c\" ACCESS EXCLUSIVE/none"},
    {"TRUNCATE ONLY t", "", "t ACCESS EXCLUSIVE/none"},
    {"VACUUM (FULL, ANALYZE) t", "", "t ACCESS EXCLUSIVE/rewrite"},
    {"VACUUM (FULL 'off', ANALYZE true) t", "", "t SHARE UPDATE EXCLUSIVE/scan"},
    {"VACUUM (FULL ON) t", "", "t ACCESS EXCLUSIVE/rewrite"},
    {"VACUUM ANALYZE t", "", "t SHARE UPDATE EXCLUSIVE/scan"},
    {"ANALYZE t", "", "t SHARE UPDATE EXCLUSIVE/none"},
    {"LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE", "", "t SHARE ROW EXCLUSIVE/none"},
    {"LOCK t", "", "t ACCESS EXCLUSIVE/none"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", "", "v EXCLUSIVE/scan"},
    {"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "", "t SHARE ROW EXCLUSIVE/none"},
    {"DROP TRIGGER g ON t", "", "t ACCESS EXCLUSIVE/none"},
    {"UPDATE t SET a = (SELECT 1 FROM u WHERE x)", "", "t ROW EXCLUSIVE/scan"},
    {"INSERT INTO t VALUES (1)", "", "t ROW EXCLUSIVE/none"},
    {"COMMENT ON TABLE t IS 'x'", "", "t SHARE UPDATE EXCLUSIVE/none"},
    {"GRANT SELECT ON t TO public", "", " none/none"},
    {"DO $$ BEGIN DROP TABLE t; END $$", "", " unknown/unknown"},
    {"SELECT f()", "", " unknown/unknown"},
    {"ALTER TYPE e ADD VALUE 'x'", "", " unknown/unknown"},
    {"", "", " unknown/unknown"},
    {"ALTER TABLE", "", " unknown/unknown"},
    {"CREATE", "", " unknown/unknown"},
    {"ALTER TABLE t ADD", "", "t unknown/unknown"},
    {"ALTER TABLE t ALTER", "", "t unknown/unknown"},
    {"VACUUM (", "", " unknown/unknown"},
};

static void say(struct buf *said, const struct change *change, const char *type)
{
    struct facts facts = {.exists = true, .volatility = 'i'};
    struct effect effect;
    const char *lock;

    snprintf(facts.column_type, sizeof(facts.column_type), "%s", type);
    effect = effect_of(change, &facts);
    lock = table_lock_name(effect.lock);
    buf_printf(said, "%s%s%s%s %s/%s", said->len > 0 ? "|" : "", change->table, *change->made == '\0' ? "" : ">",
               change->made, lock == NULL ? "none" : lock, table_work_name(effect.work));
}

static void test_effects(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct changes changes;
        struct buf said = BUF_INIT;

        assert_int_equal(changes_read(&changes, span_of(cases[i].statement)), 0);
        for (size_t c = 0; c < changes.n; c++)
            say(&said, &changes.at[c], cases[i].type);
        if (strcmp(buf_text(&said), cases[i].says) != 0)
            fail_msg("%s: %s, not %s", cases[i].statement, buf_text(&said), cases[i].says);
        buf_release(&said);
        changes_release(&changes);
    }
}

/* Every cut of every statement is read without harm. */
static void test_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t len = 0; len <= strlen(cases[i].statement); len++) {
            char *copy = strndup(cases[i].statement, len);
            struct changes changes;
            assert_int_equal(changes_read(&changes, span_of(copy)), 0);
            assert_true(changes.n > 0);
            changes_release(&changes);
            free(copy);
        }
    }
}

static const struct {
    const char *statement;
    enum change_kind kind;
    unsigned flags;
} flagged[] = {
    {"CREATE TABLE IF NOT EXISTS t ()", CHANGE_CREATE_TABLE, FLAG_IF_NOT_EXISTS},
    {"ALTER TABLE t ADD c int NOT NULL", CHANGE_ADD_COLUMN, FLAG_NOT_NULL},
    {"ALTER TABLE t ADD c int DEFAULT NULL", CHANGE_ADD_COLUMN, FLAG_DEFAULT},
    {"ALTER TABLE t ADD c int PRIMARY KEY", CHANGE_ADD_COLUMN, FLAG_INDEXED},
    {"TRUNCATE t CASCADE", CHANGE_TRUNCATE, FLAG_CASCADE},
    {"DELETE FROM t WHERE a", CHANGE_DELETE, FLAG_WHERE},
    {"DELETE FROM t USING (SELECT 1 WHERE x) AS u", CHANGE_DELETE, 0},
    {"SET lock_timeout = 0", CHANGE_NO_LOCK_TIMEOUT, 0},
    {"SET LOCAL lock_timeout TO '0s'", CHANGE_NO_LOCK_TIMEOUT, 0},
    {"SET lock_timeout = '5s'", CHANGE_NO_TABLE, 0},
    {"SET SESSION search_path = a", CHANGE_SEARCH_PATH, 0},
    {"COMMIT", CHANGE_TRANSACTION, 0},
    {"ROLLBACK TO SAVEPOINT s", CHANGE_NO_TABLE, 0},
};

static void test_flags(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(flagged) / sizeof(flagged[0]); i++) {
        struct changes changes;

        assert_int_equal(changes_read(&changes, span_of(flagged[i].statement)), 0);
        if (changes.at[0].kind != flagged[i].kind || changes.at[0].flags != flagged[i].flags)
            fail_msg("%s: %d, %x", flagged[i].statement, (int)changes.at[0].kind, changes.at[0].flags);
        changes_release(&changes);
    }
}

static void test_parts(void **state)
{
    struct changes changes;

    (void)state;
    assert_int_equal(
        changes_read(&changes, SPAN("ALTER TABLE t ADD a numeric(5, 2) DEFAULT f( 'x, y' ) NOT NULL,\n b")), 0);
    assert_int_equal(changes.n, 2);
    assert_true(span_is(changes.at[0].type, "numeric(5, 2)"));
    assert_true(span_is(changes.at[0].expression, "f( 'x, y' )"));
    assert_true(span_is(changes.at[0].action, "ADD a numeric(5, 2) DEFAULT f( 'x, y' ) NOT NULL"));
    changes_release(&changes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_effects),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
