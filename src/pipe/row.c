#include "pipe/row.h"

#include "pipe/tuple.h"

#define EVENT_COLUMNS 28
#define WORKFLOW_COLUMNS 37
#define LOG_COLUMNS 8
#define STEP_COLUMNS 9
#define TRANSITION_COLUMNS 8
#define STAMP_COLUMNS 6
#define MARK_COLUMNS 2

/* What kind of row beside event_logs an event makes, as stage_events.makes says it. */
static struct span makes(const struct event *event)
{
    switch (event->kind) {
    case EVENT_STEP_STARTED:
    case EVENT_STEP_COMPLETED:
    case EVENT_STEP_FAILED: return SPAN("step");
    case EVENT_STATE_TRANSITION: return SPAN("transition");
    case EVENT_STAMP_CREATED: return SPAN("stamp");
    case EVENT_NODE_REGISTERED: return SPAN("node");
    case EVENT_NODE_HEARTBEAT: return SPAN("heartbeat");
    case EVENT_AGGREGATION_COMPLETED:
    case EVENT_STATE_AGGREGATION_COMPLETED: return event->has_entity ? SPAN("bridge") : SPAN_NONE;
    default: return SPAN_NONE;
    }
}

static int64_t step_order(const struct event *event)
{
    if (!event_is_step(event->kind) || event->numbers[NUMBER_STEP_ORDER] != NUMBER_ABSENT)
        return event->numbers[NUMBER_STEP_ORDER];
    return event->step_rank;
}

void row_event(struct buf *out, const struct event *event, int64_t seq)
{
    const struct span *facts = event->facts;
    tuple_start(out, EVENT_COLUMNS);
    tuple_int(out, seq);
    tuple_text(out, makes(event));
    tuple_uuid(out, &event->id);
    tuple_text(out, event->type);
    tuple_uuid(out, event->has_correlation ? &event->correlation : NULL);
    tuple_uuid(out, event->has_session ? &event->session : NULL);
    tuple_json(out, event->payload);
    tuple_json(out, event->metadata);
    tuple_time(out, event->at);
    tuple_text(out, event->name_space);
    tuple_uuid(out, event->has_correlation ? &event->correlation : NULL); /* workflow_id, until looked up */
    tuple_uuid(out, event->has_entity ? &event->entity : NULL);
    tuple_text(out, facts[FACT_ENTITY_TYPE]);
    tuple_text(out, facts[FACT_TRANSITION_EVENT]);
    tuple_text(out, facts[FACT_STATE]);
    tuple_text(out, facts[FACT_FROM_STATE]);
    tuple_text(out, facts[FACT_STEP_NAME]);
    tuple_int(out, step_order(event));
    tuple_int(out, event->numbers[NUMBER_EXECUTION_MS]);
    tuple_text(out, facts[FACT_ERROR]);
    tuple_text(out, facts[FACT_FILE_HASH]);
    tuple_text(out, facts[FACT_NODE_ID]);
    tuple_text(out, facts[FACT_NODE_TYPE]);
    tuple_text(out, facts[FACT_NODE_VERSION]);
    tuple_text(out, facts[FACT_HEALTH]);
    tuple_json(out, facts[FACT_CAPABILITIES]);
    tuple_json(out, facts[FACT_ENDPOINTS]);
    tuple_json(out, facts[FACT_NODE_METADATA]);
}

static void add_said(struct buf *out, const struct said *said)
{
    tuple_text(out, said->value);
    if (said->present)
        tuple_time(out, said->at);
    else
        tuple_null(out);
}

static void add_said_json(struct buf *out, const struct said *said)
{
    tuple_json(out, said->value);
    if (said->present)
        tuple_time(out, said->at);
    else
        tuple_null(out);
    const struct uuid key = said_key(said);
    tuple_uuid(out, said->present ? &key : NULL);
}

static void add_figure(struct buf *out, const struct figure *figure)
{
    tuple_int(out, figure->ms);
    if (figure->ms != NUMBER_ABSENT)
        tuple_time(out, figure->at);
    else
        tuple_null(out);
}

/* What the table shows of the details, by the state. */
static void add_outcome(struct buf *out, const struct folded_workflow *workflow)
{
    bool failed = span_is(workflow->state.value, "FAILED");
    if (!failed && !span_is(workflow->state.value, "COMPLETED")) {
        tuple_null(out);
        tuple_null(out);
        tuple_null(out);
        return;
    }
    int64_t ms = failed ? workflow->failed_ms.ms : workflow->completed_ms.ms;
    if (ms == NUMBER_ABSENT)
        ms = fold_elapsed_ms(workflow->first_at, workflow->state.at);
    tuple_time(out, workflow->state.at);
    tuple_int(out, ms);
    tuple_text(out, failed ? workflow->error.value : SPAN_NONE);
}

void row_workflow(struct buf *out, const struct folded_workflow *workflow, struct span steps, size_t n_steps)
{
    tuple_start(out, WORKFLOW_COLUMNS);
    tuple_uuid(out, &workflow->correlation);
    tuple_time(out, workflow->first_at);
    tuple_time(out, workflow->last_at);
    add_said(out, &workflow->name_space);
    add_said(out, &workflow->type);
    tuple_uuid(out, workflow->session_at == FOLD_NEVER ? NULL : &workflow->session);
    tuple_time(out, workflow->session_at);
    add_said_json(out, &workflow->metadata);
    add_said(out, &workflow->state);
    add_said(out, &workflow->error);
    add_figure(out, &workflow->completed_ms);
    add_figure(out, &workflow->failed_ms);
    add_outcome(out, workflow);
    add_said(out, &workflow->stamp_id);
    add_said(out, &workflow->file_hash);
    add_said(out, &workflow->event_hash);
    add_figure(out, &workflow->generation);
    add_said_json(out, &workflow->intelligence);
    tuple_json(out, steps);
    tuple_int(out, (int64_t)n_steps);
    tuple_bool(out, workflow->unsure);
}

void row_log(struct buf *out, const struct event *event)
{
    tuple_start(out, LOG_COLUMNS);
    tuple_uuid(out, &event->id);
    tuple_text(out, event->type);
    tuple_uuid(out, event->has_correlation ? &event->correlation : NULL);
    tuple_uuid(out, event->has_session ? &event->session : NULL);
    tuple_json(out, event->payload);
    tuple_json(out, event->metadata);
    tuple_time(out, event->at);
    tuple_text(out, event->name_space);
}

void row_step(struct buf *out, const struct event *event)
{
    tuple_start(out, STEP_COLUMNS);
    tuple_uuid(out, &event->id);
    tuple_uuid(out, &event->correlation);
    tuple_text(out, event->facts[FACT_STEP_NAME]);
    tuple_int(out, step_order(event));
    tuple_text(out, event->facts[FACT_STATE]);
    tuple_int(out, event->numbers[NUMBER_EXECUTION_MS]);
    tuple_json(out, event->payload);
    tuple_text(out, event->facts[FACT_ERROR]);
    tuple_time(out, event->at);
}

void row_transition(struct buf *out, const struct event *event)
{
    tuple_start(out, TRANSITION_COLUMNS);
    tuple_uuid(out, &event->id);
    tuple_uuid(out, &event->entity);
    tuple_text(out, event->facts[FACT_ENTITY_TYPE]);
    tuple_text(out, event->facts[FACT_FROM_STATE]);
    tuple_text(out, event->facts[FACT_STATE]);
    tuple_text(out, event->facts[FACT_TRANSITION_EVENT]);
    tuple_json(out, event->payload);
    tuple_time(out, event->at);
}

void row_stamp(struct buf *out, const struct event *event)
{
    tuple_start(out, STAMP_COLUMNS);
    tuple_uuid(out, &event->id);
    tuple_uuid(out, event->has_correlation ? &event->correlation : NULL);
    tuple_text(out, event->facts[FACT_FILE_HASH]);
    tuple_json(out, event->payload);
    tuple_text(out, event->name_space);
    tuple_time(out, event->at);
}

void row_mark(struct buf *out, struct span name_space, int64_t minute)
{
    tuple_start(out, MARK_COLUMNS);
    tuple_text(out, name_space);
    tuple_time(out, minute);
}
