#include "pipe/event_field.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/time.h"

/* Event times that are plausible: 2000-01-01 … now + 31 days. */
#define TIME_EARLIEST TIME_PG_EPOCH
#define TIME_AHEAD (INT64_C(31) * 86400 * TIME_SECOND)

/* The name space of ids that were no UUIDs: UUIDv5 of "bridgejob.ids" in the DNS name
 * space (RFC 9562 6.6), so that everyone can compute the same. */
static const struct uuid ids_name_space = {
    {0x6e, 0xd6, 0x7f, 0xeb, 0x72, 0xcb, 0x59, 0x04, 0xa1, 0xfe, 0x9c, 0x7d, 0x1c, 0xd4, 0x97, 0xbf}};

/* Ids of events that bring none: UUIDv5 of the line's bytes in this name space, which is the UUIDv5 of
 * "bridgejob.lines" in the DNS name space. */
static const struct uuid lines_name_space = {
    {0x02, 0xec, 0xf5, 0x3b, 0xd8, 0xbc, 0x57, 0x10, 0x9d, 0x01, 0x6d, 0x8e, 0x2e, 0x01, 0xe7, 0xf7}};

enum reason field_refuse(struct event_parser *parser, enum reason reason, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(parser->detail, sizeof(parser->detail), fmt, args);
    va_end(args);
    return reason;
}

enum reason field_verdict(enum json_verdict verdict)
{
    switch (verdict) {
    case JSON_OK: return REASON_NONE;
    case JSON_SYNTAX: return REASON_INVALID_JSON;
    case JSON_UTF8: return REASON_INVALID_UTF8;
    case JSON_NUL_ESCAPE: return REASON_NUL_ESCAPE;
    case JSON_LONE_SURROGATE: return REASON_LONE_SURROGATE;
    case JSON_NUMBER_RANGE: return REASON_NUMBER_OUT_OF_RANGE;
    case JSON_TOO_DEEP: return REASON_TOO_DEEP;
    }
    return REASON_INVALID_JSON;
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

struct uuid field_line_id(const struct event_parser *parser)
{
    return uuid_from_name(&lines_name_space, parser->line);
}

enum reason field_time(struct event_parser *parser, const struct json_member *member, struct span name, int64_t *at)
{
    int rc = -1;
    if (member->type == JSON_STRING)
        rc = time_parse(json_string(member->value, &parser->text), at);
    else if (member->type == JSON_NUMBER) {
        rc = time_parse_epoch(member->value, at);
        if (rc != 0) /* a number too large for a time is a time out of range */
            *at = INT64_MAX;
        rc = 0;
    }
    if (rc != 0)
        return field_refuse(parser, REASON_INVALID_TIMESTAMP, "'%.*s' is not a timestamp", (int)name.len, name.at);
    if (*at < TIME_EARLIEST || *at > parser->policy.now + TIME_AHEAD)
        return field_refuse(parser, REASON_TIMESTAMP_OUT_OF_RANGE,
                            "'%.*s' is not between 2000-01-01 and 31 days from now", (int)name.len, name.at);
    return REASON_NONE;
}

/* How many digits of a JSON number's mantissa stand before the point once the exponent has moved it. */
static int64_t whole_digits(struct span number)
{
    int64_t whole = 0, exponent = 0;
    bool point = false;
    size_t i = 0;
    for (; i < number.len && (number.at[i] | 0x20) != 'e'; i++) {
        point |= number.at[i] == '.';
        whole += !point;
    }
    bool negative = i + 1 < number.len && number.at[i + 1] == '-';
    for (; i < number.len; i++)
        if (number.at[i] >= '0' && number.at[i] <= '9' && exponent < INT32_MAX)
            exponent = exponent * 10 + (number.at[i] - '0');
    return whole + (negative ? -exponent : exponent);
}

/* A JSON number without its sign, times 10^scale, rounded; anything above INT64_MAX for what is too large. */
static uint64_t round_half_up(struct span number, int scale)
{
    int64_t whole = whole_digits(number) + scale, place = 0;
    uint64_t value = 0;
    for (size_t i = 0; i < number.len && (number.at[i] | 0x20) != 'e' && place <= whole; i++) {
        unsigned digit = (unsigned)(number.at[i] - '0');
        if (number.at[i] == '.')
            continue;
        if (place == whole)
            return value + (digit >= 5);
        if (value > INT64_MAX / 10)
            return UINT64_MAX;
        value = value * 10 + digit;
        place++;
    }
    for (; place < whole && value > 0; place++) {
        if (value > INT64_MAX / 10)
            return UINT64_MAX;
        value *= 10;
    }
    return value;
}

enum reason field_number(struct event_parser *parser, const struct json_member *member, const char *column,
                         const struct field_bounds *bounds, int64_t *out)
{
    if (member == NULL)
        return REASON_NONE;
    if (member->type != JSON_NUMBER)
        return field_refuse(parser, REASON_INVALID_FIELD, "'%s' is not a number", column);
    struct span number = member->value;
    bool negative = number.at[0] == '-';
    uint64_t value = round_half_up(negative ? (struct span){number.at + 1, number.len - 1} : number, bounds->scale);
    if ((negative && value > 0) || value < (uint64_t)bounds->least || value > (uint64_t)bounds->most) {
        long double unit = bounds->scale == 2 ? 100 : 1;
        return field_refuse(parser, REASON_INTEGER_OUT_OF_RANGE, "'%s' is not between %lld and %.*Lf", column,
                            (long long)bounds->least, bounds->scale, (long double)bounds->most / unit);
    }
    *out = (int64_t)value;
    return REASON_NONE;
}

enum reason field_integer(struct event_parser *parser, const struct json_member *member, const char *column,
                          int64_t *out)
{
    static const struct field_bounds count = {0, INT32_MAX, 0};
    return field_number(parser, member, column, &count, out);
}

void field_json(const struct json_member *member, struct span *out)
{
    if (member != NULL)
        *out = member->value;
}
