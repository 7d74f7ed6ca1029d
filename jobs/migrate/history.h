/* history: public.schema_migrations, which file was applied when, and as what. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_HISTORY_H
#define BRIDGEJOB_JOBS_MIGRATE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/migrate/files.h"

struct history_row {
    char version[64];
    char file[256];
    char checksum[SHA256_HEX_SIZE];
    char rollback_checksum[SHA256_HEX_SIZE]; /* "" when there was no rollback file */
    char applied_at[40];                   /* RFC 3339, UTC */
    char catalog_fingerprint[SHA256_HEX_SIZE];
    bool baselined;                        /* adopted as it was found, never run */
    bool from_directory;                   /* its file came from a directory, not from the binary */
};

struct history {
    struct history_row *at;
    size_t n;
};

/* Read it, in order of application. Where the table does not exist, nothing is applied.
 * 0 or an err kind, reported: ERR_CONFIG where the table of that name is another program's. */
int history_read(struct history *history);
void history_release(struct history *history);

/* The row of a forward file, or NULL. */
const struct history_row *history_find(const struct history *history, const char *file);

/* Make the table where it is not there. */
int history_create(void);

/* Inside the transaction that applied or reversed the file; what the catalog is now is kept with it (snapshot.h). */
int history_add(const struct migration *migration, long long execution_ms);
int history_remove(const char *file);

/* In a transaction of the caller's: a row for a file that was found done and not run; the catalog as it was found. */
int history_add_baselined(const struct migration *migration, const char *fingerprint);

/* In a transaction of the caller's, for repair: take the file's checksums as they are now; drop a row, the
 * catalog as it is; put another fingerprint to a row. */
int history_accept(const struct migration *migration);
int history_forget(const char *file);
int history_set_fingerprint(const char *file, const char *fingerprint);

#endif
