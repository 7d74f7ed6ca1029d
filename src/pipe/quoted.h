/* quoted: the string tokens of JSON, judged and unescaped as PostgreSQL does it
 * (PostgreSQL 15 common/jsonapi.c json_lex_string()). The text is valid UTF-8. */
#ifndef BRIDGEJOB_PIPE_QUOTED_H
#define BRIDGEJOB_PIPE_QUOTED_H

#include <stdbool.h>
#include <stddef.h>

#include "pipe/json.h"

/* What is wrong, and where. */
struct json_fault {
    enum json_verdict verdict;
    const char *at; /* NULL when memory is out */
};

/* The end of the string whose opening quote is at 'at', behind its closing quote; or
 * NULL and 'fault'. '*escaped' becomes true when there is a backslash, else stays. */
const char *quoted_scan(const char *at, const char *end, bool *escaped, struct json_fault *fault);

/* The bytes that the next character or escape (a surrogate pair is one) of a judged
 * string stands for: how many. '*at' moves behind it. */
size_t quoted_next(const char **at, char out[4]);

#endif
