/* aggregate: stamps → what their windows hold, in temporary tables. All of it in the caller's transaction; 0 or an err
 * kind, noted. */
#ifndef BRIDGEJOB_JOBS_AGGREGATE_H
#define BRIDGEJOB_JOBS_AGGREGATE_H

#include "jobs/rollup/definition.h"

/* Make the temporary tables, unless they are there. Empty them. */
int aggregate_create(void);
int aggregate_empty(void);

/* The windows of rollup_keys, each looked up by the index on (namespace, created_at). */
int aggregate_keys(const struct definition *definition);

/* All windows of a range, in one pass. 'starts' is an array of instants as SQL text, "{...}": where the windows begin,
 * in order; 'end' is that of the last one. */
int aggregate_range(const struct definition *definition, const char *starts, const char *end);

/* What rollup_cells says, a row a window in rollup_fresh. */
int aggregate_windows(const struct definition *definition);

#endif
