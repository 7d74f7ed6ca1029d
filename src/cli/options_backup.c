#include "cli/options.h"

#include "jobs/backup/backup.h"

_Static_assert(sizeof(enum backup_kind) == sizeof(int), "an enum is an int");

#define BACKUP_DIR                                                                                              \
    {.name = "backup-dir", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./backups",                      \
     .offset = offsetof(struct backup_options, backup_dir), .help = "where the backups are"}
#define BINDIR                                                                                                  \
    {.name = "bindir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct backup_options, bindir), \
     .help = "where PostgreSQL's programs are; without it /usr/lib/postgresql/VERSION/bin, then PATH"}
#define IDENTITY                                                                                                \
    {.name = "identity", .metavar = "FILE", .kind = OPTION_TEXT,                                                \
     .offset = offsetof(struct backup_options, identity),                                                       \
     .help = "age's identities, to read what is encrypted; gpg asks its agent"}

static const struct choice kind_words[] = {
    {"logical", BACKUP_LOGICAL}, {"physical", BACKUP_PHYSICAL}, {NULL, 0}};

static const struct choice dump_format_words[] = {{"auto", BACKUP_AUTO},
                                                  {"custom", BACKUP_CUSTOM},
                                                  {"directory", BACKUP_DIRECTORY},
                                                  {"plain", BACKUP_PLAIN},
                                                  {NULL, 0}};

const struct option backup_create_options[] = {
    BACKUP_DIR,
    {.name = "kind", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = kind_words, .fallback = "logical",
     .offset = offsetof(struct backup_options, kind),
     .help = "logical is one database by pg_dump; physical is the whole cluster by pg_basebackup, which a restore to "
             "a point in time begins with"},
    {.name = "dump-format", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = dump_format_words,
     .fallback = "auto", .offset = offsetof(struct backup_options, dump_format),
     .help = "of a logical backup: custom, directory or plain (SQL, compressed); auto is custom, with several --jobs "
             "directory"},
    {.name = "jobs", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 64, .fallback = "1",
     .offset = offsetof(struct backup_options, jobs), .help = "how many tables of a logical backup to dump at once"},
    {.name = "rate", .metavar = "SIZE", .kind = OPTION_SIZE, .min = INT64_C(32) * 1024, .max = GIGABYTE,
     .offset = offsetof(struct backup_options, rate),
     .help = "bytes a second to take from the server at most, from 32kB to 1GB; not with several --jobs"},
    {.name = "lock-timeout", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = DAY,
     .fallback = "1m", .offset = offsetof(struct backup_options, lock_timeout_s),
     .help = "how long to wait for sessions that change a table, at the start of a logical backup"},
    {.name = "encrypt-to", .metavar = "RECIPIENT", .kind = OPTION_TEXT,
     .offset = offsetof(struct backup_options, encrypt_to),
     .help = "encrypt by age to age1... or ssh-..., or by gpg to any other, as a fingerprint or an address"},
    IDENTITY,
    {.name = "copy-to", .metavar = "CMD", .kind = OPTION_TEXT, .offset = offsetof(struct backup_options, copy_to),
     .help = "run this shell command for each finished file, which is its \"$1\"; the manifest comes last"},
    BINDIR,
    END_OF_OPTIONS};

const struct option backup_list_options[] = {BACKUP_DIR, END_OF_OPTIONS};

const struct option backup_verify_options[] = {
    BACKUP_DIR,
    {.name = "all", .kind = OPTION_FLAG, .offset = offsetof(struct backup_options, all), .help = "every backup there"},
    IDENTITY,
    BINDIR,
    END_OF_OPTIONS};

#define KEEP .metavar = "N", .kind = OPTION_COUNT, .min = 0, .max = 10000

const struct option backup_expire_options[] = {
    BACKUP_DIR,
    {.name = "keep-daily", KEEP, .fallback = "7", .offset = offsetof(struct backup_options, keep_daily),
     .help = "the last days of which the newest verified backup stays"},
    {.name = "keep-weekly", KEEP, .fallback = "4", .offset = offsetof(struct backup_options, keep_weekly),
     .help = "the last weeks, from Monday on"},
    {.name = "keep-monthly", KEEP, .fallback = "12", .offset = offsetof(struct backup_options, keep_monthly),
     .help = "the last months"},
    {.name = "wal-dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct backup_options, wal_dir),
     .help = "the archive of WAL: what lies before every physical backup that is kept goes, too"},
    {.name = "explain", .kind = OPTION_FLAG, .offset = offsetof(struct backup_options, explain),
     .help = "list every backup, with why it stays or goes, and from where on WAL is kept"},
    END_OF_OPTIONS};
