/* behind: what rollups have not seen yet of the log of changes (rollup_changes), as the transaction that is open sees
 * it. All of these note their errors. */
#ifndef BRIDGEJOB_JOBS_BEHIND_H
#define BRIDGEJOB_JOBS_BEHIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/rollup/missing.h"

/* The rollups, '*rollups' for the caller to free; NULL when this fails. Without 'count' their marks are not counted,
 * which may read all of the log: 'unseen' is 0. 0 or an err kind. */
int behind_rollups(bool count, struct missing_rollup **rollups, size_t *n);

/* Where the windows of a rollup lie that hold the instants from 'first' to 'last': [from, to), in microseconds since
 * 1970. 0 or an err kind. */
int behind_span(const struct missing_rollup *rollup, int64_t first, int64_t last, int64_t *from, int64_t *to);

/* How many marks lie in [from, to) that a rollup which is not blind has not seen. 0 or an err kind. */
int behind_marks(const struct missing_rollup *rollup, int64_t from, int64_t to, long long *marks);

#endif
