#include "core/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

#define BUF_FIRST 64

void buf_init(struct buf *buf)
{
    *buf = BUF_INIT;
}

void buf_release(struct buf *buf)
{
    free(buf->data);
    *buf = BUF_INIT;
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

bool buf_ok(const struct buf *buf)
{
    return !buf->failed;
}

static bool grow(struct buf *buf, size_t more)
{
    size_t cap = buf->cap > 0 ? buf->cap : BUF_FIRST;
    char *data;

    if (more > PTRDIFF_MAX - buf->len)
        return false;
    while (cap < buf->len + more)
        cap = cap > PTRDIFF_MAX / 2 ? PTRDIFF_MAX : cap * 2;
    data = realloc(buf->data, cap);
    if (data == NULL)
        return false;
    buf->data = data;
    buf->cap = cap;
    return true;
}

char *buf_reserve(struct buf *buf, size_t more)
{
    if (buf->failed)
        return NULL;
    if (buf->data == NULL || buf->cap - buf->len < more) {
        if (!grow(buf, more)) {
            buf->failed = true;
            return NULL;
        }
    }
    return buf->data + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t n)
{
    char *to;

    if (n == 0)
        return;
    to = buf_reserve(buf, n);
    if (to == NULL)
        return;
    memcpy(to, bytes, n);
    buf->len += n;
}

void buf_add_span(struct buf *buf, struct span span)
{
    buf_add(buf, span.at, span.len);
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
    char *to = buf_reserve(buf, 1);

    if (to == NULL)
        return;
    *to = c;
    buf->len++;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    buf_vprintf(buf, fmt, args);
    va_end(args);
}

void buf_vprintf(struct buf *buf, const char *fmt, va_list args)
{
    va_list again;
    char *to = buf_reserve(buf, 1);
    int n;

    if (to == NULL)
        return;
    va_copy(again, args);
    n = vsnprintf(to, buf->cap - buf->len, fmt, args);
    if (n >= 0 && (size_t)n >= buf->cap - buf->len) {
        to = buf_reserve(buf, (size_t)n + 1);
        if (to != NULL)
            n = vsnprintf(to, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    if (n < 0)
        buf->failed = true;
    if (!buf->failed)
        buf->len += (size_t)n;
}

static void add_json_escape(struct buf *buf, unsigned char c)
{
    static const char letters[0x20] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

    if (c == '"' || c == '\\')
        buf_printf(buf, "\\%c", c);
    else if (letters[c] != '\0')
        buf_printf(buf, "\\%c", letters[c]);
    else
        buf_printf(buf, "\\u%04x", c);
}

/* Plain bytes are copied by the run: most strings are one. */
static void add_json_run(struct buf *buf, struct span text)
{
    size_t start = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(buf, text.at + start, i - start);
        add_json_escape(buf, c);
        start = i + 1;
    }
    buf_add(buf, text.at + start, text.len - start);
}

void buf_add_json_string(struct buf *buf, struct span text)
{
    buf_add_char(buf, '"');
    while (text.len > 0) {
        size_t valid = text_utf8_valid_prefix(text);

        add_json_run(buf, (struct span){text.at, valid});
        if (valid == text.len)
            break;
        buf_add_text(buf, text.at[valid] == '\0' ? "\\u0000" : "\xef\xbf\xbd");
        text.at += valid + 1;
        text.len -= valid + 1;
    }
    buf_add_char(buf, '"');
}

static void add_visible_run(struct buf *buf, struct span text, bool keep_tab)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        unsigned char next = i + 1 < text.len ? (unsigned char)text.at[i + 1] : 0;

        if (c == 0xc2 && next < 0xa0) { /* U+0080 to U+009F; valid UTF-8, so there is a next */
            buf_printf(buf, "\\x%02x\\x%02x", c, next);
            i++;
        } else if (c == 0x7f || (c < 0x20 && !(c == '\t' && keep_tab))) {
            buf_printf(buf, "\\x%02x", c);
        } else {
            buf_add_char(buf, (char)c);
        }
    }
}

void buf_add_visible(struct buf *buf, struct span text, bool keep_tab)
{
    while (text.len > 0) {
        size_t valid = text_utf8_valid_prefix(text);

        add_visible_run(buf, (struct span){text.at, valid}, keep_tab);
        if (valid == text.len)
            break;
        buf_printf(buf, "\\x%02x", (unsigned char)text.at[valid]);
        text.at += valid + 1;
        text.len -= valid + 1;
    }
}

void buf_add_size(struct buf *buf, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;

    while (size >= 1024 && unit < sizeof(units) / sizeof(units[0]) - 1) {
        size /= 1024;
        unit++;
    }
    buf_printf(buf, "%.*f %s", unit == 0 ? 0 : 1, size, units[unit]);
}

void buf_add_shell_word(struct buf *buf, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,-";

    if (*word != '\0' && word[strspn(word, plain)] == '\0') {
        buf_add_text(buf, word);
        return;
    }
    buf_add_char(buf, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            buf_add_text(buf, "'\\''");
        else
            buf_add_char(buf, *word);
    }
    buf_add_char(buf, '\'');
}

const char *buf_text(struct buf *buf)
{
    char *end = buf_reserve(buf, 1);

    if (end == NULL)
        return "";
    *end = '\0';
    return buf->data;
}

struct span buf_span(const struct buf *buf)
{
    return (struct span){buf->data, buf->len};
}

int buf_print(const struct buf *buf, FILE *out)
{
    if (!buf_ok(buf))
        return fail(ERR_INTERNAL, "out of memory");
    if ((buf->len == 0 || fwrite(buf->data, 1, buf->len, out) == buf->len) && fflush(out) == 0)
        return 0;
    return fail_errno(ERR_IO, "cannot write the result");
}
