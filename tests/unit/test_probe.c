#include "unit.h"

#include <string.h>

#include "db/probe.h"

static const struct {
    const char *text; /* as libpq has it with PQERRORS_VERBOSE */
    enum probe_verdict verdict;
    const char *sqlstate;
    const char *message;
} cases[] = {
    {"connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  3D000: database \"x\" does not exist\n"
     "LOCATION:  InitPostgres, postinit.c:885\n",
     PROBE_REFUSED, "3D000",
     "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL: database \"x\" does not exist"},
    {"connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  57P03: the database system is starting up\n",
     PROBE_LATER, "57P03",
     "connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL: the database system is starting up"},
    {"connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  53300: sorry, too many clients already\n",
     PROBE_LATER, "53300",
     "connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL: sorry, too many clients already"},
    /* the severity comes in the server's language */
    {"connection to server at \"h\" (10.0.0.1), port 5432 failed: FATALE:  28P01: autenticazione fallita\n",
     PROBE_REFUSED, "28P01",
     "connection to server at \"h\" (10.0.0.1), port 5432 failed: FATALE: autenticazione fallita"},
    {"connection to server on socket \"/x\" failed: No such file or directory\n"
     "\tIs the server running locally and accepting connections on that socket?\n",
     PROBE_SILENT, "", "connection to server on socket \"/x\" failed: No such file or directory"},
    {"could not translate host name \"nowhere\" to address: Name or service not known\n", PROBE_SILENT, "",
     "could not translate host name \"nowhere\" to address: Name or service not known"},
    /* several hosts: what the last one says counts */
    {"connection to server at \"a\" (10.0.0.1), port 1 failed: Connection refused\n\tIs the server running?\n"
     "connection to server at \"b\" (10.0.0.2), port 1 failed: FATAL:  57P03: starting up\nLOCATION:  x\n",
     PROBE_LATER, "57P03",
     "connection to server at \"a\" (10.0.0.1), port 1 failed: Connection refused; "
     "connection to server at \"b\" (10.0.0.2), port 1 failed: FATAL: starting up"},
    /* what only looks like an SQLSTATE */
    {"connection to server failed: FATAL:  nope!: x\n", PROBE_SILENT, "",
     "connection to server failed: FATAL:  nope!: x"},
    {"connection to server failed: FATAL:  3D00", PROBE_SILENT, "", "connection to server failed: FATAL:  3D00"},
    {"", PROBE_SILENT, "", "connection failed"},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct probe probe;

        assert_int_equal(probe_read(cases[i].text, &probe), cases[i].verdict);
        assert_string_equal(probe.sqlstate, cases[i].sqlstate);
        assert_string_equal(probe.message, cases[i].message);
    }
}

static void test_long_text_is_cut(void **state)
{
    char text[2000];
    struct probe probe;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(probe_read(text, &probe), PROBE_SILENT);
    assert_int_equal(strlen(probe.message), sizeof(probe.message) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_long_text_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
