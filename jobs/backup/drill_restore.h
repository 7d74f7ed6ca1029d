/* drill_restore: a backup becomes a running server of its own. */
#ifndef BRIDGEJOB_JOBS_BACKUP_DRILL_RESTORE_H
#define BRIDGEJOB_JOBS_BACKUP_DRILL_RESTORE_H

#include "jobs/backup/drill.h"
#include "jobs/backup/drill_result.h"
#include "jobs/restore/physical.h"

/* A drill under way. */
struct drill {
    int64_t began;               /* time_monotonic(), before the backup is read: `restore` reads it first, too */
    const struct run *run;
    const struct drill_options *options;
    const struct manifest *manifest;
    const char *data;            /* where the server's data go; not there yet */
    struct drill_result *result; /* both parent and child see it */
};

/* Restore it into a server over drill->data, and lead this process there, as a superuser. For a child without a
 * session. result's rto_s, data_at and counts are set. 0; ERR_FINDINGS: it came back, but for WAL behind a gap, noted;
 * ERR_INPUT: it does not come back, noted and reported; or another err kind, reported: the drill could not run.
 * 'server' is a PHYSICAL_INIT, and the caller's to release, of a logical backup, too. */
int drill_restore(const struct drill *drill, struct physical *server);

/* The database a logical backup becomes. */
const char *drill_database(const struct manifest *manifest);

#endif
