/* row: events and folded workflows → rows, in COPY's binary form. The columns and their order
 * are those of jobs/ingest/stage.pgc for the staging tables, of jobs/ingest/rows.c for the others. */
#ifndef BRIDGEJOB_PIPE_ROW_H
#define BRIDGEJOB_PIPE_ROW_H

#include "core/buf.h"
#include "pipe/event.h"
#include "pipe/fold.h"

/* A row of stage_events. 'seq' is the event's place in its batch. */
void row_event(struct buf *out, const struct event *event, int64_t seq);

/* A row of stage_workflows; 'steps' is the workflow_steps array as JSON text. */
void row_workflow(struct buf *out, const struct folded_workflow *workflow, struct span steps, size_t n_steps);

/* Rows of the tables themselves, for a batch that is surely new. */
void row_log(struct buf *out, const struct event *event);        /* event_logs */
void row_step(struct buf *out, const struct event *event);       /* workflow_steps */
void row_transition(struct buf *out, const struct event *event); /* fsm_transitions */
void row_stamp(struct buf *out, const struct event *event);      /* metadata_stamps */
/* rollup_changes: the minute and name space that a stamp changes. */
void row_mark(struct buf *out, struct span name_space, int64_t minute);

#endif
