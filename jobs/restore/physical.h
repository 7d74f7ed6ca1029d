/* physical: a physical backup becomes a cluster again, as it was at a time. */
#ifndef BRIDGEJOB_JOBS_RESTORE_PHYSICAL_H
#define BRIDGEJOB_JOBS_RESTORE_PHYSICAL_H

#include "jobs/backup/manifest.h"
#include "jobs/restore/cluster.h"
#include "jobs/restore/recover.h"
#include "jobs/restore/restore.h"
#include "jobs/restore/unpack.h"

/* A restore under way, and where it came to. */
struct physical {
    struct unpack unpack;
    struct cluster cluster;
    int64_t target; /* microseconds since 1970; 0: the end of the WAL */
    bool unpacked;  /* the backup itself is whole: what went wrong after that is the WAL, or this machine */
    struct recovered recovered;
};

#define PHYSICAL_INIT ((struct physical){.unpack = {.data = NULL}, .cluster = CLUSTER_INIT})

/* What shows before anything is touched. Of the options those count that restore has for a physical backup. 0, or an
 * err kind, reported. */
int physical_check(const struct restore_options *options, const struct manifest *manifest);

/* Unpack into options->data_directory and recover. The server runs then, for what is to be looked at
 * (cluster_target()); physical->cluster.data is the directory. Files were checked before (backup_check()). 0, or an err
 * kind, reported. */
int physical_open(const struct restore_options *options, const struct manifest *manifest, struct physical *physical);

/* Shut the server down, and keep what it has: from now on it is the caller's. 0 or an err kind, reported. */
int physical_keep(struct physical *physical);

/* End the server, and remove what is not kept. Safe on PHYSICAL_INIT and after each of the others. */
void physical_release(struct physical *physical);

/* All of it, for `bridgejob restore`: open, keep, say where it stands. ERR_FINDINGS, reported: the archive has WAL that
 * a gap keeps from being replayed. With --dry-run it is said what would be done. */
int physical_restore(struct run *run, const struct restore_options *options, const struct manifest *manifest);

#endif
