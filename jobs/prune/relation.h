/* relation: statements about a table that is known by its oid; the server puts its name in, quoted. */
#ifndef BRIDGEJOB_JOBS_RELATION_H
#define BRIDGEJOB_JOBS_RELATION_H

#include <stdbool.h>
#include <stdint.h>

/* No statement of this session waits longer for a lock. 0 or an err kind, reported. */
int relation_lock_timeout(int64_t seconds);

/* Run 'form', a format() of the server: %1$I.%2$I is the table, %3$L is 'value'. '*rows' is how many it changed. With
 * no such table nothing is run. 0 or an err kind, noted. */
int relation_execute(long long oid, const char *form, const char *value, long long *rows);

/* The same with a query of two bigint columns, one row; values that are null, and all of them when there is no such
 * table, come out as 'otherwise'. */
int relation_ask(long long oid, const char *form, const char *value, int64_t otherwise, int64_t *a, int64_t *b);

#endif
