#include "pipe/envelope.h"

#include <string.h>

#include "pipe/event_field.h"

static const char *const sub_objects[] = {
    "workflow_execution_data", "workflow_step_data",  "metadata_stamp_data",
    "bridge_state_data",       "fsm_transition_data", "node_heartbeat_data",
};

/* What belongs to the envelope when the rest of the object is the payload. */
static const char *const envelope_fields[] = {
    "envelope_version", "event_id",       "id",         "event_type",     "type",           "event_version",
    "event_timestamp",  "timestamp",      "created_at", "published_at",   "source_node_id", "source_service",
    "correlation_id",   "causation_id",   "session_id", "schema_version", "environment",    "namespace",
    "metadata",         "topic",
};

static bool is_one_of(const struct json_member *member, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (json_key_is(member, names[i]))
            return true;
    return false;
}

static void add_member(struct buf *out, const struct json_member *member)
{
    if (out->len > 0 && out->data[out->len - 1] != '{')
        buf_add_char(out, ',');
    buf_add_char(out, '"');
    buf_add_span(out, member->key);
    buf_add_text(out, "\":");
    buf_add_span(out, member->value);
}

/* The member that holds the event when this object only wraps it; NULL when it does not. */
static const struct json_member *wrapped(const struct json_members *top)
{
    const struct json_member *inner = json_find(top, "original_message");
    if (inner != NULL && json_find(top, "original_topic") != NULL)
        return inner;
    inner = json_find(top, "value");
    if (inner != NULL && json_find(top, "topic") != NULL && json_find(top, "event_type") == NULL &&
        (json_find(top, "partition") != NULL || json_find(top, "offset") != NULL))
        return inner;
    return NULL;
}

/* What a wrapper says goes to metadata; of two around each other the inner one stands behind. */
static void keep_wrapper(struct event_parser *parser, const struct json_member *inner)
{
    const struct json_members *top = &parser->top;
    parser->wrapper_at[parser->n_wrappers++] = parser->wrapper.len;
    for (size_t i = 0; i < top->n; i++)
        if (!span_equal(top->at[i].key, inner->key))
            add_member(&parser->wrapper, &top->at[i]);
    const struct json_member *topic = field_first(top, "original_topic", "topic", NULL);
    if (topic != NULL && topic->type == JSON_STRING)
        parser->wrapper_topic = topic->value;
    const struct json_member *time = field_first(top, "timestamp", NULL, NULL);
    if (time != NULL && time->type == JSON_NUMBER)
        parser->wrapper_time = time->value;
}

enum reason envelope_unwrap(struct event_parser *parser)
{
    const struct json_member *inner;
    while ((inner = wrapped(&parser->top)) != NULL) {
        if (parser->n_wrappers == EVENT_WRAPPERS_AT_MOST)
            return field_refuse(parser, REASON_TOO_DEEP, "more than %d wrappers in each other", EVENT_WRAPPERS_AT_MOST);
        struct span value = inner->value;
        enum json_type type = inner->type;
        keep_wrapper(parser, inner);
        if (type == JSON_STRING) /* the message as text, as kcat and most consumers log it */
            value = json_string(value, &parser->text);
        size_t at;
        enum json_verdict verdict = json_check(value, &type, &parser->top, &at);
        if (verdict != JSON_OK)
            return field_refuse(parser, field_verdict(verdict), "at byte %zu of the wrapped message", at);
        if (type != JSON_OBJECT)
            return field_refuse(parser, REASON_NOT_AN_OBJECT, "the wrapped message is not a JSON object");
    }
    return REASON_NONE;
}

enum reason envelope_payload(struct event_parser *parser, struct event *event, bool *sub_object)
{
    const struct json_member *payload = json_find(&parser->top, "payload");
    *sub_object = false;
    const char *name = "payload";
    for (size_t i = 0; payload == NULL && i < sizeof(sub_objects) / sizeof(sub_objects[0]); i++) {
        const struct json_member *candidate = json_find(&parser->top, sub_objects[i]);
        if (candidate != NULL && candidate->type == JSON_OBJECT) {
            payload = candidate;
            name = sub_objects[i];
            *sub_object = true;
        }
    }
    parser->flat = payload == NULL;
    parser->payload.n = 0;
    if (payload == NULL)
        return REASON_NONE;
    envelope_use(parser, name);
    event->payload = payload->value;
    if (payload->type == JSON_OBJECT && json_object_members(payload->value, &parser->payload) != 0)
        return field_refuse(parser, REASON_INVALID_JSON, "out of memory");
    return REASON_NONE;
}

const struct json_members *envelope_body(const struct event_parser *parser)
{
    return parser->flat ? &parser->top : &parser->payload;
}

void envelope_use(struct event_parser *parser, const char *name)
{
    parser->used[parser->n_used++] = name;
}

static void write_flat_payload(struct event_parser *parser, struct event *event)
{
    struct buf *text = &parser->text;
    size_t from = text->len;
    buf_add_char(text, '{');
    for (size_t i = 0; i < parser->top.n; i++) {
        const struct json_member *member = &parser->top.at[i];
        if (!is_one_of(member, envelope_fields, sizeof(envelope_fields) / sizeof(envelope_fields[0])) &&
            !is_one_of(member, parser->used, parser->n_used))
            add_member(text, member);
    }
    buf_add_char(text, '}');
    event->payload = (struct span){text->data + from, text->len - from};
}

/* Whether a member of the envelope is to go to metadata. */
static bool is_left(const struct event_parser *parser, const struct json_member *member)
{
    if (is_one_of(member, parser->used, parser->n_used) || json_key_is(member, "metadata"))
        return false;
    return !parser->flat || is_one_of(member, envelope_fields, sizeof(envelope_fields) / sizeof(envelope_fields[0]));
}

static void add_members(struct buf *out, const struct json_members *members)
{
    for (size_t i = 0; i < members->n; i++)
        add_member(out, &members->at[i]);
}

static void add_left(const struct event_parser *parser, struct buf *out)
{
    for (size_t i = 0; i < parser->top.n; i++)
        if (is_left(parser, &parser->top.at[i]))
            add_member(out, &parser->top.at[i]);
}

/* The object's own members, when it is one; any other value is kept under its name. */
static void add_metadata(struct event_parser *parser, struct buf *out)
{
    const struct json_member *metadata = json_find(&parser->top, "metadata");
    parser->meta.n = 0;
    if (metadata == NULL || metadata->type == JSON_NULL)
        return;
    if (metadata->type != JSON_OBJECT)
        add_member(out, metadata);
    else if (json_object_members(metadata->value, &parser->meta) == 0)
        add_members(out, &parser->meta);
}

/* Whether two members of an object written so far have one name, so that jsonb would keep
 * only the last. Escaped keys, and objects so wide that looking would take long, count as
 * if they had. */
static bool has_collision(const struct json_members *all)
{
    if (all->n > 200)
        return true;
    for (size_t i = 0; i < all->n; i++) {
        if (all->at[i].key_escaped)
            return true;
        for (size_t j = 0; j < i; j++)
            if (span_equal(all->at[i].key, all->at[j].key))
                return true;
    }
    return false;
}

/* What was written to 'out' from 'from' on, without the comma before it. */
static struct span members_from(const struct buf *out, size_t from)
{
    if (from < out->len && out->data[from] == ',')
        from++;
    return (struct span){out->data + from, out->len - from};
}

static void add_name(struct buf *out, const char *name)
{
    if (out->data[out->len - 1] != '{')
        buf_add_char(out, ',');
    buf_printf(out, "\"%s\":", name);
}

static void add_object(struct buf *out, const char *name, struct span members)
{
    if (members.len == 0)
        return;
    add_name(out, name);
    buf_add_char(out, '{');
    buf_add_span(out, members);
    buf_add_char(out, '}');
}

/* Each wrapper by itself, the innermost first, the next one around it within as "outer". */
static void add_wrappers(const struct event_parser *parser, struct buf *out)
{
    struct buf head = parser->wrapper; /* as it was before each of them */
    for (size_t i = parser->n_wrappers; i-- > 0; head.len = parser->wrapper_at[i]) {
        add_name(out, i + 1 == parser->n_wrappers ? "wrapper" : "outer");
        buf_add_char(out, '{');
        buf_add_span(out, members_from(&head, parser->wrapper_at[i]));
    }
    for (size_t i = 0; i < parser->n_wrappers; i++)
        buf_add_char(out, '}');
}

/* Whether the ids or the type as they came take the name of one of these members. */
static bool has_original(const struct event_parser *parser, const struct json_members *members, bool renamed)
{
    return (parser->originals.len > 0 && json_find(members, "original_ids") != NULL) ||
           (renamed && json_find(members, "original_event_type") != NULL);
}

/* Whether a member of metadata as written so far loses its place, as jsonb keeps the last of one name. */
static bool loses_member(struct event_parser *parser, struct span written, bool renamed)
{
    return json_object_members(written, &parser->part) != 0 || has_collision(&parser->part) ||
           has_original(parser, &parser->part, renamed);
}

/* Keep whole, in objects of their own, those of which a member may have lost its place. */
static void keep_whole(struct event_parser *parser, struct span left, struct span own, bool renamed)
{
    const struct json_members *meta = &parser->meta;
    add_object(&parser->text, "envelope", left);
    add_wrappers(parser, &parser->text);
    if (has_original(parser, meta, renamed) || (left.len > 0 && json_find(meta, "envelope") != NULL) ||
        (parser->n_wrappers > 0 && json_find(meta, "wrapper") != NULL))
        add_object(&parser->text, "metadata", own);
}

/* The wrappers' and the envelope's fields first, the metadata's own behind them. */
void envelope_finish(struct event_parser *parser, struct event *event, struct span original_type)
{
    struct buf *text = &parser->text;
    bool renamed = original_type.at != NULL;
    if (parser->flat)
        write_flat_payload(parser, event);
    size_t from = text->len;
    buf_add_char(text, '{');
    buf_add_span(text, buf_span(&parser->wrapper));
    size_t at = text->len;
    add_left(parser, text);
    struct span left = members_from(text, at);
    at = text->len;
    add_metadata(parser, text);
    struct span own = members_from(text, at);
    bool alone = left.len == 0 && parser->n_wrappers == 0 && parser->originals.len == 0 && !renamed;
    buf_add_char(text, '}');
    bool loses = !alone && loses_member(parser, (struct span){text->data + from, text->len - from}, renamed);
    text->len--;
    if (loses)
        keep_whole(parser, left, own, renamed);
    add_object(text, "original_ids", buf_span(&parser->originals));
    if (renamed) {
        add_name(text, "original_event_type");
        buf_add_span(text, original_type);
    }
    buf_add_char(text, '}');
    event->metadata = (struct span){text->data + from, text->len - from};
}

static bool is_version(struct span part)
{
    if (part.len < 2 || part.at[0] != 'v')
        return false;
    for (size_t i = 1; i < part.len; i++)
        if (part.at[i] < '0' || part.at[i] > '9')
            return false;
    return true;
}

/* The last dotted part, cut off '*topic'. */
static struct span cut_last(struct span *topic)
{
    for (size_t i = topic->len; i-- > 0;) {
        if (topic->at[i] == '.') {
            struct span last = {topic->at + i + 1, topic->len - i - 1};
            topic->len = i;
            return last;
        }
    }
    struct span whole = *topic;
    topic->len = 0;
    return whole;
}

struct span envelope_topic_slug(struct span topic)
{
    if (topic.len > 4 && (memcmp(topic.at + topic.len - 4, ".dlq", 4) == 0 ||
                          memcmp(topic.at + topic.len - 4, "_dlq", 4) == 0))
        topic.len -= 4;
    struct span slug = cut_last(&topic);
    return is_version(slug) && topic.len > 0 ? cut_last(&topic) : slug;
}
