#include "db/copy.h"

#include <ecpglib.h>
#include <libpq-fe.h>
#include <stdbool.h>

#include "core/stop.h"
#include "core/text.h"
#include "db/result.h"
#include "db/session.h"

/* libpq copies each piece into its own buffer: one that stays in the processor's cache. */
#define PIECE ((size_t)64 * 1024)

/* Manual, COPY, Binary Format: signature, no flags, no header extension. */
static const char header[19] = "PGCOPY\n\377\r\n";
static const char trailer[2] = {'\377', '\377'};

static int begin(PGconn *conn, const char *statement)
{
    PGresult *result = PQexec(conn, statement);
    int kind = 0;

    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        kind = result_keep(conn, result);
    else if (PQresultStatus(result) != PGRES_COPY_IN)
        kind = session_keep("XX000", "the server did not begin a COPY FROM STDIN", "");
    PQclear(result);
    return kind;
}

/* False when the connection does not take it, or the run was asked to stop. */
static bool send(PGconn *conn, const char *bytes, size_t n)
{
    for (size_t sent = 0; sent < n;) {
        size_t piece = n - sent < PIECE ? n - sent : PIECE;
        if (stop_requested() != 0 || PQputCopyData(conn, bytes + sent, (int)piece) != 1)
            return false;
        sent += piece;
    }
    return true;
}

/* The final status, and whatever else is there until NULL: only then is the connection free.
 * A lost connection keeps answering COPY_IN, so that ends it too. */
static int finish(PGconn *conn, long long *rows)
{
    PGresult *result;
    int64_t taken = 0;
    int kind = 0;

    while ((result = PQgetResult(conn)) != NULL) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK)
            text_parse_int64(PQcmdTuples(result), &taken);
        else if (kind == 0)
            kind = result_keep(conn, result);
        PQclear(result);
        if (status == PGRES_COPY_IN && PQputCopyEnd(conn, "unexpected COPY") != 1)
            break;
    }
    *rows = kind == 0 ? taken : 0;
    return kind;
}

int copy_in(const char *statement, const void *rows_bytes, size_t n, long long *rows)
{
    PGconn *conn = session_is_open() ? ECPGget_PGconn(NULL) : NULL;
    bool sent;
    int kind;
    int ended;

    *rows = 0;
    if (conn == NULL)
        return session_keep("08003", "there is no connection", "");
    if ((kind = begin(conn, statement)) != 0)
        return kind;
    sent = send(conn, header, sizeof(header)) && send(conn, rows_bytes, n) &&
           send(conn, trailer, sizeof(trailer));
    ended = PQputCopyEnd(conn, sent ? NULL : stop_requested() != 0 ? "asked to stop" : "sending failed");
    kind = finish(conn, rows);
    if (kind == 0 && (!sent || ended != 1))
        kind = session_keep("08006", PQerrorMessage(conn), "");
    return kind;
}
