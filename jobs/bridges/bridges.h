/* bridges: list the rows of bridge_states: the windows of the rollups, and what aggregation events said. */
#ifndef BRIDGEJOB_JOBS_BRIDGES_H
#define BRIDGEJOB_JOBS_BRIDGES_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/job.h"

/* NULL and 0: whatever it is. */
struct bridges_options {
    const char *name_space;
    const char *type;       /* aggregation_type */
    const char *window;     /* as the rollup was told, or as long */
    const char *tz;
    int64_t since_s;        /* windows that ended less than this long ago, or are under way */
    const char *from;       /* windows that lie at least in part in [from, to): RFC 3339, or a duration ago */
    const char *to;
    int64_t limit;
    bool gaps;              /* what is missing instead of what is there */
};

/* Keys of the result, in JSON and CSV: README, "bridges". */
extern const struct job bridges_job;

#endif
