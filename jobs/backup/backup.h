/* The job behind `bridgejob backup …`: backups that are verified before they count. */
#ifndef BRIDGEJOB_JOBS_BACKUP_BACKUP_H
#define BRIDGEJOB_JOBS_BACKUP_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/backup/manifest.h"
#include "jobs/job.h"

/* A logical backup is custom; with several jobs it is a directory. */
#define BACKUP_AUTO (-1)

struct backup_options {
    const char *const *ids;     /* operands of verify and drill: a backup's id, or "latest" */
    size_t n_ids;
    const char *backup_dir;     /* --backup-dir */
    enum backup_kind kind;      /* --kind */
    int dump_format;            /* --dump-format: an enum backup_format, or BACKUP_AUTO */
    int64_t jobs;               /* --jobs */
    int64_t lock_timeout_s;     /* --lock-timeout: how long to wait for who changes a table */
    int64_t rate;               /* --rate: bytes a second, 0: no limit */
    const char *encrypt_to;     /* --encrypt-to: a recipient of age or gpg; NULL: none */
    const char *identity;       /* --identity: a file of age identities, to read what is encrypted */
    const char *copy_to;        /* --copy-to: a shell command, run for each finished file */
    const char *wal_dir;        /* --wal-dir: the archive of WAL */
    const char *bindir;         /* --bindir: where PostgreSQL's programs are; NULL: pg_program.h */
    int64_t keep_daily, keep_weekly, keep_monthly; /* --keep-… */
    bool explain;               /* --explain */
    bool all;                   /* --all */
};

extern const struct job backup_create_job;
extern const struct job backup_list_job;
extern const struct job backup_verify_job;
extern const struct job backup_expire_job;

#endif
