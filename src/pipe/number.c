#include "pipe/number.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* numeric keeps its weight, counted in groups of four digits, in 16 bits and its
 * display scale in 14. */
#define MAX_WEIGHT 131071 /* of the first digit that is not 0: 10^131071 */
#define MAX_SCALE 16383
#define MAX_EXPONENT (INT_MAX / 2 - 1)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* As skip_digits(), but there must be one; NULL otherwise. */
static const char *need_digits(const char *at, const char *end)
{
    return at < end && is_digit(*at) ? skip_digits(at + 1, end) : NULL;
}

/* The exponent. One beyond INT_MAX is only known to be that: the digits left are not read. */
static int64_t exponent_value(const char *at, const char *end)
{
    bool negative = *at == '-';
    int64_t value = 0;

    if (negative || *at == '+')
        at++;
    for (; at < end && value < INT_MAX; at++)
        value = value * 10 + (*at - '0');
    return negative ? -value : value;
}

/* A well-formed number without its sign: whether numeric holds it. */
static bool fits_numeric(const char *at, const char *end)
{
    int64_t weight = -1, scale = 0, exponent = 0; /* weight: of the first digit */
    int64_t zeros = 0;                            /* before the first digit that is not 0 */
    bool point = false, zero = true;

    for (; at < end && (is_digit(*at) || *at == '.'); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        zero = zero && *at == '0';
        zeros += zero;
        scale += point;
        weight += !point;
    }
    if (at < end)
        exponent = exponent_value(at + 1, end);
    if (exponent > MAX_EXPONENT || exponent < -MAX_EXPONENT)
        return false;
    return scale - exponent <= MAX_SCALE && (zero || weight - zeros + exponent <= MAX_WEIGHT);
}

const char *number_scan(const char *at, const char *end, bool *in_range)
{
    const char *digits = *at == '-' ? at + 1 : at;
    bool exponent = false;

    at = digits < end && *digits == '0' ? digits + 1 : need_digits(digits, end);
    if (at && at < end && *at == '.')
        at = need_digits(at + 1, end);
    if (at && at < end && (*at | 0x20) == 'e') {
        exponent = true;
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        at = need_digits(at, end);
    }
    if (!at || (at < end && number_continues(*at)))
        return NULL;
    *in_range = (!exponent && at - digits <= MAX_SCALE) || fits_numeric(digits, at);
    return at;
}
