/* snapshot: public.schema_migration_objects, the catalog as the last migration left it. Only the latest state is
 * kept, so its size is that of the schema, not of its history. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_SNAPSHOT_H
#define BRIDGEJOB_JOBS_MIGRATE_SNAPSHOT_H

#include <stdbool.h>

#include "jobs/migrate/describe.h"
#include "jobs/migrate/fingerprint.h"

/* Inside the transaction of a migration: describe the catalog and keep that, in a table made when it is not
 * there. What is new or another is put down to 'file'. 'fingerprint' is that of it all. 0 or an err kind, reported. */
int snapshot_take(const char *file, char fingerprint[FINGERPRINT_SIZE]);

/* Read it. '*known' is false where nothing was kept: no table, or a history from before it. 0 or an err kind,
 * reported. */
int snapshot_read(struct description *description, bool *known);

#endif
