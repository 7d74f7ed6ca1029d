/* Views of bytes, and small parsers of what people type. */
#ifndef BRIDGEJOB_CORE_TEXT_H
#define BRIDGEJOB_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view of bytes someone else owns; not terminated. 'at' is NULL when absent. */
struct span {
    const char *at;
    size_t len;
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})
#define SPAN_NONE ((struct span){NULL, 0})

/* Some texts, borrowed: what an option collects that may be given several times. */
#define TEXT_LIST_MAX 100
struct text_list {
    const char *at[TEXT_LIST_MAX];
    size_t n;
};

struct span span_of(const char *text);            /* strlen once; NULL gives SPAN_NONE */
bool span_equal(struct span a, struct span b);    /* same bytes (absent equals only absent) */
bool span_is(struct span a, const char *text);    /* same bytes as a C string */
int span_compare(struct span a, struct span b);   /* memcmp order, then the shorter first */

/* Characters (code points) in valid UTF-8: what VARCHAR(n) counts. */
size_t text_utf8_length(struct span text);

/* The first byte that is not part of well-formed UTF-8 as PostgreSQL's
 * pg_utf8_islegal() judges it (no overlong form, no surrogate, nothing beyond
 * U+10FFFF, no NUL byte): its offset, or text.len when all is well. */
size_t text_utf8_valid_prefix(struct span text);

/* Where 'word' stands in the text with no letter, digit or '_' next to it, for the first time; NULL: nowhere. */
const char *text_find_word(const char *text, const char *word);

/* Whole decimal number, optional sign, nothing around it. 0, or -1 when it is
 * none or does not fit. */
int text_parse_int64(const char *text, int64_t *value);

/* "512kB", "16MB", "1GB", "1TB" (units of 1024, as postgresql.conf), or plain
 * bytes; case of the unit does not matter. 0 or -1. */
int text_parse_size(const char *text, int64_t *bytes);

/* "30s", "5m", "1h", "90d", "1w": seconds. ("1mo" has no fixed length and is
 * refused here.) 0 or -1. */
int text_parse_duration(const char *text, int64_t *seconds);

/* 64-bit FNV-1a of bytes, the same on every machine: for routing and hash
 * tables, not for identity. */
uint64_t text_hash(const void *bytes, size_t len);

#endif
