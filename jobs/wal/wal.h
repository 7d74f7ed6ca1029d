/* The jobs behind `bridgejob wal-push`, `wal-fetch` and `wal status`: archive_command, restore_command, and what is in
 * the archive between the two (Manual 26.3). None of them needs the database. */
#ifndef BRIDGEJOB_JOBS_WAL_WAL_H
#define BRIDGEJOB_JOBS_WAL_WAL_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/job.h"

struct wal_options {
    const char *const *operands; /* of wal-push the path, of wal-fetch the name and the path */
    size_t n_operands;
    const char *wal_dir;         /* --wal-dir */
    int64_t max_age_s;           /* --max-age: 0 for any */
    bool verify;                 /* --verify */
    bool accept_gap;             /* --accept-gap */
};

extern const struct job wal_push_job;
extern const struct job wal_fetch_job;
extern const struct job wal_status_job;

/* What wal-fetch calls a gap, for who reads the server's log. */
#define WAL_GAP "is missing between others in the archive"

/* 0, or ERR_USAGE, reported: the archive is not named. */
int wal_check_archive(const struct wal_options *options);

/* The same, or there are other than 'n' operands, which 'what' calls by name. */
int wal_check_options(const struct wal_options *options, size_t n, const char *what);

/* 0, or ERR_USAGE, reported: with --dry-run PostgreSQL would take for done what is not. */
int wal_refuse_dry_run(const struct run *run);

/* The exit code of wal-fetch. PostgreSQL takes one up to 125 for "it is not in the archive", asks elsewhere, and ends
 * recovery when it is nowhere; only a code above that stops recovery (RestoreArchivedFile(), xlogarchive.c). So
 * whatever went wrong, ERR_NOINPUT apart, is ERR_ABORT_RECOVERY; a signal stays one. */
int wal_fetch_exit_code(int result);

#endif
