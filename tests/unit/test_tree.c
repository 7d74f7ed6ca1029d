#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/tree.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static char root[64];

static const char *at(const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    return path;
}

static void make_file(const char *name)
{
    int fd = open(at(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    close(fd);
}

/* b, a/1, a/x/2 and two symbolic links, one out of it. */
static int setup(void **state)
{
    (void)state;
    snprintf(root, sizeof(root), "/tmp/bridgejob-tree-XXXXXX");
    if (mkdtemp(root) == NULL || mkdir(at("a"), 0755) != 0 || mkdir(at("a/x"), 0755) != 0)
        return -1;
    make_file("b");
    make_file("a/1");
    make_file("a/x/2");
    return symlink("/etc", at("a/etc")) == 0 && symlink("nowhere", at("a/gone")) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return tree_remove(root);
}

static int note(const char *name, void *context)
{
    struct buf *names = context;

    buf_printf(names, "%s ", name);
    return strcmp(name, "a/x/2") == 0 ? ERR_FINDINGS : 0;
}

static void test_visit(void **state)
{
    struct buf names = BUF_INIT;
    struct capture capture;
    int result;

    (void)state;
    assert_int_equal(tree_visit(root, note, &names), ERR_FINDINGS);
    assert_string_equal(buf_text(&names), "a/1 a/x/2 ");
    buf_reset(&names);
    assert_int_equal(tree_visit(at("a/x/../../a/x/"), note, &names), 0);
    assert_string_equal(buf_text(&names), "2 ");
    capture_start(&capture, STDERR_FILENO);
    result = tree_visit(at("not there"), note, &names);
    assert_non_null(strstr(capture_end(&capture), "not there"));
    assert_int_not_equal(result, 0);
    buf_release(&names);
}

static unsigned mode_of(const char *name)
{
    struct stat st;

    assert_int_equal(stat(at(name), &st), 0);
    return st.st_mode & 07777;
}

static void test_durable(void **state)
{
    unsigned outside;

    (void)state;
    outside = mode_of("a/etc");
    assert_int_equal(tree_make_durable(root), 0);
    assert_int_equal(mode_of("a"), 0700);
    assert_int_equal(mode_of("a/x"), 0700);
    assert_int_equal(mode_of("b"), 0600);
    assert_int_equal(mode_of("a/x/2"), 0600);
    assert_int_equal(mode_of("a/etc"), outside);
}

/* What a link leads to stays; what is not there is removed already. */
static void test_remove(void **state)
{
    (void)state;
    assert_int_equal(tree_remove(at("a")), 0);
    assert_int_equal(access(at("a"), F_OK), -1);
    assert_int_equal(access("/etc/passwd", F_OK), 0);
    assert_int_equal(tree_remove(at("a")), 0);
    assert_int_equal(tree_remove(at("b")), 0);
    assert_int_equal(access(at("b"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_visit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_durable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_remove, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
