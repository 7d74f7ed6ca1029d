#include "db/script.h"

#include <ecpglib.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
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

static int keep_failure(PGconn *conn, const PGresult *result, int *position)
{
    const char *text = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    int64_t character = 0;

    if (text != NULL && text_parse_int64(text, &character) == 0)
        *position = (int)character;
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

static int read_results(PGconn *conn, int *position)
{
    PGresult *result;
    int kind = 0;

    while ((result = PQgetResult(conn)) != NULL) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            refuse_copy(conn, status);
            kind = kind != 0 ? kind : session_keep("0A000", "COPY from STDIN or to STDOUT is refused here", "");
        } else if (status == PGRES_FATAL_ERROR && kind == 0) {
            kind = keep_failure(conn, result, position);
        }
        PQclear(result);
    }
    return kind;
}

/* Until there is something to read: PQgetResult() says what, errors included. */
static void wait_for_answer(PGconn *conn, const struct script_watch *watch)
{
    struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};
    int64_t next = time_monotonic() + watch->every_us;

    while (PQisBusy(conn)) {
        int64_t left = next - time_monotonic();
        if (left > 0 && poll(&fd, 1, (int)(left / 1000) + 1) > 0 && PQconsumeInput(conn) != 1)
            return;
        if (time_monotonic() >= next) {
            watch->look(watch->context);
            next = time_monotonic() + watch->every_us;
        }
    }
}

static int run(PGconn *conn, const char *text, const struct script_watch *watch, int *position)
{
    if (PQsendQueryParams(conn, text, 0, NULL, NULL, NULL, NULL, 0) != 1)
        return result_keep(conn, NULL);
    if (watch != NULL && watch->look != NULL)
        wait_for_answer(conn, watch);
    return read_results(conn, position);
}

int script_run(struct span statement, const struct script_watch *watch, int *position)
{
    PGconn *conn = session_is_open() ? ECPGget_PGconn(NULL) : NULL;
    char *text = strndup(statement.at, statement.len);
    PQnoticeReceiver ecpg_receiver;
    int kind;

    *position = 0;
    if (conn == NULL || text == NULL) {
        free(text);
        return conn == NULL ? session_keep("08003", "there is no connection", "")
                            : session_keep("53200", "out of memory", "");
    }
    ecpg_receiver = PQsetNoticeReceiver(conn, log_notice, NULL);
    kind = run(conn, text, watch, position);
    PQsetNoticeReceiver(conn, ecpg_receiver, NULL);
    free(text);
    return kind;
}

static void take_row(const PGresult *result, char values[][SCRIPT_VALUE], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool there = PQntuples(result) > 0 && (int)i < PQnfields(result);

        snprintf(values[i], SCRIPT_VALUE, "%s", there ? PQgetvalue(result, 0, (int)i) : "");
    }
}

int script_ask(const char *statement, char values[][SCRIPT_VALUE], size_t n, int64_t *rows)
{
    PGconn *conn = session_is_open() ? ECPGget_PGconn(NULL) : NULL;
    PGresult *result;
    int kind = 0;

    *rows = 0;
    if (conn == NULL)
        return session_keep("08003", "there is no connection", "");
    result = PQexecParams(conn, statement, 0, NULL, NULL, NULL, NULL, 0);
    if (PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK) {
        take_row(result, values, n);
        text_parse_int64(PQcmdTuples(result), rows);
    } else {
        kind = result_keep(conn, result);
    }
    PQclear(result);
    return kind;
}
