#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/proc.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static char dir[] = "/tmp/bridgejob-file-XXXXXX";
static char path[4096];

static int remove_entry(const char *name, const struct stat *found, int type, struct FTW *ftw)
{
    return found != NULL && ftw != NULL && type != FTW_NS ? remove(name) : -1;
}

/* A fresh directory, and 'path' in it. */
static int setup(void **state)
{
    (void)state;
    memset(dir + sizeof(dir) - 7, 'X', 6);
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/out", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static int count_entries(void)
{
    DIR *entries = opendir(dir);
    int n = 0;

    while (readdir(entries) != NULL)
        n++;
    closedir(entries);
    return n - 2;
}

static void assert_content(const char *expected)
{
    char content[256];
    FILE *file = fopen(path, "r");
    size_t n;

    assert_non_null(file);
    n = fread(content, 1, sizeof(content) - 1, file);
    content[n] = '\0';
    fclose(file);
    assert_string_equal(content, expected);
}

static void write_old_content(void)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs("old", file);
    fclose(file);
}

static void test_a_file_is_there_only_when_whole(void **state)
{
    struct file_out out;
    struct stat found;

    (void)state;
    write_old_content();
    assert_int_equal(file_create(&out, path), 0);
    assert_int_equal(fstat(out.fd, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
    assert_int_equal(strncmp(out.temp, path, strlen(path)), 0);
    assert_string_equal(out.temp + strlen(out.temp) - 4, ".tmp");
    file_write(&out, "new ", 4);
    file_write(&out, "content", 7);
    assert_content("old");
    assert_int_equal(count_entries(), 2);
    assert_int_equal(file_commit(&out), 0);
    assert_content("new content");
    assert_int_equal(count_entries(), 1);
    assert_int_equal(out.fd, -1);
    file_discard(&out);
    assert_content("new content");
}

static void test_discard(void **state)
{
    struct file_out out;
    struct file_out zeroed = {0};

    (void)state;
    write_old_content();
    assert_int_equal(file_create(&out, path), 0);
    file_write(&out, "new", 3);
    file_discard(&out);
    assert_content("old");
    assert_int_equal(count_entries(), 1);
    file_discard(&out);
    file_discard(&zeroed);
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1); /* the zeroed fd was not taken for one */
}

static void test_a_full_disk(void **state)
{
    struct capture capture;
    struct file_out out;
    char expected[2 * sizeof(path)];
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    int kind;

    (void)state;
    assert_true(full >= 0);
    write_old_content();
    assert_int_equal(file_create(&out, path), 0);
    assert_int_equal(dup2(full, out.fd), out.fd);
    close(full);
    file_write(&out, "x", 1);
    assert_int_equal(out.error, ENOSPC);
    errno = 0;
    file_write(&out, "y", 1); /* not tried any more */
    assert_int_equal(errno, 0);
    capture_start(&capture, STDERR_FILENO);
    kind = file_commit(&out);
    snprintf(expected, sizeof(expected),
             "bridgejob: error: cannot write '%s': No space left on device\n"
             "bridgejob: hint: run 'df -h %s/' to see how full the disk is, make room, and run the command again\n",
             path, dir);
    assert_string_equal(capture_end(&capture), expected);
    assert_int_equal(kind, ERR_CANTCREATE);
    assert_content("old");
    assert_int_equal(count_entries(), 1);
}

static void test_other_write_errors(void **state)
{
    struct capture capture;
    struct file_out out;
    int read_only = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int kind;

    (void)state;
    assert_int_equal(file_create(&out, path), 0);
    assert_int_equal(dup2(read_only, out.fd), out.fd);
    close(read_only);
    file_write(&out, "x", 1);
    capture_start(&capture, STDERR_FILENO);
    kind = file_commit(&out);
    assert_non_null(strstr(capture_end(&capture), "Bad file descriptor"));
    assert_int_equal(kind, ERR_IO);
    assert_int_equal(count_entries(), 0);
}

static void test_a_name_taken_by_a_directory(void **state)
{
    struct capture capture;
    struct file_out out;
    int kind;

    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(file_create(&out, path), 0);
    capture_start(&capture, STDERR_FILENO);
    kind = file_commit(&out);
    assert_non_null(strstr(capture_end(&capture), "cannot put in place '"));
    assert_int_equal(kind, ERR_IO);
    assert_int_equal(count_entries(), 1);
}

static void test_no_directory_to_create_in(void **state)
{
    struct capture capture;
    struct file_out out;
    char expected[2 * sizeof(path)];
    int kind;

    (void)state;
    snprintf(path, sizeof(path), "%s/missing/out", dir);
    snprintf(expected, sizeof(expected),
             "bridgejob: error: cannot create '%s': No such file or directory\n"
             "bridgejob: hint: run 'ls -ld %s/missing/' to see whether the directory is there\n", path, dir);
    capture_start(&capture, STDERR_FILENO);
    kind = file_create(&out, path);
    assert_string_equal(capture_end(&capture), expected);
    assert_int_equal(kind, ERR_CANTCREATE);
    assert_int_equal(out.fd, -1);
    file_discard(&out);
}

static int create_as_nobody(void *make_dirs)
{
    struct file_out out;

    if (geteuid() == 0 && setuid(65534) != 0)
        return 1;
    return make_dirs != NULL ? file_make_dirs(path) : file_create(&out, path);
}

static void test_permission_denied(void **state)
{
    void *const make_dirs[] = {NULL, dir};
    struct capture capture;

    (void)state;
    assert_int_equal(chmod(dir, 0500), 0);
    for (size_t i = 0; i < sizeof(make_dirs) / sizeof(make_dirs[0]); i++) {
        int kind;

        capture_start(&capture, STDERR_FILENO);
        kind = proc_wait(proc_fork(create_as_nobody, make_dirs[i]));
        assert_non_null(strstr(capture_end(&capture), "Permission denied\nbridgejob: hint: run 'ls -ld "));
        assert_int_equal(kind, ERR_NOPERM);
    }
    assert_int_equal(chmod(dir, 0700), 0);
}

static void test_make_dirs(void **state)
{
    static const char *const below[] = {"/a/b/c", "/a/b/c", "/a/b/d/", "/a//x///y", "", "/a/./b/../z"};
    struct stat found;

    (void)state;
    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
        snprintf(path, sizeof(path), "%s%s", dir, below[i]);
        assert_int_equal(file_make_dirs(path), 0);
        assert_int_equal(stat(path, &found), 0);
        assert_true(S_ISDIR(found.st_mode));
        assert_int_equal(found.st_mode & 07777, 0700);
    }
}

static void test_dirs_that_cannot_be_made(void **state)
{
    static const char *const below[] = {"/out", "/out/", "/out/a", "/out/a/b", "/dangling"};
    struct capture capture;
    char link[sizeof(dir) + 16];

    (void)state;
    write_old_content();
    snprintf(link, sizeof(link), "%s/dangling", dir);
    assert_int_equal(symlink("nowhere", link), 0);
    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
        int kind;

        snprintf(path, sizeof(path), "%s%s", dir, below[i]);
        capture_start(&capture, STDERR_FILENO);
        kind = file_make_dirs(path);
        assert_non_null(strstr(capture_end(&capture), "bridgejob: error: cannot create directory '"));
        assert_int_equal(kind, ERR_CANTCREATE);
    }
}

static void test_a_directory_without_a_name(void **state)
{
    struct capture capture;
    int kind;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    kind = file_make_dirs("");
    assert_non_null(strstr(capture_end(&capture), "cannot create directory ''"));
    assert_int_equal(kind, ERR_CANTCREATE);
}

static void test_sync_parent(void **state)
{
    (void)state;
    assert_int_equal(file_sync_parent(path), 0);
    assert_int_equal(file_sync_parent("/name"), 0);
    assert_int_equal(file_sync_parent("name"), 0);
    assert_int_equal(file_sync_parent("/nowhere/name"), -1);
    assert_int_equal(errno, ENOENT);
}

#define BIG (1 << 20)

static void ignore_it(int signal_number)
{
    (void)signal_number;
}

/* Read it all, slowly, so that the writer blocks and is interrupted. */
static int read_slowly(void *arg)
{
    const int *ends = arg;
    unsigned char bytes[65536];

    close(ends[1]);
    for (unsigned total = 0; total < BIG; total += sizeof(bytes)) {
        usleep(4000);
        if (file_read_all(ends[0], bytes, sizeof(bytes)) != 1)
            return 2;
        for (unsigned i = 0; i < sizeof(bytes); i++)
            if (bytes[i] != (unsigned char)((total + i) * 7 / 5))
                return 3;
    }
    return file_read_all(ends[0], bytes, 1) == 0 ? 0 : 4;
}

static void test_write_all_rides_over_signals(void **state)
{
    struct sigaction action = {.sa_handler = ignore_it};
    struct itimerval every_ms = {{0, 1000}, {0, 1000}};
    unsigned char *bytes = test_malloc(BIG);
    int ends[2];
    pid_t reader;

    (void)state;
    for (unsigned i = 0; i < BIG; i++)
        bytes[i] = (unsigned char)(i * 7 / 5);
    assert_int_equal(pipe(ends), 0);
    reader = proc_fork(read_slowly, ends);
    close(ends[0]);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every_ms, NULL);
    assert_int_equal(file_write_all(ends[1], bytes, BIG), 0);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    close(ends[1]);
    assert_int_equal(proc_wait(reader), 0);
    test_free(bytes);
}

static void test_read_all(void **state)
{
    char bytes[8];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(file_write_all(ends[1], "abcdefg", 7), 0);
    close(ends[1]);
    assert_int_equal(file_read_all(ends[0], bytes, 4), 1);
    assert_memory_equal(bytes, "abcd", 4);
    errno = EDOM;
    assert_int_equal(file_read_all(ends[0], bytes, 4), -1); /* only three are left */
    assert_int_equal(errno, 0);
    assert_int_equal(file_read_all(ends[0], bytes, 4), 0);
    assert_int_equal(file_read_all(ends[0], bytes, 0), 1);
    close(ends[0]);
    assert_int_equal(file_read_all(ends[0], bytes, 1), -1);
    assert_int_equal(errno, EBADF);
}

static void test_names(void **state)
{
    static const char *const joins[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}, {"/x/y", "z.gz", "/x/y/z.gz"},
    };
    static const char *const bases[][2] = {
        {"a", "a"}, {"/a", "a"}, {"x/y/a.gz", "a.gz"}, {"", ""}, {"x/", ""}, {"-", "-"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
        char *joined = file_join(joins[i][0], joins[i][1]);

        assert_string_equal(joined, joins[i][2]);
        free(joined);
    }
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
        assert_string_equal(file_base(bases[i][0]), bases[i][1]);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_DIR(test_a_file_is_there_only_when_whole),
        IN_DIR(test_discard),
        IN_DIR(test_a_full_disk),
        IN_DIR(test_other_write_errors),
        IN_DIR(test_a_name_taken_by_a_directory),
        IN_DIR(test_no_directory_to_create_in),
        IN_DIR(test_permission_denied),
        IN_DIR(test_make_dirs),
        IN_DIR(test_dirs_that_cannot_be_made),
        cmocka_unit_test(test_a_directory_without_a_name),
        IN_DIR(test_sync_parent),
        cmocka_unit_test(test_write_all_rides_over_signals),
        cmocka_unit_test(test_read_all),
        cmocka_unit_test(test_names),
    };

    log_set_color(COLOR_NEVER);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
