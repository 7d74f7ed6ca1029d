#include "jobs/backup/drill_restore.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/err.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/restore/logical.h"
#include "jobs/restore/physical.h"

/* A server that is thrown away has nothing to lose. */
static const char *const careless[] = {"fsync=off", "full_page_writes=off", "synchronous_commit=off",
                                       "wal_level=minimal", "max_wal_senders=0", "max_wal_size=512MB",
                                       "maintenance_work_mem=128MB", NULL};

static const char *database_of(const struct manifest *manifest)
{
    return manifest->database == NULL ? "restored" : manifest->database;
}

static int load(const struct drill *drill)
{
    const struct restore_options options = {
        .backup_dir = drill->options->backup_dir, .identity = drill->options->identity,
        .bindir = drill->options->bindir, .jobs = drill->options->jobs, .into = database_of(drill->manifest),
        .no_owner = drill->manifest->format != BACKUP_PLAIN, /* its roles are not in a new server */
    };
    struct restored restored = {.id = drill->manifest->id};
    int result = logical_restore(drill->run, &options, drill->manifest, &restored);

    drill->result->tables = restored.tables;
    drill->result->rows = restored.rows;
    return result;
}

static int restore_logical(const struct drill *drill, struct cluster *cluster)
{
    int result = cluster_make(cluster);

    if (result == 0)
        result = cluster_open(cluster, careless, ERR_IO);
    if (result == 0)
        result = cluster_target(cluster, CLUSTER_SUPERUSER, "postgres");
    if (result == 0)
        result = session_target(NULL);
    if (result == 0)
        result = load(drill);
    if (result == ERR_INPUT)
        return drill_problem(drill->result, ERR_INPUT, "it does not come back as it was");
    return result == 0 ? session_use_database(database_of(drill->manifest)) : result;
}

/* The roles are those of the server that was backed up, among them the one the drill itself connects as. */
static const char *role(void)
{
    const char *user = getenv("PGUSER");
    const struct passwd *self = user == NULL || *user == '\0' ? getpwuid(geteuid()) : NULL;

    if (user != NULL && *user != '\0')
        return user;
    return self == NULL ? CLUSTER_SUPERUSER : self->pw_name;
}

/* The backup itself is bad when it cannot be unpacked; when it can, and not be brought forward, the WAL is. */
static int judge(const struct drill *drill, const struct physical *physical, int result)
{
    if (result == 0 && physical->recovered.gap)
        drill->result->wal_gap = true;
    if (result == ERR_INPUT && physical->unpacked)
        return drill_problem(drill->result, ERR_FINDINGS, "the WAL in '%s' cannot be replayed over it",
                             drill->options->wal_dir == NULL ? "the backup" : drill->options->wal_dir);
    if (result == ERR_INPUT)
        return drill_problem(drill->result, ERR_INPUT, "it cannot be unpacked");
    return result;
}

/* What is unpacked lies in the drill's own place, which goes as a whole. */
static int open_physical(const struct drill *drill, struct cluster *cluster)
{
    const struct restore_options options = {
        .backup_dir = drill->options->backup_dir, .identity = drill->options->identity,
        .bindir = drill->options->bindir, .data_directory = drill->data, .wal_dir = drill->options->wal_dir,
    };
    struct physical physical = PHYSICAL_INIT;
    int result = physical_check(&options, drill->manifest);

    if (result != 0)
        return result == ERR_INPUT ? ERR_CONFIG : result; /* the archive is another cluster's: not the backup's fault */
    result = judge(drill, &physical, physical_open(&options, drill->manifest, &physical));
    if (physical.recovered.transaction_at != 0)
        drill->result->data_at = physical.recovered.transaction_at;
    *cluster = physical.cluster;
    cluster->data = drill->data;
    physical.cluster = CLUSTER_INIT;
    physical.unpack.begun = false;
    physical_release(&physical);
    return result;
}

static int restore_physical(const struct drill *drill, struct cluster *cluster)
{
    int result = open_physical(drill, cluster);

    if (result == 0)
        result = cluster_target(cluster, role(), database_of(drill->manifest));
    return result == 0 ? session_target(NULL) : result;
}

int drill_restore(const struct drill *drill, struct cluster *cluster)
{
    int64_t started = time_monotonic();
    int result;

    *cluster = CLUSTER_INIT;
    cluster->bindir = drill->options->bindir;
    cluster->version_num = drill->manifest->server_version_num;
    cluster->data = drill->data;
    drill->result->data_at = drill->manifest->created_at;
    result = drill->manifest->kind == BACKUP_PHYSICAL ? restore_physical(drill, cluster)
                                                      : restore_logical(drill, cluster);
    if (result == 0)
        drill->result->rto_s = (double)(time_monotonic() - started) / (double)TIME_SECOND;
    return result;
}
