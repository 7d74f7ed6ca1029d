/* copy_to: a shell command for each finished file of a backup, to take it away from this machine. */
#ifndef BRIDGEJOB_JOBS_BACKUP_COPY_TO_H
#define BRIDGEJOB_JOBS_BACKUP_COPY_TO_H

#include "jobs/backup/manifest.h"

/* Run '/bin/sh -c COMMAND bridgejob FILE' for every file of the backup in the directory 'path', so that "$1" is the
 * file whatever its name, with BRIDGEJOB_BACKUP_ID in the environment. The manifest comes last: where it has
 * arrived, all has. What the command prints goes to standard error. 0; ERR_FINDINGS, reported as a warning, at the
 * first file it fails with; stop_requested(). */
int copy_to_run(const char *command, const char *path, const struct manifest *manifest);

#endif
