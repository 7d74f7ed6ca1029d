/* The job behind `bridgejob backup drill`: a backup is restored into a server of its own, looked at, and thrown away.
 * It tells two things apart: that the backup is bad (ERR_INPUT), and that the drill could not run, which says nothing
 * about the backup (every other kind). */
#ifndef BRIDGEJOB_JOBS_BACKUP_DRILL_H
#define BRIDGEJOB_JOBS_BACKUP_DRILL_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/job.h"

#define DRILL_ANY_KIND (-1)

struct drill_options {
    const char *const *ids; /* operand: one backup's id; none: the newest that is verified */
    size_t n_ids;
    const char *backup_dir; /* --backup-dir */
    int kind;               /* --kind: an enum backup_kind, or DRILL_ANY_KIND */
    const char *work_dir;   /* --work-dir: where the server's data go; NULL: the directory of backups */
    const char *wal_dir;    /* --wal-dir: the archive of WAL; NULL: none */
    const char *identity;   /* --identity */
    const char *bindir;     /* --bindir */
    int64_t jobs;           /* --jobs */
};

extern const struct job drill_job;

#endif
