/* cluster: a PostgreSQL server of our own over a data directory. Only we reach it: its socket is in a private
 * directory, it has no TCP, and whoever gets there is trusted. It archives nothing, takes none of the settings of where
 * its data come from but those that are in postgresql.auto.conf, and it does not outlive us. */
#ifndef BRIDGEJOB_JOBS_RESTORE_CLUSTER_H
#define BRIDGEJOB_JOBS_RESTORE_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/spawn.h"

/* The superuser of what cluster_make() makes. */
#define CLUSTER_SUPERUSER "postgres"

struct cluster {
    const char *bindir;  /* --bindir, borrowed; NULL: as pg_program() finds it */
    int64_t version_num; /* as server_version_num: which PostgreSQL; 0: the one in PATH */
    const char *data;    /* the data directory, borrowed */
    char *run_dir;       /* socket and configuration: a directory of our own in /tmp, 0700; owned */
    int lock;            /* of that directory */
    struct child server;
};

/* A cluster nothing has been done with: for cluster_release(). */
#define CLUSTER_INIT ((struct cluster){.lock = -1, .server = CHILD_INIT})

/* Where PostgreSQL would refuse us: it does not run as root. 0, or ERR_NOPERM, reported with the command that helps. */
int cluster_check_user(void);

/* Run initdb: UTF8, C.UTF-8, the superuser CLUSTER_SUPERUSER, nothing synced. 'data' does not exist or is empty. 0;
 * ERR_CONFIG when there is no initdb, ERR_IO, stop_requested(), reported. */
int cluster_make(const struct cluster *cluster);

/* Start the server and do not wait. 'settings' are "name=value" (NULL at the end, may be NULL) and beat everything
 * else. What killed runs left in /tmp is removed. 0, or an err kind, reported. */
int cluster_start(struct cluster *cluster, const char *const *settings);

/* Wait until it is out of recovery and answers. 0; -1, not reported, when it ended instead: child_said() of
 * 'cluster->server' has its log (cluster_report()); stop_requested(). */
int cluster_await(struct cluster *cluster);

/* Report the errors that its log ends with. Returns 'kind'. */
int cluster_report(const struct cluster *cluster, int kind);

/* Start, wait, report. 0; 'otherwise' when it ended instead. */
int cluster_open(struct cluster *cluster, const char *const *settings, int otherwise);

/* From now on this process and its children connect there (PG* in the environment), as that superuser. Only for a
 * process that has no session, such as a forked child. 0 or ERR_INTERNAL, reported. */
int cluster_target(const struct cluster *cluster, const char *user, const char *database);

/* Shut it down so that its data are whole on disk (pg_ctl's "fast"), also when a stop was asked for. 0, or ERR_IO when
 * it did not end well, reported. Nothing, and 0, when it does not run. */
int cluster_stop(struct cluster *cluster);

/* End it whatever it does (pg_ctl's "immediate": its data need recovery then), and remove what is in /tmp. 'data' is
 * the caller's. Safe at any point, and after cluster_stop(). */
void cluster_release(struct cluster *cluster);

#endif
