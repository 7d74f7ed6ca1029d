/* stage: the temporary tables a batch lies in before it is merged. Made once a session,
 * emptied by every commit. */
#ifndef BRIDGEJOB_JOBS_STAGE_H
#define BRIDGEJOB_JOBS_STAGE_H

#include "core/buf.h"

/* Make the tables where they are not there yet. 0 or an err kind, noted. */
int stage_create(void);

/* Those few batches need: made, and empty, when it comes to them. Every table that exists costs each
 * COMMIT a truncation. 0 or an err kind, noted. */
int stage_create_nodes(void);
int stage_create_bridges(void);

/* Empty them within a transaction that goes on. 0 or an err kind, noted. */
int stage_empty(void);

/* COPY rows (row.h) in; nothing where there are none. 0 or an err kind, noted; when the server refuses an
 * event, '*bad_row' is its place among the rows from 0, else -1. */
int stage_events(const struct buf *rows, long long *bad_row);
int stage_rows(const char *copy, const struct buf *rows, long long *bad_row);
int stage_workflows(const struct buf *rows);

#endif
