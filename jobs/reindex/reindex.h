/* bridgejob reindex: REINDEX CONCURRENTLY of the indexes that are bloated, within a time and without waiting for
 * locks; leftovers of runs that were killed are dropped. */
#ifndef BRIDGEJOB_JOBS_REINDEX_REINDEX_H
#define BRIDGEJOB_JOBS_REINDEX_REINDEX_H

#include "jobs/job.h"
#include "jobs/maintenance/maintenance.h"

/* Options: struct maintenance_options; 'analyze_only' and 'freeze' mean nothing here. */
extern const struct job reindex_job;

#endif
