/* space: is there room for a backup? Asked before it begins, since a full disk hurts more than the backup. */
#ifndef BRIDGEJOB_JOBS_BACKUP_SPACE_H
#define BRIDGEJOB_JOBS_BACKUP_SPACE_H

#include <stdint.h>

#include "jobs/backup/store.h"

/* How many bytes a backup is expected to have: as many as the newest of its database, kind and format that is whole,
 * and more by as much as the database has grown since. Without one a tenth of the database, which no dump of ours
 * stays below for long. */
int64_t space_needed(const struct manifest *manifest, const struct backup_list *list);

/* Whether the file system of 'dir' has as many for us. 0; ERR_CANTCREATE, reported with a hint, when not; an err
 * kind. '*needed' and '*available' are set when that is known, else 0. */
int space_check(const char *dir, const struct manifest *manifest, int64_t *needed, int64_t *available);

#endif
