/* take: get the data of a backup from the server into a draft. */
#ifndef BRIDGEJOB_JOBS_BACKUP_TAKE_H
#define BRIDGEJOB_JOBS_BACKUP_TAKE_H

#include "jobs/backup/backup.h"
#include "jobs/backup/store.h"

struct taking {
    const struct backup_options *options;
    const struct draft *draft;
    struct manifest *manifest; /* its id, kind and format are set, and what backup_facts_read() says */
    const char *program;       /* pg_dump or pg_basebackup */
    bool quiet;                /* do not show on a terminal how much there is by now */
    const char *application;   /* "PGAPPNAME=…", so that the server's people see whose session that is */
};

/* One database, by pg_dump in the snapshot of the transaction that is open (backup_facts_begin()); meanwhile the
 * session counts the rows of every table in it. The files are in the draft then, the tables in the manifest. 0 or an
 * err kind, reported. */
int take_logical(const struct taking *taking);

/* The whole cluster, by pg_basebackup, with the WAL that it takes to make it consistent. The manifest gets where that
 * begins and ends. 0 or an err kind, reported. */
int take_physical(const struct taking *taking);

/* Where the WAL of a base backup begins ("write-ahead log start point: 0/2000028 on timeline 1") and ends, out of what
 * pg_basebackup --verbose said. 0; ERR_INTERNAL, reported, when it did not. */
int take_positions(const char *said, struct manifest *manifest);

#endif
