/* Single values of an event's JSON, taken and judged: what event.c, envelope.c and
 * event_facts.c share. A NULL member means absent and leaves '*out' alone. */
#ifndef BRIDGEJOB_PIPE_EVENT_FIELD_H
#define BRIDGEJOB_PIPE_EVENT_FIELD_H

#include "pipe/event.h"

/* Refuse the line: keeps the detail, returns 'reason'. */
enum reason field_refuse(struct event_parser *parser, enum reason reason, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The reason for which a line with that verdict on its JSON is refused. */
enum reason field_verdict(enum json_verdict verdict);

/* The first of up to three names (NULL: fewer) that is present and not null. */
const struct json_member *field_first(const struct json_members *members, const char *a, const char *b, const char *c);

/* A string of at most 'limit' characters; 'column' names where it goes. */
enum reason field_text(struct event_parser *parser, const struct json_member *member, const char *column,
                       size_t limit, struct span *out);

/* As field_text(), ASCII letters in upper case. */
enum reason field_state(struct event_parser *parser, const struct json_member *member, const char *column,
                        size_t limit, struct span *out);

/* A UUID, or by policy any text or number mapped to one; 'name' is what it is called
 * in metadata.original_ids. */
enum reason field_id(struct event_parser *parser, const struct json_member *member, const char *name,
                     struct uuid *out);

/* A time, RFC 3339 or epoch, within the bounds that are plausible. */
enum reason field_time(struct event_parser *parser, const struct json_member *member, struct span name, int64_t *at);

/* The id of an event that brings none: of its line's bytes, so the same line is the same event wherever it is read. */
struct uuid field_line_id(const struct event_parser *parser);

/* A number that fits a column INTEGER CHECK (… >= 0); fractions are rounded half away from zero. */
enum reason field_integer(struct event_parser *parser, const struct json_member *member, const char *column,
                          int64_t *out);

/* What a column holds: whole numbers, or with a scale of 2 hundredths, from 'least' (not negative) to 'most'. */
struct field_bounds {
    int64_t least, most;
    int scale;
};

/* A number within bounds, rounded as by numeric: half away from zero. */
enum reason field_number(struct event_parser *parser, const struct json_member *member, const char *column,
                         const struct field_bounds *bounds, int64_t *out);

/* The value as JSON text, whatever it is. */
void field_json(const struct json_member *member, struct span *out);

#endif
