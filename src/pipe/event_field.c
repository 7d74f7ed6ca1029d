#include "pipe/event_field.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name space of ids that were no UUIDs: UUIDv5 of "bridgejob.ids" in the DNS name
 * space (RFC 9562 6.6), so that everyone can compute the same. */
static const struct uuid ids_name_space = {
    {0x5c, 0x7e, 0x91, 0x0b, 0x2d, 0x43, 0x5a, 0x86, 0x9f, 0x10, 0x6e, 0x37, 0xc4, 0xd8, 0x12, 0xab}};

enum reason field_refuse(struct event_parser *parser, enum reason reason, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(parser->detail, sizeof(parser->detail), fmt, args);
    va_end(args);
    return reason;
}

const struct json_member *field_first(const struct json_members *members, const char *a, const char *b, const char *c)
{
    const char *const names[] = {a, b, c};
    for (size_t i = 0; i < 3; i++) {
        const struct json_member *member = names[i] == NULL ? NULL : json_find(members, names[i]);
        if (member != NULL && member->type != JSON_NULL)
            return member;
    }
    return NULL;
}

enum reason field_text(struct event_parser *parser, const struct json_member *member, const char *column,
                       size_t limit, struct span *out)
{
    if (member == NULL)
        return REASON_NONE;
    if (member->type != JSON_STRING)
        return field_refuse(parser, REASON_INVALID_FIELD, "'%s' is not a string", column);
    struct span text = json_string(member->value, &parser->text);
    if (text.len > limit && text_utf8_length(text) > limit)
        return field_refuse(parser, REASON_VALUE_TOO_LONG, "'%s' is longer than %zu characters", column, limit);
    *out = text;
    return REASON_NONE;
}

enum reason field_state(struct event_parser *parser, const struct json_member *member, const char *column,
                        size_t limit, struct span *out)
{
    struct span text = SPAN_NONE;
    enum reason reason = field_text(parser, member, column, limit, &text);
    if (text.at == NULL || reason != REASON_NONE)
        return reason;
    char *upper = buf_reserve(&parser->text, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        upper[i] = text.at[i] >= 'a' && text.at[i] <= 'z' ? (char)(text.at[i] - 'a' + 'A') : text.at[i];
    parser->text.len += text.len;
    *out = (struct span){upper, text.len};
    return REASON_NONE;
}

enum reason field_id(struct event_parser *parser, const struct json_member *member, const char *name,
                     struct uuid *out)
{
    if (member == NULL)
        return REASON_NONE;
    struct span text = member->value;
    if (member->type == JSON_STRING) {
        text = json_string(member->value, &parser->text);
        if (uuid_from_text(text, out) == 0)
            return REASON_NONE;
    }
    bool nameable = member->type == JSON_STRING || member->type == JSON_NUMBER;
    if (!parser->policy.hash_ids || !nameable)
        return field_refuse(parser, REASON_INVALID_UUID, "'%s' is not a UUID", name);
    *out = uuid_from_name(&ids_name_space, text);
    if (parser->originals.len > 0)
        buf_add_char(&parser->originals, ',');
    buf_printf(&parser->originals, "\"%s\":", name);
    buf_add_span(&parser->originals, member->value);
    return REASON_NONE;
}

enum reason field_integer(struct event_parser *parser, const struct json_member *member, const char *column,
                          int64_t *out)
{
    char text[64];
    if (member == NULL)
        return REASON_NONE;
    if (member->type != JSON_NUMBER)
        return field_refuse(parser, REASON_INVALID_FIELD, "'%s' is not a number", column);
    if (member->value.len >= sizeof(text)) /* more digits than any sane count has: judge by its size alone */
        return field_refuse(parser, REASON_INTEGER_OUT_OF_RANGE, "'%s' has too many digits", column);
    memcpy(text, member->value.at, member->value.len);
    text[member->value.len] = '\0';
    double value = round(strtod(text, NULL)); /* a double holds every int32 and its halves exactly */
    if (!(value >= 0 && value <= INT32_MAX))
        return field_refuse(parser, REASON_INTEGER_OUT_OF_RANGE, "'%s' is not between 0 and 2147483647", column);
    *out = (int64_t)value;
    return REASON_NONE;
}

void field_json(const struct json_member *member, struct span *out)
{
    if (member != NULL)
        *out = member->value;
}
