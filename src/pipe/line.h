/* line: bytes → one line. A view into the buffer, with its number and byte offset; the
 * longest line is bounded. */
#ifndef BRIDGEJOB_PIPE_LINE_H
#define BRIDGEJOB_PIPE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/text.h"
#include "pipe/source.h"

struct line {
    struct span raw;     /* the bytes before '\n', a '\r' before it included */
    struct span text;    /* raw without that '\r' */
    int64_t number;      /* from 1 */
    int64_t offset;      /* of raw, in the uncompressed stream */
    bool ended;          /* a '\n' stood behind it; only the last line may lack it */
    bool too_long;       /* longer than the bound: 'raw' is its next piece … */
    bool last_piece;     /* … and this the last one; true for every other line */
    bool blank;          /* nothing but spaces, tabs and '\r' */
};

struct line_reader {
    struct source *source;  /* borrowed */
    struct buf buf;         /* bytes not handed out yet, from 'at' on */
    size_t at;
    size_t scanned;         /* bytes behind 'at' known to hold no '\n' */
    size_t max_line;
    int64_t number;         /* of the line handed out last */
    int64_t offset;         /* of 'at' in the stream */
    bool in_long;           /* in the middle of a line that is too long */
};

/* Lines of 'source'; a UTF-8 byte order mark at its start is skipped. 'max_line' in
 * bytes, without the line's end. 0 or ERR_INTERNAL, reported. */
int line_init(struct line_reader *reader, struct source *source, size_t max_line);
void line_release(struct line_reader *reader);

/* The next line (or piece of one that is too long): 1, valid until the next call;
 * 0 at the end; -1 on a fault of the source or when memory is out (source->fault is
 * SOURCE_FINE then). All whole lines before a fault have been handed out; the piece
 * of a line before it is what line_rest() tells. */
int line_next(struct line_reader *reader, struct line *line);

/* Bytes read behind the last line handed out: the beginning of a line that a fault cut. */
size_t line_rest(const struct line_reader *reader);

#endif
