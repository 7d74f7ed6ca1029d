#include "jobs/ingest/ingest.h"

#include "core/err.h"
#include "core/proc.h"
#include "core/time.h"
#include "jobs/ingest/inputs.h"
#include "jobs/ingest/load.h"
#include "jobs/ingest/summary.h"

#define WORKERS_BY_DEFAULT 8      /* at most, however many cores */
#define BATCH_LINES_BY_DEFAULT 8192 /* docs/benchmarks.md */

static int start_writers(struct load *load)
{
    const struct ingest_options *options = load->options;
    int cores = proc_cores();
    struct writers_config config = {
        .n = options->workers > 0 ? (size_t)options->workers
                                  : (size_t)(cores < WORKERS_BY_DEFAULT ? cores : WORKERS_BY_DEFAULT),
        .batch_lines = options->batch_lines > 0 ? (size_t)options->batch_lines : BATCH_LINES_BY_DEFAULT,
        .max_line = (size_t)options->max_line,
        .run = load->run->id,
    };
    load->writers = writers_start(&config, load_batch_done, load);
    return load->writers == NULL ? ERR_INTERNAL : 0;
}

static int load_files(struct load *load, const struct inputs *inputs)
{
    int worst = 0;
    bool fatal = false;
    for (size_t i = 0; i < inputs->n && !fatal; i++)
        worst = err_worst(worst, load_file(load, inputs->paths[i], &fatal));
    return worst;
}

static int run_ingest(struct run *run, const void *job_options)
{
    const struct ingest_options *options = job_options;
    struct load load = {.run = run, .options = options};
    struct inputs inputs;
    const struct event_policy policy = {
        .hash_ids = options->ids == IDS_HASH,
        .default_namespace = span_of(options->default_namespace == NULL ? "default" : options->default_namespace),
        .now = time_now(),
    };
    int worst = inputs_collect(&inputs, options->files, options->n_files);
    event_parser_init(&load.parser, &policy);
    if (inputs.n > 0) {
        int rc = run->common->dry_run ? 0 : start_writers(&load);
        if (rc == 0)
            rc = load_files(&load, &inputs);
        worst = err_worst(worst, rc);
    }
    writers_stop(load.writers);
    double elapsed_s = run_elapsed_s(run);
    summary_json(&load, elapsed_s, &run->tally);
    worst = err_worst(worst, summary_print(&load, elapsed_s));
    event_parser_release(&load.parser);
    inputs_release(&inputs);
    return worst;
}

const struct job ingest_job = {
    .name = "ingest",
    .needs = NEEDS_DB_UNLESS_DRY | NEEDS_SCHEMA,
    .run = run_ingest,
};
