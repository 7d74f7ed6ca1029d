/* check_backup: is a backup what its manifest says? Reads every byte of it; changes nothing. */
#ifndef BRIDGEJOB_JOBS_BACKUP_CHECK_BACKUP_H
#define BRIDGEJOB_JOBS_BACKUP_CHECK_BACKUP_H

#include <stdbool.h>

#include "jobs/backup/backup.h"
#include "jobs/backup/manifest.h"

/* What a check found. */
struct backup_check {
    char fault[512]; /* what is wrong, the first thing that was found: "'x.dump' is missing"; "": the backup is whole */
    bool contents;   /* the contents were read: false for an encrypted backup without an identity to read it with */
};

/* Check the backup whose directory is 'path' ('<backup-dir>/<id>', or a draft's):
 *   - the files in it are those in the manifest, no more and no fewer, with their sizes and SHA-256
 *   - custom, directory: pg_restore reads the table of contents and inflates every block
 *   - plain: gzip to its end, and pg_dump's closing line
 *   - of each table that was counted there are as many rows in the dump as in the manifest
 *   - tar: gzip to its end, and a whole archive
 * Of an encrypted backup the contents only with options->identity, or with gpg.
 * 0: 'check' tells what was found. An err kind, reported: it could not be checked, which says nothing about the
 * backup: a program is missing (ERR_CONFIG), it may not be read (ERR_NOPERM), the disk fails (ERR_IO), a stop was
 * asked for. */
int backup_check(const char *path, const struct manifest *manifest, const struct backup_options *options,
                 struct backup_check *check);

/* What shows without reading it: whether its files are there, with their sizes. 0, 'check' tells what was found; an err
 * kind, reported. */
int backup_glance(const char *path, const struct manifest *manifest, struct backup_check *check);

#endif
