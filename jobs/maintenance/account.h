/* What a run of vacuum or reindex did and what it could not do, and how that is told. */
#ifndef BRIDGEJOB_JOBS_MAINTENANCE_ACCOUNT_H
#define BRIDGEJOB_JOBS_MAINTENANCE_ACCOUNT_H

#include <stddef.h>

#include "jobs/job.h"

/* Who is in the way; "" where nobody is, or nobody that can be seen. */
struct holder {
    char who[512];  /* "session 4711 'psql' (idle in transaction since …)" */
    char hint[512]; /* what to type about it */
};

/* One thing that was done, or will be in a dry run. */
struct done {
    const char *table;     /* or index */
    const char *action;    /* "vacuum", "analyze", "reindex" */
    const char *reason;    /* why it was chosen */
    long long removed;     /* dead rows, pages of pending lists; -1: does not apply */
    long long left;        /* dead rows that are still there; -1: does not apply */
    long long bytes_before;
    long long bytes_after; /* of table or index */
    long long ms;
};

/* Rows are copied as they come: 'done' and 'skipped' are the insides of JSON arrays, 'table' is for people and CSV,
 * 'said' are warnings, each with its table and hint, that wait for the end so that no progress line cuts them; 'notes'
 * is the inside of "leftovers": [{"table_oid", "index"}], what reindex could not drop. */
struct account {
    struct buf done;
    struct buf skipped;
    struct buf said;
    struct buf notes;
    struct table table;
    size_t n_done;
    size_t n_skipped;
    long long unmeasured; /* indexes of 1 MB and more whose bloat nothing measures; -1: not asked */
};

void account_init(struct account *account);
void account_release(struct account *account);

void account_done(struct account *account, const struct done *done);

/* 'holder' may be NULL; its hint is printed only with 'reason' as a warning. */
void account_skipped(struct account *account, const char *table, const char *reason, const struct holder *holder);

void account_note(struct account *account, long long table_oid, const char *index_name);

/* Warnings to stderr, those that say the same of several tables once; the report to stdout (with --quiet and as a
 * table: none); the tally into the run: the JSON object {"done", "skipped", "leftovers" and "unmeasured" (when there
 * are), "dry_run", "elapsed_s", "run_id"}. 'result' is how the run went so far: that, or what is worse; ERR_FINDINGS
 * when anything was skipped; ERR_IO. */
int account_close(struct account *account, struct run *run, int result);

#endif
