/* result: what a failed PGresult says, for the files here that talk libpq themselves. */
#ifndef BRIDGEJOB_DB_RESULT_H
#define BRIDGEJOB_DB_RESULT_H

#include <libpq-fe.h>

/* Keep SQLSTATE, message (with its detail) and context for session_last_error().
 * Returns the err kind. */
int result_keep(PGconn *conn, const PGresult *result);

#endif
