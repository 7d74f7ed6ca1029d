/* apply: one migration, forwards or back, in one transaction with its history row. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_APPLY_H
#define BRIDGEJOB_JOBS_MIGRATE_APPLY_H

#include <stdint.h>

#include "jobs/migrate/files.h"

/* Whether a file can run as one transaction: it does not ask to run outside one, and begins
 * and ends none itself. 0, or ERR_CONFIG, reported. */
int migration_check(const struct migration_file *file);

/* Run it and write, or remove, its history row; '*ms' is how long it took. On failure
 * nothing of it stays, and the error names file and line. A wait for a lock longer than
 * 'lock_timeout_s' is a failure (0: wait for ever). */
int migration_apply(const struct migration *migration, int64_t lock_timeout_s, long long *ms);
int migration_reverse(const struct migration *migration, int64_t lock_timeout_s, long long *ms);

#endif
