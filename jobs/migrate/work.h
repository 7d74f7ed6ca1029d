/* work: one file on its way through the server: a statement is run, who is in its way is found, and what failed is
 * said with its line. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_WORK_H
#define BRIDGEJOB_JOBS_MIGRATE_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "db/beside.h"
#include "jobs/migrate/files.h"

struct work {
    const struct migration *migration;
    const struct migration_file *file; /* the one that is run: forward or rollback */
    bool up;
    int64_t lock_timeout_s;            /* 0: wait for ever */
    int64_t started;                   /* time_monotonic() */
    long long done;                    /* statements that are committed: for what is said of a failure */
    struct beside beside;
    char blocker[256];                 /* who was in the way last; "" */
    bool timed;                        /* the statement's waits have an end */
    struct span failed;                /* the statement that failed and is not reported; absent: none */
    int position;                      /* in it, as script_run() says */
};

void work_init(struct work *work, const struct migration *migration, bool up, int64_t lock_timeout_s);
void work_release(struct work *work);

/* Set the session up for the file: its lock timeout, and that a server (14 or newer) whose client was killed
 * notices it within seconds, not at the end of a long statement. 0 or an err kind, reported. */
int work_begin(struct work *work);

/* Roll back what is open and take back what the script set: role, settings. Never fails. */
void work_end(void);

/* Run one of the file's statements. 0, or an err kind with 'failed' set and nothing reported. */
int work_run(struct work *work, struct span statement);

/* The same as work_run() for a failed COMMIT that was not the file's: 'failed' is the end of the file. */
int work_commit(struct work *work);

/* In the transaction that holds the file's last change: take back what the script set, and write the file into the
 * history, or out of it, and its progress away. 0 or an err kind, reported. */
int work_record(struct work *work);

/* Milliseconds since work_init(). */
long long work_ms(const struct work *work);

/* The line of the statement that failed. */
int work_line(const struct work *work);

/* Say what failed and what to do; 'kind' is what work_run() gave. Returns it, or the kind it stands for here: what
 * the server refuses in a migration is the schema's fault. */
int work_report(const struct work *work, int kind);

#endif
