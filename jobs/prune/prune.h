/* prune: take away what is too old: nodes that are gone, events, history (docs/maintenance.md). */
#ifndef BRIDGEJOB_JOBS_PRUNE_H
#define BRIDGEJOB_JOBS_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/job.h"

struct prune_options {
    int64_t stale_after_s;  /* nodes: --stale-after; silent for longer is UNHEALTHY */
    int64_t older_than_s;   /* --older-than; by the server's clock */
    int64_t lock_timeout_s; /* --lock-timeout: how long a statement waits for another session */
    bool without_rollup;    /* events: --without-rollup; a database in which nothing is rolled up */
};

/* Results: README, "prune". */
extern const struct job prune_nodes_job;
extern const struct job prune_events_job;
extern const struct job prune_runs_job;

#endif
