/* persist: what is in rollup_fresh → bridge_states. All of it in the caller's transaction; 0 or an err kind, noted. */
#ifndef BRIDGEJOB_JOBS_PERSIST_H
#define BRIDGEJOB_JOBS_PERSIST_H

#include <stdint.h>

#include "jobs/rollup/definition.h"
#include "jobs/rollup/keys.h"

struct persisted {
    long long checked;  /* windows of a name space looked at */
    long long inserted;
    long long updated;
    long long deleted;
    long long sealed;   /* left as they are, for their events are gone */
    long long foreign;  /* bridge_id taken by a row that is not a rollup's */
    long long pending;  /* changed since the last rollup (known to --verify and --repair) */
};

/* Into rollup_keys: the windows of rollup_fresh and those stored within a range, for windows that have become empty. */
int persist_keys(const struct definition *definition, const struct zone *zone, int64_t from, int64_t to);

/* Judge each of rollup_keys, into rollup_verdicts: none, new, changed, gone, same, sealed or foreign. A window whose
 * total does not fit its column is an error that names it. Adds to 'counts'. */
int persist_judge(const struct definition *definition, struct persisted *counts);

/* Make bridge_states so. 'ms' is what the aggregation took. */
int persist_apply(const struct definition *definition, int64_t ms, struct persisted *counts);

/* Lock the rows to change one by one, so that when another session has changed one since, 'at' says at which window
 * ("" otherwise). */
#define PERSIST_AT_SIZE 1200
int persist_lock(char at[PERSIST_AT_SIZE]);

#endif
