#include "pipe/event_facts.h"

#include <string.h>

#include "core/time.h"
#include "pipe/envelope.h"
#include "pipe/event_field.h"

/* Widths of the columns (migrations/001 to 010). */
#define STATE_LIMIT 50
#define NAME_LIMIT 100
#define STAMP_ID_LIMIT 255
#define WORKFLOW_HASH_LIMIT 64
#define STAMP_HASH_LIMIT 128
#define NODE_ID_LIMIT 255
#define VERSION_LIMIT 50
#define ANY_LENGTH SIZE_MAX

static enum reason missing(struct event_parser *parser, const char *name)
{
    return field_refuse(parser, REASON_MISSING_FIELD, "'%s' is missing", name);
}

/* Members of an object within the payload; NULL when there is none. Valid until the next call. */
static const struct json_members *part_of(struct event_parser *parser, const char *name)
{
    const struct json_member *member = json_find(envelope_body(parser), name);
    if (member == NULL || member->type != JSON_OBJECT || json_object_members(member->value, &parser->part) != 0)
        return NULL;
    return &parser->part;
}

static enum reason take_error(struct event_parser *parser, struct event *event)
{
    const struct json_member *member = field_first(envelope_body(parser), "error_message", "error", NULL);
    if (member == NULL)
        return REASON_NONE;
    if (member->type == JSON_STRING)
        return field_text(parser, member, "error_message", ANY_LENGTH, &event->facts[FACT_ERROR]);
    event->facts[FACT_ERROR] = member->value; /* an object: {"code": …, "message": …} */
    if (member->type == JSON_OBJECT && json_object_members(member->value, &parser->part) == 0) {
        const struct json_member *message = field_first(&parser->part, "message", NULL, NULL);
        if (message != NULL && message->type == JSON_STRING)
            return field_text(parser, message, "error_message", ANY_LENGTH, &event->facts[FACT_ERROR]);
    }
    return REASON_NONE;
}

/* The workflow's metadata: the payload's member of that name, with input_data beside it. */
static void take_workflow_metadata(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    const struct json_member *input = json_find(body, "input_data");
    const struct json_member *own = parser->flat ? NULL : json_find(body, "metadata");
    struct buf *text = &parser->text;
    if (own != NULL && own->type != JSON_OBJECT)
        own = NULL;
    if (input == NULL && own == NULL)
        return;
    if (input == NULL) {
        event->facts[FACT_WORKFLOW_METADATA] = own->value;
        return;
    }
    size_t from = text->len;
    buf_add_text(text, "{\"input_data\":");
    buf_add_span(text, input->value);
    if (own != NULL && json_object_members(own->value, &parser->part) == 0 && parser->part.n > 0) {
        buf_add_char(text, ',');
        buf_add(text, own->value.at + 1, own->value.len - 2);
    }
    buf_add_char(text, '}');
    event->facts[FACT_WORKFLOW_METADATA] = (struct span){text->data + from, text->len - from};
}

static enum reason take_workflow(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    enum reason reason = field_text(parser, field_first(body, "workflow_type", NULL, NULL), "workflow_type", NAME_LIMIT,
                                    &event->facts[FACT_WORKFLOW_TYPE]);
    if (reason != REASON_NONE)
        return reason;
    switch (event->kind) {
    case EVENT_WORKFLOW_STARTED:
        event->facts[FACT_STATE] = SPAN("PROCESSING");
        take_workflow_metadata(parser, event);
        return field_state(parser, field_first(body, "current_state", "initial_state", NULL), "current_state",
                           STATE_LIMIT, &event->facts[FACT_STATE]);
    case EVENT_WORKFLOW_FAILED:
        event->facts[FACT_STATE] = SPAN("FAILED");
        reason = take_error(parser, event);
        break;
    default:
        event->facts[FACT_STATE] = SPAN("COMPLETED");
        reason = field_text(parser, field_first(body, "stamp_id", NULL, NULL), "stamp_id", STAMP_ID_LIMIT,
                            &event->facts[FACT_STAMP_ID]);
        if (reason == REASON_NONE)
            reason = field_text(parser, field_first(body, "file_hash", NULL, NULL), "file_hash", WORKFLOW_HASH_LIMIT,
                                &event->facts[FACT_FILE_HASH]);
    }
    if (reason != REASON_NONE)
        return reason;
    return field_integer(parser, field_first(body, "execution_time_ms", NULL, NULL), "execution_time_ms",
                         &event->numbers[NUMBER_EXECUTION_MS]);
}

static bool names_workflow(struct span entity_type)
{
    return span_is(entity_type, "workflow") || span_is(entity_type, "WORKFLOW") ||
           span_is(entity_type, "workflow_execution") || span_is(entity_type, "workflow_executions");
}

/* The entity is the workflow unless the payload names another one. */
static enum reason take_entity(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    enum reason reason = field_text(parser, field_first(body, "entity_type", NULL, NULL), "entity_type", NAME_LIMIT,
                                    &event->facts[FACT_ENTITY_TYPE]);
    if (reason != REASON_NONE)
        return reason;
    if (event->facts[FACT_ENTITY_TYPE].at == NULL)
        event->facts[FACT_ENTITY_TYPE] = SPAN("workflow");
    bool of_workflow = names_workflow(event->facts[FACT_ENTITY_TYPE]);
    const struct json_member *member = field_first(body, "entity_id", NULL, NULL);
    event->has_entity = member != NULL;
    reason = field_id(parser, member, "entity_id", &event->entity);
    if (reason != REASON_NONE)
        return reason;
    if (of_workflow && !event->has_correlation && event->has_entity) {
        event->correlation = event->entity;
        event->has_correlation = true;
    }
    if (!event->has_entity && event->has_correlation) {
        event->entity = event->correlation;
        event->has_entity = true;
    }
    event->moves_workflow = of_workflow && event->has_correlation;
    return event->has_entity ? REASON_NONE : missing(parser, "entity_id");
}

static enum reason take_transition(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    enum reason reason = take_entity(parser, event);
    if (reason == REASON_NONE)
        reason = field_state(parser, field_first(body, "from_state", "previous_state", "old_state"), "from_state",
                             STATE_LIMIT, &event->facts[FACT_FROM_STATE]);
    if (reason == REASON_NONE)
        reason = field_state(parser, field_first(body, "to_state", "new_state", "current_state"), "to_state",
                             STATE_LIMIT, &event->facts[FACT_STATE]);
    if (reason == REASON_NONE && event->facts[FACT_STATE].at == NULL)
        reason = missing(parser, "to_state");
    if (reason != REASON_NONE)
        return reason;
    event->facts[FACT_TRANSITION_EVENT] = SPAN("STATE_TRANSITION");
    const struct json_member *member = field_first(body, "transition_event", "trigger", "triggered_by");
    reason = field_text(parser, member, "transition_event", NAME_LIMIT, &event->facts[FACT_TRANSITION_EVENT]);
    if (reason == REASON_NONE && event->moves_workflow && span_is(event->facts[FACT_STATE], "FAILED"))
        reason = take_error(parser, event);
    return reason;
}

static struct span default_status(enum event_kind kind)
{
    switch (kind) {
    case EVENT_STEP_STARTED: return SPAN("PROCESSING");
    case EVENT_STEP_FAILED: return SPAN("FAILED");
    default: return SPAN("COMPLETED");
    }
}

static enum reason take_step(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    enum reason reason = field_text(parser, field_first(body, "step_name", NULL, NULL), "step_name", NAME_LIMIT,
                                    &event->facts[FACT_STEP_NAME]);
    if (reason == REASON_NONE && event->facts[FACT_STEP_NAME].at == NULL)
        reason = missing(parser, "step_name");
    event->facts[FACT_STATE] = default_status(event->kind);
    if (reason == REASON_NONE)
        reason = field_state(parser, field_first(body, "status", "step_status", NULL), "status", STATE_LIMIT,
                             &event->facts[FACT_STATE]);
    if (reason == REASON_NONE)
        reason = field_integer(parser, field_first(body, "step_order", NULL, NULL), "step_order",
                               &event->numbers[NUMBER_STEP_ORDER]);
    if (reason == REASON_NONE)
        reason = field_integer(parser, field_first(body, "execution_time_ms", NULL, NULL), "execution_time_ms",
                               &event->numbers[NUMBER_EXECUTION_MS]);
    return reason == REASON_NONE ? take_error(parser, event) : reason;
}

static enum reason take_stamp(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    /* With a workflow the hash is its column too, and that one is narrower. */
    size_t limit = event->has_correlation ? WORKFLOW_HASH_LIMIT : STAMP_HASH_LIMIT;
    enum reason reason = field_text(parser, field_first(body, "stamp_id", NULL, NULL), "stamp_id", STAMP_ID_LIMIT,
                                    &event->facts[FACT_STAMP_ID]);
    if (reason == REASON_NONE)
        reason = field_text(parser, field_first(body, "file_hash", NULL, NULL), "file_hash", limit,
                            &event->facts[FACT_FILE_HASH]);
    if (reason == REASON_NONE && event->facts[FACT_FILE_HASH].at == NULL && !event->has_correlation)
        reason = missing(parser, "file_hash"); /* no workflow, so none will ever come */
    return reason;
}

static enum reason take_hash(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    enum reason reason = field_text(parser, field_first(body, "file_hash", "hash", NULL), "file_hash",
                                    WORKFLOW_HASH_LIMIT, &event->facts[FACT_FILE_HASH]);
    if (reason == REASON_NONE && event->facts[FACT_FILE_HASH].at == NULL)
        reason = missing(parser, "file_hash");
    if (reason == REASON_NONE)
        reason = field_integer(parser, field_first(body, "generation_time_ms", "hash_generation_time_ms", NULL),
                               "hash_generation_time_ms", &event->numbers[NUMBER_GENERATION_MS]);
    return reason;
}

static enum reason take_node_texts(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    const struct json_member *id = field_first(body, "node_id", NULL, NULL);
    if (id == NULL)
        id = field_first(&parser->top, "source_node_id", NULL, NULL);
    enum reason reason = field_text(parser, id, "node_id", NODE_ID_LIMIT, &event->facts[FACT_NODE_ID]);
    if (reason == REASON_NONE && event->facts[FACT_NODE_ID].len == 0)
        reason = missing(parser, "node_id");
    if (reason == REASON_NONE)
        reason = field_text(parser, field_first(body, "node_type", NULL, NULL), "node_type", NAME_LIMIT,
                            &event->facts[FACT_NODE_TYPE]);
    if (reason == REASON_NONE)
        reason = field_state(parser, field_first(body, "health_status", NULL, NULL), "health_status", STATE_LIMIT,
                             &event->facts[FACT_HEALTH]);
    return reason;
}

/* The version, and the type where the payload has none, from the objects around it. */
static enum reason take_node_described(struct event_parser *parser, struct event *event)
{
    struct span *version = &event->facts[FACT_NODE_VERSION], *type = &event->facts[FACT_NODE_TYPE];
    const struct json_member *member = field_first(envelope_body(parser), "node_version", NULL, NULL);
    enum reason reason = field_text(parser, member, "node_version", VERSION_LIMIT, version);
    const struct json_members *part = part_of(parser, "capabilities");
    if (reason == REASON_NONE && version->at == NULL && part != NULL)
        reason = field_text(parser, field_first(part, "node_version", NULL, NULL), "node_version", VERSION_LIMIT,
                            version);
    part = part_of(parser, "metadata");
    if (reason == REASON_NONE && version->at == NULL && part != NULL)
        reason = field_text(parser, field_first(part, "version", NULL, NULL), "node_version", VERSION_LIMIT, version);
    const struct json_member *meta = json_find(&parser->top, "metadata");
    if (reason == REASON_NONE && type->at == NULL && meta != NULL && meta->type == JSON_OBJECT &&
        json_object_members(meta->value, &parser->part) == 0)
        reason = field_text(parser, field_first(&parser->part, "node_type", NULL, NULL), "node_type", NAME_LIMIT, type);
    return reason;
}

static enum reason take_node(struct event_parser *parser, struct event *event)
{
    const struct json_members *body = envelope_body(parser);
    field_json(field_first(body, "capabilities", NULL, NULL), &event->facts[FACT_CAPABILITIES]);
    field_json(field_first(body, "endpoints", NULL, NULL), &event->facts[FACT_ENDPOINTS]);
    if (!parser->flat) /* that of a flat object is the envelope's */
        field_json(field_first(body, "metadata", NULL, NULL), &event->facts[FACT_NODE_METADATA]);
    enum reason reason = take_node_texts(parser, event);
    return reason == REASON_NONE ? take_node_described(parser, event) : reason;
}

/* The merge casts it; but the server also takes 'now' and 'tomorrow', which the clock decides. */
static enum reason judge_time(struct event_parser *parser, const char *name)
{
    const struct json_member *member = field_first(envelope_body(parser), name, NULL, NULL);
    int64_t ignored;
    if (member == NULL || (member->type == JSON_STRING &&
                           time_parse(json_string(member->value, &parser->text), &ignored) == 0))
        return REASON_NONE;
    return field_refuse(parser, REASON_INVALID_TIMESTAMP, "'%s' is not a timestamp", name);
}

/* What a bridge's row needs: bridge_id and its state here; the rest is read from the payload by
 * the merge, so it is only judged here. */
static enum reason take_bridge(struct event_parser *parser, struct event *event)
{
    static const struct {
        const char *name;
        struct field_bounds bounds;
    } numbers[] = {
        {"total_workflows_processed", {0, INT32_MAX, 0}}, {"total_items_aggregated", {0, INT32_MAX, 0}},
        {"total_size_bytes", {0, INT64_MAX, 0}},          {"aggregation_duration_ms", {0, INT32_MAX, 0}},
        {"items_per_second", {0, 9999999999, 2}},         {"version", {1, INT32_MAX, 0}},
    };
    const struct json_members *body = envelope_body(parser);
    const struct json_member *id = field_first(body, "bridge_id", NULL, NULL);
    struct span ignored;
    int64_t unused;
    event->has_entity = id != NULL;
    if (id == NULL)
        return REASON_NONE;
    enum reason reason = field_id(parser, id, "bridge_id", &event->entity);
    for (size_t i = 0; reason == REASON_NONE && i < sizeof(numbers) / sizeof(numbers[0]); i++)
        reason = field_number(parser, field_first(body, numbers[i].name, NULL, NULL), numbers[i].name,
                              &numbers[i].bounds, &unused);
    if (reason == REASON_NONE)
        reason = judge_time(parser, "window_start");
    if (reason == REASON_NONE)
        reason = judge_time(parser, "window_end");
    if (reason == REASON_NONE)
        reason = field_text(parser, field_first(body, "aggregation_type", NULL, NULL), "aggregation_type", STATE_LIMIT,
                            &ignored);
    if (reason == REASON_NONE)
        reason = field_state(parser, field_first(body, "current_fsm_state", "fsm_state", NULL), "current_fsm_state",
                             STATE_LIMIT, &event->facts[FACT_STATE]);
    return reason;
}

enum reason event_facts(struct event_parser *parser, struct event *event)
{
    enum reason reason = REASON_NONE;
    switch (event->kind) {
    case EVENT_WORKFLOW_STARTED:
    case EVENT_WORKFLOW_COMPLETED:
    case EVENT_WORKFLOW_FAILED: reason = take_workflow(parser, event); break;
    case EVENT_STATE_TRANSITION: reason = take_transition(parser, event); break;
    case EVENT_STEP_STARTED:
    case EVENT_STEP_COMPLETED:
    case EVENT_STEP_FAILED: reason = take_step(parser, event); break;
    case EVENT_STAMP_CREATED: reason = take_stamp(parser, event); break;
    case EVENT_HASH_GENERATED: reason = take_hash(parser, event); break;
    case EVENT_INTELLIGENCE_RECEIVED:
        field_json(field_first(envelope_body(parser), "intelligence_data", NULL, NULL),
                   &event->facts[FACT_INTELLIGENCE]);
        break;
    case EVENT_NODE_REGISTERED:
    case EVENT_NODE_HEARTBEAT: reason = take_node(parser, event); break;
    case EVENT_AGGREGATION_COMPLETED:
    case EVENT_STATE_AGGREGATION_COMPLETED: reason = take_bridge(parser, event); break;
    default: return REASON_NONE;
    }
    if (reason == REASON_NONE && event_is_workflow(event) && !event->has_correlation)
        return missing(parser, "correlation_id");
    return reason;
}
