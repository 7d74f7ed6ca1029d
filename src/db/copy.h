/* copy: the one file that talks COPY (PostgreSQL psql/copy.c). Binary format. Runs inside
 * the session's own transaction and hands the connection back drained. */
#ifndef BRIDGEJOB_DB_COPY_H
#define BRIDGEJOB_DB_COPY_H

#include <stddef.h>

/* COPY rows already in PostgreSQL's binary COPY format (Manual: COPY, Binary Format),
 * without the file header and trailer, into a table: 'statement' is the whole
 * "COPY … FROM STDIN (FORMAT binary)". '*rows' is what the server took. 0, or an err kind
 * noted as by session_note(), with session_last_error()->context naming line and column. */
int copy_in(const char *statement, const void *rows_bytes, size_t n, long long *rows);

#endif
