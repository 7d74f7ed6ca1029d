/* migrate: the schema, forwards and back. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_H
#define BRIDGEJOB_JOBS_MIGRATE_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/job.h"

struct migrate_options {
    const char *dir;             /* --dir; NULL: a set embedded in the binary */
    int set;                     /* --set: enum embedded_set */
    int order;                   /* --order: enum file_order */
    const char *to;              /* --to V; NULL: all the way (up), one step (down) */
    int64_t steps;               /* --steps N (down); 0: not given */
    int64_t lock_timeout_s;      /* --lock-timeout, default 5 s: how long a statement waits for a table lock */
    int64_t wait_s;              /* --wait, default 30 s: how long for another run to end */
    const char *plan;            /* --plan HASH (up); NULL: whatever the plan is */
    const char *const *versions; /* goto: what is to be reached; baseline: up to where it is; one */
    size_t n_versions;
};

extern const struct job migrate_up_job;
extern const struct job migrate_down_job;
extern const struct job migrate_goto_job;
extern const struct job migrate_redo_job;
extern const struct job migrate_status_job;
extern const struct job migrate_plan_job;
extern const struct job migrate_prove_job;
extern const struct job migrate_baseline_job;
extern const struct job migrate_repair_job;

#endif
