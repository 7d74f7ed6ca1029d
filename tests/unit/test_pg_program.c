#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "jobs/backup/pg_program.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static void assert_program(const char *bindir, int64_t version_num, const char *name, const char *expected)
{
    char *program = pg_program(bindir, version_num, name);

    assert_string_equal(program, expected);
    free(program);
}

static void test_directory_that_is_given(void **state)
{
    (void)state;
    assert_program("/opt/pg/bin", 150020, "pg_dump", "/opt/pg/bin/pg_dump");
    assert_program("/opt/pg/bin/", 0, "initdb", "/opt/pg/bin/initdb");
}

/* A version nobody has, a program nobody has, an unknown version: PATH decides. */
static void test_path(void **state)
{
    (void)state;
    assert_program(NULL, 990001, "pg_dump", "pg_dump");
    assert_program(NULL, 150020, "pg_nothing", "pg_nothing");
    assert_program(NULL, 0, "pg_dump", "pg_dump");
}

/* Whatever major version is installed here the Debian way is found by its number. */
static void test_debian(void **state)
{
    (void)state;
    for (int major = 13; major < 30; major++) {
        char path[64];

        snprintf(path, sizeof(path), "/usr/lib/postgresql/%d/bin/pg_dump", major);
        assert_program(NULL, major * 10000 + 3, "pg_dump", access(path, X_OK) == 0 ? path : "pg_dump");
    }
}

/* The first line of what it says; a program that fails, or is not there, is a matter of the configuration. */
static void test_version(void **state)
{
    struct capture capture;
    char *version = NULL;
    int failed, missing;

    (void)state;
    assert_int_equal(pg_program_version("bash", &version), 0);
    assert_non_null(strstr(version, "GNU bash, version "));
    assert_null(strchr(version, '\n'));
    free(version);
    capture_start(&capture, STDERR_FILENO);
    failed = pg_program_version("false", &version);
    missing = pg_program_version("/no/such/pg_dump", &version);
    assert_non_null(strstr(capture_end(&capture), "cannot run '/no/such/pg_dump'"));
    assert_int_equal(failed, ERR_CONFIG);
    assert_int_equal(missing, ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directory_that_is_given),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_debian),
        cmocka_unit_test(test_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
