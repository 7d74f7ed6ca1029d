/* guard: no event is pruned before every rollup has its windows. A rollup is a row of rollup_progress. */
#ifndef BRIDGEJOB_JOBS_GUARD_H
#define BRIDGEJOB_JOBS_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/prune/pruned.h"
#include "jobs/rollup/missing.h"

/* Where the windows of some events lie: in microseconds since 1970, [from, to), one for each rollup. */
struct guard_span {
    int64_t from, to;
};

struct guard {
    struct missing_rollup *rollups;
    struct guard_span *spans; /* of the events guard_check() was last asked about */
    size_t n;
};

/* The rollups there are; release it in either case. 0 or an err kind, reported. */
int guard_init(struct guard *guard);
void guard_release(struct guard *guard);

/* Whether every rollup has the windows of events from 'first' to 'last': '*open'. What keeps them is put into
 * 'pruned', as of 'subject'. 0 or an err kind, reported. */
int guard_check(struct guard *guard, const char *subject, int64_t first, int64_t last, struct pruned *pruned,
                bool *open);

/* The same windows once more, in the transaction that takes the events away: '*at' is the rollup that has not seen
 * all of their changes any more, NULL when there is none. 0 or an err kind, noted. */
int guard_check_again(const struct guard *guard, const struct missing_rollup **at);

/* Put into 'pruned' what guard_check_again() found. */
void guard_block(const struct missing_rollup *rollup, const char *subject, struct pruned *pruned);

/* In the transaction that takes events up to 'last' away: no rollup overwrites their windows with less from now on
 * (docs/rollup.md, "Sealed windows"). 0 or an err kind, noted. */
int guard_seal(int64_t last);

#endif
