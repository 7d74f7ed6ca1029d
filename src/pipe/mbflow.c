#include "pipe/mbflow.h"

#include <ctype.h>
#include <string.h>

#include "pipe/event_field.h"
#include "pipe/tuple.h"

#define COLUMNS 7
#define TYPE_LIMIT 100 /* events.event_type VARCHAR(100) */
#define LONGEST_NAME 32 /* longer than every name below */

/* Names as they are stored. Of an execution's, 'execution' may stand for 'workflow'. */
static const char *const names[] = {
    "node_started",      "node_completed",   "node_failed",        "node_skipped",    "node_retrying",
    "wave_started",      "wave_completed",   "workflow_started",   "workflow_completed",
    "workflow_failed",   "workflow_cancelled", "workflow_paused",  "workflow_resumed",
};

static const char *const columns[] = {"id", "execution_id", "event_type", "sequence", "payload", "created_at"};

static bool starts_with(struct span text, const char *word)
{
    return text.len > strlen(word) && memcmp(text.at, word, strlen(word)) == 0;
}

static bool says(struct span spelling, const char *name)
{
    static const char execution[] = "execution_", workflow[] = "workflow_";
    if (span_is(spelling, name))
        return true;
    size_t from = sizeof(execution) - 1;
    return starts_with(spelling, execution) && starts_with(span_of(name), workflow) &&
           span_is((struct span){spelling.at + from, spelling.len - from}, name + sizeof(workflow) - 1);
}

struct span mbflow_type(struct span type)
{
    char folded[LONGEST_NAME];
    if (type.len >= sizeof(folded))
        return SPAN_NONE;
    for (size_t i = 0; i < type.len; i++) {
        char c = type.at[i];
        folded[i] = c == '-' || c == '.' ? '_' : (char)tolower((unsigned char)c);
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (says((struct span){folded, type.len}, names[i]))
            return span_of(names[i]);
    return SPAN_NONE;
}

static bool is_column(const struct json_member *member)
{
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        if (json_key_is(member, columns[i]))
            return true;
    return false;
}

static enum reason missing(struct event_parser *parser, const char *name)
{
    return field_refuse(parser, REASON_MISSING_FIELD, "'%s' is missing", name);
}

/* '*known' tells whether the tables follow such events; any other is only stored. */
static enum reason take_type(struct event_parser *parser, struct event *event, bool *known)
{
    const struct json_member *member = field_first(&parser->top, "event_type", NULL, NULL);
    enum reason reason = field_text(parser, member, "event_type", TYPE_LIMIT, &event->type);
    if (reason == REASON_NONE && event->type.len == 0)
        return field_refuse(parser, REASON_MISSING_EVENT_TYPE, "'event_type' is missing or empty");
    struct span name = mbflow_type(event->type);
    *known = name.at != NULL;
    if (*known)
        event->type = name;
    return reason;
}

static enum reason take_time(struct event_parser *parser, struct event *event)
{
    const struct json_member *member = field_first(&parser->top, "created_at", NULL, NULL);
    if (member == NULL)
        return field_refuse(parser, REASON_MISSING_TIMESTAMP, "'created_at' is missing");
    return field_time(parser, member, SPAN("created_at"), &event->at);
}

/* A whole number that fits BIGINT and is not negative. */
static enum reason take_sequence(struct event_parser *parser, struct event *event)
{
    const struct json_member *member = field_first(&parser->top, "sequence", NULL, NULL);
    if (member == NULL)
        return missing(parser, "sequence");
    if (member->type != JSON_NUMBER)
        return field_refuse(parser, REASON_INVALID_FIELD, "'sequence' is not a number");
    int64_t value = 0;
    for (size_t i = 0; i < member->value.len; i++) {
        int digit = member->value.at[i] - '0';
        if (i == 0 && member->value.at[i] == '-')
            return field_refuse(parser, REASON_INTEGER_OUT_OF_RANGE, "'sequence' is negative");
        if (digit < 0 || digit > 9)
            return field_refuse(parser, REASON_INVALID_FIELD, "'sequence' is not written as a whole number");
        if (value > (INT64_MAX - digit) / 10)
            return field_refuse(parser, REASON_INTEGER_OUT_OF_RANGE, "'sequence' is above 9223372036854775807");
        value = value * 10 + digit;
    }
    event->numbers[NUMBER_SEQUENCE] = value;
    return REASON_NONE;
}

static enum reason take_ids(struct event_parser *parser, struct event *event)
{
    const struct json_member *id = field_first(&parser->top, "id", NULL, NULL);
    const struct json_member *execution = field_first(&parser->top, "execution_id", NULL, NULL);
    event->id = field_line_id(parser);
    enum reason reason = field_id(parser, id, "id", &event->id);
    if (reason == REASON_NONE && execution == NULL)
        return missing(parser, "execution_id");
    event->has_correlation = true;
    return reason == REASON_NONE ? field_id(parser, execution, "execution_id", &event->correlation) : reason;
}

/* An id within the payload. One that --ids hash maps is written into the payload anew (parser->wrapper), for it is
 * there that the server finds it. */
static enum reason take_inner_id(struct event_parser *parser, const struct json_member *member, const char *name)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    size_t before = parser->originals.len;
    enum reason reason = field_id(parser, member, name, &id);
    if (reason == REASON_NONE && parser->originals.len > before) {
        uuid_to_text(&id, text);
        buf_printf(&parser->wrapper, ",\"%s\":\"%s\"", name, text);
    }
    return reason;
}

/* What the server will take from the payload is judged here; it passes over what is not as it should be. */
static enum reason take_facts(struct event_parser *parser, const struct event *event, const struct json_members *body)
{
    int64_t ignored;
    bool of_node = starts_with(event->type, "node_");
    const struct json_member *node = field_first(body, "node_id", NULL, NULL);
    enum reason reason = take_inner_id(parser, field_first(body, "workflow_id", NULL, NULL), "workflow_id");
    if (reason == REASON_NONE && of_node && node == NULL)
        return missing(parser, "node_id");
    if (reason == REASON_NONE && of_node)
        reason = take_inner_id(parser, node, "node_id");
    if (reason == REASON_NONE && !starts_with(event->type, "workflow_"))
        reason = field_integer(parser, field_first(body, "wave", "wave_index", "wave_number"), "wave", &ignored);
    if (reason == REASON_NONE && of_node)
        reason = field_integer(parser, field_first(body, "retry_count", NULL, NULL), "retry_count", &ignored);
    return reason;
}

/* The members of the line that are no columns, as '"name":value,…'. */
static void add_others(struct event_parser *parser)
{
    const char *comma = "";
    for (size_t i = 0; i < parser->top.n; i++) {
        const struct json_member *member = &parser->top.at[i];
        if (is_column(member))
            continue;
        buf_add_text(&parser->text, comma);
        buf_add_char(&parser->text, '"');
        buf_add_span(&parser->text, member->key);
        buf_add_text(&parser->text, "\":");
        buf_add_span(&parser->text, member->value);
        comma = ",";
    }
}

static bool has_others(const struct event_parser *parser)
{
    for (size_t i = 0; i < parser->top.n; i++)
        if (!is_column(&parser->top.at[i]))
            return true;
    return false;
}

/* Nothing of a line is dropped: what has no column goes into the payload. Of members with one name the last counts. */
static struct span write_payload(struct event_parser *parser, const struct json_member *payload)
{
    bool others = has_others(parser);
    if (payload != NULL && !others && parser->originals.len == 0)
        return payload->value;
    struct buf *out = &parser->text;
    size_t from = out->len;
    if (payload == NULL) {
        buf_add_char(out, '{');
        add_others(parser);
    } else if (payload->type == JSON_OBJECT) {
        buf_add(out, payload->value.at, payload->value.len - 1);
    } else {
        buf_add_text(out, "{\"payload\":");
        buf_add_span(out, payload->value);
    }
    bool empty = payload == NULL ? !others : payload->type == JSON_OBJECT && parser->payload.n == 0;
    struct span mapped = buf_span(&parser->wrapper); /* a comma first */
    if (mapped.len > 0)
        buf_add_span(out, mapped); /* there was an id to map, so it is not empty */
    if (payload != NULL && others) {
        buf_add_text(out, empty ? "\"envelope\":{" : ",\"envelope\":{");
        add_others(parser);
        buf_add_char(out, '}');
        empty = false;
    }
    if (parser->originals.len > 0) {
        buf_add_text(out, empty ? "\"original_ids\":{" : ",\"original_ids\":{");
        buf_add_span(out, buf_span(&parser->originals));
        buf_add_char(out, '}');
    }
    buf_add_char(out, '}');
    return (struct span){out->data + from, out->len - from};
}

enum reason mbflow_event(struct event_parser *parser, struct event *event)
{
    const struct json_member *payload = json_find(&parser->top, "payload");
    const struct json_members *body = payload == NULL ? &parser->top : &parser->payload;
    bool known = false;
    parser->payload.n = 0;
    if (payload != NULL && payload->type == JSON_OBJECT &&
        json_object_members(payload->value, &parser->payload) != 0)
        return field_refuse(parser, REASON_LINE_TOO_LONG, "out of memory for a line of %zu bytes", parser->line.len);
    enum reason reason = take_type(parser, event, &known);
    if (reason == REASON_NONE)
        reason = take_time(parser, event);
    if (reason == REASON_NONE)
        reason = take_ids(parser, event);
    if (reason == REASON_NONE)
        reason = take_sequence(parser, event);
    if (reason == REASON_NONE && known)
        reason = take_facts(parser, event, body);
    if (reason == REASON_NONE)
        event->payload = write_payload(parser, payload);
    return reason;
}

void mbflow_row(struct buf *out, const struct event *event, int64_t seq)
{
    tuple_start(out, COLUMNS);
    tuple_int(out, seq);
    tuple_uuid(out, &event->id);
    tuple_uuid(out, &event->correlation);
    tuple_text(out, event->type);
    tuple_bigint(out, event->numbers[NUMBER_SEQUENCE]);
    tuple_json(out, event->payload);
    tuple_time(out, event->at);
}
