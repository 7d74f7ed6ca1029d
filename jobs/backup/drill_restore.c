#include "jobs/backup/drill_restore.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/backup/drill_checks.h"
#include "jobs/backup/role_scan.h"
#include "jobs/restore/dump.h"
#include "jobs/restore/logical.h"
#include "jobs/restore/physical.h"

/* A server that is thrown away has nothing to lose. */
static const char *const careless[] = {"fsync=off", "full_page_writes=off", "synchronous_commit=off",
                                       "wal_level=minimal", "max_wal_senders=0", "max_wal_size=512MB",
                                       "maintenance_work_mem=128MB", NULL};

const char *drill_database(const struct manifest *manifest)
{
    return manifest->database == NULL ? "restored" : manifest->database;
}

static int make_roles(const struct role_scan *scan)
{
    const char *name = scan->names.data;
    int result = session_open("backup drill", 0);

    for (size_t i = 0; result == 0 && i < scan->n; i++, name += strlen(name) + 1)
        if (strncmp(name, "pg_", 3) != 0) /* the server's own */
            result = drill_make_role(name);
    session_close();
    return result;
}

/* Its roles are not in a new server. A plain dump cannot be loaded without its owners, the others not without the roles
 * that policies are for. */
static int make_its_roles(const struct drill *drill, const struct restore_options *options)
{
    static const char *const schema[] = {"--schema-only", "--no-owner", "--no-privileges", "--file=-", NULL};
    const struct dump dump = {.options = options, .manifest = drill->manifest};
    struct role_scan scan = ROLE_SCAN_INIT;
    int result = drill->manifest->format == BACKUP_PLAIN ? dump_inflate(&dump, role_scan_put, &scan)
                                                         : dump_stream(&dump, schema, role_scan_put, &scan);

    if (result == 0 && !buf_ok(&scan.names))
        result = fail(ERR_INTERNAL, "out of memory");
    if (result == 0)
        result = make_roles(&scan);
    role_scan_release(&scan);
    return result;
}

static int load(const struct drill *drill)
{
    const struct restore_options options = {
        .backup_dir = drill->options->backup_dir, .identity = drill->options->identity,
        .bindir = drill->options->bindir, .jobs = drill->options->jobs, .into = drill_database(drill->manifest),
        .no_owner = drill->manifest->format != BACKUP_PLAIN, /* its roles are not in a new server */
    };
    struct restored restored = {.id = drill->manifest->id};
    int result = make_its_roles(drill, &options);

    if (result == 0)
        result = logical_restore(drill->run, &options, drill->manifest, &restored);
    drill->result->tables = restored.tables;
    drill->result->rows = restored.rows;
    return result;
}

static int restore_logical(const struct drill *drill, struct cluster *cluster)
{
    int result;

    cluster->bindir = drill->options->bindir;
    cluster->version_num = drill->manifest->server_version_num;
    cluster->data = drill->data;
    result = cluster_make(cluster);
    if (result == 0)
        result = cluster_open(cluster, careless, ERR_IO);
    if (result == 0)
        result = cluster_target(cluster, CLUSTER_SUPERUSER, "postgres");
    if (result == 0)
        result = session_target(NULL);
    return result == 0 ? load(drill) : result;
}

static int try_user(const struct cluster *cluster, const char *user, bool *super)
{
    int result = cluster_target(cluster, user, "template1");

    *super = false;
    if (result == 0)
        result = session_target(NULL);
    if (result == 0)
        result = session_open("backup drill", 0);
    if (result == 0)
        result = drill_is_superuser(super);
    session_close();
    return result;
}

/* Its roles are those of the cluster that was copied: one that made the backup, or as Debian and initdb call it. */
static int find_superuser(const struct cluster *cluster)
{
    const struct passwd *account = getpwuid(geteuid());
    const char *given = getenv("PGUSER");
    char *own = given == NULL ? NULL : strdup(given); /* cluster_target() writes over it */
    const char *const users[] = {own, CLUSTER_SUPERUSER, account == NULL ? NULL : account->pw_name};
    bool super = false;

    for (size_t i = 0; !super && i < sizeof(users) / sizeof(users[0]) && stop_requested() == 0; i++) {
        struct log_held held = {.error = "", .hint = ""};

        log_hold(&held);
        if (users[i] != NULL)
            try_user(cluster, users[i], &super);
        log_hold(NULL);
        if (held.error[0] != '\0')
            log_debug("%s", held.error);
    }
    free(own);
    if (super || stop_requested() != 0)
        return stop_requested();
    fail(ERR_CONFIG, "which role is a superuser of the cluster that came back?");
    log_hint("name it: PGUSER=… bridgejob backup drill");
    return ERR_CONFIG;
}

static int note_gap(const struct drill *drill, const struct physical *server)
{
    if (!server->recovered.gap)
        return 0;
    return drill_problem(drill->result, ERR_FINDINGS, "the archive of WAL has a gap behind %s: what was written after "
                         "it did not come back", server->recovered.lsn);
}

/* A wrong archive is no fault of the backup. */
static int restore_physical(const struct drill *drill, struct physical *server)
{
    const struct restore_options options = {
        .backup_dir = drill->options->backup_dir, .identity = drill->options->identity,
        .bindir = drill->options->bindir, .data_directory = drill->data, .wal_dir = drill->options->wal_dir,
    };
    const struct recovered *recovered = &server->recovered;
    int result = physical_check(&options, drill->manifest);

    if (result != 0)
        return result == ERR_INPUT ? ERR_CONFIG : result;
    result = physical_open(&options, drill->manifest, server);
    if (result == ERR_INPUT && server->unpacked && drill->options->wal_dir != NULL)
        return drill_problem(drill->result, ERR_FINDINGS, "the WAL in '%s' cannot be replayed over it",
                             drill->options->wal_dir);
    if (result != 0)
        return result;
    if (drill->manifest->finished_at != 0)
        drill->result->data_at = drill->manifest->finished_at;
    if (recovered->transaction_at != 0)
        drill->result->data_at = recovered->transaction_at;
    return 0;
}

int drill_restore(const struct drill *drill, struct physical *server)
{
    bool logical = drill->manifest->kind == BACKUP_LOGICAL;
    int result;

    drill->result->data_at = drill->manifest->created_at;
    result = logical ? restore_logical(drill, &server->cluster) : restore_physical(drill, server);
    if (result == ERR_INPUT)
        return drill_problem(drill->result, ERR_INPUT, "it does not come back as it was");
    if (result != 0)
        return result;
    drill->result->opened = true;
    drill->result->rto_s = (double)(time_monotonic() - drill->began) / (double)TIME_SECOND;
    result = logical ? 0 : find_superuser(&server->cluster);
    return result == 0 ? note_gap(drill, server) : result;
}
