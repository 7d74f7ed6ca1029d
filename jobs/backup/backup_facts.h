/* backup_facts: what the server says of what is being backed up, all of it of one snapshot. */
#ifndef BRIDGEJOB_JOBS_BACKUP_BACKUP_FACTS_H
#define BRIDGEJOB_JOBS_BACKUP_BACKUP_FACTS_H

#include <stdint.h>

#include "jobs/backup/manifest.h"

#define SNAPSHOT_NAME_SIZE 64

/* Begin the transaction all of this belongs to: REPEATABLE READ, read only, with row-level security off (what it
 * hides would be missing), waiting 'lock_timeout_s' for a lock at most. 0 or an err kind, reported. */
int backup_facts_begin(int64_t lock_timeout_s);

/* Database, server, system identifier and timeline (where the role may ask for them), size, WAL position, and the
 * time of the snapshot. Of a physical backup the size is that of all databases. 0 or an err kind, reported. */
int backup_facts_read(struct manifest *manifest);

/* The migrations that are applied. Nothing where there is no history of ours. 0 or an err kind, reported. */
int backup_facts_read_migrations(struct manifest *manifest);

/* Name the snapshot, for pg_dump --snapshot: it lives as long as the transaction. 0 or an err kind, reported. */
int backup_facts_export(char snapshot[SNAPSHOT_NAME_SIZE]);

#endif
