#include <string.h>

#include "core/err.h"
#include "jobs/backup/take.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

/* As pg_basebackup 15 --verbose says it. */
static const char said[] = "pg_basebackup: initiating base backup, waiting for checkpoint to complete\n"
                           "pg_basebackup: checkpoint completed\n"
                           "pg_basebackup: write-ahead log start point: 1A/2000028 on timeline 3\n"
                           "pg_basebackup: starting background WAL receiver\n"
                           "pg_basebackup: write-ahead log end point: 1A/2000100\n"
                           "pg_basebackup: base backup completed\n";

static void test_positions(void **state)
{
    struct manifest manifest;

    (void)state;
    manifest_init(&manifest);
    assert_int_equal(manifest_set(&manifest.lsn, "0/1"), 0);
    assert_int_equal(take_positions(said, &manifest), 0);
    assert_string_equal(manifest.lsn, "1A/2000028");
    assert_string_equal(manifest.end_lsn, "1A/2000100");
    assert_int_equal(manifest.timeline, 3);
    manifest_release(&manifest);
}

static void test_unsaid(void **state)
{
    static const char *const texts[] = {"", "write-ahead log start point: 0/28 on timeline 1\n",
                                        "write-ahead log start point: \nwrite-ahead log end point: 0/28\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct manifest manifest;
        struct capture capture;
        int result;

        manifest_init(&manifest);
        capture_start(&capture, STDERR_FILENO);
        result = take_positions(texts[i], &manifest);
        assert_non_null(strstr(capture_end(&capture), "did not say"));
        assert_int_equal(result, ERR_INTERNAL);
        manifest_release(&manifest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_positions), cmocka_unit_test(test_unsaid)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
