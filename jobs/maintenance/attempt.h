/* One statement of maintenance, within the run's limits. */
#ifndef BRIDGEJOB_JOBS_MAINTENANCE_ATTEMPT_H
#define BRIDGEJOB_JOBS_MAINTENANCE_ATTEMPT_H

#include "db/script.h"
#include "jobs/maintenance/limits.h"

enum attempt {
    ATTEMPT_DONE,
    ATTEMPT_LOCKED,  /* another session had what it needs for longer than --lock-timeout */
    ATTEMPT_TIME_UP, /* not begun, or cancelled, at the end of --between or --max-duration */
    ATTEMPT_REFUSED  /* the server refused it: session_last_error() says why */
};

/* Let no statement of this session, from here on, wait longer for a lock than --lock-timeout: also those that only look
 * something up. Once for each connection. 0 or an err kind. */
int attempt_prepare(const struct limits *limits);

/* Let the server keep the run's limits (lock_timeout, statement_timeout) for the statements up to attempt_end(): they
 * hold also when this program is killed; and it gives up within seconds of losing its client
 * (client_connection_check_interval, Manual 20.3.1; PostgreSQL 14 and up). 'ms' is what is left. 0 or an err kind. */
int attempt_begin(const struct limits *limits, int64_t ms);

/* 'kind' is what the statement ended with, its error noted. 0 with '*attempt'; or what ends the run: the connection is
 * lost (reported), or stop_requested(). */
int attempt_end(const struct limits *limits, int kind, enum attempt *attempt);

/* Both round a statement that cannot run in a transaction. 'watch' as for script_run(); NULL: nobody looks. */
int attempt_run(const char *statement, const struct script_watch *watch, const struct limits *limits,
                enum attempt *attempt);

/* The same with another limit of time than the run's: for clearing up. */
int attempt_run_for(const char *statement, int64_t ms, const struct script_watch *watch, const struct limits *limits,
                    enum attempt *attempt);

#endif
