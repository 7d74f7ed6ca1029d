/* wal_expire: WAL goes when no physical backup that is kept needs it any more. */
#ifndef BRIDGEJOB_JOBS_WAL_WAL_EXPIRE_H
#define BRIDGEJOB_JOBS_WAL_WAL_EXPIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/backup/manifest.h"
#include "jobs/wal/segment.h"

/* From where on WAL stays. */
struct wal_cutoff {
    uint64_t position;             /* where the WAL of 'backup' begins */
    const struct manifest *backup; /* the one that needs most, or that 'why' is about; NULL: none needs any. Borrowed */
    const char *why;               /* why nothing may go; NULL: nothing forbids it */
};

/* Where the WAL begins that the first of these backups needs, by position, not by age: what every one of them needs,
 * on whatever timeline it goes on, lies behind that. A logical backup needs none, nor does one of another cluster. One
 * that does not tell forbids everything. Pure. */
void wal_cutoff_find(const struct manifest *const *kept, size_t n, uint64_t system_identifier,
                     struct wal_cutoff *cutoff);

/* Whether all of such a file lies before that position. Histories never do: what is kept may pass them, and they are
 * small. Pure. */
bool wal_is_before(const struct wal_name *name, uint32_t segment_size, uint64_t position);

struct wal_expired {
    struct wal_cutoff cutoff;
    char from[WAL_NAME_SIZE]; /* the first segment that stays; "": all do */
    long long files;          /* that went, or would with 'dry_run' */
    int64_t bytes;
};

/* Remove what lies before the cutoff, the oldest first, so that what is left has no gap whenever it ends. 'kept' has
 * every backup there is but those that went, good or not. 0; ERR_NOINPUT when there is no archive; an err kind,
 * reported; stop_requested(). */
int wal_expire(const char *dir, const struct manifest *const *kept, size_t n, bool dry_run,
               struct wal_expired *expired);

#endif
