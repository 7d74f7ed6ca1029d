#include "jobs/backup/drill_restore.h"

#include "core/err.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/restore/logical.h"

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

int drill_restore(const struct drill *drill, struct cluster *cluster)
{
    int64_t started = time_monotonic();
    int result;

    *cluster = CLUSTER_INIT;
    cluster->bindir = drill->options->bindir;
    cluster->version_num = drill->manifest->server_version_num;
    cluster->data = drill->data;
    drill->result->data_at = drill->manifest->created_at;
    result = restore_logical(drill, cluster);
    if (result == 0)
        drill->result->rto_s = (double)(time_monotonic() - started) / (double)TIME_SECOND;
    return result;
}
