#include "jobs/backup/role_scan.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const struct {
    const char *script, *names; /* with a '|' behind each */
} cases[] = {
    {"ALTER TABLE public.t OWNER TO app;\n", "app|"},
    {"ALTER TABLE \"a TO b\" OWNER TO \"O'Hara \"\"x\"\"\";\n", "b|O'Hara \"x\"|"}, /* one too many does no harm */
    {"GRANT SELECT,INSERT ON TABLE public.t TO reader WITH GRANT OPTION;\nGRANT ALL ON SCHEMA s TO PUBLIC;\n",
     "reader|"},
    {"REVOKE ALL ON TABLE t FROM app;\nALTER TABLE t OWNER TO app;\n", "app|"},
    {"CREATE POLICY p ON t TO one, \"Two\", three USING (true);\n", "one|Two|three|"},
    {"SET SESSION AUTHORIZATION granter;\n", "granter|"},
    {"ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA s GRANT SELECT ON TABLES TO taker;\n", "taker|maker|"},
    {"SELECT 1;\nCREATE TABLE t (a int);\n1\tTO nobody\n", ""},
    {"ALTER TABLE t OWNER TO app", ""}, /* cut */
    {"ALTER TABLE t OWNER TO \"app", ""},
    {"", ""},
};

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t piece = 1; piece < 40; piece += 13) {
            struct role_scan scan = ROLE_SCAN_INIT;
            const char *at = cases[i].script;

            for (size_t left = strlen(at), n; left > 0; at += n, left -= n) {
                n = left < piece ? left : piece;
                assert_int_equal(role_scan_put(&scan, at, n), 0);
            }
            for (size_t k = 0; k < scan.names.len; k++)
                if (scan.names.data[k] == '\0')
                    scan.names.data[k] = '|';
            assert_string_equal(buf_text(&scan.names), cases[i].names);
            role_scan_release(&scan);
        }
    }
}

/* Lines without an end, and more names than a dump has. */
static void test_bounds(void **state)
{
    struct role_scan scan = ROLE_SCAN_INIT;
    char line[64];

    (void)state;
    for (int i = 0; i < 100000; i++)
        role_scan_put(&scan, "ALTER x TO y, ", 14);
    assert_true(scan.line.len < 10000);
    role_scan_put(&scan, "\n", 1);
    for (int i = 0; i < 3000; i++)
        role_scan_put(&scan, line, (size_t)snprintf(line, sizeof(line), "GRANT a TO r%d;\n", i));
    assert_int_equal(scan.n, 1000);
    role_scan_release(&scan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
