#include "pipe/line.h"

#include <string.h>

#include "core/err.h"

#define LINE_READ ((size_t)256 * 1024)

int line_init(struct line_reader *reader, struct source *source, size_t max_line)
{
    *reader = (struct line_reader){.source = source, .max_line = max_line};
    buf_init(&reader->buf);
    if (buf_reserve(&reader->buf, 2 * LINE_READ) == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    return 0;
}

void line_release(struct line_reader *reader)
{
    buf_release(&reader->buf);
}

size_t line_rest(const struct line_reader *reader)
{
    return reader->buf.len - reader->at;
}

/* Bytes read into the buffer; 0 at the end; -1. What is handed out is dropped first. */
static ssize_t fill(struct line_reader *reader)
{
    struct buf *buf = &reader->buf;
    if (reader->at > 0) {
        memmove(buf->data, buf->data + reader->at, buf->len - reader->at);
        buf->len -= reader->at;
        reader->at = 0;
    }
    char *room = buf_reserve(buf, LINE_READ);
    if (room == NULL)
        return -1;
    ssize_t n = source_read(reader->source, room, LINE_READ);
    if (n > 0)
        buf->len += (size_t)n;
    return n;
}

/* A byte order mark is 3 bytes; they may come in pieces through a pipe. */
static int skip_bom(struct line_reader *reader)
{
    while (line_rest(reader) < 3) {
        ssize_t n = fill(reader);
        if (n <= 0)
            return n < 0 && line_rest(reader) == 0 ? -1 : 0;
    }
    if (memcmp(reader->buf.data, "\xef\xbb\xbf", 3) == 0) {
        reader->at = 3;
        reader->offset = 3;
    }
    return 0;
}

static bool is_blank(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != ' ' && text.at[i] != '\t' && text.at[i] != '\r')
            return false;
    return true;
}

/* Hand out 'len' bytes from the current place, 'end' more (the '\n') passed over. */
static int hand_out(struct line_reader *reader, struct line *line, size_t len, size_t end, bool too_long)
{
    if (!reader->in_long)
        reader->number++;
    line->raw = (struct span){reader->buf.data + reader->at, len};
    line->text = line->raw;
    if (end > 0 && len > 0 && line->raw.at[len - 1] == '\r')
        line->text.len--;
    line->number = reader->number;
    line->offset = reader->offset;
    line->ended = end > 0;
    line->too_long = too_long;
    line->last_piece = true;
    line->blank = !too_long && is_blank(line->text);
    reader->at += len + end;
    reader->offset += (int64_t)(len + end);
    reader->scanned = 0;
    return 1;
}

/* The line runs on behind the bound: give what is there as one piece of it. */
static int hand_out_piece(struct line_reader *reader, struct line *line)
{
    hand_out(reader, line, line_rest(reader), 0, true);
    line->last_piece = false;
    reader->in_long = true;
    return 1;
}

static int hand_out_whole(struct line_reader *reader, struct line *line, size_t len, size_t end)
{
    bool too_long = reader->in_long || len > reader->max_line + 1;
    if (!too_long && len == reader->max_line + 1) /* the bound does not count a '\r' of the line's end */
        too_long = end == 0 || reader->buf.data[reader->at + len - 1] != '\r';
    hand_out(reader, line, len, end, too_long);
    reader->in_long = false;
    return 1;
}

int line_next(struct line_reader *reader, struct line *line)
{
    if (reader->number == 0 && reader->offset == 0 && skip_bom(reader) < 0)
        return -1;
    for (;;) {
        size_t have = line_rest(reader);
        const char *from = reader->buf.data + reader->at;
        const char *end = have == 0 ? NULL : memchr(from + reader->scanned, '\n', have - reader->scanned);
        if (end != NULL)
            return hand_out_whole(reader, line, (size_t)(end - from), 1);
        if (have > reader->max_line + 1)
            return hand_out_piece(reader, line);
        reader->scanned = have;
        ssize_t n = fill(reader);
        if (n < 0)
            return -1;
        if (n == 0)
            return have == 0 && !reader->in_long ? 0 : hand_out_whole(reader, line, have, 0);
    }
}
