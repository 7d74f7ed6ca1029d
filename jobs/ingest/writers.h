/* writers: the pool of database writers. Processes, each with its own connection; events are
 * routed by workflow, so no two of them touch the same workflow's rows. */
#ifndef BRIDGEJOB_JOBS_WRITERS_H
#define BRIDGEJOB_JOBS_WRITERS_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/ingest/batch.h"

#define WRITERS_AT_MOST 64

struct writers_config {
    size_t n;
    size_t batch_lines;      /* most lines of a batch; 0: what fits its share of memory */
    size_t max_line;
    long long run;           /* for the ledger and the sessions' names */
    bool mbflow;             /* --profile mbflow */
    bool atomic;             /* nothing counts before writers_commit(); with one writer only */
};

struct writers;

/* What the pool was worth: whether the writers, or the reading before them, held up a run. */
struct writers_usage {
    size_t n;                /* writers */
    int64_t open_us;         /* from the first line given to them until the last batch was back */
    int64_t busy_us;         /* of that, with a batch in hand: the sum over all writers */
    int64_t waits_us;        /* the parent waited because all batches of the writer it needed were under way */
    int64_t retries;         /* attempts at batches that were repeated */
};

/* What the parent does with a batch that is back: called with its verdict filled in. 0 or an err
 * kind, which ends the run. */
typedef int writers_done(void *self, const struct batch *batch);

/* Start the processes; they connect when the first batch comes. NULL, reported, on failure. */
struct writers *writers_start(const struct writers_config *config, writers_done *done, void *self);

/* Give an event to its writer; waits only when all of that writer's batches are under way.
 * 0 or an err kind, reported. */
int writers_put(struct writers *writers, struct batch_owner *owner, const struct line *line, const struct event *event,
                struct span text);

/* Send what is not sent yet; else the lines of the next file share its batches. 0 or an err kind, reported. */
int writers_send(struct writers *writers);
/* Send, and wait until some batch is back, if any is under way. 0 or an err kind, reported. */
int writers_wait(struct writers *writers);
/* Send, and wait until every batch is back. 0 or an err kind, reported. */
int writers_flush(struct writers *writers);

/* Of atomic writers, when all is flushed: keep what was loaded since the last of these calls, or nothing of it. 0 or
 * an err kind, reported. */
int writers_commit(struct writers *writers);
int writers_rollback(struct writers *writers);

/* So far; all 0 of NULL. */
struct writers_usage writers_usage(const struct writers *writers);

/* End the processes (when asked to stop, their running batches are rolled back) and free
 * everything. Safe on NULL. */
void writers_stop(struct writers *writers);

#endif
