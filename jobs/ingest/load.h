/* load: one file, from its bytes to its entry in the ledger. */
#ifndef BRIDGEJOB_JOBS_LOAD_H
#define BRIDGEJOB_JOBS_LOAD_H

#include "core/progress.h"
#include "jobs/ingest/budget.h"
#include "jobs/ingest/ingest.h"
#include "jobs/ingest/ledger.h"
#include "jobs/ingest/writers.h"
#include "pipe/event.h"
#include "pipe/reject.h"

/* What the files of one run share, and what they came to. */
struct load {
    const struct run *run;
    const struct ingest_options *options;
    struct event_parser parser;
    struct budget budget;
    struct writers *writers;         /* NULL: a dry run */
    struct progress progress;
    /* of the file under way */
    struct ledger_counts counts;
    struct reject reject;
    long long file_id;
    bool given_up;                   /* it is past its budget of refused lines */
    /* of the run */
    int64_t files, files_skipped, files_incomplete, files_damaged, files_refused;
    int64_t sequence_gaps;           /* with the profile mbflow: executions that lack events */
    struct ledger_counts totals;
    int64_t rejects_by_reason[REASON_COUNT];
};

/* Load a file, or skip it when it is done. Errors of the file itself (ERR_NOINPUT, ERR_NOPERM, ERR_INPUT,
 * ERR_TEMPFAIL when another run has it) let the run go on with the next one; '*fatal' tells of those that do
 * not. ERR_FINDINGS: lines were refused, or its last line is not whole yet. Errors are reported. */
int load_file(struct load *load, const char *path, bool *fatal);

/* A writer's verdict on a batch of the file under way (writers_done; 'self' is the struct load). */
int load_batch_done(void *self, const struct batch *batch);

#endif
