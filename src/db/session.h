/* session: one connection to PostgreSQL, made the way every libpq program makes it.
 * One process has at most one session; a forked child opens its own (the one it inherits
 * counts as none, and is never touched).
 * Everything here reports its own errors. */
#ifndef BRIDGEJOB_DB_SESSION_H
#define BRIDGEJOB_DB_SESSION_H

#include <stdbool.h>

/* Where to connect. 'dbname' is what -d was given: a database name, a conninfo string
 * or a postgresql:// URI; NULL means the environment: PG* variables, .pgpass, the
 * service file; DATABASE_URL counts when neither -d nor any of PGHOST, PGHOSTADDR,
 * PGPORT, PGDATABASE, PGUSER, PGSERVICE is set. The parts of a conninfo are put into this process's PG*
 * environment (ECPG's CONNECT takes no conninfo), so children connect alike.
 * 0, ERR_USAGE or ERR_CONFIG. */
int session_target(const char *dbname);

/* The session opened next is in another database of the same server: for a forked child. 0 or ERR_INTERNAL,
 * reported. */
int session_use_database(const char *name);

/* Connect as application 'bridgejob/<job>#<run>' ('#<run>' only when run is not 0): autocommit
 * on, settings pinned (see session_pin), and --timeout, SIGINT and SIGTERM cancel the running
 * statement (PQcancel) until session_close().
 * A server that is starting up, full or going down, or that this process has reached
 * before, is tried 5 times (0.25 s, doubling, between); then ERR_TEMPFAIL, saying since
 * when. One that does not answer at all: 3 quick tries, then ERR_UNAVAILABLE. Wrong
 * password, no such database or role, no pg_hba.conf entry: ERR_UNAVAILABLE at once. Too
 * old a server (< 13): ERR_CONFIG. Asked to stop: stop_requested(). */
int session_open(const char *job, long long run);

/* Get a lost session back under the same name, with session_open()'s patience. A server that has been reached before
 * is given it too when it refuses (a password that is being changed, a pooler that starts), and then answers
 * ERR_TEMPFAIL. One try is made even when a stop is pending, so that what must be closed can be. 0 or an err kind. */
int session_reopen(void);

/* Run a step of statements that may be done twice: when the session turns out to be lost, get it back and run the
 * step again, 5 times in a row at most. What its last run said is reported, what those before said is not.
 * 0 or an err kind. */
int session_retry(int (*step)(void *arg), void *arg);

/* Close, also after the connection is lost. Safe when there is none. */
void session_close(void);

/* Rename the session once the run id is known. 0 or an err kind. */
int session_set_run(const char *job, long long run);

/* Let the server refuse every write of this session. 0 or an err kind. */
int session_set_read_only(void);

/* Set what SQL of ours relies on, whatever the role, the database or a script set:
 * search_path public (pg_catalog comes first by itself), UTF8, UTC, ISO dates, no statement or
 * lock timeout, no JIT (it compiles for seconds what runs for milliseconds), 10 minutes idle
 * in a transaction at most. session_open() has done it. */
int session_pin(void);

bool session_is_open(void);

/* Whether a transaction is open, failed or not. */
bool session_in_transaction(void);

/* Which connection of this process it is, from 1 on: locks and settings end with theirs. */
unsigned session_number(void);

/* BEGIN; COMMIT (which first requires a transaction that has not failed: an aborted
 * one answers COMMIT with success and rolls back); ROLLBACK (never fails; a lost
 * connection has rolled back already). begin and commit return 0 or an err kind, reported. */
int session_begin(void);
int session_commit(void);
void session_rollback(void);

/* The same, with the error only kept (session_note), for callers that retry. */
int session_begin_noted(void);
int session_commit_noted(void);

/* A part of a transaction that can be undone by itself: one at a time. 0 or an err kind, noted; undoing
 * never fails (with a lost connection it is undone already). */
int session_savepoint(void);
int session_release_savepoint(void);
void session_rollback_to_savepoint(void);

/* COMMIT without waiting for the disk (synchronous_commit off, Manual 30.4): a server that crashes may
 * lose the last transactions it called committed, in order, and nothing else. Only for work that is
 * checked and sealed by a transaction that does wait. 0 or an err kind, noted. */
int session_commit_lazily(void);

/* Prefer plans that start at few rows and follow indexes, until the transaction ends: without statistics of
 * temporary tables the planner reads whole tables to join them by hash. 0 or an err kind, noted. */
int session_prefer_indexes(void);

/* What the last statement that failed said. Texts live until the next failure. */
struct session_error {
    char sqlstate[6];       /* "" when it did not come from the server */
    const char *message;    /* primary message, never NULL */
    const char *context;    /* PG_DIAG_CONTEXT of a failed COPY, "" otherwise */
    const char *constraint; /* the one a row violates (23503, 23505, 23514), "" when that is unknown */
    const char *hint;       /* NULL: what sqlstate_hint() has */
};

/* For the fail: label of a function with SQL: takes SQLSTATE and text of the failed
 * statement, logs "<doing>: <message>" with a hint where there is one, and returns the err
 * kind it stands for (see session_error_kind). A statement cancelled because the run was asked to
 * stop logs nothing: stop_report() says it. */
int session_fail(const char *doing);

/* The same without logging, for callers that retry or look for the bad row: the
 * error is kept for session_last_error(). */
int session_note(const char *doing);
const struct session_error *session_last_error(void);

/* For the files beside this one that talk libpq: keep an error that ECPG did not see.
 * Texts are copied. Returns its kind. */
int session_keep(const char *sqlstate, const char *message, const char *context);

/* Say more of the error kept last; copied. */
void session_keep_constraint(const char *constraint);
void session_keep_hint(const char *hint);

/* Log the error kept last, as session_fail() would. Returns its kind. */
int session_report(const char *doing);

/* SQLSTATE → err kind. 08, 57P0x, 53300, and no state on a dead connection: ERR_TEMPFAIL;
 * 40001, 40P01, 55P03: ERR_TEMPFAIL; 57014: stop_requested() or ERR_TEMPFAIL; 28, 3D, 25006: ERR_UNAVAILABLE;
 * 42501: ERR_NOPERM; 42P01, 42703 (no such table or column), 42P17: ERR_CONFIG; 53100: ERR_IO; 22, 23, 54: ERR_INPUT;
 * rest ERR_INTERNAL. The whole list is in sqlstate.c. */
int session_error_kind(const char *sqlstate);

/* Whether the connection is gone, and whether the same work may succeed if simply
 * done again (lost connection, deadlock, serialization failure, lock timeout). */
bool session_lost(void);
bool session_may_retry(void);

#endif
