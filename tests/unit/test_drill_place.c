#include "jobs/backup/drill_place.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "core/file.h"
#include "core/tree.h"
#include "unit.h"

static char dir[64];

static bool is_there(const char *name)
{
    char *path = file_join(dir, name);
    struct stat st;
    bool there = stat(path, &st) == 0;

    free(path);
    return there;
}

static void test_made_and_removed(void **state)
{
    struct drill_place place;
    struct stat st;

    (void)state;
    assert_int_equal(drill_place_make(&place, dir, 0), 0);
    assert_int_equal(stat(place.dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(place.data, &st), -1);
    assert_int_equal(mkdir(place.data, 0700), 0);
    assert_int_equal(drill_place_remove(&place), 0);
    assert_null(place.dir);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(mkdir(dir, 0700), 0);
}

static void test_no_room(void **state)
{
    struct drill_place place;
    struct capture capture;
    int result;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    result = drill_place_make(&place, dir, INT64_C(1) << 58);
    capture_end(&capture);
    assert_int_equal(result, ERR_CANTCREATE);
    assert_non_null(strstr(capture.text, "MB free"));
    assert_int_equal(drill_place_remove(&place), 0);
    capture_start(&capture, STDERR_FILENO);
    result = drill_place_make(&place, "/nowhere/at/all", 0);
    capture_end(&capture);
    assert_int_not_equal(result, 0);
}

/* What a killed drill left goes; what is locked is in use; what has another name is not ours. */
static void test_sweep(void **state)
{
    static const char *const names[] = {"drill.abcdef", "drill.locked", "drill.long.name", "drill",
                                        "app_20260131T013000Z"};
    struct drill_place place;
    struct capture capture;
    int lock = -1;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = file_join(dir, names[i]);

        assert_int_equal(mkdir(path, 0700), 0);
        if (i == 1)
            lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        free(path);
    }
    assert_int_equal(flock(lock, LOCK_EX), 0);
    capture_start(&capture, STDERR_FILENO);
    assert_int_equal(drill_place_make(&place, dir, 0), 0);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "drill.abcdef', left by a drill that was killed, is removed"));
    assert_int_equal(drill_place_remove(&place), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(is_there(names[i]), i != 0);
    close(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_and_removed),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_sweep),
    };
    int failed;

    snprintf(dir, sizeof(dir), "/tmp/drill_place.XXXXXX");
    if (mkdtemp(dir) == NULL)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    tree_remove(dir);
    return failed;
}
