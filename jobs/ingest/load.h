/* load: files, from their bytes to the writers. */
#ifndef BRIDGEJOB_JOBS_LOAD_H
#define BRIDGEJOB_JOBS_LOAD_H

#include "core/progress.h"
#include "jobs/ingest/budget.h"
#include "jobs/ingest/ingest.h"
#include "jobs/ingest/input.h"
#include "jobs/ingest/writers.h"
#include "pipe/event.h"

/* What the files of one run share, and what they came to. */
struct load {
    const struct run *run;
    const struct ingest_options *options;
    struct event_parser parser;
    struct budget budget;
    struct writers *writers;         /* NULL: a dry run */
    struct progress progress;
    struct input *open;              /* files being read, or with batches under way */
    size_t n_open;
    int worst;                       /* outcome of the files so far */
    int64_t files, files_skipped, files_incomplete, files_damaged, files_refused;
    struct writers_usage usage;      /* of the writers, when they have ended */
    int64_t sequence_gaps;           /* with the profile mbflow: executions that lack events */
    struct ledger_counts totals;
    int64_t rejects_by_reason[REASON_COUNT];
};

/* Read a file and give its lines to the writers, or skip it when it is done. Its last lines may be under way or
 * wait for those of the next file when this returns: load_finish() waits for them. What is wrong with the file
 * (ERR_NOINPUT, ERR_NOPERM, ERR_INPUT, ERR_TEMPFAIL when another run has it; ERR_FINDINGS when lines were refused or
 * its last one is not whole) goes to load->worst, and the run goes on. 0, or an err kind that ends the run.
 * Reported. */
int load_file(struct load *load, const char *path);

/* Wait for all that is under way; the last files end. 0 or an err kind, reported. */
int load_finish(struct load *load);

/* Release what a failed run left open; what is known of refused lines stays. */
void load_release(struct load *load);

/* A writer's verdict on a batch (writers_done; 'self' is the struct load). */
int load_batch_done(void *self, const struct batch *batch);

#endif
