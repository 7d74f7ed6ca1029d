/* Being asked to stop: SIGINT, SIGTERM, --timeout. The handler only notes it
 * (and calls the cancel hook); code asks stop_requested() at its batch edges. */
#ifndef BRIDGEJOB_CORE_STOP_H
#define BRIDGEJOB_CORE_STOP_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/* Catch SIGINT, SIGTERM, SIGHUP (as SIGTERM) and SIGALRM; ignore SIGPIPE. A second signal of the
 * same kind is left to its default, as the user means it; but for SIGALRM, which is ours. */
void stop_install(void);

/* Ask to stop after 'seconds' (0: never), as --timeout does. */
void stop_after(int64_t seconds);

/* 0, or why: ERR_INTERRUPT, ERR_TERMINATED, or ERR_TEMPFAIL when time was up. */
int stop_requested(void);

/* Say in one line, and only once, that and why the run stops; returns stop_requested(). */
int stop_report(void);

/* As poll(2), but a stop that was asked for before, even a moment before, ends the wait like one that comes
 * while it lasts: -1 with EINTR. (Signals are let in only while it waits: ppoll(2), "race".) Without 'fds' it is
 * a nap. */
int stop_poll(struct pollfd *fds, size_t n, int timeout_ms);

/* Called from the signal handler, and again every second until it is taken away (NULL): a cancel that finds the
 * server between two statements is lost. It must be async-signal-safe, as PQcancel is made to be (PostgreSQL
 * fe_utils/cancel.c). */
void stop_on_signal(void (*cancel)(void));

#endif
