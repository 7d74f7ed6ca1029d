/* status: did every job run when it should, and is anything waiting. Changes nothing. */
#ifndef BRIDGEJOB_JOBS_STATUS_H
#define BRIDGEJOB_JOBS_STATUS_H

#include <stdint.h>

#include "jobs/job.h"

struct status_options {
    const char *cron;        /* --cron FILE; NULL: no due times */
    int64_t grace_s;         /* --grace: how late a run may start, behind its --splay */
    int64_t long_run_s;      /* --long-run: how long a run may take */
    int64_t behind_s;        /* --behind: how long changes may wait for a rollup */
    const char *rejects_dir; /* --rejects */
    const char *backup_dir;  /* --backup-dir */
    int64_t backup_age_s;    /* --backup-age: how old the newest verified backup may be */
    int64_t drill_age_s;     /* --drill-age: how long ago the last drill may be */
    int64_t stale_after_s;   /* --stale-after: as of health */
};

extern const struct job status_job;

#endif
