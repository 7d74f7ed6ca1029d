/* guard: no event is pruned before every rollup has its windows, and some rollup has its name space. A rollup is a row
 * of rollup_progress; the rows are read anew each time, as a rollup may begin meanwhile. */
#ifndef BRIDGEJOB_JOBS_GUARD_H
#define BRIDGEJOB_JOBS_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/prune/pruned.h"

struct guard {
    struct pruned *pruned; /* what keeps something is put there */
    bool without_rollup;   /* stamps that no rollup has keep nothing */
};

/* Whether any rollup has run here: '*any'. 0 or an err kind, reported. */
int guard_has_rollups(bool *any);

/* Whether every rollup has the windows of events from 'first' to 'last' (microseconds since 1970): '*open'. What keeps
 * them is put as of 'subject'. 0 or an err kind, reported. */
int guard_check(const struct guard *guard, const char *subject, int64_t first, int64_t last, bool *open);

/* The same in the transaction that takes the events away, without a look for windows that are missing: what has
 * changed since guard_check() has left a mark. 0 or an err kind, noted. */
int guard_check_within(const struct guard *guard, const char *subject, int64_t first, int64_t last, bool *open);

/* In the transaction that takes events up to 'last' away: no rollup overwrites their windows with less from now on
 * (docs/rollup.md, "Sealed windows"). 0 or an err kind, noted. */
int guard_seal(int64_t last);

#endif
