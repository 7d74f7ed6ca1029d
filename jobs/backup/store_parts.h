/* What store.c and store_list.c share. */
#ifndef BRIDGEJOB_JOBS_BACKUP_STORE_PARTS_H
#define BRIDGEJOB_JOBS_BACKUP_STORE_PARTS_H

#include <stdbool.h>

#include "jobs/backup/store.h"

/* Whether a name can be that of a backup: of none that is being made or removed, and no path. */
bool store_is_id(const char *name);

/* Whether "_YYYYmmddTHHMMSSZ" stands in it, as in all names of ours. */
bool store_names_time(const char *name);

#endif
