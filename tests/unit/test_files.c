#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "core/file.h"
#include "jobs/migrate/files.h"

static char dir[] = "/tmp/test_files.XXXXXX";

static const struct {
    const char *name;
    const char *text;
    size_t len;
} files[] = {
    {"010_create_b.sql", "abc", 3},
    {"9_create_a.sql", "", 0},
    {"9_rollback_a.sql", "DROP", 4},
    {"README.md", "x", 1},
    {"11_rollback_lost.sql", "x", 1},
    {".hidden.sql", "x", 1},
};

static void put(const char *name, const char *bytes, size_t n)
{
    char *path = file_join(dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
    free(path);
}

static void drop(const char *name)
{
    char *path = file_join(dir, name);

    remove(path);
    free(path);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static int remove_dir(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        drop(files[i].name);
    return rmdir(dir);
}

static void test_directory(void **state)
{
    struct migrations set;
    char *folder = file_join(dir, "12_create_folder.sql");

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        put(files[i].name, files[i].text, files[i].len);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(migrations_read(&set, SET_BRIDGE, dir), 0);
    assert_int_equal(rmdir(folder), 0);
    free(folder);

    assert_int_equal(set.n, 2);
    assert_string_equal(set.at[0].version, "9");
    assert_string_equal(set.at[0].title, "create_a");
    assert_string_equal(set.at[0].forward.name, "9_create_a.sql");
    assert_string_equal(set.at[0].forward.text, "");
    assert_string_equal(set.at[0].rollback.name, "9_rollback_a.sql");
    assert_int_equal(set.at[0].rollback.len, 4);
    assert_string_equal(set.at[1].forward.name, "010_create_b.sql");
    assert_null(set.at[1].rollback.name);
    /* sha256sum of "" and of "abc" */
    assert_string_equal(set.at[0].forward.checksum, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(set.at[1].forward.checksum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(set.at[1].rollback.checksum, "");
    assert_int_equal(set.n_ignored, 3);
    assert_string_equal(set.ignored[0].name, "12_create_folder.sql");
    assert_string_equal(set.ignored[1].name, "README.md");
    assert_string_equal(set.ignored[2].name, "11_rollback_lost.sql");
    assert_ptr_equal(migrations_find(&set, "010_create_b.sql"), &set.at[1]);
    assert_null(migrations_find(&set, "9_rollback_a.sql"));
    migrations_release(&set);
}

static void test_embedded(void **state)
{
    struct migrations set;

    (void)state;
    assert_int_equal(migrations_read(&set, SET_BRIDGE, NULL), 0);
    assert_true(set.n >= 12);
    assert_int_equal(set.n_ignored, 0);
    assert_string_equal(set.at[0].forward.name, "001_create_workflow_executions.sql");
    for (size_t i = 0; i < set.n; i++) {
        assert_true(set.at[i].forward.len > 0);
        assert_non_null(set.at[i].rollback.name);
    }
    migrations_release(&set);
}

/* What another set has applied is not missing here; what nobody knows, or this set once had, is. */
static void test_beside(void **state)
{
    struct migrations bridge, mbflow;

    (void)state;
    assert_int_equal(migrations_read(&bridge, SET_BRIDGE, NULL), 0);
    assert_int_equal(migrations_read(&mbflow, SET_MBFLOW, NULL), 0);
    assert_string_equal(mbflow.at[0].forward.name, "001_init_schema.up.sql");
    assert_string_equal(mbflow.at[0].rollback.name, "001_init_schema.down.sql");
    for (size_t i = 0; i < mbflow.n; i++) {
        assert_null(migrations_find(&bridge, mbflow.at[i].forward.name));
        assert_true(migrations_are_beside(&bridge, mbflow.at[i].forward.name));
    }
    assert_true(migrations_are_beside(&mbflow, bridge.at[0].forward.name));
    assert_false(migrations_are_beside(&bridge, bridge.at[0].forward.name));
    assert_false(migrations_are_beside(&bridge, "017_create_nothing.sql"));
    migrations_release(&bridge);
    migrations_release(&mbflow);
}

static const char *refusal(const char *path, int kind)
{
    static struct capture capture;
    struct migrations set;
    int result;

    capture_start(&capture, STDERR_FILENO);
    result = migrations_read(&set, SET_BRIDGE, path);
    capture_end(&capture);
    assert_int_equal(result, kind);
    assert_int_equal(set.n, 0);
    assert_null(set.at);
    return capture.text;
}

static void test_refused(void **state)
{
    char empty[] = "/tmp/test_files_empty.XXXXXX";

    (void)state;
    assert_non_null(strstr(refusal("/nowhere/at/all", ERR_NOINPUT), "'/nowhere/at/all' cannot be read"));
    assert_non_null(mkdtemp(empty));
    assert_non_null(strstr(refusal(empty, ERR_NOINPUT), "no migration in"));
    rmdir(empty);
    put("13_create_nul.sql", "SELECT\0 1", 9);
    assert_non_null(strstr(refusal(dir, ERR_INPUT), "'13_create_nul.sql' holds a NUL byte"));
    drop("13_create_nul.sql");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directory),
        cmocka_unit_test(test_embedded),
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
