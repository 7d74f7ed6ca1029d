/* What one rollup makes: windows of one size, type and zone. Its rows in bridge_states are told by it. */
#ifndef BRIDGEJOB_JOBS_DEFINITION_H
#define BRIDGEJOB_JOBS_DEFINITION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/uuid.h"
#include "core/window.h"

/* 3-events.md, Rollup: Types. */
enum rollup_type {
    ROLLUP_NAMESPACE_GROUPING,
    ROLLUP_TIME_WINDOW,
    ROLLUP_FILE_TYPE_GROUPING,
    ROLLUP_SIZE_BUCKETS,
    ROLLUP_WORKFLOW_GROUPING
};

/* The name space of windows of all name spaces (ROLLUP_TIME_WINDOW). */
#define ROLLUP_TOGETHER "*"

#define DEFINITION_TZ_SIZE 65

struct definition {
    struct window_size size;
    char window[WINDOW_SIZE_TEXT];
    enum rollup_type type;
    const char *type_name;
    char tz[DEFINITION_TZ_SIZE];
    const char *only_namespace; /* "": all */
    int64_t max_uniques;
};

const char *rollup_type_name(enum rollup_type type);

/* A window of all name spaces, and not one for each. */
bool definition_is_together(const struct definition *definition);

/* The types that say of each window once more what is in each of its groups. */
bool definition_is_grouped(const struct definition *definition);

/* What its rows have in bridge_states.configuration, as JSON; with 'cap' false only what makes them its own. */
#define DEFINITION_JSON_SIZE 640
void definition_json(const struct definition *definition, bool cap, char out[DEFINITION_JSON_SIZE]);

/* The second key of its advisory lock (db/lock.h): the same for every name space, as they share rows. */
int definition_lock_key(const struct definition *definition);

/* The bridge_id of a window: the UUIDv5, in a name space of its own, of
 * "<type> <window size> <zone> <start> <name space>", the start as 2025-10-15T12:00:00Z. */
struct uuid definition_bridge_id(const struct definition *definition, struct span name_space, int64_t start);

#endif
