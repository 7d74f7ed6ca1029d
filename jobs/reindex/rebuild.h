/* Rebuild one index, and find out what came of it. */
#ifndef BRIDGEJOB_JOBS_REINDEX_REBUILD_H
#define BRIDGEJOB_JOBS_REINDEX_REBUILD_H

#include "jobs/maintenance/limits.h"
#include "jobs/maintenance/account.h"
#include "jobs/reindex/bloat.h"

struct rebuild {
    const struct maintenance_options *options;
    long long run_id;
    struct limits limits;
    struct account account;
};

/* Why it was chosen: "12.1 of 20.5 MB are bloat (estimated)". */
void rebuild_reason(const struct index_facts *index, const struct maintenance_options *options, char text[120]);

/* REINDEX INDEX CONCURRENTLY, unless something is in the way from the start. What came of it goes into the account;
 * what an attempt that fails leaves behind is dropped. 0, or what ends the run: a lost connection (reported),
 * stop_requested(). */
int rebuild_index(struct rebuild *rebuild, const struct index_facts *index);

#endif
