/* What store.c and store_list.c share. */
#ifndef BRIDGEJOB_JOBS_BACKUP_STORE_PARTS_H
#define BRIDGEJOB_JOBS_BACKUP_STORE_PARTS_H

#include <stdbool.h>

#include "jobs/backup/store.h"

/* Whether a name can be that of a backup: of none that is being made or removed, and no path. */
bool store_is_id(const char *name);

/* Where "_YYYYmmddTHHMMSSZ" stands in it, as in all names of ours; NULL: it does not. */
const char *store_time_in(const char *name);

/* What an id says by itself: database and created_at. 0 or ERR_INTERNAL, reported. */
int store_read_id(const char *id, struct manifest *manifest);

#endif
