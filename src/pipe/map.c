#include "pipe/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

static const char *const column_names[MAP_COLUMNS] = {
    [MAP_EVENT_TYPE] = "event_type",         [MAP_TIMESTAMP] = "timestamp",   [MAP_EVENT_ID] = "event_id",
    [MAP_CORRELATION_ID] = "correlation_id", [MAP_SESSION_ID] = "session_id", [MAP_NAMESPACE] = "namespace",
    [MAP_PAYLOAD] = "payload",
};

/* --- reading a map ------------------------------------------------------------------------------- */

struct parsing {
    struct map *map;
    const char *name;
    struct json_members members;  /* of the map */
    struct json_members inner;    /* of a value, or of metadata */
    struct buf scratch;
};

/* "FILE: line 3, column 14: what is wrong" with what stands at 'at'; lines and columns from 1, columns in bytes. */
static int refuse(const struct parsing *parsing, const char *at, const char *what, const char *hint)
{
    size_t line = 1, column = 1;
    for (const char *c = parsing->map->text; c < at; c++) {
        column = *c == '\n' ? 1 : column + 1;
        line += *c == '\n';
    }
    int rc = fail(ERR_CONFIG, "%s: line %zu, column %zu: %s", parsing->name, line, column, what);
    log_hint("%s", hint);
    return rc;
}

#define HINT_VALUE "a value is a JSON pointer as \"/repo/id\", a list of them, {\"const\": \"text\"} or " \
                   "{\"join\": [\"text\", \"/pointer\"]}"
#define HINT_FIELDS "its fields are event_type, timestamp, event_id, correlation_id, session_id, namespace, payload " \
                    "and metadata, the first two needed"

static int refuse_value(const struct parsing *parsing, struct span value)
{
    return refuse(parsing, value.at, "not a value that a map may have here", HINT_VALUE);
}

/* One more part; NULL, reported, when there are too many. */
static struct map_part *add_part(const struct parsing *parsing, struct span value)
{
    struct map *map = parsing->map;
    if (map->n_parts < MAP_VALUES)
        return &map->parts[map->n_parts++];
    refuse(parsing, value.at, "too many values", "a map has at most 256 pointers, constants and parts of joins");
    return NULL;
}

static int parse_pointer(struct parsing *parsing, struct span value)
{
    struct map *map = parsing->map;
    struct map_part *part = add_part(parsing, value);
    if (part == NULL)
        return ERR_CONFIG;
    buf_reset(&parsing->scratch);
    struct span text = json_string(value, &parsing->scratch);
    if (text.at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    ptrdiff_t used = pointer_parse(&part->pointer, text, map->tokens + map->n_tokens);
    if (used < 0)
        return refuse(parsing, value.at, "not a JSON pointer", "a JSON pointer is empty, the whole line, or begins "
                      "with '/'; ~0 in it is '~' and ~1 is '/' (RFC 6901)");
    map->n_tokens += (size_t)used;
    return 0;
}

static int parse_const(struct parsing *parsing, struct span value, bool any)
{
    if (!any && json_type_of(value) != JSON_STRING)
        return refuse(parsing, value.at, "a constant of this field must be a text", HINT_VALUE);
    struct map_part *part = add_part(parsing, value);
    if (part == NULL)
        return ERR_CONFIG;
    part->literal = value;
    return 0;
}

/* The value of an object's one member; absent when it is no object of one member with that name. */
static struct span only_member(struct parsing *parsing, struct span value, const char *name)
{
    struct json_members *members = &parsing->inner;
    if (json_type_of(value) != JSON_OBJECT || json_object_members(value, members) != 0)
        return SPAN_NONE;
    return members->n == 1 && json_key_is(&members->at[0], name) ? members->at[0].value : SPAN_NONE;
}

/* A part of a join: a text that begins with '/' is a pointer, any other stands for itself. */
static int parse_joined(struct parsing *parsing, struct span value)
{
    struct span constant = only_member(parsing, value, "const");
    bool is_text = json_type_of(value) == JSON_STRING;
    if (is_text && json_string(value, &parsing->scratch).at[0] == '/')
        return parse_pointer(parsing, value);
    if (!is_text && constant.at == NULL)
        return refuse_value(parsing, value);
    int rc = parse_const(parsing, is_text ? value : constant, false);
    struct map_part *part = &parsing->map->parts[parsing->map->n_parts - 1];
    if (rc == 0)
        part->literal = (struct span){part->literal.at + 1, part->literal.len - 2};
    return rc;
}

static int parse_join(struct parsing *parsing, struct span list)
{
    int rc = 0;
    if (json_type_of(list) != JSON_ARRAY || pointer_element(list, 0).at == NULL)
        return refuse_value(parsing, list);
    for (size_t i = 0; rc == 0 && pointer_element(list, i).at != NULL; i++)
        rc = parse_joined(parsing, pointer_element(list, i));
    return rc;
}

/* 'any': any JSON may be its constant. */
static int parse_choice(struct parsing *parsing, struct span value, bool any)
{
    struct map *map = parsing->map;
    struct map_choice choice = {.from = map->n_parts};
    int rc;
    struct span joined = only_member(parsing, value, "join"), constant = only_member(parsing, value, "const");
    choice.join = joined.at != NULL;
    if (json_type_of(value) == JSON_STRING)
        rc = parse_pointer(parsing, value);
    else if (choice.join)
        rc = parse_join(parsing, joined);
    else if (constant.at != NULL)
        rc = parse_const(parsing, constant, any);
    else
        rc = refuse_value(parsing, value);
    choice.n = map->n_parts - choice.from;
    if (rc == 0)
        map->choices[map->n_choices++] = choice;
    return rc;
}

static int parse_value(struct parsing *parsing, struct span value, bool any, struct map_value *out)
{
    struct map *map = parsing->map;
    int rc = 0;
    out->from = map->n_choices;
    if (json_type_of(value) != JSON_ARRAY)
        rc = parse_choice(parsing, value, any);
    else if (pointer_element(value, 0).at == NULL)
        rc = refuse_value(parsing, value);
    else
        for (size_t i = 0; rc == 0 && pointer_element(value, i).at != NULL; i++)
            rc = parse_choice(parsing, pointer_element(value, i), any);
    out->n = map->n_choices - out->from;
    return rc;
}

static int parse_metadata(struct parsing *parsing, const struct json_member *member)
{
    struct map *map = parsing->map;
    struct json_members members = {NULL, 0, 0};
    int rc = 0;
    if (member->type != JSON_OBJECT)
        return refuse(parsing, member->value.at, "'metadata' must be an object",
                      "its members are values: \"metadata\": {\"actor\": \"/actor/login\"}");
    if (json_object_members(member->value, &members) != 0)
        rc = fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; rc == 0 && i < members.n; i++) {
        struct map_value *value = &map->metadata[map->n_metadata++];
        value->name = members.at[i].key;
        rc = parse_value(parsing, members.at[i].value, true, value);
    }
    json_members_release(&members);
    return rc;
}

static int parse_member(struct parsing *parsing, const struct json_member *member)
{
    struct map *map = parsing->map;
    const char *at = member->key.at - 1;
    if (json_key_is(member, "metadata"))
        return map->n_metadata > 0 ? refuse(parsing, at, "a second 'metadata'", "put all of it into one")
                                   : parse_metadata(parsing, member);
    for (size_t i = 0; i < MAP_COLUMNS; i++) {
        if (!json_key_is(member, column_names[i]))
            continue;
        if (map->columns[i].n > 0)
            return refuse(parsing, at, "this field is given twice", "list its values instead: [\"/a\", \"/b\"]");
        return parse_value(parsing, member->value, i == MAP_PAYLOAD, &map->columns[i]);
    }
    return refuse(parsing, at, "a map has no such field", HINT_FIELDS);
}

static int parse_text(struct parsing *parsing)
{
    struct map *map = parsing->map;
    struct span text = {map->text, map->len};
    enum json_type type;
    char what[64];
    size_t at;
    enum json_verdict verdict = json_check(text, &type, &parsing->members, &at);
    if (verdict == JSON_SYNTAX && at == SIZE_MAX)
        return fail(ERR_INTERNAL, "out of memory");
    if (verdict != JSON_OK) {
        snprintf(what, sizeof(what), "not JSON: %s", json_verdict_name(verdict));
        return refuse(parsing, map->text + at, what, "see what is wrong with: jq . FILE");
    }
    if (type != JSON_OBJECT)
        return refuse(parsing, map->text, "a map must be a JSON object", HINT_FIELDS);
    for (size_t i = 0; i < parsing->members.n; i++) {
        int rc = parse_member(parsing, &parsing->members.at[i]);
        if (rc != 0)
            return rc;
    }
    for (size_t i = MAP_EVENT_TYPE; i <= MAP_TIMESTAMP; i++)
        if (map->columns[i].n == 0)
            return refuse(parsing, map->text,
                          i == MAP_TIMESTAMP ? "the map has no 'timestamp'" : "the map has no 'event_type'",
                          HINT_FIELDS);
    return 0;
}

int map_parse(struct map *map, const char *name, struct span text)
{
    struct parsing parsing = {.map = map, .name = name};
    memset(map, 0, sizeof(*map));
    if (text.len > sizeof(map->text))
        return fail(ERR_CONFIG, "%s: longer than %d bytes, which no map is", name, MAP_BYTES);
    if (text.len > 0)
        memcpy(map->text, text.at, text.len);
    map->len = text.len;
    int rc = parse_text(&parsing);
    buf_release(&parsing.scratch);
    json_members_release(&parsing.members);
    json_members_release(&parsing.inner);
    return rc;
}

/* --- applying it --------------------------------------------------------------------------------- */

struct applying {
    const struct map *map;
    struct span line;
    const struct json_members *members; /* of the line */
    struct buf *text;
    size_t room;                        /* bytes of the line that may still be copied */
    bool too_large;
};

static bool is_there(struct span value)
{
    return value.at != NULL && json_type_of(value) != JSON_NULL;
}

static struct span take_part(const struct applying *applying, const struct map_part *part)
{
    return part->literal.at != NULL ? part->literal
                                    : pointer_resolve(&part->pointer, applying->line, applying->members);
}

/* Count bytes of the line that are about to be copied. */
static bool has_room(struct applying *applying, size_t len)
{
    applying->too_large |= len > applying->room;
    if (!applying->too_large)
        applying->room -= len;
    return !applying->too_large;
}

/* Append what a pointer of a join leads to: a text without its quotes, a number or a word. */
static bool join_value(struct applying *applying, struct span value)
{
    if (!is_there(value) || json_type_of(value) == JSON_OBJECT || json_type_of(value) == JSON_ARRAY ||
        !has_room(applying, value.len))
        return false;
    if (json_type_of(value) == JSON_STRING)
        value = (struct span){value.at + 1, value.len - 2};
    buf_add_span(applying->text, value);
    return true;
}

/* The joined text as a JSON string at the end of 'text'; absent, and nothing there, when one of its pointers is. */
static struct span take_join(struct applying *applying, const struct map_choice *choice)
{
    struct buf *text = applying->text;
    size_t from = text->len;
    bool whole = true;
    buf_add_char(text, '"');
    for (size_t i = 0; i < choice->n && whole; i++) {
        const struct map_part *part = &applying->map->parts[choice->from + i];
        if (part->literal.at != NULL)
            buf_add_span(text, part->literal);
        else
            whole = join_value(applying, take_part(applying, part));
    }
    buf_add_char(text, '"');
    if (whole)
        return (struct span){text->data + from, text->len - from};
    text->len = from;
    return SPAN_NONE;
}

/* The first choice that is there. */
static struct span take_value(struct applying *applying, const struct map_value *value)
{
    for (size_t i = 0; i < value->n; i++) {
        const struct map_choice *choice = &applying->map->choices[value->from + i];
        struct span taken = choice->join ? take_join(applying, choice)
                                         : take_part(applying, &applying->map->parts[choice->from]);
        if (is_there(taken))
            return taken;
    }
    return SPAN_NONE;
}

/* Whether the value stands in the line, and not in the map or in 'text'. */
static bool is_of_line(const struct applying *applying, struct span value)
{
    return value.at >= applying->line.at && value.at < applying->line.at + applying->line.len;
}

static struct span take_metadata(struct applying *applying)
{
    struct buf *text = applying->text;
    size_t from = text->len;
    buf_add_char(text, '{');
    for (size_t i = 0; i < applying->map->n_metadata && !applying->too_large; i++) {
        const struct map_value *member = &applying->map->metadata[i];
        size_t before = text->len;
        buf_add_text(text, before > from + 1 ? ",\"" : "\"");
        buf_add_span(text, member->name);
        buf_add_text(text, "\":");
        size_t behind = text->len;
        struct span value = take_value(applying, member);
        if (value.at == NULL)
            text->len = before;
        else if (value.at != text->data + behind && /* a join is in its place already */
                 (!is_of_line(applying, value) || has_room(applying, value.len)))
            buf_add_span(text, value);
    }
    buf_add_char(text, '}');
    return (struct span){text->data + from, text->len - from};
}

static void add(struct json_members *envelope, const char *name, struct span value)
{
    envelope->at[envelope->n++] = (struct json_member){span_of(name), value, json_type_of(value), false};
}

enum map_outcome map_apply(const struct map *map, struct span line, const struct json_members *members,
                           struct json_members *envelope, struct buf *text)
{
    static const struct pointer whole = {NULL, 0};
    struct applying applying = {map, line, members, text, 2 * line.len, false};
    if (envelope->cap < MAP_COLUMNS + 1) {
        struct json_member *at = reallocarray(envelope->at, MAP_COLUMNS + 1, sizeof(*at));
        if (at == NULL)
            return MAP_NO_MEMORY;
        envelope->at = at;
        envelope->cap = MAP_COLUMNS + 1;
    }
    envelope->n = 0;
    for (size_t i = 0; i < MAP_COLUMNS; i++) {
        struct span value = take_value(&applying, &map->columns[i]);
        if (value.at == NULL && i == MAP_PAYLOAD)
            value = pointer_resolve(&whole, line, members);
        if (value.at == NULL || (i != MAP_PAYLOAD && is_of_line(&applying, value) && !has_room(&applying, value.len)))
            continue;
        add(envelope, column_names[i], value);
    }
    if (map->n_metadata > 0)
        add(envelope, "metadata", take_metadata(&applying));
    return applying.too_large ? MAP_TOO_LARGE : MAP_APPLIED;
}
