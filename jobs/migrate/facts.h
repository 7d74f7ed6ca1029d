/* facts: what the server knows of the tables a plan is about. It only reads. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_FACTS_H
#define BRIDGEJOB_JOBS_MIGRATE_FACTS_H

#include "core/buf.h"
#include "jobs/migrate/effect.h"

/* From here on a table is big enough for a lock on it, or a pass over it, to be felt: a second at worst. */
#define BIG_TABLE_ROWS 10000
#define BIG_TABLE_BYTES (INT64_C(1) << 20)

/* Everything about the change's table but 'made_here' and 'out_of_sight', which are the plan's to know: then nothing is
 * asked. 0 or an err kind, reported. */
int facts_find(struct facts *facts, const struct change *change);

/* The sessions that hold a lock on the table which conflicts with 'lock': "'psql' (pid 71, idle in transaction, since
 * 2026-01-31T12:00:00Z)", with commas between; nothing when there is none. 0 or an err kind, reported. */
int facts_find_holders(const struct facts *facts, enum table_lock lock, struct buf *holders);

/* Of the most volatile function that is called in an expression; '?' when one is not known. 0 or an err kind. */
int facts_find_volatility(struct span expression, char *volatility);

#endif
