/* trickle: delete events in batches, a short transaction each, so that nobody waits for long, nothing is lost when it
 * is stopped, and vacuum can keep up. */
#ifndef BRIDGEJOB_JOBS_TRICKLE_H
#define BRIDGEJOB_JOBS_TRICKLE_H

#include "jobs/prune/expired.h"
#include "jobs/prune/guard.h"

/* Events in one transaction. */
#define TRICKLE_BATCH 10000

/* Delete what of the partition is older than the cutoff, and add to '*rows'; the guard has let it pass. Rows that
 * another session has locked are left for the next run. 0 or an err kind, reported. */
int trickle(const char *cutoff, struct expired *expired, const struct guard *guard, long long *rows);

#endif
