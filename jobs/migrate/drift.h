/* drift: what the catalog is, beside what the last migration left. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_DRIFT_H
#define BRIDGEJOB_JOBS_MIGRATE_DRIFT_H

#include <stdbool.h>

#include "jobs/migrate/differences.h"
#include "jobs/migrate/history.h"

struct drift {
    struct description kept; /* as the last migration left it */
    struct description now;
    struct differences differences;
    bool unnamed;            /* the fingerprints differ, but nothing tells what: a history from before the snapshot */
};

/* 0 or an err kind, reported. Where nothing is applied nothing has drifted. */
int drift_find(struct drift *drift, const struct history *history);
void drift_release(struct drift *drift);

bool drift_is_any(const struct drift *drift);

#endif
