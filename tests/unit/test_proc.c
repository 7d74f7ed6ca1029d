#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "core/proc.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static int return_it(void *arg)
{
    return *(int *)arg;
}

static void test_exit_codes(void **state)
{
    int codes[] = {0, 1, 75, 143, 255};

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        pid_t pid = proc_fork(return_it, &codes[i]);

        assert_true(pid > 0);
        assert_int_equal(proc_wait(pid), codes[i]);
        assert_int_equal(proc_wait(pid), -1); /* it is gone */
        assert_int_equal(errno, ECHILD);
    }
}

static int kill_self(void *arg)
{
    raise(*(int *)arg);
    return 0;
}

static void test_killed_children(void **state)
{
    int numbers[] = {SIGKILL, SIGTERM, SIGINT};

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        assert_int_equal(proc_wait(proc_fork(kill_self, &numbers[i])), 128 + numbers[i]);
}

#define PAGES 16

static int write_shared(void *arg)
{
    char *memory = arg;

    memory[0] = 'c';
    return memory[1] == 'p' ? 0 : 1;
}

static void test_shared_memory(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = proc_share(PAGES * page);

    (void)state;
    assert_non_null(memory);
    assert_int_equal(memory[PAGES * page - 1], 0);
    memory[1] = 'p';
    assert_int_equal(proc_wait(proc_fork(write_shared, memory)), 0);
    assert_int_equal(memory[0], 'c');
    proc_unshare(memory, PAGES * page);
    proc_unshare(NULL, page);
}

static void test_memory_that_cannot_be_had(void **state)
{
    (void)state;
    assert_null(proc_share(0));
    assert_int_equal(errno, EINVAL);
    assert_null(proc_share(SIZE_MAX / 2));
    assert_int_equal(errno, ENOMEM);
}

/* Pages that were given back read as zeros; what is before them stays. */
static void test_trim(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = PAGES * page;
    const struct {
        size_t from, kept;
    } cases[] = {
        {0, 0}, {1, page}, {page, page}, {page + 1, 2 * page}, {bytes - 1, bytes}, {bytes, bytes}, {bytes + 1, bytes},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *memory = proc_share(bytes);

        assert_non_null(memory);
        memset(memory, 'x', bytes);
        proc_share_trim(memory, bytes, cases[i].from);
        for (size_t at = 0; at < bytes; at++)
            if (memory[at] != (at < cases[i].kept ? 'x' : 0))
                fail_msg("from %zu: byte %zu is %d", cases[i].from, at, memory[at]);
        proc_unshare(memory, bytes);
    }
}

static int flush(void *arg)
{
    (void)arg;
    return fflush(stdout);
}

static void test_buffered_output_is_printed_once(void **state)
{
    struct capture capture;
    int code;

    (void)state;
    capture_start(&capture, STDOUT_FILENO);
    printf("once");
    code = proc_wait(proc_fork(flush, NULL));
    assert_string_equal(capture_end(&capture), "once");
    assert_int_equal(code, 0);
}

static int wait_for_ever(void *arg)
{
    const int *ends = arg;

    if (write(ends[1], "x", 1) == 1)
        pause();
    return 0;
}

static int leave_a_child_behind(void *arg)
{
    const int *ends = arg;
    char ready;

    if (proc_fork(wait_for_ever, arg) < 0)
        return 1;
    return read(ends[0], &ready, 1) == 1 ? 0 : 2;
}

/* The grandchild is the last that holds the pipe: its end is the end of the file. */
static void test_a_child_dies_with_its_parent(void **state)
{
    struct pollfd end;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(proc_wait(proc_fork(leave_a_child_behind, ends)), 0);
    close(ends[1]);
    end = (struct pollfd){.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&end, 1, 10000), 1);
    assert_true(end.revents & POLLHUP);
    close(ends[0]);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
}

static int sleep_a_little(void *arg)
{
    (void)arg;
    usleep(50000);
    return 7;
}

static void test_wait_rides_over_signals(void **state)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 5000}, {0, 5000}};
    pid_t pid = proc_fork(sleep_a_little, NULL);
    int code;

    (void)state;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    code = proc_wait(pid);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    assert_int_equal(code, 7);
}

static int cores_when_bound_to_one(void *arg)
{
    cpu_set_t one;

    (void)arg;
    sched_getaffinity(0, sizeof(one), &one);
    for (size_t cpu = 0; CPU_COUNT(&one) > 1; cpu++)
        CPU_CLR(cpu, &one);
    sched_setaffinity(0, sizeof(one), &one);
    return proc_cores();
}

static void test_cores(void **state)
{
    (void)state;
    assert_in_range(proc_cores(), 1, sysconf(_SC_NPROCESSORS_CONF));
    assert_int_equal(proc_wait(proc_fork(cores_when_bound_to_one, NULL)), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_killed_children),
        cmocka_unit_test(test_shared_memory),
        cmocka_unit_test(test_memory_that_cannot_be_had),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_buffered_output_is_printed_once),
        cmocka_unit_test(test_a_child_dies_with_its_parent),
        cmocka_unit_test(test_wait_rides_over_signals),
        cmocka_unit_test(test_cores),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
