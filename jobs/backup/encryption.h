/* encryption: what leaves the machine is encrypted by age or gpg, as a stream. */
#ifndef BRIDGEJOB_JOBS_BACKUP_ENCRYPTION_H
#define BRIDGEJOB_JOBS_BACKUP_ENCRYPTION_H

#include "core/spawn.h"

/* Which program a recipient is for: "age" for age1..., ssh-... and a file of such recipients (a name with a '/'),
 * "gpg" for all else: a fingerprint, a key's number, an address. */
const char *encryption_of(const char *recipient);

/* Start it: standard input is a pipe (child->in), what comes out goes to 'out', a descriptor of the caller's. 0 or an
 * err kind, reported. */
int encryption_start(const char *recipient, int out, struct child *child);

/* The ending of a file's name: ".age", ".gpg"; "" for NULL, which is not encrypted. */
const char *encryption_ending(const char *recipient);

#endif
