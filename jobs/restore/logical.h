/* logical: a logical backup becomes a database: made under another name, loaded, counted, and only then called what
 * it shall be (new_database.h). */
#ifndef BRIDGEJOB_JOBS_RESTORE_LOGICAL_H
#define BRIDGEJOB_JOBS_RESTORE_LOGICAL_H

#include "jobs/backup/manifest.h"
#include "jobs/restore/restore.h"

/* What was restored, and what was counted of it. */
struct restored {
    const char *id, *into; /* borrowed */
    long long tables, rows;
};

/* Restore options->into with the whole backup, or with options->tables of it. The session, in a database that is not
 * the target, is opened and closed here; session_target() is done. 0; ERR_INPUT: the target is not empty, the backup
 * is damaged, a count differs; or another err kind, reported. With --dry-run it is said what would be done. */
int logical_restore(const struct run *run, const struct restore_options *options, const struct manifest *manifest,
                    struct restored *restored);

#endif
