/* outcome: what a rollup did, for people and programs. */
#ifndef BRIDGEJOB_JOBS_OUTCOME_H
#define BRIDGEJOB_JOBS_OUTCOME_H

#include "core/buf.h"
#include "core/table.h"
#include "jobs/job.h"
#include "jobs/rollup/pass.h"

/* The columns of pass->listing: windows that would be looked at, or differences found. */
extern const struct column outcome_window_columns[4];
extern const struct column outcome_difference_columns[6];

/* The summary as a JSON object; with 'listing' what is listed is in it, as 'windows' or 'found'. */
void outcome_json(const struct pass *pass, const struct run *run, bool listing, struct buf *out);

/* Print it as the user asked for. 0 or ERR_IO, reported. */
int outcome_print(const struct pass *pass, const struct run *run);

#endif
