/* gap_list: 'bridges --gaps': windows that are missing, and rollups that are behind. */
#ifndef BRIDGEJOB_JOBS_GAP_LIST_H
#define BRIDGEJOB_JOBS_GAP_LIST_H

#include <stdint.h>

#include "jobs/bridges/bridges.h"

/* Print what is missing in [from, to) of the rollups that the options name. Rollups that are behind, and who holds
 * changes back, are said on stderr. 0; ERR_FINDINGS when a rollup has missed a window; or an err kind, reported. */
int gap_list(const struct bridges_options *options, enum format format, int64_t from, int64_t to);

#endif
