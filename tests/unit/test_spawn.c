#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/proc.h"
#include "core/spawn.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

#define SHELL(script) (const char *const[]){"/bin/sh", "-c", script, NULL}

/* Run a script to its end; its exit code. */
static int run(const char *const *argv, const char *const *env)
{
    const struct spawn spawn = {.argv = argv, .env = env, .in = SPAWN_NULL, .out = SPAWN_NULL};
    struct child child;
    int code = -1;

    assert_int_equal(spawn_start(&spawn, &child), 0);
    code = child_wait(&child);
    child_release(&child);
    return code;
}

static void test_exit_codes(void **state)
{
    (void)state;
    assert_int_equal(run(SHELL("exit 0"), NULL), 0);
    assert_int_equal(run(SHELL("exit 74"), NULL), 74);
    assert_int_equal(run(SHELL("kill -9 $$"), NULL), 128 + SIGKILL);
    assert_int_equal(run(SHELL("kill -13 $$"), NULL), 128 + SIGPIPE);
    assert_int_equal(run((const char *const[]){"true", NULL}, NULL), 0); /* by PATH */
}

static void test_environment(void **state)
{
    const char *const env[] = {"BRIDGEJOB_T='\" =x", "LC_ALL=C", NULL};

    (void)state;
    assert_int_equal(
        run(SHELL("test \"$BRIDGEJOB_T\" = \"'\\\" =x\" && test \"$LC_ALL\" = C && test -n \"$PATH\""), env), 0);
    assert_null(getenv("BRIDGEJOB_T"));
}

static void test_no_such_program(void **state)
{
    const struct spawn spawn = {.argv = (const char *const[]){"/no/such/program", NULL}, .in = SPAWN_NULL,
                                .out = SPAWN_PIPE};
    struct child child;
    struct capture capture;
    const char *said;
    int result;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    result = spawn_start(&spawn, &child);
    said = capture_end(&capture);
    assert_int_equal(result, ERR_CONFIG);
    assert_non_null(strstr(said, "cannot run '/no/such/program': No such file"));
    assert_non_null(strstr(said, "hint: "));
    assert_int_equal(child_wait(&child), 0);
    child_release(&child);
}

static void test_pipes(void **state)
{
    const struct spawn spawn = {.argv = SHELL("tr a-z A-Z"), .in = SPAWN_PIPE, .out = SPAWN_PIPE};
    struct child child;
    char text[8] = "";

    (void)state;
    assert_int_equal(spawn_start(&spawn, &child), 0);
    assert_int_equal(file_write_all(child.in, "hello", 5), 0);
    close(child.in);
    child.in = -1;
    assert_int_equal(file_read_all(child.out, text, 5), 1);
    assert_string_equal(text, "HELLO");
    assert_int_equal(file_read_all(child.out, text, 1), 0);
    assert_int_equal(child_wait(&child), 0);
    child_release(&child);
}

/* What we have open is not open in it. */
static void test_descriptors(void **state)
{
    char script[64];
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    snprintf(script, sizeof(script), "test ! -e /proc/$$/fd/%d -a ! -e /proc/$$/fd/%d", fds[0], fds[1]);
    assert_int_equal(run(SHELL(script), NULL), 0);
    close(fds[0]);
    close(fds[1]);
}

static void test_said(void **state)
{
    const struct spawn spawn = {
        .argv = (const char *const[]){"/bin/sh", "-c",
                                      "echo sh: error: it broke >&2; echo sh: hint: mend it >&2; echo odd >&2; exit 3",
                                      NULL},
        .in = SPAWN_NULL, .out = SPAWN_NULL};
    struct capture capture;
    const char *said;
    int result;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    result = spawn_run(&spawn, ERR_IO);
    said = capture_end(&capture);
    assert_int_equal(result, ERR_IO);
    assert_non_null(strstr(said, "error: sh: it broke\n"));
    assert_non_null(strstr(said, "hint: mend it\n"));
    assert_non_null(strstr(said, "error: sh: odd\n"));
    assert_non_null(strstr(said, "'sh' ended with exit code 3"));
}

/* The last of it, when it is much. */
static void test_says_much(void **state)
{
    const struct spawn spawn = {.argv = SHELL("seq 1 20000 >&2"), .in = SPAWN_NULL, .out = SPAWN_NULL};
    struct child child;
    char *said;

    (void)state;
    assert_int_equal(spawn_start(&spawn, &child), 0);
    assert_int_equal(child_wait(&child), 0);
    said = child_said(&child);
    assert_non_null(said);
    assert_int_equal(strlen(said), 16 * 1024);
    assert_non_null(strstr(said, "\n20000\n"));
    free(said);
    child_release(&child);
}

static void test_ended_and_failed(void **state)
{
    const struct spawn bad = {.argv = SHELL("exit 1"), .in = SPAWN_NULL, .out = SPAWN_NULL};
    const struct spawn good = {.argv = SHELL("read x"), .in = SPAWN_PIPE, .out = SPAWN_NULL};
    struct child child;

    (void)state;
    assert_int_equal(spawn_start(&bad, &child), 0);
    while (!child_has_ended(&child))
        usleep(1000);
    assert_true(child_has_failed(&child));
    assert_int_equal(child_wait(&child), 1);
    assert_false(child_has_failed(&child));
    child_release(&child);

    assert_int_equal(spawn_start(&good, &child), 0);
    assert_false(child_has_ended(&child));
    assert_false(child_has_failed(&child));
    child_stop(&child);
    assert_true(child_has_ended(&child));
    child_release(&child);
}

/* Whether the process with the number in that file is there. */
static bool is_alive(const char *path)
{
    FILE *file = fopen(path, "r");
    int pid = 0;
    bool alive = file != NULL && fscanf(file, "%d", &pid) == 1 && pid > 0 && kill(pid, 0) == 0;

    if (file != NULL)
        fclose(file);
    return alive;
}

static bool ends_soon(const char *path)
{
    for (int i = 0; i < 500 && is_alive(path); i++)
        usleep(10000);
    return !is_alive(path);
}

static void await_file(const char *path)
{
    for (int i = 0; i < 500 && !is_alive(path); i++)
        usleep(10000);
    assert_true(is_alive(path));
}

static char pids[64]; /* a file with the number of a process that the child has started */

static int start_group(void *arg)
{
    const char *const argv[] = {"/bin/sh", "-c", "sleep 60 & echo $! >\"$0\"; wait", arg, NULL};
    const struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL, .group = true};
    struct child child;

    if (spawn_start(&spawn, &child) != 0)
        return 1;
    await_file(arg);
    raise(SIGKILL);
    return 0;
}

/* A program with processes of its own: they end with it, and with us. */
static void test_group(void **state)
{
    const char *const argv[] = {"/bin/sh", "-c", "sleep 60 & echo $! >\"$0\"; wait", pids, NULL};
    const struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL, .group = true};
    struct child child;
    pid_t pid;
    int fd;

    (void)state;
    snprintf(pids, sizeof(pids), "/tmp/bridgejob-spawn-XXXXXX");
    fd = mkstemp(pids);
    assert_true(fd >= 0);
    assert_int_equal(spawn_start(&spawn, &child), 0);
    await_file(pids);
    child_stop(&child);
    child_release(&child);
    assert_true(ends_soon(pids));

    assert_int_equal(ftruncate(fd, 0), 0);
    pid = proc_fork(start_group, pids);
    assert_true(pid > 0);
    assert_int_equal(proc_wait(pid), 128 + SIGKILL);
    assert_true(ends_soon(pids));
    close(fd);
    unlink(pids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_codes),      cmocka_unit_test(test_environment),
        cmocka_unit_test(test_no_such_program), cmocka_unit_test(test_pipes),
        cmocka_unit_test(test_descriptors),     cmocka_unit_test(test_said),
        cmocka_unit_test(test_says_much),       cmocka_unit_test(test_ended_and_failed),
        cmocka_unit_test(test_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
