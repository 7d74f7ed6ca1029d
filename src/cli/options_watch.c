#include "cli/options.h"

#include "jobs/health/health.h"
#include "jobs/status/status.h"

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

const struct option status_options[] = {
    {.name = "cron", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct status_options, cron),
     .help = "the crontab that runs the jobs: tells when each is due and which runs were missed"},
    {.name = "grace", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = DAY, .fallback = "2m",
     .offset = offsetof(struct status_options, grace_s),
     .help = "how long after its due time, and the --splay of its line, a run may start"},
    {.name = "long-run", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY, .fallback = "12h",
     .offset = offsetof(struct status_options, long_run_s), .help = "how long a run may take"},
    {.name = "behind", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY, .fallback = "2h",
     .offset = offsetof(struct status_options, behind_s), .help = "how long changes may wait for a rollup"},
    {.name = "rejects", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./rejects",
     .offset = offsetof(struct status_options, rejects_dir), .help = "where ingest keeps refused lines"},
    {.name = "backup-dir", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./backups",
     .offset = offsetof(struct status_options, backup_dir), .help = "where the backups are"},
    {.name = "backup-age", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY,
     .fallback = "26h", .offset = offsetof(struct status_options, backup_age_s),
     .help = "how old the newest verified backup may be"},
    {.name = "drill-age", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 3650 * DAY,
     .fallback = "35d", .offset = offsetof(struct status_options, drill_age_s),
     .help = "how long ago the last drill may be, once there was one"},
    {.name = "stale-after", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = 365 * DAY,
     .fallback = "5m", .offset = offsetof(struct status_options, stale_after_s),
     .help = "a node without a heartbeat for longer is stale"},
    END_OF_OPTIONS};
