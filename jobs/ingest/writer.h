/* writer: one process's way to load a batch: rows, COPY, merge, ledger, commit; again when the
 * connection is lost or another transaction was in the way; around lines the server refuses.
 * A batch that may be new is copied straight into the tables; when it is not (a key is there
 * already) it is staged and merged, and so are some batches after it.
 * One bad line costs one line; but when the server refuses 16 lines in a row for one reason, has taken none of their
 * file and takes none of those behind them either, it is no matter of lines: then the run ends. */
#ifndef BRIDGEJOB_JOBS_WRITER_H
#define BRIDGEJOB_JOBS_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/ingest/batch.h"
#include "jobs/ingest/ledger.h"
#include "jobs/ingest/rows.h"

struct writer {
    long long run;
    int index;
    long long transactions;      /* entries in the ledger, from 1: with run and index their key */
    int failures;                /* in a row */
    int retries;                 /* of the batch in hand */
    int64_t failing_since;       /* wall clock */
    struct rows rows;
    bool atomic;                 /* one transaction from writer_load to writer_commit */
    bool begun;                  /* … and it is open */
    bool unreachable;            /* the server, after all tries to connect: this is for good, and reported */
    bool in_doubt;               /* the connection was lost over the COMMIT of 'doubtful' */
    struct ledger_batch doubtful; /* one of its entries in the ledger */
    char refusal[300];           /* SQLSTATE and constraint of the last refusals … */
    int refused_in_row;          /* … with nothing accepted between them */
    long long accepted_of;       /* file of which something was accepted last */
    int staged_left;             /* batches to stage before a direct load is tried again */
    int staged_next;             /* and how many it will be after the next failure */
    unsigned char months[4096 / 8]; /* event_logs' months known to be there: bit (year - 2000) * 12 + month - 1 */
};

/* 'batch_lines' is the most entries a batch can have; 'atomic': nothing counts before writer_commit(). 0 or an
 * err kind, reported. */
int writer_init(struct writer *writer, long long run, int index, size_t batch_lines, bool atomic);
/* Before the first batch: they are of the profile mbflow. */
void writer_set_mbflow(struct writer *writer);
void writer_release(struct writer *writer);

/* Load a batch: fills in inserted and duplicates of its parts, its refusals and retries. 0, or the err kind that ends
 * the run, reported; then nothing of the transaction it was in is there. */
int writer_load(struct writer *writer, struct batch *batch);

/* End the one transaction of an atomic writer: keep all that was loaded, or nothing of it. 0 or an err kind,
 * reported. */
int writer_commit(struct writer *writer);
void writer_rollback(struct writer *writer);

#endif
