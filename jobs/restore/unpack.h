/* unpack: a physical backup becomes a data directory again, as it was when it was copied; what must follow is recovery
 * (recover.h). It is checked against the checksums PostgreSQL took of every file (pg_verifybackup). */
#ifndef BRIDGEJOB_JOBS_RESTORE_UNPACK_H
#define BRIDGEJOB_JOBS_RESTORE_UNPACK_H

#include <stdbool.h>

#include "jobs/backup/manifest.h"

/* In the data directory until the restore has ended well. A server does not start over what was left behind: there is
 * a recovery.signal from the first moment on, and no restore_command. */
#define UNPACK_MARK "bridgejob.restoring"

struct unpack {
    const struct manifest *manifest;
    const char *backup;   /* directory of the backup */
    const char *identity; /* of age; NULL: none */
    const char *bindir;   /* --bindir; NULL: none */
    char *data;           /* absolute; owned */
    char *tablespaces;    /* '<data>.tablespaces', with a directory for each; owned */
    bool was_there;       /* the data directory, empty */
    bool begun;           /* what is there is ours to remove */
};

/* Take a place: a directory that is not there or is empty. 0; ERR_INPUT when it is not empty; or an err kind, reported
 * with the next command to type. 'data' and the rest are set. */
int unpack_begin(struct unpack *unpack, const char *data_directory);

/* Unpack and verify. 0; ERR_INPUT when the backup is damaged, or another err kind, reported. */
int unpack_run(const struct unpack *unpack);

/* The restore has ended well: take the mark away. 0 or an err kind, reported. */
int unpack_keep(struct unpack *unpack);

/* Remove what is not kept. Safe on a struct without 'data', and after unpack_keep(). */
void unpack_release(struct unpack *unpack);

#endif
