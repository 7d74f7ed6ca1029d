/* merge_mbflow: a staged batch of the profile mbflow → events, executions, node_executions, inside the batch's
 * transaction. The events are stored, and what is known of their executions is then derived from all the events that
 * are stored: so neither order nor batches matter (docs/events.md, "The profile mbflow"). */
#ifndef BRIDGEJOB_JOBS_MERGE_MBFLOW_H
#define BRIDGEJOB_JOBS_MERGE_MBFLOW_H

#include "core/buf.h"

/* COPY rows (mbflow.h) in, and merge them. '*inserted' is how many of the 'n' events are new; 'run' is noted with
 * executions that lack events. 0 or an err kind, noted; '*bad_row' as for stage_events(). */
int merge_mbflow(const struct buf *rows, long long n, long long run, long long *inserted, long long *bad_row);

#endif
