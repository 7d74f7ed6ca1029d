/* created: what is said of a backup that was made, or in a dry run would be. */
#ifndef BRIDGEJOB_JOBS_BACKUP_CREATED_H
#define BRIDGEJOB_JOBS_BACKUP_CREATED_H

#include <stdint.h>

#include "jobs/backup/manifest.h"
#include "jobs/job.h"

struct created {
    const struct manifest *manifest;
    const char *path;           /* of the backup; NULL in a dry run */
    const char *dir;            /* --backup-dir */
    int64_t needed, available;  /* bytes it was expected to need, and that were free; 0: not known */
    double dump_s, verify_s;
    bool contents;              /* they were read, too: what is encrypted can only be with an identity */
};

/* Print it the way the user asked, and keep it as the tally of the run. 0 or an err kind, reported. */
int created_print(const struct created *created, struct run *run);

#endif
