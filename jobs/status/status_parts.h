/* The sections of status, each with its findings; docs/operations.md lists them. 0 or an err kind, reported. */
#ifndef BRIDGEJOB_JOBS_STATUS_PARTS_H
#define BRIDGEJOB_JOBS_STATUS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/sections.h"
#include "jobs/status/status.h"

/* The last run of a job, from job_runs: the one under way, else the one that ended last. Times are seconds since
 * 1970. */
struct status_run {
    int64_t start;
    int64_t end;             /* 0: it has not ended */
    int64_t newest;          /* start of the run that began last, be it this one or not */
    int exit_code;           /* -1: it has not ended */
    bool alive;              /* a session of its name is there */
    char job[201];
    char message[512];       /* the run's first error */
};

#define STATUS_RUNS_MAX 100

/* The last run of each job, sorted by name, at most STATUS_RUNS_MAX. None where there is no history yet. */
int status_read_runs(struct status_run *runs, size_t *n);

/* Finds: missed_run, failed_run, died_run, long_run, unknown_job. */
int status_jobs(struct sections *sections, const struct status_options *options, job_finder *find);

/* Finds: pending_migration, changed_migration, missing_migration, schema_drift. */
int status_migrations(struct sections *sections);

/* Finds: rollup_behind, unrolled_windows. Nothing where rollup_progress is not there yet. */
int status_rollup(struct sections *sections, const struct status_options *options);

/* Append the command of the rollup that ran last. */
int status_last_rollup(struct buf *statement);

/* Whether a rollup has a table to be looked for in, and whether events wait that no rollup has ever been made of. */
int status_rollup_state(int64_t behind_s, bool *exists, bool *never);

/* Finds: rejects_waiting. */
int status_rejects(struct sections *sections, const struct status_options *options);

/* Whether a file of that name was read to its end by a run that began behind 'written' (seconds since 1970). */
int status_was_retried(const char *name, int64_t written, bool *retried);

/* Backups of this database, and base backups. Finds: no_backup, old_backup, damaged_backup, unverified_backup,
 * old_drill. */
int status_backups(struct sections *sections, const struct status_options *options);

/* The database that is asked, and whether a backup of it was ever made, by the run history. */
struct status_database {
    char name[253]; /* 63 characters */
    bool backed_up;
};
int status_database(struct status_database *database);

#endif
