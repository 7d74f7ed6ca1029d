/* ingest: event logs → tables. */
#ifndef BRIDGEJOB_JOBS_INGEST_H
#define BRIDGEJOB_JOBS_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/job.h"

enum ingest_profile { PROFILE_BRIDGE, PROFILE_MBFLOW };
enum ids_policy { IDS_REJECT, IDS_HASH };

struct ingest_options {
    const char *const *files;     /* operands: files, directories, "-"; n_files of them */
    size_t n_files;
    int64_t workers;              /* --workers; 0: cores, at most 8 */
    int64_t batch_lines;          /* --batch-lines; 0: tuned */
    const char *rejects_dir;      /* --rejects, default ./rejects */
    int ids;                      /* --ids: enum ids_policy */
    int profile;                  /* --profile: enum ingest_profile */
    const char *map;              /* --map: a file, or the name of a map that is built in (maps.h); NULL: none */
    int64_t max_line;             /* --max-line in bytes, default 16 MB */
    bool again;                   /* --again: read files already done */
    const char *max_rejects;      /* --max-rejects: lines or percent (budget.h); NULL: no limit */
    bool atomic;                  /* --atomic: a file lands whole or not at all */
    const char *retry_rejects;    /* --retry-rejects: one more file, read again whatever the ledger says */
    const char *after;            /* --after: keep, delete or move:DIR (after.h); NULL: keep */
    const char *default_namespace;/* --default-namespace */
};

extern const struct job ingest_job;

#endif
