/* A growing byte buffer. Kept and reused: after warm-up nothing is allocated.
 * Invariants: data is NULL only while cap is 0; len <= cap. When memory runs
 * out the buffer turns failed: it keeps what it holds, takes no more, and
 * buf_ok() says so: ask once, before the content is used. */
#ifndef BRIDGEJOB_CORE_BUF_H
#define BRIDGEJOB_CORE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/text.h"

struct buf {
    char *data;
    size_t len;
    size_t cap;
    bool failed;
};

#define BUF_INIT ((struct buf){NULL, 0, 0, false})

void buf_init(struct buf *buf);
void buf_release(struct buf *buf);   /* frees; the buffer is as after buf_init */
void buf_reset(struct buf *buf);     /* empties and clears failed; keeps the memory */
bool buf_ok(const struct buf *buf);

/* Make room for 'more' bytes behind len and return where they go; NULL when
 * memory is out. The caller writes, then adds to len. */
char *buf_reserve(struct buf *buf, size_t more);

void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_add_span(struct buf *buf, struct span span);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

/* A JSON string, quotes included, escaped as RFC 8259 asks. A byte that is no UTF-8
 * (file names may hold one) becomes U+FFFD: what comes out is always valid JSON. */
void buf_add_json_string(struct buf *buf, struct span text);

/* A word for a POSIX shell (sh(1), Quoting): as it is where it may be, else in single quotes. */
void buf_add_shell_word(struct buf *buf, const char *word);

/* Text fit for a terminal: control characters (C0, DEL, C1) and bytes that are no
 * UTF-8 as \xNN; a tab stays a tab when 'keep_tab'. */
void buf_add_visible(struct buf *buf, struct span text, bool keep_tab);

/* A number of bytes for people: "999 B", "1.5 kB", "12.0 GB" (units of 1024). */
void buf_add_size(struct buf *buf, int64_t bytes);

/* Terminate without counting the NUL and return data ("" when failed). */
const char *buf_text(struct buf *buf);

struct span buf_span(const struct buf *buf);

/* Write what it holds, to the end. 0; ERR_INTERNAL when memory ran out, ERR_IO when 'out' fails, reported. */
int buf_print(const struct buf *buf, FILE *out);

#endif
