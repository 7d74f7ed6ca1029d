/* health: the state of nodes, tables, connections, locks and replication. Changes nothing. */
#ifndef BRIDGEJOB_JOBS_HEALTH_H
#define BRIDGEJOB_JOBS_HEALTH_H

#include <stdint.h>

#include "jobs/job.h"

struct health_options {
    int64_t limit;          /* --limit: rows shown of each section, at most SECTION_ROWS */
    const char *type;       /* --type: nodes of this type only; NULL: all */
    int64_t stale_after_s;  /* --stale-after: a node that sent no heartbeat for longer is stale */
    int64_t long_query_s;   /* --long-query: a statement, or a transaction that idles, for longer is a finding */
    int64_t lock_wait_s;    /* --lock-wait: a statement that waits for a lock for longer is a finding */
    int64_t lag_bytes;      /* --lag: WAL that a standby or a slot may be behind */
};

extern const struct job health_job;

#endif
