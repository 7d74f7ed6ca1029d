/* ledger: which files and which batches of them are in the tables. */
#ifndef BRIDGEJOB_JOBS_LEDGER_H
#define BRIDGEJOB_JOBS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sha256.h"

struct ledger_counts {
    int64_t lines, inserted, duplicates, rejected, blank, bytes_read;
};

/* What a file is known by. */
struct ledger_file {
    const char *name;
    int64_t size;
    int64_t modified;                        /* microseconds since 1970 */
    uint64_t inode;                          /* for identity_holds(); not in the ledger */
    char fingerprint[SHA256_HEX_SIZE];    /* of size, first and last block */
    char content[SHA256_HEX_SIZE];        /* of all bytes; "" until it was worth reading them */
};

/* Whether a file of that size and fingerprint is done: '*file_id' is it, or 0. '*same_time' is
 * whether it had the same modification time then; if not, 'content' tells (copied out, or ""). */
int ledger_find_done(const struct ledger_file *file, long long *file_id, bool *same_time,
                     char content[SHA256_HEX_SIZE]);
/* A done file was met again under another modification time: remember that one too. */
int ledger_touch(long long file_id, const struct ledger_file *file);

/* Begin a file: '*file_id' is its row. 0 or an err kind, reported, as for all above. */
int ledger_begin_file(const struct ledger_file *file, long long run, long long *file_id);
/* How a file ended. */
struct ledger_end {
    long long file_id;
    const char *state;                       /* 'done', 'cut', 'incomplete' or 'refused' */
    const struct ledger_file *file;
    const struct ledger_counts *counts;
};

/* End these files, durably and in one transaction, and with them all of their batches: their
 * entries must come to what was counted, or the server has lost some of them in a crash (ERR_TEMPFAIL);
 * then they have served and go. */
int ledger_end_files(const struct ledger_end *ends, size_t n);

/* Close as 'abandoned' what runs left behind that are gone: files that are 'loading' although no session of their run
 * is there any more. Their counts become those of the batches that are in, whose entries go. 0 or an err kind,
 * reported. */
int ledger_close_abandoned(long long run);

struct ledger_batch {
    long long run, batch, file_id, first_line, last_line;
    int writer, lines, inserted, duplicates, refused;
};

/* In the batch's own transaction: this range is in. 0 or an err kind, noted. */
int ledger_add_batch(const struct ledger_batch *entry);
/* After a COMMIT whose answer never came: whether it happened, and with which counts. 0 or an err
 * kind, noted. */
int ledger_find_batch(struct ledger_batch *entry, bool *found);

#endif
