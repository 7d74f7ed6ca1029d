#include "cli/options.h"

#include "jobs/backup/drill.h"
#include "jobs/backup/manifest.h"
#include "jobs/restore/restore.h"

_Static_assert(sizeof(enum backup_kind) == sizeof(int), "choices are stored through an int");

static const struct choice kind_words[] = {
    {"any", DRILL_ANY_KIND}, {"logical", BACKUP_LOGICAL}, {"physical", BACKUP_PHYSICAL}, {NULL, 0}};

const struct option drill_options[] = {
    {.name = "backup-dir", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./backups",
     .offset = offsetof(struct drill_options, backup_dir), .help = "where the backups are"},
    {.name = "kind", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = kind_words, .fallback = "any",
     .offset = offsetof(struct drill_options, kind),
     .help = "without an ID, the newest of which kind: any, logical or physical"},
    {.name = "work-dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct drill_options, work_dir),
     .help = "where the server's data are put meanwhile; without it where the backups are"},
    {.name = "wal-dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct drill_options, wal_dir),
     .help = "the archive of WAL, which a physical backup is brought forward with"},
    {.name = "jobs", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 64, .fallback = "1",
     .offset = offsetof(struct drill_options, jobs),
     .help = "load and index this many tables at once, 1 to 64"},
    {.name = "identity", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct drill_options, identity),
     .help = "identities that age decrypts with; gpg asks its agent"},
    {.name = "bindir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct drill_options, bindir),
     .help = "where the programs of PostgreSQL are; else where Debian has them, or in PATH"},
    END_OF_OPTIONS};

const struct option restore_options[] = {
    {.name = "backup-dir", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./backups",
     .offset = offsetof(struct restore_options, backup_dir), .help = "where the backups are"},
    {.name = "into", .metavar = "NAME", .kind = OPTION_TEXT, .offset = offsetof(struct restore_options, into),
     .help = "the database it becomes: one that is not there, or an empty one"},
    {.name = "clean", .kind = OPTION_FLAG, .offset = offsetof(struct restore_options, clean),
     .help = "replace that database, or with --table the rows of that table, although it is not empty; needs --yes"},
    {.name = "table", .metavar = "TABLE", .kind = OPTION_LIST, .offset = offsetof(struct restore_options, tables),
     .help = "only this table with its partitions, indexes and constraints; may be given several times"},
    {.name = "jobs", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 64, .fallback = "1",
     .offset = offsetof(struct restore_options, jobs),
     .help = "load and index this many tables at once, 1 to 64"},
    {.name = "no-owner", .kind = OPTION_FLAG, .offset = offsetof(struct restore_options, no_owner),
     .help = "without owners and privileges: all of it belongs to the role that restores"},
    {.name = "data-directory", .metavar = "DIR", .kind = OPTION_TEXT,
     .offset = offsetof(struct restore_options, data_directory),
     .help = "where a physical backup goes: a directory that is not there, or an empty one"},
    {.name = "target-time", .metavar = "TIME", .kind = OPTION_TEXT,
     .offset = offsetof(struct restore_options, target_time),
     .help = "how far the WAL is replayed; without it to its end"},
    {.name = "target-timeline", .metavar = "TIMELINE", .kind = OPTION_TEXT, .fallback = "latest",
     .offset = offsetof(struct restore_options, target_timeline),
     .help = "which timeline is followed: latest, current (that of the backup) or a number"},
    {.name = "wal-dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct restore_options, wal_dir),
     .help = "the archive of WAL"},
    {.name = "identity", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct restore_options, identity),
     .help = "identities that age decrypts with; gpg asks its agent"},
    {.name = "bindir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct restore_options, bindir),
     .help = "where the programs of PostgreSQL are; else where Debian has them, or in PATH"},
    END_OF_OPTIONS};
