#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/proc.h"
#include "pipe/sweep.h"

static char dir[] = "/tmp/bridgejob_sweep_XXXXXX";

static const char *path_of(const char *name)
{
    static char path[300];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

/* Two minutes old, so past any grace. */
static void make_old(const char *path)
{
    struct timespec then = {.tv_sec = time(NULL) - 120};
    struct timespec times[2] = {then, then};

    assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

static void put(const char *name, bool old)
{
    int fd = open(path_of(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    close(fd);
    if (old)
        make_old(path_of(name));
}

static const struct {
    const char *name;
    bool old, goes;
} cases[] = {
    {"a.ndjson.7.rej.Ab3dE9.tmp", true, true},
    {"a.ndjson.7.rej.jsonl.Ab3dE9.tmp", true, true},
    {"a.ndjson.7-2.rej.Ab3dE9.tmp", true, true},
    {"%s\n.7.rej.Ab3dE9.tmp", true, true},
    {"a.ndjson.8.rej.Ab3dE9.tmp", false, false},
    {"a.ndjson.7.rej", true, false},
    {"a.ndjson.7.rej.jsonl", true, false},
    {"a.ndjson.rej.Ab3dE9.tmp", true, false},
    {".7.rej.Ab3dE9.tmp", true, false},
    {"a.7.rejAb3dE9.tmp", true, false},
    {"report.html.Ab3dE9.tmp", true, false},
    {".tmp", true, false},
    {"rej.tmp", true, false},
};

static void test_names_and_age(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        put(cases[i].name, cases[i].old);
    sweep_rejects(dir);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if ((access(path_of(cases[i].name), F_OK) != 0) != cases[i].goes)
            fail_msg("'%s'", cases[i].name);
        unlink(path_of(cases[i].name));
    }
}

static int write_and_die(void *arg)
{
    struct file_out out;

    (void)arg;
    if (file_create(&out, path_of("b.9.rej")) != 0)
        return 1;
    make_old(out.temp);
    return 0;
}

static size_t count_files(void)
{
    DIR *entries = opendir(dir);
    size_t n = 0;

    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(entries);
    return n;
}

/* A file that somebody writes stays; one whose process is gone goes. */
static void test_who_writes_holds_the_lock(void **state)
{
    struct file_out mine;

    (void)state;
    assert_int_equal(file_create(&mine, path_of("a.9.rej")), 0);
    make_old(mine.temp);
    assert_int_equal(proc_wait(proc_fork(write_and_die, NULL)), 0);
    assert_int_equal(count_files(), 2);
    sweep_rejects(dir);
    assert_int_equal(count_files(), 1);
    assert_int_equal(access(mine.temp, F_OK), 0);
    assert_int_equal(file_commit(&mine), 0);
    assert_int_equal(unlink(path_of("a.9.rej")), 0);
}

/* What is no file of ours, or not to be had, is left as it is. */
static void test_odd_things(void **state)
{
    (void)state;
    assert_int_equal(mkdir(path_of("d.7.rej.Ab3dE9.tmp"), 0700), 0);
    assert_int_equal(symlink("/etc/passwd", path_of("l.7.rej.Ab3dE9.tmp")), 0);
    assert_int_equal(mkfifo(path_of("f.7.rej.Ab3dE9.tmp"), 0600), 0);
    make_old(path_of("f.7.rej.Ab3dE9.tmp"));
    sweep_rejects(dir);
    sweep_rejects("/nonexistent");
    assert_int_equal(count_files(), 3);
    assert_int_equal(rmdir(path_of("d.7.rej.Ab3dE9.tmp")), 0);
    assert_int_equal(unlink(path_of("l.7.rej.Ab3dE9.tmp")), 0);
    assert_int_equal(unlink(path_of("f.7.rej.Ab3dE9.tmp")), 0);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_age),
        cmocka_unit_test(test_who_writes_holds_the_lock),
        cmocka_unit_test(test_odd_things),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
