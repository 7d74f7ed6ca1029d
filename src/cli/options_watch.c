#include "cli/options.h"

#include "jobs/health/health.h"

const struct option health_options[] = {
    {.name = "limit", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 100, .fallback = "10",
     .offset = offsetof(struct health_options, limit),
     .help = "rows shown of each section, 1 to 100; findings are shown in any case"},
    {.name = "type", .metavar = "TYPE", .kind = OPTION_TEXT, .offset = offsetof(struct health_options, type),
     .help = "nodes of this type only"},
    {.name = "stale-after", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY,
     .fallback = "5m", .offset = offsetof(struct health_options, stale_after_s),
     .help = "a node without a heartbeat for longer is stale"},
    {.name = "long-query", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY,
     .fallback = "5m", .offset = offsetof(struct health_options, long_query_s),
     .help = "a statement that runs, or a transaction that idles, for longer is a finding"},
    {.name = "lock-wait", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY,
     .fallback = "30s", .offset = offsetof(struct health_options, lock_wait_s),
     .help = "a statement that waits for a lock for longer is a finding"},
    {.name = "lag", .metavar = "SIZE", .kind = OPTION_SIZE, .min = 1, .max = 1024 * GIGABYTE, .fallback = "1GB",
     .offset = offsetof(struct health_options, lag_bytes),
     .help = "a standby or replication slot further behind is a finding"},
    END_OF_OPTIONS};
