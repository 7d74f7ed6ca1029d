/* recover: WAL is replayed over an unpacked data directory until a time, or its end, by a server of our own; from there
 * the database goes on, on a timeline of its own (Manual 26.3.4, 26.3.5). */
#ifndef BRIDGEJOB_JOBS_RESTORE_RECOVER_H
#define BRIDGEJOB_JOBS_RESTORE_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "jobs/backup/manifest.h"
#include "jobs/restore/cluster.h"

struct recovery {
    const struct manifest *manifest;
    const char *wal_dir; /* the archive; NULL: only what WAL the backup has itself */
    int64_t target;      /* microseconds since 1970; 0: to the end of the WAL */
    const char *timeline; /* which to follow: "latest", "current" or a number (Manual 20.5.6); NULL: latest */
};

/* Where it stands. */
struct recovered {
    bool reached;           /* the target */
    int64_t timeline;       /* the one it goes on with; 0: unknown */
    char lsn[24];           /* of the last record that was replayed; "": there was none */
    int64_t transaction_at; /* when the last transaction in it ended; 0: there was none */
    bool gap;               /* the archive has WAL behind the point where it ends, and not what is between */
};

/* What is wrong with it before anything is unpacked: no archive, another cluster's, a time before the backup or in the
 * future. 0, or ERR_INPUT or another err kind, reported. */
int recover_check(const struct recovery *recovery);

/* Start the server over cluster->data and wait until it is there; then it runs, and can be written to. 0; ERR_INPUT,
 * reported with the times that are possible: the target is not in the WAL, or the WAL is damaged; another err kind. */
int recover_run(const struct recovery *recovery, struct cluster *cluster, struct recovered *recovered);

/* For these two, and tests. What the server's log says of the end of recovery. */
void recover_read_log(const char *log, struct recovered *recovered);
/* A command for the server's shell that gets WAL from the archive, as the value of restore_command. */
void recover_add_command(struct buf *setting, const char *program, const char *wal_dir);

#endif
