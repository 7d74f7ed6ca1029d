#include "pipe/event.h"

#include <string.h>

#include "pipe/envelope.h"
#include "pipe/event_facts.h"
#include "pipe/event_field.h"
#include "pipe/map.h"
#include "pipe/mbflow.h"

#define TYPE_LIMIT 100      /* event_logs.event_type VARCHAR(100) */
#define NAMESPACE_LIMIT 255 /* event_logs.namespace VARCHAR(255) */

void event_parser_init(struct event_parser *parser, const struct event_policy *policy)
{
    *parser = (struct event_parser){.policy = *policy};
    buf_init(&parser->text);
    buf_init(&parser->originals);
    buf_init(&parser->wrapper);
}

void event_parser_release(struct event_parser *parser)
{
    buf_release(&parser->text);
    buf_release(&parser->originals);
    buf_release(&parser->wrapper);
    json_members_release(&parser->top);
    json_members_release(&parser->mapped);
    json_members_release(&parser->payload);
    json_members_release(&parser->part);
    json_members_release(&parser->meta);
}

static enum reason judge(struct event_parser *parser, struct span line)
{
    enum json_type type;
    size_t at;
    enum json_verdict verdict = json_check(line, &type, &parser->top, &at);
    if (verdict != JSON_OK)
        return field_refuse(parser, field_verdict(verdict), "at byte %zu of the line", at);
    if (type != JSON_OBJECT)
        return field_refuse(parser, REASON_NOT_AN_OBJECT, "the line is valid JSON but no object");
    return REASON_NONE;
}

/* From here on what the map makes of the line stands for the line's own members. */
static enum reason apply_map(struct event_parser *parser)
{
    struct json_members of_line = parser->top;
    switch (map_apply(parser->policy.map, parser->line, &of_line, &parser->mapped, &parser->text)) {
    case MAP_TOO_LARGE:
        return field_refuse(parser, REASON_VALUE_TOO_LONG, "the map copies more than twice the line's length");
    case MAP_NO_MEMORY:
        return field_refuse(parser, REASON_LINE_TOO_LONG, "out of memory for a line of %zu bytes", parser->line.len);
    case MAP_APPLIED: break;
    }
    parser->top = parser->mapped;
    parser->mapped = of_line;
    return REASON_NONE;
}

/* The type as it came: decoded in '*text', as JSON in '*json'. */
static enum reason find_type(struct event_parser *parser, struct span *text, struct span *json)
{
    const struct json_member *member = field_first(&parser->top, "event_type", "type", NULL);
    *text = SPAN_NONE;
    if (member != NULL) {
        enum reason reason = field_text(parser, member, "event_type", TYPE_LIMIT, text);
        if (reason == REASON_NONE)
            envelope_use(parser, json_key_is(member, "event_type") ? "event_type" : "type");
        *json = member->value;
        return reason == REASON_NONE && text->len == 0
                   ? field_refuse(parser, REASON_MISSING_EVENT_TYPE, "'event_type' is empty")
                   : reason;
    }
    const struct json_member *topic = field_first(&parser->top, "topic", NULL, NULL);
    struct span name = topic != NULL && topic->type == JSON_STRING ? topic->value : parser->wrapper_topic;
    if (name.at != NULL)
        *text = envelope_topic_slug(json_string(name, &parser->text));
    if (text->len == 0)
        return field_refuse(parser, REASON_MISSING_EVENT_TYPE, parser->policy.map != NULL
                            ? "the map finds no 'event_type'" : "no 'event_type', 'type' or 'topic'");
    if (text_utf8_length(*text) > TYPE_LIMIT)
        return field_refuse(parser, REASON_VALUE_TOO_LONG, "'event_type' is longer than %d characters", TYPE_LIMIT);
    size_t from = parser->text.len;
    buf_add_json_string(&parser->text, *text);
    *json = (struct span){parser->text.data + from, parser->text.len - from};
    return REASON_NONE;
}

/* The first that is present of the places where an event's time may stand. */
static const struct json_member *find_time(struct event_parser *parser, bool sub_object)
{
    static const char *const top_names[] = {"event_timestamp", "timestamp", "created_at"};
    for (size_t i = 0; i < sizeof(top_names) / sizeof(top_names[0]); i++) {
        const struct json_member *member = field_first(&parser->top, top_names[i], NULL, NULL);
        if (member != NULL) {
            envelope_use(parser, top_names[i]);
            return member;
        }
    }
    const struct json_member *member = parser->flat ? NULL : field_first(&parser->payload, "timestamp", NULL, NULL);
    if (member == NULL && sub_object)
        member = field_first(&parser->payload, "started_at", "completed_at", "created_at");
    if (member == NULL && sub_object)
        member = field_first(&parser->payload, "last_heartbeat", NULL, NULL);
    if (member == NULL && (member = field_first(&parser->top, "published_at", NULL, NULL)) != NULL)
        envelope_use(parser, "published_at");
    return member;
}

static enum reason take_time(struct event_parser *parser, bool sub_object, struct event *event)
{
    const struct json_member *member = find_time(parser, sub_object);
    struct json_member kafka = {.value = parser->wrapper_time, .type = JSON_NUMBER};
    if (member == NULL && parser->wrapper_time.at != NULL)
        member = &kafka; /* when the message was put into the topic: better than refusing it */
    if (member == NULL)
        return field_refuse(parser, REASON_MISSING_TIMESTAMP, "no field of the event holds its time");
    int name_len = member == &kafka ? 9 : (int)(member->key.len < 60 ? member->key.len : 60);
    const char *name = member == &kafka ? "timestamp" : member->key.at;
    return field_time(parser, member, (struct span){name, (size_t)name_len}, &event->at);
}

static enum reason take_event_id(struct event_parser *parser, struct event *event)
{
    const struct json_member *member = field_first(&parser->top, "event_id", "id", NULL);
    if (member == NULL) {
        event->id = field_line_id(parser);
        return REASON_NONE;
    }
    envelope_use(parser, json_key_is(member, "event_id") ? "event_id" : "id");
    return field_id(parser, member, "event_id", &event->id);
}

static bool may_name_workflow(enum event_kind kind)
{
    return (kind >= EVENT_WORKFLOW_STARTED && kind <= EVENT_INTELLIGENCE_RECEIVED);
}

static enum reason take_correlation(struct event_parser *parser, struct event *event)
{
    const char *name = "correlation_id";
    const struct json_member *member = field_first(&parser->top, "correlation_id", NULL, NULL);
    if (member != NULL) {
        envelope_use(parser, "correlation_id");
    } else if (may_name_workflow(event->kind)) {
        name = "workflow_id";
        member = field_first(envelope_body(parser), "workflow_id", NULL, NULL);
    }
    event->has_correlation = member != NULL;
    return field_id(parser, member, name, &event->correlation);
}

static enum reason take_session(struct event_parser *parser, struct event *event)
{
    const struct json_member *member = field_first(&parser->top, "session_id", NULL, NULL);
    if (member != NULL)
        envelope_use(parser, "session_id");
    else
        member = field_first(envelope_body(parser), "session_id", NULL, NULL);
    event->has_session = member != NULL;
    return field_id(parser, member, "session_id", &event->session);
}

/* A string that is not empty; anything else in a payload is the payload's own business. */
static const struct json_member *named(const struct json_members *members)
{
    const struct json_member *member = field_first(members, "namespace", NULL, NULL);
    return member != NULL && member->type == JSON_STRING && member->value.len > 2 ? member : NULL;
}

/* The name space within a member of the envelope that is an object. */
static const struct json_member *named_within(struct event_parser *parser, const char *name)
{
    const struct json_member *outer = json_find(&parser->top, name);
    if (outer == NULL || outer->type != JSON_OBJECT || json_object_members(outer->value, &parser->part) != 0)
        return NULL;
    return named(&parser->part);
}

static enum reason take_namespace(struct event_parser *parser, bool sub_object, struct event *event)
{
    static const char *const places[] = {"metadata",          "workflow_execution_data", "workflow_step_data",
                                         "metadata_stamp_data", "bridge_state_data",     "fsm_transition_data",
                                         "node_heartbeat_data"};
    const struct json_member *member = field_first(&parser->top, "namespace", NULL, NULL);
    if (member != NULL && !(member->type == JSON_STRING && member->value.len == 2))
        envelope_use(parser, "namespace");
    else
        member = parser->flat || sub_object ? NULL : named(&parser->payload);
    for (size_t i = 0; member == NULL && i < sizeof(places) / sizeof(places[0]); i++)
        member = named_within(parser, places[i]);
    event->namespace_given = member != NULL;
    event->name_space = parser->policy.default_namespace;
    return field_text(parser, member, "namespace", NAMESPACE_LIMIT, &event->name_space);
}

/* The envelope's columns, in the order in which their absence is reported. */
static enum reason take_envelope(struct event_parser *parser, struct event *event, struct span *original_type)
{
    struct span type, type_json = SPAN_NONE;
    bool sub_object;
    enum reason reason = find_type(parser, &type, &type_json);
    if (reason == REASON_NONE)
        reason = envelope_payload(parser, event, &sub_object);
    if (reason != REASON_NONE)
        return reason;
    event->kind = event_kind_of(type);
    event->type = event->kind == EVENT_OTHER ? type : span_of(event_kind_name(event->kind));
    *original_type = span_equal(event->type, type) ? SPAN_NONE : type_json;
    if ((reason = take_time(parser, sub_object, event)) != REASON_NONE ||
        (reason = take_event_id(parser, event)) != REASON_NONE ||
        (reason = take_correlation(parser, event)) != REASON_NONE ||
        (reason = take_session(parser, event)) != REASON_NONE)
        return reason;
    return take_namespace(parser, sub_object, event);
}

enum reason event_parse(struct event_parser *parser, struct span line, struct event *event)
{
    struct span original_type = SPAN_NONE;
    *event = (struct event){.kind = EVENT_OTHER};
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        event->numbers[i] = NUMBER_ABSENT;
    buf_reset(&parser->text);
    buf_reset(&parser->originals);
    buf_reset(&parser->wrapper);
    parser->line = line;
    parser->wrapper_topic = parser->wrapper_time = SPAN_NONE;
    parser->n_used = parser->n_wrappers = 0;
    parser->detail[0] = '\0';
    /* Spans point into the text while it is written, so it may not move: a byte of the line is written once
     * for each wrapper around it, once decoded and twice more, and never longer than it stands there. With a map
     * there are no wrappers, but up to two copies of the line and one of the map, each written three times. */
    size_t of_map = parser->policy.map != NULL ? 4 * parser->policy.map->len : 0;
    if (buf_reserve(&parser->text, 8 * line.len + 4096 + of_map) == NULL)
        return field_refuse(parser, REASON_LINE_TOO_LONG, "out of memory for a line of %zu bytes", line.len);

    enum reason reason = judge(parser, line);
    if (reason == REASON_NONE && parser->policy.mbflow)
        return mbflow_event(parser, event);
    if (reason == REASON_NONE)
        reason = parser->policy.map != NULL ? apply_map(parser) : envelope_unwrap(parser);
    if (reason == REASON_NONE)
        reason = take_envelope(parser, event, &original_type);
    if (reason == REASON_NONE)
        reason = event_facts(parser, event);
    if (reason != REASON_NONE)
        return reason;
    envelope_finish(parser, event, original_type);
    if (event->kind == EVENT_INTELLIGENCE_RECEIVED && event->facts[FACT_INTELLIGENCE].at == NULL)
        event->facts[FACT_INTELLIGENCE] = event->payload; /* the payload whole; a flat one is written only now */
    return REASON_NONE;
}
