#include "cli/options.h"

#include "jobs/maintenance/maintenance.h"

#define MAINTENANCE_TABLE                                                                                       \
    {.name = "table", .metavar = "TABLE", .kind = OPTION_LIST, .offset = offsetof(struct maintenance_options, tables), \
     .help = "only this table, needed or not; may be given several times"}
#define MAINTENANCE_LIMITS                                                                                      \
    {.name = "parallel", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 64,                             \
     .offset = offsetof(struct maintenance_options, parallel),                                                  \
     .help = "the server's workers for the indexes of one table, 1 to 64; without it as the server is set"},    \
    {.name = "between", .metavar = "HH:MM-HH:MM", .kind = OPTION_TEXT,                                          \
     .offset = offsetof(struct maintenance_options, between),                                                   \
     .help = "work only at this time of day, by the clock of this machine; what runs at its end is cancelled"}, \
    {.name = "max-duration", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = 365 * DAY,        \
     .fallback = "0s", .offset = offsetof(struct maintenance_options, max_duration_s),                          \
     .help = "begin nothing after this long, and cancel what runs then; 0s is never"},                          \
    {.name = "lock-timeout", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = DAY,              \
     .fallback = "5s", .offset = offsetof(struct maintenance_options, lock_timeout_s),                          \
     .help = "how long to wait for a table that others use"}

const struct option vacuum_options[] = {
    MAINTENANCE_TABLE,
    {.name = "all", .kind = OPTION_FLAG, .offset = offsetof(struct maintenance_options, all),
     .help = "every table, needed or not"},
    {.name = "analyze-only", .kind = OPTION_FLAG, .offset = offsetof(struct maintenance_options, analyze_only),
     .help = "only ANALYZE, where statistics are stale"},
    {.name = "freeze", .kind = OPTION_FLAG, .offset = offsetof(struct maintenance_options, freeze),
     .help = "freeze every row of what is vacuumed"},
    MAINTENANCE_LIMITS,
    END_OF_OPTIONS};

const struct option reindex_options[] = {
    MAINTENANCE_TABLE,
    {.name = "all", .kind = OPTION_FLAG, .offset = offsetof(struct maintenance_options, all),
     .help = "every index, bloated or not"},
    MAINTENANCE_LIMITS,
    END_OF_OPTIONS};
