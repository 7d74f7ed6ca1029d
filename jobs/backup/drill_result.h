/* drill_result: what a drill found out. Plain memory that a child fills and its parent prints (core/proc.h). */
#ifndef BRIDGEJOB_JOBS_BACKUP_DRILL_RESULT_H
#define BRIDGEJOB_JOBS_BACKUP_DRILL_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "jobs/backup/manifest.h"

#define DRILL_PROBLEMS 50
#define DRILL_PROBLEM_SIZE 320

struct drill_result {
    int64_t started;   /* time_now() */
    double rto_s;      /* until the database was open and held what it had; 0: it never was */
    int64_t data_at;   /* of the newest transaction that came back, by the clock of the server that made it */
    long long tables, rows; /* counted, the same as in the manifest */
    long long constraints;  /* validated anew */
    long long relations;    /* tables and indexes that amcheck went through */
    long long rollups;      /* that rollup --verify went through */
    bool opened;            /* it came back as a server that answers */
    bool amcheck;           /* the extension is there */
    bool rollup_skipped;    /* there are some, but the program and the schema do not fit */
    size_t n_problems;      /* all of them; the first DRILL_PROBLEMS are kept */
    char problems[DRILL_PROBLEMS][DRILL_PROBLEM_SIZE];
};

/* Note what is wrong, and report it as an error. Returns 'kind'. */
int drill_problem(struct drill_result *result, int kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The JSON object of it: keys in docs/backups.md. */
void drill_result_json(const struct drill_result *result, const struct manifest *manifest, double elapsed_s,
                       long long run_id, int outcome, struct buf *json);

/* For people. */
void drill_result_text(const struct drill_result *result, const struct manifest *manifest, struct buf *text);

#endif
