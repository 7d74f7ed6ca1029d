/* mbflow: a line of the profile mbflow, {id, execution_id, event_type, sequence, payload, created_at} → an event.
 * What follows from it is derived on the server from the events that are stored (docs/events.md). */
#ifndef BRIDGEJOB_PIPE_MBFLOW_H
#define BRIDGEJOB_PIPE_MBFLOW_H

#include "pipe/event.h"

/* Read a line whose members are in parser->top. REASON_NONE and '*event' filled in (correlation is the execution,
 * NUMBER_SEQUENCE its place in it), or why it is refused. */
enum reason mbflow_event(struct event_parser *parser, struct event *event);

/* "workflow_started" for 'execution.started', 'WORKFLOW-STARTED' …; absent for a name that is none of them. */
struct span mbflow_type(struct span type);

/* A row of stage_mbflow. 'seq' is the event's place in its batch. */
void mbflow_row(struct buf *out, const struct event *event, int64_t seq);

#endif
