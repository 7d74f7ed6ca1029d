#include "db/probe.h"

#include <ctype.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/time.h"

#define PATIENCE (3 * TIME_SECOND)

/* "  3D000: " as PQERRORS_VERBOSE puts it behind the (translated) severity. */
static bool is_sqlstate(const char *at, const char *end)
{
    if (end - at < 9 || memcmp(at, "  ", 2) != 0 || memcmp(at + 7, ": ", 2) != 0)
        return false;
    for (int i = 2; i < 7; i++) {
        if (!isdigit((unsigned char)at[i]) && !isupper((unsigned char)at[i]))
            return false;
    }
    return true;
}

static void add_char(struct probe *probe, size_t *len, char c)
{
    if (*len + 1 < sizeof(probe->message)) {
        probe->message[(*len)++] = c;
        probe->message[*len] = '\0';
    }
}

static void add_line(struct probe *probe, size_t *len, const char *line, const char *end)
{
    for (const char *separator = "; "; *len > 0 && *separator != '\0'; separator++)
        add_char(probe, len, *separator);
    for (const char *at = line; at < end; at++) {
        if (at > line && at[-1] == ':' && is_sqlstate(at, end)) {
            memcpy(probe->sqlstate, at + 2, 5);
            probe->sqlstate[5] = '\0';
            add_char(probe, len, ' ');
            at += 8;
        } else {
            add_char(probe, len, *at);
        }
    }
}

static enum probe_verdict judge(const char *sqlstate)
{
    if (*sqlstate == '\0')
        return PROBE_SILENT;
    if (strncmp(sqlstate, "57P", 3) == 0 || strncmp(sqlstate, "53", 2) == 0)
        return PROBE_LATER;
    return PROBE_REFUSED;
}

/* A list of hosts gives one such line for each; what follows a line is advice or LOCATION. */
enum probe_verdict probe_read(const char *text, struct probe *probe)
{
    static const char lead[] = "connection to server ";
    size_t len = 0;

    memset(probe, 0, sizeof(*probe));
    for (const char *line = text; *line != '\0';) {
        const char *end = strchr(line, '\n');
        end = end == NULL ? line + strlen(line) : end;
        if (line == text || strncmp(line, lead, sizeof(lead) - 1) == 0)
            add_line(probe, &len, line, end);
        line = *end == '\0' ? end : end + 1;
    }
    if (len == 0)
        snprintf(probe->message, sizeof(probe->message), "connection failed");
    return judge(probe->sqlstate);
}

/* PQconnectPoll() knows no connect_timeout: the deadline is kept here. False when it passed. */
static bool wait_for(PGconn *conn, PostgresPollingStatusType want, int64_t deadline)
{
    struct pollfd fd = {.fd = PQsocket(conn), .events = want == PGRES_POLLING_READING ? POLLIN : POLLOUT};
    int64_t left = deadline - time_monotonic();
    int ready = left <= 0 ? 0 : poll(&fd, 1, (int)(left / 1000) + 1);

    return ready > 0 || (ready < 0 && errno == EINTR);
}

static enum probe_verdict read_failure(PGconn *conn, bool in_time, struct probe *probe)
{
    enum probe_verdict verdict;

    if (!in_time) {
        probe_read("connection to server failed: no answer in time", probe);
        return PROBE_SILENT;
    }
    verdict = probe_read(PQerrorMessage(conn), probe);
    if (verdict == PROBE_SILENT && PQconnectionNeedsPassword(conn)) {
        snprintf(probe->sqlstate, sizeof(probe->sqlstate), "28P01");
        verdict = PROBE_REFUSED;
    }
    return verdict;
}

enum probe_verdict probe_server(struct probe *probe)
{
    int64_t deadline = time_monotonic() + PATIENCE;
    PGconn *conn = PQconnectStart("");
    PostgresPollingStatusType want = PGRES_POLLING_WRITING;
    enum probe_verdict verdict = PROBE_UP;
    bool in_time = true;

    memset(probe, 0, sizeof(*probe));
    if (conn == NULL) {
        probe_read("out of memory", probe);
        return PROBE_SILENT;
    }
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    if (PQstatus(conn) == CONNECTION_BAD)
        want = PGRES_POLLING_FAILED;
    while (in_time && want != PGRES_POLLING_OK && want != PGRES_POLLING_FAILED) {
        in_time = wait_for(conn, want, deadline);
        want = in_time ? PQconnectPoll(conn) : want;
    }
    if (want != PGRES_POLLING_OK)
        verdict = read_failure(conn, in_time, probe);
    PQfinish(conn);
    return verdict;
}
