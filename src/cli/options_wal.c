#include "cli/options.h"

#include "jobs/wal/wal.h"

#define WAL_DIR                                                                                                 \
    {.name = "wal-dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct wal_options, wal_dir), \
     .help = "directory of the archive; there is none unless it is given"}

const struct option wal_push_options[] = {WAL_DIR, END_OF_OPTIONS};

const struct option wal_fetch_options[] = {
    WAL_DIR,
    {.name = "accept-gap", .kind = OPTION_FLAG, .offset = offsetof(struct wal_options, accept_gap),
     .help = "let recovery end at a segment that is missing although the archive goes on behind it"},
    END_OF_OPTIONS};

const struct option wal_status_options[] = {
    WAL_DIR,
    {.name = "max-age", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = 36500 * DAY, .fallback = "0s",
     .offset = offsetof(struct wal_options, max_age_s),
     .help = "the newest segment being older than this is a finding; 0s is never"},
    {.name = "verify", .kind = OPTION_FLAG, .offset = offsetof(struct wal_options, verify),
     .help = "read every file of the archive to its end, and look into its header"},
    END_OF_OPTIONS};
