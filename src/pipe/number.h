/* number: the number tokens of JSON, with the verdict of PostgreSQL's numeric on
 * them (PostgreSQL 15 common/jsonapi.c json_lex_number(); utils/adt/numeric.c
 * set_var_from_str(), make_result()). */
#ifndef BRIDGEJOB_PIPE_NUMBER_H
#define BRIDGEJOB_PIPE_NUMBER_H

#include <stdbool.h>

/* The end of the number that starts at 'at' (a digit or '-'; at < end), or NULL
 * when it is malformed, as "01", "1." and "1x" are. '*in_range' says whether
 * numeric holds it: at most 131072 digits before the point and 16383 behind it once
 * the exponent has moved the point (leading zeros are free before it, no zero is
 * behind it), and an exponent below 2^30 - 1 even of 0. */
const char *number_scan(const char *at, const char *end, bool *in_range);

/* Whether the server's lexer takes the byte into the number or word before it. */
static inline bool number_continues(char c)
{
    unsigned char byte = (unsigned char)c;
    unsigned char lower = byte | 0x20;

    return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z') || byte == '_' || byte >= 0x80;
}

#endif
