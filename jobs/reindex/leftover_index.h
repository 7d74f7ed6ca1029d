/* What a REINDEX CONCURRENTLY leaves behind that did not end well: an INVALID index named after the one it was to
 * replace, with _ccnew or _ccold (Manual REINDEX, Rebuilding Indexes Concurrently). */
#ifndef BRIDGEJOB_JOBS_LEFTOVER_INDEX_H
#define BRIDGEJOB_JOBS_LEFTOVER_INDEX_H

#include <stdbool.h>

#include "jobs/maintenance/limits.h"
#include "jobs/maintenance/account.h"
#include "jobs/reindex/bloat.h"

/* Note in the run's history row, beside what the account has noted, that this index is about to be rebuilt: what is
 * left of that is then ours, whoever is killed. The run's tally takes the note's place. Nothing without a history
 * (run_id 0). 0 or an err kind. */
int leftover_note(long long run_id, const struct index_facts *index, const struct account *account);

/* INVALID indexes: those that a note says are ours are dropped, unless somebody is building an index of their table
 * right now; the others are reported. 'dry': only say so. 0 or an err kind. */
int leftovers_drop(bool dry, const struct limits *limits, struct account *account);

/* The leftovers of this one index, whose rebuild has just failed. What could not be dropped is reported and noted in
 * the account. 0 or an err kind. */
int leftovers_drop_of(const struct index_facts *index, const struct limits *limits, struct account *account);

#endif
