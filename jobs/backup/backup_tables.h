/* backup_tables: the tables of a backup, and how many rows each has in its snapshot. */
#ifndef BRIDGEJOB_JOBS_BACKUP_BACKUP_TABLES_H
#define BRIDGEJOB_JOBS_BACKUP_BACKUP_TABLES_H

#include "core/spawn.h"
#include "jobs/backup/manifest.h"

/* Lock every table that holds rows against what changes more than rows (ACCESS SHARE, as pg_dump does), until the
 * transaction of backup_facts_begin() ends: an ALTER or TRUNCATE that waits for pg_dump would go before a count that
 * comes later, and what is counted then is not what was dumped (Manual 13.6, "Caveats"). 0 or an err kind, reported. */
int backup_tables_lock(void);

/* Add every table of the database to the manifest, ordinary and partitioned ones, in the order of their names; not
 * temporary or foreign ones, nor those of extensions. In the transaction of backup_facts_begin().
 * With 'child', which is pg_dump, the rows of each that holds rows of its own are counted in the same snapshot, while
 * it runs; this ends early, with 0, when it has ended by then with an error, which its caller will find. With NULL
 * nothing is counted (-1). 0 or an err kind, reported. */
int backup_tables_read(struct manifest *manifest, const struct child *child);

#endif
