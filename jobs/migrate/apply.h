/* apply: one migration, forwards or back, with its history row: in one transaction, or statement by statement where
 * the file asks for it or has transactions of its own. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_APPLY_H
#define BRIDGEJOB_JOBS_MIGRATE_APPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/migrate/files.h"

/* Whether the file runs statement by statement: it says so in its head, or begins or ends a transaction itself. */
bool migration_is_piecewise(const struct migration_file *file);

/* Whether a file can be run at all: it is SQL alone, of one direction, and ends every transaction it begins. 0, or
 * ERR_CONFIG, reported. */
int migration_check(const struct migration_file *file);

/* Run it and write, or remove, its history row; '*ms' is how long it took. On failure nothing of it stays, or, of
 * a file that runs statement by statement, the statements before, with a note of how far it got (halfway.h); the
 * error names file and line. A wait for a lock longer than 'lock_timeout_s' (0: for ever) is a failure that is tried
 * again a few times, as a deadlock is. */
int migration_apply(const struct migration *migration, int64_t lock_timeout_s, long long *ms);
int migration_reverse(const struct migration *migration, int64_t lock_timeout_s, long long *ms);

#endif
