/* decrypt: what was encrypted as it left us (age(1), gpg(1)), as it comes back: streamed, never in plain on disk. */
#ifndef BRIDGEJOB_JOBS_BACKUP_DECRYPT_H
#define BRIDGEJOB_JOBS_BACKUP_DECRYPT_H

#include <stdbool.h>

#include "core/spawn.h"
#include "jobs/backup/manifest.h"

/* Whether this machine has the key: for age a file of identities is given, for gpg the recipient's secret key is
 * there. True of a backup that is not encrypted. */
bool decrypt_possible(const struct manifest *manifest, const char *identity);

/* Start it for a backup that is encrypted: 'in' is the encrypted file, child->out the plain bytes. 0 or an err kind,
 * reported. */
int decrypt_start(const struct manifest *manifest, const char *identity, int in, struct child *child);

#endif
