/* Being asked to stop: SIGINT, SIGTERM, --timeout. The handler only notes it
 * (and calls the cancel hook); code asks stop_requested() at its batch edges. */
#ifndef BRIDGEJOB_CORE_STOP_H
#define BRIDGEJOB_CORE_STOP_H

#include <stdint.h>

/* Catch SIGINT, SIGTERM, SIGHUP (as SIGTERM) and SIGALRM; ignore SIGPIPE. A second signal of the
 * same kind is left to its default: the user means it. */
void stop_install(void);

/* Ask to stop after 'seconds' (0: never), as --timeout does. */
void stop_after(int64_t seconds);

/* 0, or why: ERR_INTERRUPT, ERR_TERMINATED, or ERR_TEMPFAIL when time was up. */
int stop_requested(void);

/* Sleep for so many microseconds; a request to stop ends it. stop_requested(). */
int stop_nap(int64_t us);

/* Say in one line that and why the run stops; returns stop_requested(). */
int stop_report(void);

/* Called from the signal handler, so it must be async-signal-safe, as PQcancel
 * is made to be (PostgreSQL fe_utils/cancel.c). NULL takes it away. */
void stop_on_signal(void (*cancel)(void));

#endif
