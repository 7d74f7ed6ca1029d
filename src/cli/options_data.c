#include "cli/options.h"

#include "jobs/ingest/ingest.h"
#include "jobs/rollup/definition.h"
#include "jobs/rollup/rollup.h"

static const struct choice ids_words[] = {{"reject", IDS_REJECT}, {"hash", IDS_HASH}, {NULL, 0}};

static const struct choice profile_words[] = {{"bridge", PROFILE_BRIDGE}, {"mbflow", PROFILE_MBFLOW}, {NULL, 0}};

const struct option ingest_options[] = {
    {.name = "workers", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 64,
     .offset = offsetof(struct ingest_options, workers),
     .help = "database writers, 1 to 64; without it one for each processor, at most 8"},
    {.name = "batch-lines", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 1000000,
     .offset = offsetof(struct ingest_options, batch_lines),
     .help = "lines in one transaction, 1 to 1000000; without it as measured to be fast"},
    {.name = "rejects", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./rejects",
     .offset = offsetof(struct ingest_options, rejects_dir),
     .help = "where refused lines are kept, byte for byte, with their reasons"},
    {.name = "ids", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = ids_words, .fallback = "reject",
     .offset = offsetof(struct ingest_options, ids),
     .help = "an id that is no UUID: reject the line, or hash it to a UUIDv5 and keep the original in the metadata"},
    {.name = "profile", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = profile_words, .fallback = "bridge",
     .offset = offsetof(struct ingest_options, profile),
     .help = "what the lines are, and so which tables they go to: bridge or mbflow"},
    {.name = "map", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct ingest_options, map),
     .help = "read events of another shape: a file of JSON pointers, or one built in: cloudtrail, github, "
             "openlineage, suricata or zeek"},
    {.name = "max-line", .metavar = "SIZE", .kind = OPTION_SIZE, .min = 1, .max = GIGABYTE, .fallback = "16MB",
     .offset = offsetof(struct ingest_options, max_line), .help = "longest line taken"},
    {.name = "again", .kind = OPTION_FLAG, .offset = offsetof(struct ingest_options, again),
     .help = "read files that are already done; what they hold counts as duplicates"},
    {.name = "max-rejects", .metavar = "LIMIT", .kind = OPTION_TEXT,
     .offset = offsetof(struct ingest_options, max_rejects),
     .help = "give a file up, with exit 65, when more of its lines are refused: a number, or a percentage as 1%"},
    {.name = "atomic", .kind = OPTION_FLAG, .offset = offsetof(struct ingest_options, atomic),
     .help = "a file lands whole or not at all: one writer, one transaction"},
    {.name = "retry-rejects", .metavar = "FILE", .kind = OPTION_TEXT,
     .offset = offsetof(struct ingest_options, retry_rejects),
     .help = "load the refused lines of a .rej file again"},
    {.name = "after", .metavar = "WHAT", .kind = OPTION_TEXT, .fallback = "keep",
     .offset = offsetof(struct ingest_options, after),
     .help = "what happens to a file that is done: keep, delete or move:DIR"},
    {.name = "default-namespace", .also = "namespace", .letter = 'n', .metavar = "NS", .kind = OPTION_TEXT,
     .offset = offsetof(struct ingest_options, default_namespace), .help = "namespace of events that name none"},
    END_OF_OPTIONS};

static const struct choice rollup_words[] = {
    {"namespace_grouping", ROLLUP_NAMESPACE_GROUPING}, {"time_window", ROLLUP_TIME_WINDOW},
    {"file_type_grouping", ROLLUP_FILE_TYPE_GROUPING}, {"size_buckets", ROLLUP_SIZE_BUCKETS},
    {"workflow_grouping", ROLLUP_WORKFLOW_GROUPING},   {NULL, 0}};

const struct option rollup_options[] = {
    {.name = "window", .metavar = "SIZE", .kind = OPTION_TEXT, .offset = offsetof(struct rollup_options, window),
     .help = "length of a window: minutes or hours that divide a day (15m, 1h), days (1d), weeks (1w) or months (1mo)"},
    {.name = "type", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = rollup_words,
     .fallback = "namespace_grouping", .offset = offsetof(struct rollup_options, type),
     .help = "how it is grouped: namespace_grouping, time_window (all name spaces together), file_type_grouping, "
             "size_buckets or workflow_grouping"},
    {.name = "tz", .metavar = "ZONE", .kind = OPTION_TEXT, .fallback = "UTC",
     .offset = offsetof(struct rollup_options, tz),
     .help = "time zone that windows are aligned to, as Europe/Berlin: a day begins at its midnight"},
    {.name = "namespace", .letter = 'n', .metavar = "NS", .kind = OPTION_TEXT,
     .offset = offsetof(struct rollup_options, only_namespace), .help = "only windows of this name space"},
    {.name = "from", .metavar = "TIME", .kind = OPTION_TEXT, .offset = offsetof(struct rollup_options, from),
     .help = "look at all windows from this time on, changed or not: 2025-10-15T00:00:00Z, 2025-10-15 (its midnight "
             "in --tz), or as long ago as 90d"},
    {.name = "to", .metavar = "TIME", .kind = OPTION_TEXT, .offset = offsetof(struct rollup_options, to),
     .help = "look at all windows before this time"},
    {.name = "max-uniques", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 1000000, .fallback = "10000",
     .offset = offsetof(struct rollup_options, max_uniques), .help = "longest list of distinct values in a window"},
    {.name = "verify", .kind = OPTION_FLAG, .offset = offsetof(struct rollup_options, verify),
     .help = "compare all windows, or those from --from to --to, with the stamps and list every difference"},
    {.name = "repair", .kind = OPTION_FLAG, .offset = offsetof(struct rollup_options, repair),
     .help = "as --verify, and mend what differs"},
    END_OF_OPTIONS};
