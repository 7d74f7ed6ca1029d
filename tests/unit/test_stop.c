#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/proc.h"
#include "core/stop.h"
#include "core/time.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

/* A stop is for good, so each case has a process of its own. A body returns 0, or the
 * line of the check that failed. */
#define CHECK(condition) \
    do { \
        if (!(condition)) \
            return __LINE__ % 100 + 1; \
    } while (0)

static int in_child(int (*body)(void *), void *arg)
{
    return proc_wait(proc_fork(body, arg));
}

struct reason {
    int signal_number, kind;
    const char *report;
};

static int is_told(void *arg)
{
    const struct reason *reason = arg;
    struct capture capture;
    int kind;

    stop_install();
    CHECK(stop_requested() == 0);
    capture_start(&capture, STDERR_FILENO);
    kind = stop_report();
    CHECK(capture_end(&capture)[0] == '\0');
    CHECK(kind == 0);

    errno = EDOM;
    raise(reason->signal_number);
    CHECK(errno == EDOM);
    CHECK(stop_requested() == reason->kind);
    capture_start(&capture, STDERR_FILENO);
    kind = stop_report();
    CHECK(strcmp(capture_end(&capture), reason->report) == 0);
    CHECK(kind == reason->kind);
    capture_start(&capture, STDERR_FILENO);
    kind = stop_report(); /* only once */
    CHECK(capture_end(&capture)[0] == '\0');
    CHECK(kind == reason->kind);
    return 0;
}

static void test_why(void **state)
{
#define AGAIN "; run the same command again to go on\n"
    struct reason reasons[] = {
        {SIGINT, ERR_INTERRUPT, "bridgejob: error: interrupted" AGAIN},
        {SIGTERM, ERR_TERMINATED, "bridgejob: error: terminated" AGAIN},
        {SIGALRM, ERR_TEMPFAIL, "bridgejob: error: time is up ('--timeout')" AGAIN},
    };
#undef AGAIN

    (void)state;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        assert_int_equal(in_child(is_told, &reasons[i]), 0);
}

static int first_reason_stays(void *arg)
{
    (void)arg;
    stop_install();
    raise(SIGTERM);
    raise(SIGINT);
    CHECK(stop_requested() == ERR_TERMINATED);
    return 0;
}

static void test_the_first_reason_stays(void **state)
{
    (void)state;
    assert_int_equal(in_child(first_reason_stays, NULL), 0);
}

static int twice(void *arg)
{
    const int *signal_number = arg;

    stop_install();
    raise(*signal_number);
    CHECK(stop_requested() != 0);
    raise(*signal_number);
    return 0;
}

static void test_the_second_of_a_kind_kills(void **state)
{
    int numbers[] = {SIGINT, SIGTERM};

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        assert_int_equal(in_child(twice, &numbers[i]), 128 + numbers[i]);
}

static int write_to_nobody(void *arg)
{
    int ends[2];

    (void)arg;
    stop_install();
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    CHECK(write(ends[1], "x", 1) == -1);
    CHECK(errno == EPIPE);
    CHECK(stop_requested() == 0);
    return 0;
}

static void test_sigpipe_is_an_error_value(void **state)
{
    (void)state;
    assert_int_equal(in_child(write_to_nobody, NULL), 0);
}

/* The timeout also wakes a read that waits for input that does not come. */
static int wait_for_input(void *arg)
{
    int64_t started = time_monotonic();
    int ends[2];
    char byte;

    (void)arg;
    stop_install();
    CHECK(pipe(ends) == 0);
    stop_after(1);
    CHECK(read(ends[0], &byte, 1) == -1);
    CHECK(errno == EINTR);
    CHECK(stop_requested() == ERR_TEMPFAIL);
    CHECK(time_monotonic() - started >= TIME_SECOND * 9 / 10);
    return 0;
}

static void test_timeout(void **state)
{
    (void)state;
    assert_int_equal(in_child(wait_for_input, NULL), 0);
}

static int never(void *arg)
{
    (void)arg;
    stop_install();
    stop_after(INT64_MAX);
    CHECK(alarm(0) > 1000000);
    stop_after(100);
    stop_after(0);
    CHECK(alarm(0) == 0);
    return 0;
}

static void test_no_timeout(void **state)
{
    (void)state;
    assert_int_equal(in_child(never, NULL), 0);
}

static volatile sig_atomic_t cancelled;

static void cancel(void)
{
    cancelled++;
    errno = ENOTCONN;
}

static int cancels(void *arg)
{
    (void)arg;
    stop_install();
    stop_on_signal(cancel);
    errno = EDOM;
    raise(SIGINT);
    CHECK(cancelled == 1);
    CHECK(errno == EDOM);
    pause(); /* it comes again, and again, as the first may have come too early */
    CHECK(cancelled == 2);
    pause();
    CHECK(cancelled == 3);
    CHECK(stop_requested() == ERR_INTERRUPT);
    stop_on_signal(NULL);
    raise(SIGTERM);
    CHECK(cancelled == 3);
    return 0;
}

static void test_the_cancel_hook(void **state)
{
    (void)state;
    assert_int_equal(in_child(cancels, NULL), 0);
}

/* A stop just before the wait ends it too; so does one within it; without one it is poll(2). */
static int ends_the_wait(void *arg)
{
    int ends[2];
    struct pollfd fd = {.events = POLLIN};

    (void)arg;
    CHECK(pipe(ends) == 0);
    fd.fd = ends[0];
    stop_install();
    CHECK(stop_poll(&fd, 1, 1) == 0);
    CHECK(write(ends[1], "x", 1) == 1);
    CHECK(stop_poll(&fd, 1, -1) == 1);
    fd.fd = -1;
    int64_t before = time_monotonic();
    ualarm(50000, 0);
    CHECK(stop_poll(&fd, 1, -1) == -1 && errno == EINTR);
    CHECK(time_monotonic() - before < 5 * TIME_SECOND);
    CHECK(stop_poll(NULL, 0, -1) == -1 && errno == EINTR);
    return 0;
}

static void test_poll(void **state)
{
    (void)state;
    assert_int_equal(in_child(ends_the_wait, NULL), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why),
        cmocka_unit_test(test_the_first_reason_stays),
        cmocka_unit_test(test_the_second_of_a_kind_kills),
        cmocka_unit_test(test_sigpipe_is_an_error_value),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_no_timeout),
        cmocka_unit_test(test_the_cancel_hook),
        cmocka_unit_test(test_poll),
    };

    log_set_color(COLOR_NEVER);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
