/* map: an event of another shape → the envelope's members, which event.c then reads as if they had stood in the
 * line. A map is a JSON object with a value for each field (docs/events.md, "Maps"); a value is a JSON pointer, a
 * list of values of which the first counts that is present and not null, {"const": …} or {"join": […]}.
 * A map is read once, holds no memory of its own, and does not change while it is used. */
#ifndef BRIDGEJOB_PIPE_MAP_H
#define BRIDGEJOB_PIPE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "pipe/json.h"
#include "pipe/pointer.h"

#define MAP_BYTES 16384 /* of the longest file */
#define MAP_VALUES 256  /* in one file; pointers, constants and parts of joins each count */

enum map_column {
    MAP_EVENT_TYPE,
    MAP_TIMESTAMP,
    MAP_EVENT_ID,
    MAP_CORRELATION_ID,
    MAP_SESSION_ID,
    MAP_NAMESPACE,
    MAP_PAYLOAD,
    MAP_COLUMNS
};

struct map_part {
    struct pointer pointer;
    struct span literal;     /* JSON, in a join what stands between the quotes; absent: the pointer counts */
};

struct map_choice {
    size_t from, n;          /* parts */
    bool join;               /* else there is one part */
};

struct map_value {
    struct span name;        /* of a member of metadata, as written */
    size_t from, n;          /* choices; none: the map does not say */
};

struct map {
    char text[MAP_BYTES];    /* the file */
    size_t len;
    char tokens[MAP_BYTES];  /* of the pointers */
    size_t n_tokens;
    struct map_part parts[MAP_VALUES];
    size_t n_parts;
    struct map_choice choices[MAP_VALUES];
    size_t n_choices;
    struct map_value columns[MAP_COLUMNS];
    struct map_value metadata[MAP_VALUES + 1]; /* each has a part: the last never gets one, and is refused */
    size_t n_metadata;
};

/* Read the text of a map; 'name' is for messages. 0, or ERR_CONFIG, reported with line and column, or ERR_INTERNAL. */
int map_parse(struct map *map, const char *name, struct span text);

enum map_outcome {
    MAP_APPLIED,
    MAP_TOO_LARGE,   /* beside the payload, values of more than twice the line's length */
    MAP_NO_MEMORY
};

/* Make the envelope's members of a line that json_check() passed as an object, 'members' being that object's. Values
 * are as written: their spans point into the line and the map; joins and the metadata are appended to 'text', which
 * must have room for twice the line and once the map, as it may not move. Without another payload the whole line is
 * it. */
enum map_outcome map_apply(const struct map *map, struct span line, const struct json_members *members,
                           struct json_members *envelope, struct buf *text);

#endif
