/* row: events and folded workflows → rows of the staging tables, in COPY's binary form. The
 * columns and their order are those of jobs/ingest/stage.pgc. */
#ifndef BRIDGEJOB_PIPE_ROW_H
#define BRIDGEJOB_PIPE_ROW_H

#include "core/buf.h"
#include "pipe/event.h"
#include "pipe/fold.h"

/* A row of stage_events. 'seq' is the event's place in its batch. */
void row_event(struct buf *out, const struct event *event, int64_t seq);

/* A row of stage_workflows; 'steps' is the workflow_steps array as JSON text. */
void row_workflow(struct buf *out, const struct folded_workflow *workflow, struct span steps, size_t n_steps);

#endif
