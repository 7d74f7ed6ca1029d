#include "pipe/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipe/number.h"
#include "pipe/quoted.h"

/* The server's order of faults, which this scan keeps: the encoding of the whole
 * text is judged first; then token by token, each lexed (escapes included) before
 * the grammar sees it; but a number becomes a numeric only when the token behind it
 * has been lexed. */
struct scan {
    const char *end;
    struct json_fault fault;
    bool escaped;                          /* a string since this was cleared held a backslash */
    bool in_range;                         /* the last number fits numeric */
    bool in_object;                        /* what the innermost open bracket is */
    size_t depth;
    struct json_members *members;
    struct json_member *member;            /* whose value is being scanned */
    uint64_t objects[JSON_MAX_DEPTH / 64]; /* a bit for each open bracket: is it an object */
};

static const char *refuse(struct scan *scan, enum json_verdict verdict, const char *at)
{
    scan->fault = (struct json_fault){verdict, at};
    return NULL;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        at++;
    return at;
}

/* true, false, null; what starts no other token ends here too, and is refused. */
static const char *scan_word(struct scan *scan, const char *at)
{
    const char *word = *at == 't' ? "true" : *at == 'f' ? "false" : "null";
    size_t len = strlen(word);

    if ((size_t)(scan->end - at) < len || memcmp(at, word, len) != 0)
        return refuse(scan, JSON_SYNTAX, at);
    if (at + len < scan->end && number_continues(at[len]))
        return refuse(scan, JSON_SYNTAX, at);
    return at + len;
}

static const char *scan_scalar(struct scan *scan, const char *at)
{
    const char *behind;

    scan->in_range = true;
    if (*at == '"')
        return quoted_scan(at, scan->end, &scan->escaped, &scan->fault);
    if (*at != '-' && (*at < '0' || *at > '9'))
        return scan_word(scan, at);
    behind = number_scan(at, scan->end, &scan->in_range);
    return behind ? behind : refuse(scan, JSON_SYNTAX, at);
}

/* The grammar does not want the token that starts here. Its own fault comes first. */
static const char *refuse_token(struct scan *scan, const char *at)
{
    if (at < scan->end && !scan_scalar(scan, at))
        return NULL;
    return refuse(scan, JSON_SYNTAX, at);
}

/* A number out of range. A fault of the next token comes first. */
static const char *refuse_number(struct scan *scan, const char *number, const char *behind)
{
    behind = skip_blanks(behind, scan->end);
    if (behind < scan->end && !strchr("{}[]:,", *behind) && !scan_scalar(scan, behind))
        return NULL;
    return refuse(scan, JSON_NUMBER_RANGE, number);
}

static int add_member(struct scan *scan, struct span key)
{
    struct json_members *members = scan->members;

    if (members->n == members->cap) {
        size_t cap = members->cap ? members->cap * 2 : 32;
        struct json_member *at = reallocarray(members->at, cap, sizeof(*at));

        if (!at)
            return -1;
        members->at = at;
        members->cap = cap;
    }
    scan->member = &members->at[members->n++];
    *scan->member = (struct json_member){.key = key, .key_escaped = scan->escaped};
    return 0;
}

/* From where a key is due to the value behind its colon. */
static const char *scan_key(struct scan *scan, const char *at)
{
    const char *key = skip_blanks(at, scan->end);

    if (key == scan->end || *key != '"')
        return refuse_token(scan, key);
    scan->escaped = false;
    at = scan_scalar(scan, key);
    if (!at)
        return NULL;
    if (scan->depth == 1 && add_member(scan, (struct span){key + 1, (size_t)(at - key) - 2}) != 0)
        return refuse(scan, JSON_SYNTAX, NULL);
    at = skip_blanks(at, scan->end);
    if (at == scan->end || *at != ':')
        return refuse_token(scan, at);
    at = skip_blanks(at + 1, scan->end);
    if (scan->depth == 1)
        scan->member->value.at = at;
    return at;
}

static void end_value(struct scan *scan, const char *behind)
{
    if (scan->depth == 1 && scan->in_object) {
        scan->member->value.len = (size_t)(behind - scan->member->value.at);
        scan->member->type = json_type_of(scan->member->value);
    }
}

static const char *open_bracket(struct scan *scan, const char *at)
{
    uint64_t bit = UINT64_C(1) << scan->depth % 64;
    uint64_t *levels = &scan->objects[scan->depth / 64];

    if (scan->depth == JSON_MAX_DEPTH)
        return refuse(scan, JSON_TOO_DEEP, at);
    scan->in_object = *at == '{';
    *levels = (bit > 1 ? *levels & (bit - 1) : 0) | (scan->in_object ? bit : 0);
    scan->depth++;
    return at + 1;
}

static bool at_closer(const struct scan *scan, const char *at)
{
    return at < scan->end && *at == (scan->in_object ? '}' : ']');
}

static void close_bracket(struct scan *scan)
{
    size_t outer = --scan->depth - 1;

    scan->in_object = scan->depth > 0 && (scan->objects[outer / 64] >> outer % 64 & 1);
}

/* Behind a value: close all that closes here, up to the next comma or the end of the text. */
static const char *scan_behind(struct scan *scan, const char *at)
{
    end_value(scan, at);
    while (scan->depth > 0) {
        at = skip_blanks(at, scan->end);
        if (at < scan->end && *at == ',')
            return at + 1;
        if (!at_closer(scan, at))
            return refuse_token(scan, at);
        close_bracket(scan);
        at++;
        end_value(scan, at);
    }
    return at;
}

/* One opening bracket, or a scalar or an empty pair of brackets and what closes behind. */
static const char *scan_value(struct scan *scan, const char *at)
{
    const char *value = skip_blanks(at, scan->end);

    if (value == scan->end)
        return refuse(scan, JSON_SYNTAX, value);
    if (*value != '{' && *value != '[') {
        at = scan_scalar(scan, value);
        if (at && !scan->in_range)
            return refuse_number(scan, value, at);
        return at ? scan_behind(scan, at) : NULL;
    }
    at = open_bracket(scan, value);
    if (!at)
        return NULL;
    at = skip_blanks(at, scan->end);
    if (!at_closer(scan, at))
        return at;
    close_bracket(scan);
    return scan_behind(scan, at + 1);
}

static bool scan_text(struct scan *scan, struct span text, struct json_members *members)
{
    const char *at = text.at;

    scan->end = text.at + text.len;
    scan->fault = (struct json_fault){JSON_OK, NULL};
    scan->in_object = false;
    scan->depth = 0;
    scan->members = members;
    do {
        if (scan->in_object)
            at = scan_key(scan, at);
        if (at)
            at = scan_value(scan, at);
    } while (at && scan->depth > 0);
    if (!at)
        return false;
    at = skip_blanks(at, scan->end);
    return at == scan->end || refuse_token(scan, at);
}

enum json_verdict json_check(struct span line, enum json_type *type, struct json_members *members, size_t *error_at)
{
    struct scan scan;
    size_t valid = line.len > 0 ? text_utf8_valid_prefix(line) : 0;

    members->n = 0;
    *error_at = valid;
    if (valid < line.len)
        return JSON_UTF8;
    if (line.len == 0)
        return JSON_SYNTAX;
    if (!scan_text(&scan, line, members)) {
        *error_at = scan.fault.at ? (size_t)(scan.fault.at - line.at) : SIZE_MAX;
        return scan.fault.verdict;
    }
    *type = json_type_of((struct span){skip_blanks(line.at, scan.end), 1});
    return JSON_OK;
}

int json_object_members(struct span object, struct json_members *members)
{
    struct scan scan;

    members->n = 0;
    return scan_text(&scan, object, members) ? 0 : -1;
}

void json_members_release(struct json_members *members)
{
    free(members->at);
    *members = (struct json_members){NULL, 0, 0};
}

enum json_type json_type_of(struct span value)
{
    switch (value.at[0]) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

bool json_key_is(const struct json_member *member, const char *name)
{
    const char *at = member->key.at, *end = at + member->key.len;

    if (!member->key_escaped)
        return span_is(member->key, name);
    while (at < end) {
        char bytes[4];
        size_t n = quoted_next(&at, bytes);

        if (strncmp(name, bytes, n) != 0)
            return false;
        name += n;
    }
    return *name == '\0';
}

const struct json_member *json_find(const struct json_members *members, const char *name)
{
    struct span wanted = span_of(name);

    for (size_t i = members->n; i > 0; i--) {
        const struct json_member *member = &members->at[i - 1];

        if (member->key_escaped ? json_key_is(member, name) : span_equal(member->key, wanted))
            return member;
    }
    return NULL;
}

struct span json_string(struct span string, struct buf *scratch)
{
    const char *at = string.at + 1, *end = string.at + string.len - 1;
    size_t start = scratch->len;
    char *to;

    if (!memchr(at, '\\', (size_t)(end - at)))
        return (struct span){at, (size_t)(end - at)};
    to = buf_reserve(scratch, string.len);
    if (!to)
        return SPAN_NONE;
    while (at < end)
        to += quoted_next(&at, to);
    scratch->len = (size_t)(to - scratch->data);
    return (struct span){scratch->data + start, scratch->len - start};
}

const char *json_verdict_name(enum json_verdict verdict)
{
    static const char *const names[] = {
        [JSON_OK] = "ok",
        [JSON_SYNTAX] = "invalid_json",
        [JSON_UTF8] = "invalid_utf8",
        [JSON_NUL_ESCAPE] = "nul_escape",
        [JSON_LONE_SURROGATE] = "lone_surrogate",
        [JSON_NUMBER_RANGE] = "number_out_of_range",
        [JSON_TOO_DEEP] = "too_deep",
    };

    return names[verdict];
}
