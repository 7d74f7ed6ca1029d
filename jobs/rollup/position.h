/* position: how far a rollup has come in the log of changes (rollup_changes), kept in rollup_progress.
 *
 * A position is a snapshot (Manual 9.26.8): the marks of the transactions it shows are rolled up. The next rollup takes
 * those that its own snapshot shows and that one did not, so each mark is taken once, however long its transaction was
 * open, and a long transaction elsewhere holds nothing up. The new position is stored with the windows. */
#ifndef BRIDGEJOB_JOBS_POSITION_H
#define BRIDGEJOB_JOBS_POSITION_H

#include "core/window.h"
#include "jobs/rollup/definition.h"
#include "jobs/rollup/keys.h"

/* Make the rollup known, so that from now on no mark is deleted that it has not seen: before the transaction whose
 * snapshot becomes its position. 0 or an err kind, noted. */
int position_register(const struct definition *definition);

/* In the rollup's transaction: why everything has to be looked at; "" when the marks tell. 0 or an err kind, noted. */
int position_read(const struct definition *definition, const char **everything);

/* The earliest and latest minute of the new marks, in microseconds since 1970; earliest > latest when there is none. */
int position_marks_range(const struct definition *definition, int64_t *earliest, int64_t *latest);

/* The windows of the new marks, in order of name space and time. 0 or an err kind, noted. */
int position_marks(const struct definition *definition, const struct zone *zone, struct keys *keys);

/* Store the transaction's snapshot as the new position. 0 or an err kind, noted. */
int position_move(const struct definition *definition, long long run);

/* In no transaction: forget rollups that have not run for 35 days, and delete marks that all others have seen. 0 or an
 * err kind, noted. */
int position_clean(void);

#endif
