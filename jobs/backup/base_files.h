/* base_files: what is in a base backup, and what PostgreSQL says should be: its backup_manifest (Manual 76), which
 * names every file with the checksum of what the server read, and the WAL that belongs to it. */
#ifndef BRIDGEJOB_JOBS_BACKUP_BASE_FILES_H
#define BRIDGEJOB_JOBS_BACKUP_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sha256.h"
#include "core/text.h"

struct base_file {
    char *path; /* from the data directory on: "base/5/1259", "pg_wal/0000…"; owned */
    int64_t size;
    char sha256[SHA256_HEX_SIZE];
    bool known; /* out: the manifest names it */
};

struct base_files {
    struct base_file *at;
    size_t n;
    bool failed; /* memory was out */
};

void base_files_release(struct base_files *files);

/* One more, with a path of two parts put together; NULL when memory is out. Valid until the next. */
struct base_file *base_files_add(struct base_files *files, const char *prefix, const char *name);

/* Compare them with the manifest; they are sorted by path behind that. True when all of it is there and nothing else;
 * otherwise 'wrong' says what is wrong: "'base/5/1259' is damaged: …". Files whose checksum is of another kind than
 * SHA-256 are compared by size. */
bool base_files_match(struct base_files *files, struct span manifest, char *wrong, size_t size);

#endif
