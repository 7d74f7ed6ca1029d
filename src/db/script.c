#include "db/script.h"

#include <ecpglib.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "db/result.h"
#include "db/session.h"

static struct {
    void (*heard)(const char *sqlstate, const char *message, void *context);
    void *context;
} listener;

void script_listen(void (*heard)(const char *sqlstate, const char *message, void *context), void *context)
{
    listener.heard = heard;
    listener.context = context;
}

static void log_notice(void *unused, const PGresult *notice)
{
    const char *sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);

    (void)unused;
    if (text == NULL)
        return;
    if (severity != NULL && strcmp(severity, "WARNING") == 0)
        log_warning("%s", text);
    else if (listener.heard != NULL)
        listener.heard(sqlstate == NULL ? "" : sqlstate, text, listener.context);
    else
        log_info("%s", text);
}

static int keep_failure(PGconn *conn, const PGresult *result, struct script_error *error)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    int64_t character = 0;

    if (position != NULL && text_parse_int64(position, &character) == 0)
        error->position = (int)character;
    return result_keep(conn, result);
}

/* A file holds no COPY data, and nobody reads what COPY TO STDOUT sends. */
static void refuse_copy(PGconn *conn, ExecStatusType status)
{
    char *row = NULL;

    if (status == PGRES_COPY_IN)
        PQputCopyEnd(conn, "COPY FROM STDIN is refused here");
    while (status == PGRES_COPY_OUT && PQgetCopyData(conn, &row, 0) > 0)
        PQfreemem(row);
}

static int read_results(PGconn *conn, struct script_error *error)
{
    PGresult *result;
    int kind = 0;

    while ((result = PQgetResult(conn)) != NULL) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            refuse_copy(conn, status);
            kind = kind != 0 ? kind : session_keep("0A000", "COPY from STDIN or to STDOUT is refused here", "");
        } else if (status == PGRES_FATAL_ERROR && kind == 0) {
            kind = keep_failure(conn, result, error);
        } else if (kind == 0) {
            error->statement++;
        }
        PQclear(result);
    }
    return kind;
}

int script_run(const char *text, struct script_error *error)
{
    PGconn *conn = session_is_open() ? ECPGget_PGconn(NULL) : NULL;
    PQnoticeReceiver ecpg_receiver;
    int kind;

    *error = (struct script_error){0, 0};
    if (conn == NULL)
        return session_keep("08003", "there is no connection", "");
    ecpg_receiver = PQsetNoticeReceiver(conn, log_notice, NULL);
    if (PQsendQuery(conn, text) == 1)
        kind = read_results(conn, error);
    else
        kind = result_keep(conn, NULL);
    PQsetNoticeReceiver(conn, ecpg_receiver, NULL);
    return kind;
}
