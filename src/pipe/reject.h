/* reject: refused lines → files. '<file>.<run>.rej' holds them byte for byte, one a line;
 * '<file>.<run>.rej.jsonl' one JSON object per refusal; a name too long for that is cut,
 * and a hash put in. Both are private (0600), appear whole or not at all, and only when
 * there is something to refuse. */
#ifndef BRIDGEJOB_PIPE_REJECT_H
#define BRIDGEJOB_PIPE_REJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/file.h"
#include "pipe/line.h"
#include "pipe/reason.h"

struct reject {
    const char *dir;          /* borrowed; NULL: count, write nothing (--dry-run) */
    const char *file;         /* the input's name, for the records; borrowed */
    long long run;
    bool open;
    struct file_out lines;
    struct file_out records;
    struct buf record;        /* scratch */
    int64_t count;
    int64_t by_reason[REASON_COUNT];
};

void reject_init(struct reject *reject, const char *dir, const char *file, long long run);

/* Refuse a line: 'raw' without its '\n'. 'detail' says what exactly is wrong; 'sqlstate' is
 * NULL unless the server refused it. 0 or an err kind, reported. */
int reject_line(struct reject *reject, int64_t line, int64_t offset, struct span raw, enum reason reason,
                const char *detail, const char *sqlstate);

/* Refuse a line that is too long for memory, piece by piece; counted with the last one. 'length'
 * is that of the whole line so far. */
int reject_piece(struct reject *reject, const struct line *piece, int64_t offset, int64_t length);

/* Make both files durable. 0 or an err kind, reported. */
int reject_commit(struct reject *reject);
/* Release everything; what was not committed is gone. */
void reject_release(struct reject *reject);

#endif
