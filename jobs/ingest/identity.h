/* identity: what a file is known by, wherever it lies and whatever its name. */
#ifndef BRIDGEJOB_JOBS_IDENTITY_H
#define BRIDGEJOB_JOBS_IDENTITY_H

#include <stdbool.h>

#include "jobs/ingest/ledger.h"

/* Size, modification time, and the SHA-256 of size, first and last 64 kB: read in no time however large
 * the file is (the end of a gzip file is its checksum and length). '*regular' is false for pipes and the
 * like, which have no identity. 0 or an err kind, reported. */
int identity_read(const char *path, struct ledger_file *file, bool *regular);

/* A file that is done as one profile is not done as another: make the profile part of the fingerprint. */
void identity_set_profile(struct ledger_file *file, const char *profile);

/* The SHA-256 of all bytes into file->content. 0 or an err kind, reported. */
int identity_read_all(const char *path, struct ledger_file *file);

/* Whether the file is still what identity_read() saw. */
bool identity_holds(const char *path, const struct ledger_file *file);

/* A key for the file's advisory lock: the top bit set, so that it is none of enum lock_key. */
int identity_lock_key(const struct ledger_file *file);

#endif
