/* batch: events on their way from the parent to one writer, in memory both see at the
 * same address. The parent fills it, the writer loads it and leaves its verdict; it is never touched by
 * both at once. It keeps the lines' bytes, so that a line the server refuses is kept as it was. */
#ifndef BRIDGEJOB_JOBS_BATCH_H
#define BRIDGEJOB_JOBS_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/log.h"
#include "pipe/event.h"
#include "pipe/line.h"

/* Whose lines a batch holds: one file's. The parent's alone; a writer only reads file_id, which the
 * batch repeats. */
struct batch_owner {
    long long file_id;       /* in the ledger */
    size_t pending;          /* its batches that are being filled or under way */
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
    struct batch_owner *owner;
    long long file_id;
    size_t n;                /* entries */
    size_t used;             /* bytes of data */
    /* set by the writer */
    int error;               /* 0, or the err kind that ends the run … */
    struct log_held said;    /* … and why: the parent reports it, once for all writers */
    int64_t inserted, duplicates;
    size_t n_refused;
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

/* Take a line and its event in, their bytes copied. false: there is no room (the batch is to be
 * sent first); a batch that is empty has room for every line. 'text' is the parser's. */
bool batch_add(struct batch *batch, const struct line *line, const struct event *event, struct span text);

/* Note that the server refuses an entry. */
void batch_refuse(struct batch *batch, size_t seq, const char *sqlstate, const char *message);

#endif
