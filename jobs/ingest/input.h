/* input: one file on its way into the tables: what it is known by, where its lines come from, what has
 * become of them so far. It lives until the last batch of its lines is back from the writers,
 * which may be after the next file was begun. */
#ifndef BRIDGEJOB_JOBS_INPUT_H
#define BRIDGEJOB_JOBS_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/ingest/batch.h"
#include "jobs/ingest/ledger.h"
#include "pipe/line.h"
#include "pipe/reject.h"
#include "pipe/source.h"

struct input {
    struct batch_owner owner;       /* first: a batch names its input by it */
    struct input *next;             /* of the inputs that are open */
    const char *path;               /* borrowed */
    struct ledger_file identity;
    bool regular;
    bool locked;                    /* its advisory lock is held … */
    unsigned session;               /* … by this session */
    struct source source;           /* open until everything is read */
    struct source_check check;
    struct line_reader lines;
    enum source_fault fault;        /* how the source ended */
    int io_error;                   /* of SOURCE_IO, which has been reported: the err kind */
    int64_t long_from, long_length; /* of a line that is too long, so far */
    size_t tail;                    /* bytes of a last line that is not whole */
    bool read;                      /* to its end: only batches under way are missing */
    bool given_up;                  /* it is past its budget of refused lines */
    struct ledger_counts counts;
    struct reject reject;
};

/* NULL, reported, when memory is out. */
struct input *input_new(const char *path);
/* Release everything; refused lines that were not committed are gone. */
void input_free(struct input *input);

/* Take the advisory lock of a regular file, by its content. 0; ERR_TEMPFAIL when another run has it; or an err
 * kind. Reported. */
int input_lock(struct input *input);
/* Give it back; with the session it was taken in it is gone already. 0 or an err kind, reported. */
int input_unlock(struct input *input);

/* Open it, and for gzip find out first what of it can be trusted. 0 or an err kind, reported. */
int input_open(struct input *input, size_t max_line);
/* Everything is read: keep what was found, close the file. */
void input_close(struct input *input);

/* The promise: every line is accounted for. 0 or ERR_INTERNAL, reported. */
int input_check_counts(const struct input *input);

#endif
