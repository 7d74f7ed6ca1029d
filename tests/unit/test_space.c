#include <string.h>

#include "core/err.h"
#include "jobs/backup/space.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static char app[] = "app", other[] = "other", cut[] = "it is cut";

static void test_needed(void **state)
{
    struct manifest earlier[] = {
        {.database = NULL, .damaged = true, .bytes = 1, .database_bytes = 1},
        {.database = app, .kind = BACKUP_PHYSICAL, .format = BACKUP_TAR, .bytes = 900, .database_bytes = 1000},
        {.database = other, .format = BACKUP_CUSTOM, .bytes = 800, .database_bytes = 1000},
        {.database = app, .format = BACKUP_DIRECTORY, .bytes = 700, .database_bytes = 1000},
        {.database = app, .format = BACKUP_CUSTOM, .bytes = 600, .database_bytes = 1000, .fault = cut},
        {.database = app, .format = BACKUP_CUSTOM, .bytes = 200, .database_bytes = 1000},
        {.database = app, .format = BACKUP_CUSTOM, .bytes = 500, .database_bytes = 1000},
    };
    struct backup_list list = {earlier, sizeof(earlier) / sizeof(*earlier)};
    struct manifest now = {.database = app, .format = BACKUP_CUSTOM, .database_bytes = 3000};

    (void)state;
    assert_int_equal(space_needed(&now, &list), 600); /* the newest like it, three times the database */
    list.n = 5;
    assert_int_equal(space_needed(&now, &list), 300); /* none like it */
    list.n = 0;
    assert_int_equal(space_needed(&now, &list), 300);
}

static void test_check(void **state)
{
    struct manifest small = {.database = app, .format = BACKUP_CUSTOM, .database_bytes = 10};
    struct manifest huge = {.database = app, .format = BACKUP_CUSTOM, .database_bytes = INT64_MAX};
    int64_t needed = 0, available = 0;
    struct capture capture;
    const char *said;
    int result;

    (void)state;
    assert_int_equal(space_check("/", &small, &needed, &available), 0);
    assert_int_equal(needed, 1);
    assert_true(available > 0);
    capture_start(&capture, STDERR_FILENO);
    result = space_check("/", &huge, &needed, &available);
    said = capture_end(&capture);
    assert_int_equal(result, ERR_CANTCREATE);
    assert_non_null(strstr(said, "'/' has "));
    assert_non_null(strstr(said, "hint: make room"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_needed), cmocka_unit_test(test_check)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
