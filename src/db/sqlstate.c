#include "db/sqlstate.h"

#include <stddef.h>
#include <string.h>

#include "core/err.h"

struct meaning {
    const char *prefix; /* of the SQLSTATE; the first row that fits counts */
    int kind;
    bool retry;
    const char *hint;
};

#define RERUN "run the same command again"
#define SCHEMA "see: bridgejob migrate status"

static const struct meaning meanings[] = {
    {"08P01", ERR_INTERNAL, false, NULL}, /* what we sent was no proper message, nor will be */
    {"08", ERR_TEMPFAIL, true, "the connection was lost: " RERUN},
    {"57P0", ERR_TEMPFAIL, true, "the server ended the connection: " RERUN},
    {"57014", ERR_TEMPFAIL, false, "somebody cancelled the statement: " RERUN},
    {"533", ERR_TEMPFAIL, true, "the server is out of connections: " RERUN},
    {"532", ERR_TEMPFAIL, true, "the server is out of memory: " RERUN},
    {"531", ERR_IO, false, "free disk space on the server, then " RERUN},
    {"58", ERR_IO, false, "see the server's log"},
    {"40", ERR_TEMPFAIL, true, "another session was in the way: " RERUN},
    {"55P03", ERR_TEMPFAIL, true, "another session holds a lock on it: " RERUN},
    {"55006", ERR_TEMPFAIL, true, "another session uses it: " RERUN},
    {"25P03", ERR_TEMPFAIL, true, "the session was idle for too long: " RERUN},
    {"25006", ERR_UNAVAILABLE, false, "connect to the primary: PGTARGETSESSIONATTRS=read-write"},
    {"28P01", ERR_UNAVAILABLE, false, "put the password into ~/.pgpass, mode 0600"},
    {"28", ERR_UNAVAILABLE, false, "see pg_hba.conf on the server, or name another role with PGUSER"},
    {"3D", ERR_UNAVAILABLE, false, "create it with createdb, or name another with -d"},
    {"42501", ERR_NOPERM, false, "grant the role what it lacks, or connect as the owner with PGUSER"},
    {"42P01", ERR_CONFIG, false, SCHEMA},
    {"42703", ERR_CONFIG, false, SCHEMA},
    {"42883", ERR_CONFIG, false, SCHEMA},
    {"42P17", ERR_CONFIG, false, NULL}, /* a definition that cannot be, as of partitions that overlap */
    {"3F000", ERR_CONFIG, false, SCHEMA},
    {"22", ERR_INPUT, false, NULL},
    {"23", ERR_INPUT, false, NULL},
    {"54", ERR_INPUT, false, NULL},
    {"P0001", ERR_INPUT, false, NULL}, /* RAISE EXCEPTION, as a trigger does that refuses a row */
    {"", ERR_INTERNAL, false, NULL},
};

static const struct meaning *find(const char *sqlstate)
{
    const struct meaning *at = meanings;

    if (*sqlstate == '\0')
        sqlstate = "08006";
    while (strncmp(sqlstate, at->prefix, strlen(at->prefix)) != 0)
        at++;
    return at;
}

int sqlstate_kind(const char *sqlstate)
{
    return find(sqlstate)->kind;
}

const char *sqlstate_hint(const char *sqlstate)
{
    return find(sqlstate)->hint;
}

bool sqlstate_may_retry(const char *sqlstate)
{
    return find(sqlstate)->retry;
}
