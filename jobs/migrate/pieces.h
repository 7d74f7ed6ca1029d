/* pieces: how far a file got that runs statement by statement, in memory and, with each commit, in the table
 * (halfway.h). */
#ifndef BRIDGEJOB_JOBS_MIGRATE_PIECES_H
#define BRIDGEJOB_JOBS_MIGRATE_PIECES_H

#include <stdbool.h>

#include "core/buf.h"
#include "jobs/migrate/concurrent.h"
#include "jobs/migrate/halfway.h"
#include "jobs/migrate/work.h"

/* Where the file is. */
struct pieces {
    struct work *work;
    struct halfway halfway; /* as it is, or will be, in the table */
    struct buf done;          /* the texts of the statements that are done, each with a NUL */
    struct span statement;
    bool last;
    bool blind;               /* it was started by a run that did not see it end */
};

/* The statement counts as done, whatever commits it. 0 or ERR_INTERNAL, reported. */
int pieces_count(struct pieces *pieces);

/* In the transaction that did the statement: count it and write that down; behind the last one the file is recorded
 * instead (work_record). 0 or an err kind, reported. */
int pieces_note_done(struct pieces *pieces);

/* Commit what pieces_note_done() wrote, or do both in a transaction of their own. As work_commit(). */
int pieces_commit(struct pieces *pieces);
int pieces_note_done_alone(struct pieces *pieces);

/* In a transaction of its own: the statement is started outside one; it ended and did nothing. 0 or an err kind,
 * reported. */
int pieces_note_started(struct pieces *pieces, const struct concurrent *concurrent);
int pieces_note_stopped(struct pieces *pieces);

#endif
