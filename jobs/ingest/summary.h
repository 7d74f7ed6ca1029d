/* summary: what an ingest came to, for people and programs. */
#ifndef BRIDGEJOB_JOBS_SUMMARY_H
#define BRIDGEJOB_JOBS_SUMMARY_H

#include "jobs/ingest/load.h"

/* The summary as one JSON object (the contract's keys and a few more), appended to 'out'. */
void summary_json(const struct load *load, double elapsed_s, struct buf *out);

/* Warn, without --quiet, when the writers held up the run: busy over 90 % of the time while the reading waited for them
 * for a second or more. */
void summary_warn(const struct load *load);

/* Print it to stdout in the run's format; nothing as a table with --quiet. 0 or ERR_IO, reported. */
int summary_print(const struct load *load, double elapsed_s);

#endif
