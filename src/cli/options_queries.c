#include "cli/options.h"

#include "jobs/bridges/bridges.h"

const struct option bridges_options[] = {
    {.name = "namespace", .letter = 'n', .metavar = "NS", .kind = OPTION_TEXT,
     .offset = offsetof(struct bridges_options, name_space),
     .help = "only of this namespace; * is that of time_window"},
    {.name = "type", .metavar = "TYPE", .kind = OPTION_TEXT, .offset = offsetof(struct bridges_options, type),
     .help = "only of this type: namespace_grouping, time_window, file_type_grouping, size_buckets or "
             "workflow_grouping"},
    {.name = "window", .metavar = "WIDTH", .kind = OPTION_TEXT, .offset = offsetof(struct bridges_options, window),
     .help = "only windows of this width, such as 15m, 1h, 1d, 1w or 1mo"},
    {.name = "tz", .metavar = "ZONE", .kind = OPTION_TEXT, .offset = offsetof(struct bridges_options, tz),
     .help = "only windows that follow the clock of this time zone"},
    {.name = "since", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = 36500 * DAY, .fallback = "0s",
     .offset = offsetof(struct bridges_options, since_s),
     .help = "only windows that ended less than this long ago; 0s is all of them"},
    {.name = "from", .metavar = "TIME", .kind = OPTION_TEXT, .offset = offsetof(struct bridges_options, from),
     .help = "only windows that end after this time: 2025-10-15T00:00:00Z, 2025-10-15 (its midnight in --tz, else "
             "UTC), or as long ago as 90d"},
    {.name = "to", .metavar = "TIME", .kind = OPTION_TEXT, .offset = offsetof(struct bridges_options, to),
     .help = "only windows that begin before this time"},
    {.name = "limit", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 1000000, .fallback = "100",
     .offset = offsetof(struct bridges_options, limit), .help = "the newest N, 1 to 1000000"},
    {.name = "gaps", .kind = OPTION_FLAG, .offset = offsetof(struct bridges_options, gaps),
     .help = "windows that are missing, and whether the source was silent or the rollup missed them"},
    END_OF_OPTIONS};
