#include "core/stop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "core/time.h"

static volatile sig_atomic_t reason;
static void (*volatile cancel_hook)(void);

static void on_signal(int signal_number)
{
    int saved = errno;
    void (*cancel)(void) = cancel_hook;

    if (reason == 0)
        reason = signal_number == SIGINT ? ERR_INTERRUPT : signal_number == SIGALRM ? ERR_TEMPFAIL : ERR_TERMINATED;
    if (cancel != NULL)
        cancel();
    errno = saved;
}

/* No SA_RESTART: a read that waits for input returns EINTR, so the run hears of it. */
void stop_install(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
        sigaddset(&action.sa_mask, caught[i]);
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
        sigaction(caught[i], &action, NULL);
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

int stop_nap(int64_t us)
{
    struct timespec left = {.tv_sec = us / TIME_SECOND, .tv_nsec = us % TIME_SECOND * 1000};

    while (reason == 0 && nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    return reason;
}

int stop_report(void)
{
    switch (reason) {
    case 0:
        return 0;
    case ERR_INTERRUPT:
        return fail(ERR_INTERRUPT, "interrupted; run the same command again to go on");
    case ERR_TERMINATED:
        return fail(ERR_TERMINATED, "terminated; run the same command again to go on");
    default:
        return fail(ERR_TEMPFAIL, "time is up ('--timeout'); run the same command again to go on");
    }
}

void stop_on_signal(void (*cancel)(void))
{
    cancel_hook = cancel;
}
