#include "unit.h"

#include <ecpglib.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "db/copy.h"
#include "db/session.h"

/* libpq and the session as the tests want them: the linker takes these before the libraries'. */

enum answer { NOTHING, COPY_BEGUN, COPY_DONE, REFUSED };

static struct {
    enum answer on_exec;
    enum answer on_end;
    int pieces_taken; /* before sending fails; -1: all */
    struct buf sent;
    size_t largest;
    int pieces;
    char reason[100]; /* of PQputCopyEnd(), "" for none */
    bool ended;
    enum answer next;
    int drained;      /* how often PQgetResult() said NULL */
    int cleared, made;
} server;

static PGresult *make(enum answer answer)
{
    static char marks[4];

    if (answer == NOTHING)
        return NULL;
    server.made++;
    return (PGresult *)&marks[answer];
}

static enum answer answer_of(const PGresult *result)
{
    for (enum answer answer = COPY_BEGUN; answer <= REFUSED; answer++) {
        server.made--;
        if (make(answer) == result)
            return answer;
    }
    return NOTHING;
}

PGresult *PQexec(PGconn *conn, const char *statement)
{
    (void)conn;
    (void)statement;
    return make(server.on_exec);
}

ExecStatusType PQresultStatus(const PGresult *result)
{
    switch (answer_of(result)) {
    case COPY_BEGUN: return PGRES_COPY_IN;
    case COPY_DONE: return PGRES_COMMAND_OK;
    case REFUSED:
    case NOTHING: break;
    }
    return PGRES_FATAL_ERROR;
}

int PQputCopyData(PGconn *conn, const char *bytes, int n)
{
    (void)conn;
    if (server.pieces == server.pieces_taken)
        return -1;
    server.pieces++;
    server.largest = (size_t)n > server.largest ? (size_t)n : server.largest;
    buf_add(&server.sent, bytes, (size_t)n);
    return 1;
}

int PQputCopyEnd(PGconn *conn, const char *reason)
{
    (void)conn;
    server.ended = true;
    snprintf(server.reason, sizeof(server.reason), "%s", reason == NULL ? "" : reason);
    server.next = server.on_end;
    return 1;
}

PGresult *PQgetResult(PGconn *conn)
{
    enum answer next = server.next;

    (void)conn;
    server.next = NOTHING;
    server.drained += next == NOTHING;
    return make(next);
}

char *PQcmdTuples(PGresult *result)
{
    static char rows[] = "3";

    (void)result;
    return rows;
}

char *PQresultErrorField(const PGresult *result, int field)
{
    static char sqlstate[] = "22P02", message[] = "bad row", context[] = "COPY t, line 2, column id";

    (void)result;
    return field == PG_DIAG_SQLSTATE          ? sqlstate
           : field == PG_DIAG_MESSAGE_PRIMARY ? message
           : field == PG_DIAG_CONTEXT         ? context
                                              : NULL;
}

char *PQerrorMessage(const PGconn *conn)
{
    static char message[] = "server closed the connection unexpectedly\n\tThis probably means\n";

    (void)conn;
    return message;
}

void PQclear(PGresult *result)
{
    server.cleared += result != NULL;
}

PGconn *ECPGget_PGconn(const char *name)
{
    static char connection;

    (void)name;
    return (PGconn *)&connection;
}

ConnStatusType PQstatus(const PGconn *conn)
{
    (void)conn;
    return CONNECTION_OK;
}

/* What session_open() needs to believe in a connection. */

bool ECPGconnect(int line, int compat, const char *target, const char *user, const char *password, const char *name,
                 int autocommit)
{
    (void)line, (void)compat, (void)target, (void)user, (void)password, (void)name, (void)autocommit;
    return true;
}

bool ECPGsetcommit(int line, const char *mode, const char *name)
{
    (void)line, (void)mode, (void)name;
    return true;
}

bool ECPGdo(const int line, const int compat, const int force_indicator, const char *name, const bool questionmarks,
            const int kind, const char *statement, ...)
{
    (void)line, (void)compat, (void)force_indicator, (void)name, (void)questionmarks, (void)kind, (void)statement;
    return true;
}

int PQserverVersion(const PGconn *conn)
{
    (void)conn;
    return 150000;
}

PGcancel *PQgetCancel(PGconn *conn)
{
    (void)conn;
    return NULL;
}

static int open_session(void **state)
{
    (void)state;
    return session_open("test", 0);
}

static int prepare(void **state)
{
    (void)state;
    buf_release(&server.sent);
    memset(&server, 0, sizeof(server));
    server.on_exec = COPY_BEGUN;
    server.on_end = COPY_DONE;
    server.pieces_taken = -1;
    return 0;
}

/* Every result cleared, and drained to NULL: only then is the connection free for EXEC SQL. */
static int check_drained(void **state)
{
    (void)state;
    assert_int_equal(server.cleared, server.made);
    buf_release(&server.sent);
    return 0;
}

#define SIGNATURE "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"

static void test_header_rows_trailer(void **state)
{
    static const char wanted[] = SIGNATURE "tuples\377\377";
    long long rows = -1;

    (void)state;
    assert_int_equal(copy_in("COPY t FROM STDIN (FORMAT binary)", "tuples", 6, &rows), 0);
    assert_int_equal(rows, 3);
    assert_int_equal(server.sent.len, sizeof(wanted) - 1);
    assert_memory_equal(server.sent.data, wanted, sizeof(wanted) - 1);
    assert_string_equal(server.reason, "");
    assert_int_equal(server.drained, 1);
}

static void test_large_input_goes_in_pieces(void **state)
{
    static char tuples[1000000];
    long long rows;

    (void)state;
    memset(tuples, 'x', sizeof(tuples));
    assert_int_equal(copy_in("COPY", tuples, sizeof(tuples), &rows), 0);
    assert_int_equal(server.sent.len, 19 + sizeof(tuples) + 2);
    assert_true(server.largest <= 1024 * 1024 && server.pieces > 3);
}

static void test_not_begun(void **state)
{
    static const enum answer answers[] = {REFUSED, COPY_DONE};
    long long rows;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        server.on_exec = answers[i];
        assert_int_not_equal(copy_in("COPY", "t", 1, &rows), 0);
        assert_int_equal(server.sent.len, 0);
        assert_false(server.ended);
    }
    assert_string_equal(session_last_error()->sqlstate, "XX000");
}

static void test_sending_fails(void **state)
{
    static const int after[] = {0, 1, 2};
    long long rows = -1;

    for (size_t i = 0; i < 3; i++) {
        prepare(state);
        server.pieces_taken = after[i];
        server.on_end = REFUSED;
        assert_int_equal(copy_in("COPY", "t", 1, &rows), ERR_INPUT);
        assert_true(server.ended);
        assert_string_equal(server.reason, "sending failed");
        assert_int_equal(server.drained, 1);
        assert_int_equal(rows, 0);
    }
}

/* Sending failed, yet the server reports success: no success. */
static void test_sending_fails_silently(void **state)
{
    long long rows;

    (void)state;
    server.pieces_taken = 1;
    assert_int_equal(copy_in("COPY", "t", 1, &rows), ERR_TEMPFAIL);
    assert_string_equal(session_last_error()->sqlstate, "08006");
}

static void test_refused_at_the_end(void **state)
{
    long long rows = -1;

    (void)state;
    server.on_end = REFUSED;
    assert_int_equal(copy_in("COPY", "t", 1, &rows), ERR_INPUT);
    assert_int_equal(rows, 0);
    assert_string_equal(session_last_error()->sqlstate, "22P02");
    assert_string_equal(session_last_error()->message, "bad row");
    assert_string_equal(session_last_error()->context, "COPY t, line 2, column id");
    assert_int_equal(server.drained, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_header_rows_trailer, prepare, check_drained),
        cmocka_unit_test_setup_teardown(test_large_input_goes_in_pieces, prepare, check_drained),
        cmocka_unit_test_setup_teardown(test_not_begun, prepare, check_drained),
        cmocka_unit_test_setup_teardown(test_sending_fails, prepare, check_drained),
        cmocka_unit_test_setup_teardown(test_sending_fails_silently, prepare, check_drained),
        cmocka_unit_test_setup_teardown(test_refused_at_the_end, prepare, check_drained),
    };

    return cmocka_run_group_tests(tests, open_session, NULL);
}
