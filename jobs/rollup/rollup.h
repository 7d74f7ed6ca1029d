/* rollup: stamps → windows in bridge_states (docs/rollup.md). */
#ifndef BRIDGEJOB_JOBS_ROLLUP_H
#define BRIDGEJOB_JOBS_ROLLUP_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/job.h"

struct rollup_options {
    const char *window;         /* --window, as core/window.h takes it */
    int type;                   /* --type: enum rollup_type (definition.h) */
    const char *tz;             /* --tz: a time zone of the server */
    const char *only_namespace; /* --namespace; NULL: all */
    const char *from;           /* --from, --to: RFC 3339 or a duration ago; NULL: open */
    const char *to;
    int64_t max_uniques;        /* --max-uniques */
    bool verify;
    bool repair;
};

extern const struct job rollup_job;

#endif
