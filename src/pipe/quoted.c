#include "pipe/quoted.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

static const char *refuse(struct json_fault *fault, enum json_verdict verdict, const char *at)
{
    *fault = (struct json_fault){verdict, at};
    return NULL;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20;
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* The next quote, backslash or control character, or the end. Eight bytes a step: taking n
 * from a byte below n sets its top bit, and what it borrows can only mislead above it. */
static const char *skip_plain(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t bytes, quote, backslash, stops;

        memcpy(&bytes, at, 8);
        bytes = le64toh(bytes);
        quote = bytes ^ EACH_BYTE('"');
        backslash = bytes ^ EACH_BYTE('\\');
        stops = (bytes - EACH_BYTE(0x20)) | (quote - EACH_BYTE(1)) | (backslash - EACH_BYTE(1));
        stops &= ~bytes & EACH_BYTE(0x80);
        if (stops)
            return at + __builtin_ctzll(stops) / 8;
    }
    while (at < end && !is_control(*at) && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* What the escape of that letter stands for, 0 when there is none. */
static char escape_meaning(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

/* Four hexadecimal digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
    int32_t value = 0;

    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)at[i];
        unsigned char lower = c | 0x20;

        if (c >= '0' && c <= '9')
            value = value << 4 | (c - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value << 4 | (lower - 'a' + 10);
        else
            return -1;
    }
    return value;
}

static bool is_high_surrogate(int32_t code)
{
    return code >= 0xd800 && code <= 0xdbff;
}

static bool is_low_surrogate(int32_t code)
{
    return code >= 0xdc00 && code <= 0xdfff;
}

/* What must follow the high surrogate at 'high'. Where the server finds no character at
 * all it says syntax error; any character but a low surrogate leaves the high one alone. */
static const char *scan_low_surrogate(const char *high, const char *end, struct json_fault *fault)
{
    const char *at = high + 6;
    int32_t code;

    if (at == end || is_control(*at) || (*at == '\\' && end - at < 2))
        return refuse(fault, JSON_SYNTAX, at);
    if (*at != '\\' || at[1] != 'u')
        return refuse(fault, JSON_LONE_SURROGATE, high);
    code = hex4(at + 2, end);
    if (code < 0)
        return refuse(fault, JSON_SYNTAX, at);
    return is_low_surrogate(code) ? at + 6 : refuse(fault, JSON_LONE_SURROGATE, high);
}

/* From a backslash to behind its escape. */
static const char *scan_escape(const char *at, const char *end, struct json_fault *fault)
{
    int32_t code;

    if (end - at < 2)
        return refuse(fault, JSON_SYNTAX, at);
    if (at[1] != 'u')
        return escape_meaning(at[1]) ? at + 2 : refuse(fault, JSON_SYNTAX, at);
    code = hex4(at + 2, end);
    if (code < 0)
        return refuse(fault, JSON_SYNTAX, at);
    if (code == 0)
        return refuse(fault, JSON_NUL_ESCAPE, at);
    if (is_low_surrogate(code))
        return refuse(fault, JSON_LONE_SURROGATE, at);
    return is_high_surrogate(code) ? scan_low_surrogate(at, end, fault) : at + 6;
}

const char *quoted_scan(const char *at, const char *end, bool *escaped, struct json_fault *fault)
{
    at++;
    while (at) {
        at = skip_plain(at, end);
        if (at < end && *at == '"')
            return at + 1;
        if (at == end || *at != '\\')
            return refuse(fault, JSON_SYNTAX, at);
        *escaped = true;
        at = scan_escape(at, end, fault);
    }
    return NULL;
}

static size_t put_utf8(int32_t code, char out[4])
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[n] | code);
    return n;
}

size_t quoted_next(const char **at, char out[4])
{
    const char *from = *at;
    int32_t code;

    if (from[0] != '\\' || from[1] != 'u') {
        out[0] = from[0] == '\\' ? escape_meaning(from[1]) : from[0];
        *at += from[0] == '\\' ? 2 : 1;
        return 1;
    }
    code = hex4(from + 2, from + 6);
    *at += 6;
    if (is_high_surrogate(code)) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (hex4(from + 8, from + 12) & 0x3ff);
        *at += 6;
    }
    return put_utf8(code, out);
}
