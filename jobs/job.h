/* What every job is given, and what it gives back. The frame (frame.h) opens and
 * closes all of it in one place. */
#ifndef BRIDGEJOB_JOBS_JOB_H
#define BRIDGEJOB_JOBS_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/table.h"

/* Options every command has (spec: common options). */
struct common_options {
    const char *dbname;       /* -d: name, conninfo or URI; NULL: the environment */
    bool quiet;
    bool verbose;
    enum format format;
    enum color_choice color;
    bool dry_run;
    bool yes;                 /* do not ask */
    int64_t timeout_s;        /* 0: none */
    const char *config;       /* NULL: the default places */
    const char *metrics_file; /* metrics.h; NULL: none */
    const char *ping;         /* URL of a watchdog, ping.h; NULL: none */
    int64_t splay_s;          /* start a random time later, up to this */
};

/* What a job asks the frame for. */
enum need {
    NEEDS_DB = 1,     /* a session, and a row in the run history */
    NEEDS_SCHEMA = 2, /* every embedded migration applied; ERR_CONFIG otherwise */
    NEEDS_LOCK = 4,   /* the job's own advisory lock */
    NEEDS_DB_UNLESS_DRY = 8, /* NEEDS_DB, but with --dry-run no session at all, whatever else is needed */
    READS_ONLY = 16,  /* the job writes nothing: the server is told so, and no history row is kept */
    KEEPS_HISTORY = 32 /* without NEEDS_DB: a row in the run history when it has ended, if a server answers then. What
                        * must work when the server is lost, and is watched when it is not */
};

struct job;

/* The job that words of a command line name, as {"prune", "nodes"}; further words do no harm. NULL: none. */
typedef const struct job *job_finder(size_t n_words, const char *const *words);

struct run {
    const struct common_options *common;
    job_finder *find_job;   /* for one that watches the others */
    const char *job;        /* "ingest", "migrate up" */
    long long id;           /* row in the run history; 0 when there is none */
    int64_t started;        /* time_monotonic() */
    struct buf tally;       /* JSON object for the run history; the job fills it */
};

/* A job: its name, its needs, and the function that does it. 'options' is the job's own
 * struct, filled by cli from flags, environment and configuration. Returns 0 or an err kind. */
struct job {
    const char *name;
    unsigned needs;
    int lock_key;           /* enum lock_key, with NEEDS_LOCK */
    int64_t (*lock_wait_s)(const void *options); /* how long to wait for that lock; NULL: not at all */
    int (*check)(const void *options); /* what is wrong with the options is said before anything is opened; or NULL */
    int (*run)(struct run *run, const void *options);
};

double run_elapsed_s(const struct run *run);

#endif
