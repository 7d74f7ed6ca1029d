/* The frame round every job: session, schema check, lock, --timeout, run history row,
 * closing tally. Given in that order, taken back in reverse, whatever happens. Around all of them stand
 * --splay, --ping and --metrics-file. */
#ifndef BRIDGEJOB_JOBS_FRAME_H
#define BRIDGEJOB_JOBS_FRAME_H

#include "jobs/job.h"

/* Run a job; 'find_job' knows the others. With --dry-run the server refuses every write of the session, no lock is
 * taken and no history row is kept; --splay, --ping and --metrics-file do nothing. A run that is interrupted is
 * reported here, not by the job: the job only returns stop_requested(). The exit code. */
int frame_run(const struct job *job, job_finder *find_job, const struct common_options *common, const void *options);

#endif
