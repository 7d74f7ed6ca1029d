#include "cli/options.h"

#include "jobs/backup/backup.h"

#define BACKUP_DIR                                                                                              \
    {.name = "backup-dir", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./backups",                      \
     .offset = offsetof(struct backup_options, backup_dir), .help = "where the backups are"}
#define KEEP                                                                                                    \
    .metavar = "N", .kind = OPTION_COUNT, .min = 0, .max = 10000

const struct option backup_list_options[] = {BACKUP_DIR, END_OF_OPTIONS};

const struct option backup_verify_options[] = {
    BACKUP_DIR,
    {.name = "all", .kind = OPTION_FLAG, .offset = offsetof(struct backup_options, all), .help = "every backup there"},
    {.name = "identity", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct backup_options, identity),
     .help = "age's identities, to read what is encrypted; gpg asks its agent"},
    {.name = "bindir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct backup_options, bindir),
     .help = "where PostgreSQL's programs are; without it /usr/lib/postgresql/VERSION/bin, then PATH"},
    END_OF_OPTIONS};

const struct option backup_expire_options[] = {
    BACKUP_DIR,
    {.name = "keep-daily", KEEP, .fallback = "7", .offset = offsetof(struct backup_options, keep_daily),
     .help = "days of which a backup stays"},
    {.name = "keep-weekly", KEEP, .fallback = "4", .offset = offsetof(struct backup_options, keep_weekly),
     .help = "weeks, from Monday on"},
    {.name = "keep-monthly", KEEP, .fallback = "12", .offset = offsetof(struct backup_options, keep_monthly),
     .help = "months"},
    {.name = "explain", .kind = OPTION_FLAG, .offset = offsetof(struct backup_options, explain),
     .help = "list every backup, with why it stays or goes"},
    END_OF_OPTIONS};
