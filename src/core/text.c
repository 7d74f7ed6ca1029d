#include "core/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct span span_of(const char *text)
{
    return (struct span){text, text != NULL ? strlen(text) : 0};
}

bool span_equal(struct span a, struct span b)
{
    if (a.at == NULL || b.at == NULL)
        return a.at == b.at;
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

bool span_is(struct span a, const char *text)
{
    if (a.at == NULL)
        return text == NULL;
    /* Most differ in the first byte: sooner known than the text's length. */
    for (size_t i = 0; i < a.len; i++)
        if (text[i] == '\0' || text[i] != a.at[i])
            return false;
    return text[a.len] == '\0';
}

int span_compare(struct span a, struct span b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter > 0 ? memcmp(a.at, b.at, shorter) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

size_t text_utf8_length(struct span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.at[i] & 0xc0) != 0x80; /* all but continuation bytes */
    return n;
}

/* Whether eight bytes are all ASCII and none is NUL: no high bit is set, and taking
 * one from each byte sets none (only a NUL byte would borrow). */
static bool plain_ascii_8(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return ((word | (word - ones)) & (ones << 7)) == 0;
}

static bool in_range(unsigned char c, unsigned char low, unsigned char high)
{
    return low <= c && c <= high;
}

/* The length of the character at 'at', 0 when there is no legal one (Unicode, table 3-7). */
static size_t utf8_character(const unsigned char *at, size_t left)
{
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    size_t n;

    if (in_range(at[0], 0x01, 0x7f))
        return 1;
    if (!in_range(at[0], 0xc2, 0xf4))
        return 0;
    n = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (left < n)
        return 0;
    switch (at[0]) { /* the second byte keeps out overlong forms, surrogates, beyond U+10FFFF */
    case 0xe0: low = 0xa0; break;
    case 0xed: high = 0x9f; break;
    case 0xf0: low = 0x90; break;
    case 0xf4: high = 0x8f; break;
    default: break;
    }
    if (!in_range(at[1], low, high))
        return 0;
    for (size_t i = 2; i < n; i++)
        if (!in_range(at[i], 0x80, 0xbf))
            return 0;
    return n;
}

size_t text_utf8_valid_prefix(struct span text)
{
    size_t i = 0;

    while (i < text.len) {
        size_t n = 8;

        if (text.len - i < 8 || !plain_ascii_8(text.at + i))
            n = utf8_character((const unsigned char *)text.at + i, text.len - i);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

const char *text_find_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = text; len > 0 && (at = strstr(at, word)) != NULL; at++) {
        if ((at == text || !is_word_char(at[-1])) && !is_word_char(at[len]))
            return at;
    }
    return NULL;
}

int text_parse_int64(const char *text, int64_t *value)
{
    const char *digits = text[0] == '-' || text[0] == '+' ? text + 1 : text;
    long long parsed;
    char *end;

    if (digits[0] < '0' || digits[0] > '9') /* strtoll() skips blanks */
        return -1;
    errno = 0;
    parsed = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return -1;
    *value = parsed;
    return 0;
}

struct unit {
    const char *name;
    int64_t factor;
};

/* Digits, then one of the units (ended by one without a name). */
static int parse_with_unit(const char *text, const struct unit *units, int (*compare)(const char *, const char *),
                           int64_t *value)
{
    long long number;
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return -1;
    errno = 0;
    number = strtoll(text, &end, 10);
    if (errno != 0)
        return -1;
    for (; units->name != NULL; units++)
        if (compare(end, units->name) == 0)
            return __builtin_mul_overflow(number, units->factor, value) ? -1 : 0;
    return -1;
}

int text_parse_size(const char *text, int64_t *bytes)
{
    static const struct unit units[] = {
        {"", 1},
        {"B", 1},
        {"kB", INT64_C(1) << 10},
        {"MB", INT64_C(1) << 20},
        {"GB", INT64_C(1) << 30},
        {"TB", INT64_C(1) << 40},
        {NULL, 0},
    };

    return parse_with_unit(text, units, strcasecmp, bytes);
}

int text_parse_duration(const char *text, int64_t *seconds)
{
    static const struct unit units[] = {
        {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}, {NULL, 0},
    };

    return parse_with_unit(text, units, strcmp, seconds);
}

uint64_t text_hash(const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < len; i++) {
        hash ^= at[i];
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}
