/* drill_restore: a backup becomes a running server of its own. */
#ifndef BRIDGEJOB_JOBS_BACKUP_DRILL_RESTORE_H
#define BRIDGEJOB_JOBS_BACKUP_DRILL_RESTORE_H

#include "jobs/backup/drill.h"
#include "jobs/backup/drill_result.h"
#include "jobs/restore/cluster.h"

/* A drill under way. */
struct drill {
    const struct run *run;
    const struct drill_options *options;
    const struct manifest *manifest;
    const char *data;            /* where the server's data go; not there yet */
    struct drill_result *result; /* both parent and child see it */
};

/* Restore it into a server over drill->data, and lead this process there: PG* are those of the database that came back.
 * For a child without a session. result's rto_s, data_at and counts are set. 0; ERR_INPUT: it does not come back, noted
 * and reported; ERR_FINDINGS: it does, and its WAL cannot be replayed; or another err kind, reported: the drill could not
 * run. The cluster is the caller's to release. */
int drill_restore(const struct drill *drill, struct cluster *cluster);

#endif
