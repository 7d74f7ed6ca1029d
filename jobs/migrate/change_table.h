/* change_table: what ALTER TABLE, with all its actions, and CREATE TABLE do. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_CHANGE_TABLE_H
#define BRIDGEJOB_JOBS_MIGRATE_CHANGE_TABLE_H

#include "jobs/migrate/change.h"
#include "jobs/migrate/tokens.h"

/* Behind ALTER TABLE; behind CREATE … TABLE. 0, or ERR_INTERNAL. */
int read_alter_table(struct changes *changes, struct reader *reader);
int read_create_table(struct changes *changes, struct reader *reader);

#endif
