#include "db/beside.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"

#define PATIENCE (3 * TIME_SECOND) /* for a connection, and for an answer */

void beside_init(struct beside *beside)
{
    *beside = (struct beside){.conn = NULL};
}

void beside_release(struct beside *beside)
{
    PQfinish(beside->conn);
    beside_init(beside);
}

static bool wait_for(PGconn *conn, short events, int64_t deadline)
{
    struct pollfd fd = {.fd = PQsocket(conn), .events = events};
    int64_t left = deadline - time_monotonic();

    return left > 0 && poll(&fd, 1, (int)(left / 1000) + 1) >= 0;
}

/* PQconnectPoll() knows no connect_timeout: the deadline is kept here. */
static PGconn *connect_in_time(void)
{
    int64_t deadline = time_monotonic() + PATIENCE;
    PGconn *conn = PQconnectStart("application_name=bridgejob/beside");
    PostgresPollingStatusType want = PQstatus(conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;

    while (want == PGRES_POLLING_READING || want == PGRES_POLLING_WRITING) {
        if (!wait_for(conn, want == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            break;
        want = PQconnectPoll(conn);
    }
    if (want == PGRES_POLLING_OK)
        return conn;
    PQfinish(conn);
    return NULL;
}

static PGresult *last_result(PGconn *conn)
{
    PGresult *last = NULL;
    PGresult *result;

    while ((result = PQgetResult(conn)) != NULL) {
        PQclear(last);
        last = result;
    }
    return last;
}

static int send_query(PGconn *conn, const char *sql, const char *parameter)
{
    if (parameter == NULL)
        return PQsendQuery(conn, sql);
    return PQsendQueryParams(conn, sql, 1, NULL, &parameter, NULL, NULL, 0);
}

/* The one value of the last statement of 'sql' ('$1' is 'parameter', where there is one); false without an answer
 * in time, an error or no row. */
static bool ask(struct beside *beside, const char *sql, const char *parameter, char *text, size_t size)
{
    int64_t deadline = time_monotonic() + PATIENCE;
    PGresult *result = NULL;
    bool found = false;

    if (beside->conn == NULL && !beside->failed)
        beside->conn = connect_in_time();
    beside->failed = beside->conn == NULL;
    if (beside->failed || send_query(beside->conn, sql, parameter) != 1)
        return false;
    while (PQisBusy(beside->conn) && wait_for(beside->conn, POLLIN, deadline) && PQconsumeInput(beside->conn) == 1)
        continue;
    if (!PQisBusy(beside->conn))
        result = last_result(beside->conn);
    if (result == NULL) { /* no answer in time: what comes now would be taken for the next one's */
        beside_release(beside);
        beside->failed = true;
    } else if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0) {
        snprintf(text, size, "%s", PQgetvalue(result, 0, 0));
        found = true;
    }
    PQclear(result);
    return found;
}

static bool ask_about(struct beside *beside, const char *sql, int pid, char *text, size_t size)
{
    char number[16];

    snprintf(number, sizeof(number), "%d", pid);
    return ask(beside, sql, number, text, size);
}

bool beside_find_blocker(struct beside *beside, int pid, char *text, size_t size)
{
    static const char sql[] =
        "SELECT pg_catalog.format('''%s'' (pid %s, %s%s%s)',"
        "              coalesce(nullif(a.application_name, ''), 'unknown'), b.pid,"
        "              CASE WHEN a.backend_start IS NULL THEN 'another role'"
        "                   ELSE coalesce(nullif(a.client_hostname, ''), pg_catalog.host(a.client_addr), 'local') END,"
        "              ', ' || a.state,"
        "              ', last query at ' || pg_catalog.to_char(a.query_start AT TIME ZONE 'UTC',"
        "                                                       'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))"
        "  FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS b (pid)"
        "  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid"
        " ORDER BY a.query_start, b.pid"
        " LIMIT 1";

    return ask_about(beside, sql, pid, text, size);
}

bool beside_find_progress(struct beside *beside, int pid, char *text, size_t size)
{
    static const char sql[] =
        "SELECT pg_catalog.concat(w.phase, ', ' || 100 * w.done / nullif(w.total, 0) || '%')"
        "  FROM (SELECT v.pid, v.phase, v.heap_blks_total,"
        "               CASE v.phase WHEN 'vacuuming heap' THEN v.heap_blks_vacuumed ELSE v.heap_blks_scanned END"
        "          FROM pg_catalog.pg_stat_progress_vacuum AS v"
        "         UNION ALL"
        "        SELECT a.pid, a.phase, a.sample_blks_total, a.sample_blks_scanned"
        "          FROM pg_catalog.pg_stat_progress_analyze AS a) AS w (pid, phase, total, done)"
        " WHERE w.pid = $1";

    return ask_about(beside, sql, pid, text, size);
}

bool beside_meets(struct beside *beside, int pid)
{
    char text[16];

    if (!ask(beside, "BEGIN; SELECT pg_catalog.pg_backend_pid()", NULL, text, sizeof(text)))
        return false;
    log_debug("another connection is in backend %s, this one was in %d", text, pid);
    return strtol(text, NULL, 10) == pid;
}
