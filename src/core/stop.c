#include "core/stop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"

#define CANCEL_AGAIN_S 1

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
static volatile sig_atomic_t reason;
static void (*volatile cancel_hook)(void);

static void on_signal(int signal_number)
{
    int saved = errno;
    void (*cancel)(void) = cancel_hook;

    if (reason == 0)
        reason = signal_number == SIGINT ? ERR_INTERRUPT : signal_number == SIGALRM ? ERR_TEMPFAIL : ERR_TERMINATED;
    if (cancel != NULL) {
        cancel();
        alarm(CANCEL_AGAIN_S); /* between two statements nothing is cancelled, and the next one may wait for long */
    }
    errno = saved;
}

/* No SA_RESTART: a read that waits for input returns EINTR, so the run hears of it. */
void stop_install(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
        sigaddset(&action.sa_mask, caught[i]);
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
        action.sa_flags = caught[i] == SIGALRM ? 0 : (int)SA_RESETHAND;
        sigaction(caught[i], &action, NULL);
    }
    sigaction(SIGPIPE, &ignore, NULL);
}

void stop_after(int64_t seconds)
{
    alarm(seconds > UINT_MAX ? UINT_MAX : (unsigned)seconds);
}

int stop_requested(void)
{
    return reason;
}

int stop_report(void)
{
    static bool said;

    if (reason == 0 || said)
        return reason;
    said = true;
    switch (reason) {
    case ERR_INTERRUPT:
        return fail(ERR_INTERRUPT, "interrupted; run the same command again to go on");
    case ERR_TERMINATED:
        return fail(ERR_TERMINATED, "terminated; run the same command again to go on");
    default:
        return fail(ERR_TEMPFAIL, "time is up ('--timeout'); run the same command again to go on");
    }
}

int stop_poll(struct pollfd *fds, size_t n, int timeout_ms)
{
    struct timespec timeout = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L};
    sigset_t ours, before;
    int ready = -1;
    int cause = EINTR;

    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
        sigaddset(&ours, caught[i]);
    sigprocmask(SIG_BLOCK, &ours, &before);
    if (reason == 0) {
        ready = ppoll(fds, n, timeout_ms < 0 ? NULL : &timeout, &before);
        cause = errno;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = cause;
    return ready;
}

void stop_on_signal(void (*cancel)(void))
{
    cancel_hook = cancel;
}
