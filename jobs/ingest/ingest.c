#include "jobs/ingest/ingest.h"

#include "core/err.h"
#include "core/log.h"
#include "core/proc.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/ingest/after.h"
#include "jobs/ingest/gaps.h"
#include "jobs/ingest/inputs.h"
#include "jobs/ingest/load.h"
#include "jobs/ingest/maps.h"
#include "jobs/ingest/summary.h"
#include "jobs/migrate/standing.h"
#include "pipe/sweep.h"

#define WORKERS_BY_DEFAULT 8      /* at most, however many cores */

static int start_writers(struct load *load)
{
    const struct ingest_options *options = load->options;
    int cores = proc_cores();
    struct writers_config config = {
        .n = options->workers > 0 ? (size_t)options->workers
                                  : (size_t)(cores < WORKERS_BY_DEFAULT ? cores : WORKERS_BY_DEFAULT),
        .batch_lines = (size_t)options->batch_lines,
        .max_line = (size_t)options->max_line,
        .run = load->run->id,
        .mbflow = options->profile == PROFILE_MBFLOW,
        .atomic = options->atomic,
    };
    if (options->atomic)
        config.n = 1; /* one transaction is one connection's */
    load->writers = writers_start(&config, load_batch_done, load);
    return load->writers == NULL ? ERR_INTERNAL : 0;
}

static int report_gaps(void *arg)
{
    struct load *load = arg;
    return gaps_report(load->run->id, &load->sequence_gaps);
}

static int load_files(struct load *load, const struct inputs *inputs)
{
    int rc = 0;
    for (size_t i = 0; i < inputs->n && rc == 0; i++)
        rc = load_file(load, inputs->paths[i]);
    if (rc == 0)
        rc = load_finish(load);
    load_release(load);
    if (rc == 0 && load->writers != NULL && load->options->profile == PROFILE_MBFLOW)
        load->worst = err_worst(load->worst, session_retry(report_gaps, load));
    return rc != 0 ? rc : load->worst;
}

static int close_abandoned(void *arg)
{
    const struct load *load = arg;
    return ledger_close_abandoned(load->run->id);
}

/* What killed runs left behind: they could not do it themselves. */
static int clear_up(struct load *load)
{
    sweep_rejects(load->options->rejects_dir);
    return session_retry(close_abandoned, load);
}

static int load_all(struct load *load, const struct inputs *inputs)
{
    bool dry = load->run->common->dry_run;
    int rc = dry ? 0 : clear_up(load);
    if (rc == 0 && !dry)
        rc = start_writers(load);
    if (rc == 0)
        rc = load_files(load, inputs);
    load->usage = writers_usage(load->writers);
    writers_stop(load->writers);
    if (rc == 0 || rc == ERR_FINDINGS)
        summary_warn(load);
    return rc;
}

/* The operands, and the file of --retry-rejects. */
static int collect(const struct ingest_options *options, struct inputs *inputs)
{
    int rc = inputs_collect(inputs, options->files, options->n_files);
    return options->retry_rejects == NULL ? rc : err_worst(rc, inputs_add(inputs, options->retry_rejects));
}

static int check_ingest(const void *job_options)
{
    const struct ingest_options *options = job_options;
    struct budget budget;
    int rc = budget_parse(options->max_rejects, &budget);
    if (rc == 0)
        rc = after_check(options->after);
    if (rc == 0 && options->profile == PROFILE_MBFLOW && options->map != NULL)
        rc = fail(ERR_USAGE, "--map and --profile mbflow exclude each other");
    if (rc != 0 || options->n_files > 0 || options->retry_rejects != NULL)
        return rc;
    rc = fail(ERR_USAGE, "operand missing: FILE...|DIR|-");
    log_hint("try 'bridgejob help ingest'");
    return rc;
}

/* The tables of that profile are a set of their own, which not every database has. */
static int check_mbflow(void)
{
    struct standing standing;
    int rc = standing_read(&standing, SET_MBFLOW, NULL);
    if (rc != 0)
        return rc;
    size_t pending = standing_count(&standing, STEP_PENDING);
    standing_release(&standing);
    if (pending == 0)
        return 0;
    fail(ERR_CONFIG, "the tables of the profile mbflow are not there: %zu migration%s pending", pending,
         pending == 1 ? " is" : "s are");
    log_hint("bridgejob migrate up --set mbflow");
    return ERR_CONFIG;
}

static int run_ingest(struct run *run, const void *job_options)
{
    const struct ingest_options *options = job_options;
    struct load load = {.run = run, .options = options};
    struct inputs inputs = {0};
    struct map map = {0};
    const struct event_policy policy = {
        .hash_ids = options->ids == IDS_HASH,
        .default_namespace = span_of(options->default_namespace == NULL ? "default" : options->default_namespace),
        .now = time_now(),
        .map = options->map == NULL ? NULL : &map,
        .mbflow = options->profile == PROFILE_MBFLOW,
    };
    int worst = budget_parse(options->max_rejects, &load.budget);
    if (worst == 0 && policy.mbflow && !run->common->dry_run)
        worst = check_mbflow();
    if (worst == 0 && options->map != NULL)
        worst = maps_load(options->map, &map);
    if (worst != 0)
        return worst;
    worst = collect(options, &inputs);
    event_parser_init(&load.parser, &policy);
    if (inputs.n > 0)
        worst = err_worst(worst, load_all(&load, &inputs));
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
    .check = check_ingest,
    .run = run_ingest,
};
