#include "jobs/restore/unpack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/tree.h"
#include "unit.h"

static char base[] = "/tmp/bridgejob-unpack-test.XXXXXX";
static char place[200];
static struct manifest manifest;

static int make_base(void **state)
{
    (void)state;
    snprintf(place, sizeof(place), "%s/a/place", mkdtemp(base));
    return 0;
}

static int remove_base(void **state)
{
    (void)state;
    return tree_remove(base);
}

static bool has(const char *name)
{
    char *path = file_join(place, name);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

static int begin(struct unpack *unpack)
{
    *unpack = (struct unpack){.manifest = &manifest};
    return unpack_begin(unpack, place);
}

/* From the first moment on no server starts over it; what is not kept goes. */
static void test_begun_and_not_kept(void **state)
{
    struct unpack unpack;

    (void)state;
    assert_int_equal(begin(&unpack), 0);
    assert_true(has(UNPACK_MARK));
    assert_true(has("recovery.signal"));
    assert_int_equal(mkdir(unpack.tablespaces, 0700), 0);
    unpack_release(&unpack);
    unpack_release(&unpack);
    assert_int_equal(access(place, F_OK), -1);
    assert_int_equal(rmdir(base), -1); /* the parent that was made stays */
}

static void test_a_directory_that_was_there_stays(void **state)
{
    struct unpack unpack;
    struct stat st;

    (void)state;
    assert_int_equal(mkdir(place, 0755), 0);
    assert_int_equal(begin(&unpack), 0);
    assert_int_equal(stat(place, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    unpack_release(&unpack);
    assert_int_equal(rmdir(place), 0);
}

static void test_kept(void **state)
{
    struct unpack unpack;

    (void)state;
    assert_int_equal(begin(&unpack), 0);
    assert_int_equal(unpack_keep(&unpack), 0);
    unpack_release(&unpack);
    assert_false(has(UNPACK_MARK));
    assert_true(has("recovery.signal")); /* the server takes it away */
    assert_int_equal(tree_remove(place), 0);
}

static void expect_refusal(const char *text)
{
    struct log_held held = {.error = ""};
    struct unpack unpack;

    log_hold(&held);
    assert_int_equal(begin(&unpack), ERR_INPUT);
    log_hold(NULL);
    if (strstr(held.error, text) == NULL)
        fail_msg("'%s' does not hold '%s'", held.error, text);
    unpack_release(&unpack);
}

static void test_refused(void **state)
{
    char other[220];
    struct unpack unpack;

    (void)state;
    assert_int_equal(begin(&unpack), 0); /* and killed */
    expect_refusal("it holds what a killed restore has left");
    unpack_release(&unpack);

    assert_int_equal(mkdir(place, 0700), 0);
    snprintf(other, sizeof(other), "%s/mine", place);
    assert_int_equal(mkdir(other, 0700), 0);
    expect_refusal("is not an empty directory");
    assert_int_equal(access(other, F_OK), 0);
    assert_int_equal(tree_remove(place), 0);

    close(open(place, O_CREAT | O_WRONLY, 0600));
    expect_refusal("is not an empty directory");
    assert_int_equal(unlink(place), 0);

    snprintf(other, sizeof(other), "%s.tablespaces/x", place);
    assert_int_equal(file_make_dirs(other), 0);
    expect_refusal(".tablespaces' is not an empty directory");
    assert_int_equal(access(other, F_OK), 0);
    assert_int_equal(access(place, F_OK), -1);
}

/* What does not fit is told before anything is unpacked. */
static void test_no_room(void **state)
{
    struct log_held held = {.error = ""};
    struct unpack unpack;

    (void)state;
    snprintf(place, sizeof(place), "%s/elsewhere", base);
    manifest.database_bytes = INT64_C(1) << 60;
    log_hold(&held);
    assert_int_equal(begin(&unpack), ERR_CANTCREATE);
    log_hold(NULL);
    unpack_release(&unpack);
    assert_int_equal(access(place, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begun_and_not_kept),
        cmocka_unit_test(test_a_directory_that_was_there_stays),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_room),
    };

    return cmocka_run_group_tests(tests, make_base, remove_base);
}
