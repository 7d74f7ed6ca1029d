/* The job behind `bridgejob restore`: a backup becomes a database again, or a data directory. */
#ifndef BRIDGEJOB_JOBS_RESTORE_RESTORE_H
#define BRIDGEJOB_JOBS_RESTORE_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "jobs/job.h"

struct restore_options {
    const char *const *ids;     /* operand: one backup's id, or "latest" */
    size_t n_ids;
    const char *backup_dir;     /* --backup-dir */
    const char *identity;       /* --identity: a file of age identities; NULL: none */
    const char *bindir;         /* --bindir: where PostgreSQL's programs are; NULL: where Debian has them, or PATH */
    /* of a logical backup */
    const char *into;           /* --into: the database that it becomes */
    bool clean;                 /* --clean: replace what is there */
    bool no_owner;              /* --no-owner: without owners and privileges */
    struct text_list tables;    /* --table; none: all */
    int64_t jobs;               /* --jobs */
    /* of a physical one */
    const char *data_directory; /* --data-directory */
    const char *wal_dir;        /* --wal-dir */
    const char *target_time;    /* --target-time; NULL: to the end of the WAL */
    const char *target_timeline; /* --target-timeline; NULL: latest */
};

extern const struct job restore_job;

#endif
