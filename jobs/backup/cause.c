#include "jobs/backup/cause.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"

#define SIGNALLED 128

#define MAKE_ROOM "make room, with 'bridgejob backup expire', or name another --backup-dir"
#define AGAIN "run it again later"
#define SICK "pages of the server are damaged: look into its log, and pg_amcheck its databases"

/* The first that is found counts: a connection that was refused says why behind "connection to server". */
static const struct {
    const char *part;
    int kind;
    const char *hint;
} causes[] = {
    {"no space left on device", ERR_CANTCREATE, MAKE_ROOM},
    {"disk quota exceeded", ERR_CANTCREATE, MAKE_ROOM},
    {"file too large", ERR_CANTCREATE, MAKE_ROOM},
    {"input/output error", ERR_IO, "the disk fails: dmesg --level=err"},
    {"invalid page in block", ERR_IO, SICK},
    {"checksum error occurred", ERR_IO, SICK},
    {"could not read block", ERR_IO, SICK},
    {"server version mismatch", ERR_CONFIG,
     "install postgresql-client of the server's version, or name its directory with --bindir"},
    {"incompatible server version", ERR_CONFIG,
     "install postgresql-client of the server's version, or name its directory with --bindir"},
    {"can only write single tablespace to stdout", ERR_CONFIG,
     "a cluster with tablespaces is not one stream: leave --encrypt-to out, and encrypt in --copy-to"},
    {"max_wal_senders", ERR_TEMPFAIL, "wait until another one has ended, or raise max_wal_senders"},
    {"replication slots are in use", ERR_TEMPFAIL, "wait until another one has ended, or raise max_replication_slots"},
    {"requested wal segment", ERR_TEMPFAIL,
     "the server removed WAL that the backup needs: raise its wal_keep_size, and run it again"},
    {"wal level not sufficient", ERR_CONFIG, "set wal_level to replica, and restart the server"},
    {"lock timeout", ERR_TEMPFAIL,
     "a session changes a table: bridgejob health names it; or wait longer with --lock-timeout"},
    {"deadlock detected", ERR_TEMPFAIL, AGAIN},
    {"the database system is", ERR_TEMPFAIL, AGAIN},
    {"terminating connection", ERR_TEMPFAIL, AGAIN},
    {"server closed the connection", ERR_TEMPFAIL, AGAIN},
    {"ssl syscall error", ERR_TEMPFAIL, AGAIN},
    {"too many clients", ERR_TEMPFAIL, AGAIN},
    {"remaining connection slots", ERR_TEMPFAIL, AGAIN},
    {"canceling statement", ERR_TEMPFAIL, AGAIN},
    {"no pg_hba.conf entry for replication", ERR_UNAVAILABLE,
     "let it in: a line with 'replication' as its database in the server's pg_hba.conf"},
    {"permission denied to start wal sender", ERR_NOPERM, "ALTER ROLE ... REPLICATION"},
    {"must be superuser or replication role", ERR_NOPERM, "ALTER ROLE ... REPLICATION"},
    {"row-level security policy", ERR_NOPERM, "ALTER ROLE ... BYPASSRLS: a backup must see every row"},
    {"permission denied", ERR_NOPERM, "GRANT pg_read_all_data TO the role that takes backups"},
    {"connection to server", ERR_UNAVAILABLE, "bridgejob status shows whether the server can be reached"},
};

int cause_of(const char *said, int otherwise, const char **hint)
{
    for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
        if (strcasestr(said, causes[i].part) == NULL)
            continue;
        if (hint != NULL)
            *hint = causes[i].hint;
        return causes[i].kind;
    }
    if (hint != NULL)
        *hint = NULL;
    return otherwise;
}

int cause_report(const struct child *child, int code, int otherwise)
{
    const char *hint = NULL;
    char *said;
    int kind;

    if (stop_requested() && !child->cleans_up)
        return stop_requested();
    child_report(child, LOG_ERROR);
    said = child_said(child);
    kind = cause_of(said == NULL ? "" : said, otherwise, &hint);
    free(said);
    if (code > SIGNALLED)
        fail((enum err)kind, "'%s' was ended by signal %d", child->name, code - SIGNALLED);
    else
        fail((enum err)kind, "'%s' ended with exit code %d", child->name, code);
    if (hint != NULL)
        log_hint("%s", hint);
    return kind;
}
