/* The tables of a dump and their rows, whatever pieces it comes in. */
#include <stdio.h>
#include <string.h>

#include "jobs/backup/dump_scan.h"
#include "unit.h"

#define CLOSING "\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n"

/* What was reported, as "schema.name=rows " one after the other. */
static void note(void *context, const char *schema, const char *name, long long rows)
{
    buf_printf(context, "%s.%s=%lld ", schema, name, rows);
}

static void expect(const char *dump, size_t piece, const char *tables, const char *wrong)
{
    struct buf seen = BUF_INIT;
    struct dump_scan scan;
    size_t n = strlen(dump);
    const char *found;

    dump_scan_init(&scan, note, &seen);
    for (size_t at = 0; at < n; at += piece)
        dump_scan_add(&scan, dump + at, n - at < piece ? n - at : piece);
    found = dump_scan_end(&scan);
    assert_string_equal(buf_text(&seen), tables);
    assert_string_equal(found == NULL ? "" : found, wrong);
    dump_scan_release(&scan);
    buf_release(&seen);
}

static void test_dumps(void **state)
{
    static const struct {
        const char *dump, *tables, *wrong;
    } cases[] = {
        {"", "", "pg_dump's last line is missing"},
        {CLOSING, "", ""},
        {"SET a = 1;\n", "", "pg_dump's last line is missing"},
        {"COPY public.t (a, b) FROM stdin;\n1\t2\n3\t4\n\\.\n" CLOSING, "public.t=2 ", ""},
        {"COPY public.none (a) FROM stdin;\n\\.\n\n\nCOPY public.one (a) FROM stdin;\n\n\\.\n" CLOSING,
         "public.none=0 public.one=1 ", ""},
        {"COPY public.nocol  FROM stdin;\n\n\n\\.\n" CLOSING, "public.nocol=2 ", ""},
        {"COPY t FROM stdin;\n\\.\n" CLOSING, "t.=0 ", ""},
        /* Rows that look like the end, or like statements. */
        {"COPY s.t (a) FROM stdin;\n\\\\.\n\\.x\n .\nCOPY s.u (a) FROM stdin;\n'\n$$\n--\n\\.\n" CLOSING, "s.t=7 ", ""},
        /* Names. */
        {"COPY \"we ird\".\"ta\nb\"\"l;e\" (a) FROM stdin;\nx\n\\.\n" CLOSING, "we ird.ta\nb\"l;e=1 ", ""},
        {"COPY \"FROM stdin;\".\"$a$\" (\"--\") FROM stdin;\nx\n\\.\n" CLOSING, "FROM stdin;.$a$=1 ", ""},
        {"COPY caf\303\251.a$1 (b) FROM stdin;\n\\.\n" CLOSING, "caf\303\251.a$1=0 ", ""},
        /* What only looks like COPY. */
        {"COMMENT ON t IS 'x\nCOPY s.t (a) FROM stdin;\n''';\n" CLOSING, "", ""},
        {"COMMENT ON t IS E'x\\\\';\nCOPY s.t (a) FROM stdin;\n\\.\n" CLOSING, "s.t=0 ", ""},
        {"CREATE FUNCTION f() AS $_$\nCOPY s.t (a) FROM stdin;\n$ $_ _$$_$;\nSELECT 1;\n" CLOSING, "", ""},
        {"CREATE FUNCTION f() AS $$\n$_$COPY s.t (a) FROM stdin;\n$$;\n" CLOSING, "", ""},
        {"CREATE FUNCTION f() RETURN ($1 + $2);\nCOPY s.t (a) FROM stdin;\n\\.\n" CLOSING, "s.t=0 ", ""},
        {"-- COPY s.t (a) FROM stdin;\n" CLOSING, "", ""},
        {"COPYRIGHT s.t FROM stdin;\n" CLOSING, "", ""},
        {"COPY s.t (a) TO stdout;\n" CLOSING, "", ""},
        {"SELECT a - -1;\nSELECT 2;\n" CLOSING, "", ""},
        /* Cut. */
        {"COPY s.t (a) FROM stdin;\n1\n", "", "it ends among the rows of a table"},
        {"COPY s.t (a) FROM stdin;\n1\n\\.", "", "it ends among the rows of a table"},
        {"COPY s.t (a) FROM stdin;", "", "it ends among the rows of a table"},
        {"COPY s.t (a) FROM", "", "it ends within a statement"},
        {"SELECT '", "", "it ends within a statement"},
        {"\n--\n-- PostgreSQL database dump complete", "", "it ends within a statement"},
        {"SELECT '\n-- PostgreSQL database dump complete\n';\n", "", "pg_dump's last line is missing"},
        {CLOSING "SELECT 1;\n", "", "pg_dump's last line is missing"},
        {CLOSING CLOSING, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (size_t piece = 1; piece < 40; piece++)
            expect(cases[i].dump, piece, cases[i].tables, cases[i].wrong);
        expect(cases[i].dump, 100000, cases[i].tables, cases[i].wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dumps)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
