#include "cli/options.h"

#include "jobs/prune/prune.h"

#define LOCK_TIMEOUT                                                                                            \
    {.name = "lock-timeout", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = DAY,              \
     .fallback = "5s", .offset = offsetof(struct prune_options, lock_timeout_s),                                \
     .help = "how long to wait for other sessions that use what is to go"}
#define OLDER_THAN                                                                                              \
    .name = "older-than", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 36500 * DAY,         \
    .offset = offsetof(struct prune_options, older_than_s)

const struct option prune_nodes_options[] = {
    {.name = "stale-after", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 36500 * DAY,
     .fallback = "5m", .offset = offsetof(struct prune_options, stale_after_s),
     .help = "nodes without a heartbeat for this long are marked UNHEALTHY"},
    {OLDER_THAN, .fallback = "24h", .help = "nodes without a heartbeat for this long are deleted"},
    LOCK_TIMEOUT,
    END_OF_OPTIONS};

const struct option prune_events_options[] = {
    {OLDER_THAN, .fallback = "90d", .help = "events of before this long ago go"},
    {.name = "without-rollup", .kind = OPTION_FLAG, .offset = offsetof(struct prune_options, without_rollup),
     .help = "also in a database that no rollup has run in"},
    LOCK_TIMEOUT,
    END_OF_OPTIONS};

const struct option prune_runs_options[] = {
    {OLDER_THAN, .fallback = "90d", .help = "runs that began before this long ago go"},
    LOCK_TIMEOUT,
    END_OF_OPTIONS};
