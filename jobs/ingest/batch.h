/* batch: events on their way from the parent to one writer, in memory both see at the
 * same address. The parent fills it, the writer loads it and leaves its verdict; it is never touched by
 * both at once. It keeps the lines' bytes, so that a line the server refuses is kept as it was.
 * Small files share a batch: it has a part for each file. */
#ifndef BRIDGEJOB_JOBS_BATCH_H
#define BRIDGEJOB_JOBS_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/log.h"
#include "pipe/event.h"
#include "pipe/line.h"

#define BATCH_PARTS 128 /* at most: a file each */

/* Whose lines a part holds: one file's. The parent's alone; a writer only reads file_id, which the
 * part repeats. */
struct batch_owner {
    long long file_id;       /* in the ledger */
    size_t pending;          /* its parts that are being filled or under way */
};

/* Entries that follow each other, of one file. */
struct batch_part {
    struct batch_owner *owner;
    long long file_id;
    size_t from;             /* first entry */
    /* set by the writer */
    int64_t inserted, duplicates;
    int tried_inserted, tried_duplicates; /* of the transaction under way */
};

struct batch_entry {
    struct event event;      /* spans point into 'data' of the batch */
    struct span raw;         /* the line's bytes, in 'data' */
    int64_t line, offset;
    bool refused;            /* by the server: see refusals */
};

struct batch_refusal {
    size_t seq;
    char sqlstate[6];
    char message[200];
};

struct batch {
    /* set by the parent */
    struct batch_part parts[BATCH_PARTS];
    size_t n_parts;
    size_t n;                /* entries */
    size_t used;             /* bytes of data */
    /* set by the writer */
    int error;               /* 0, or the err kind that ends the run … */
    struct log_held said;    /* … and why: the parent reports it, once for all writers */
    size_t n_refused;
    int retries;             /* attempts at it that were repeated */
    int64_t busy_us;         /* how long the writer had it in hand */
    /* fixed when the batch is made */
    size_t max_entries, max_data, mapped;
    struct batch_entry *entries;
    struct batch_refusal *refusals;
    char *data;
};

/* A batch of up to 'max_entries' lines and room for one line of 'max_line' bytes behind 'target_bytes'.
 * NULL, reported, when memory is out. */
struct batch *batch_new(size_t max_entries, size_t target_bytes, size_t max_line);
void batch_free(struct batch *batch);
/* Empty it, and give back the memory that lines of unusual size took. */
void batch_reset(struct batch *batch, size_t target_bytes);

/* Take a line of 'owner' and its event in, their bytes copied; owner->pending counts the part this begins, if any.
 * false: there is no room (the batch is to be sent first); a batch that is empty has room for every line.
 * 'text' is the parser's. */
bool batch_add(struct batch *batch, struct batch_owner *owner, const struct line *line, const struct event *event,
               struct span text);

/* The entry behind the last one of a part. */
size_t batch_part_end(const struct batch *batch, size_t part);
/* The part an entry lies in. */
size_t batch_part_of(const struct batch *batch, size_t entry);

/* Note that the server refuses an entry. */
void batch_refuse(struct batch *batch, size_t seq, const char *sqlstate, const char *message);

#endif
