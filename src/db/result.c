#include "db/result.h"

#include <stdio.h>
#include <string.h>

#include "db/session.h"

static const char *field(const PGresult *result, int code)
{
    const char *text = result == NULL ? NULL : PQresultErrorField(result, code);

    return text == NULL ? "" : text;
}

/* Without a result, or with one that libpq made itself, there is no SQLSTATE: the connection
 * is gone, and libpq's text is advice after its first line. */
int result_keep(PGconn *conn, const PGresult *result)
{
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    const char *primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    char message[2048];
    int kind;

    if (*sqlstate == '\0')
        sqlstate = PQstatus(conn) == CONNECTION_BAD ? "08006" : "XX000";
    if (*primary == '\0')
        primary = PQerrorMessage(conn);
    snprintf(message, sizeof(message), "%.*s%s%s%s", (int)strcspn(primary, "\n"), primary, *detail == '\0' ? "" : " (",
             detail, *detail == '\0' ? "" : ")");
    kind = session_keep(sqlstate, message, field(result, PG_DIAG_CONTEXT));
    session_keep_constraint(field(result, PG_DIAG_CONSTRAINT_NAME));
    return kind;
}
