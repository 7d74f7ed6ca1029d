/* json: one line → its fields. Strict, with jsonb's own verdict: what passes here
 * PostgreSQL's jsonb input takes, and what it refuses is refused here, with a
 * reason (PostgreSQL 15 common/jsonapi.c, utils/adt/jsonb.c, numeric.c).
 * Spans point into the line; nothing is allocated but the member arrays, which
 * grow once and are reused. */
#ifndef BRIDGEJOB_PIPE_JSON_H
#define BRIDGEJOB_PIPE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/text.h"

/* Deeper than any server with a sane max_stack_depth takes: PostgreSQL 15 takes 13090
 * objects or 14544 arrays in each other with its default of 2MB, and 45858 or 50953 with
 * 7MB, the most that a stack of 8 MB allows. Between the server's own limit and this one
 * the server decides (54001). */
#define JSON_MAX_DEPTH 65536

enum json_verdict {
    JSON_OK = 0,
    JSON_SYNTAX,          /* invalid_json */
    JSON_UTF8,            /* invalid_utf8: also a raw NUL byte */
    JSON_NUL_ESCAPE,      /* nul_escape: \u0000 */
    JSON_LONE_SURROGATE,  /* lone_surrogate */
    JSON_NUMBER_RANGE,    /* number_out_of_range: numeric would overflow */
    JSON_TOO_DEEP         /* too_deep */
};

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_member {
    struct span key;     /* between the quotes, as written */
    struct span value;   /* the whole value as written, quotes and brackets included */
    enum json_type type; /* of the value */
    bool key_escaped;    /* the key holds a backslash: compare through json_key_is() */
};

/* The members of one object in the order written, duplicates included. */
struct json_members {
    struct json_member *at;
    size_t n;
    size_t cap;
};

void json_members_release(struct json_members *members);

/* Judge one line, blanks around it allowed. On JSON_OK '*type' is the type of the
 * value and, when that is an object, 'members' holds its members. On any other
 * verdict '*error_at' is the byte offset of the fault. Fails with JSON_SYNTAX and
 * *error_at == SIZE_MAX when memory is out. */
enum json_verdict json_check(struct span line, enum json_type *type, struct json_members *members, size_t *error_at);

/* The members of an object that json_check() passed as part of its line. 0, or -1
 * when memory is out. 'object' must be of type JSON_OBJECT. */
int json_object_members(struct span object, struct json_members *members);

/* The type of a value that json_check() passed. */
enum json_type json_type_of(struct span value);

/* The member of that name: of duplicates the last, as in jsonb. Keys that need
 * unescaping ("event\u005ftype") compare by what they say. NULL when there is none. */
const struct json_member *json_find(const struct json_members *members, const char *name);

/* Whether a member's key says 'name'. */
bool json_key_is(const struct json_member *member, const char *name);

/* What a JSON string (quotes included, passed by json_check) says, as UTF-8. Without
 * a backslash the answer points into it; otherwise it is written to 'scratch' (appended;
 * the span is valid until scratch grows again). 'text' is SPAN_NONE when memory is out. */
struct span json_string(struct span string, struct buf *scratch);

/* The contract's name of a verdict ("invalid_json" …; spec: ingest, reject reasons). */
const char *json_verdict_name(enum json_verdict verdict);

#endif
