/* pointer: JSON pointers (RFC 6901): "/repo/id" → the value there, as written. */
#ifndef BRIDGEJOB_PIPE_POINTER_H
#define BRIDGEJOB_PIPE_POINTER_H

#include <stddef.h>

#include "core/text.h"
#include "pipe/json.h"

struct pointer {
    const char *tokens; /* n texts, unescaped, each with its NUL; borrowed */
    size_t n;           /* 0: the whole line */
};

/* Take apart the text of a pointer, which holds no NUL. 'tokens' has room for text.len bytes and outlives the
 * pointer. How many bytes of it are used, or -1 when the text is no pointer. */
ptrdiff_t pointer_parse(struct pointer *pointer, struct span text, char *tokens);

/* The value in a line that json_check() passed as an object, 'members' being that object's. Of members with one
 * name the last, as in jsonb; of an array the element of that number, from 0. Absent when there is none. */
struct span pointer_resolve(const struct pointer *pointer, struct span line, const struct json_members *members);

/* An element of an array that json_check() passed as part of its text; absent behind the last one. */
struct span pointer_element(struct span array, size_t index);

/* Walk through such an array: the element behind 'element', the first one for SPAN_NONE; absent at the end. */
struct span pointer_next(struct span array, struct span element);

#endif
