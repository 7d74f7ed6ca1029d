#include "jobs/frame.h"

#include <sys/random.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/lock.h"
#include "db/runs.h"
#include "db/session.h"
#include "jobs/metrics.h"
#include "jobs/migrate/standing.h"
#include "jobs/ping.h"

double run_elapsed_s(const struct run *run)
{
    return (double)(time_monotonic() - run->started) / (double)TIME_SECOND;
}

static unsigned needs_of(const struct job *job, const struct common_options *common)
{
    if ((job->needs & NEEDS_DB_UNLESS_DRY) == 0)
        return job->needs;
    return common->dry_run ? 0 : job->needs | NEEDS_DB;
}

static bool writes(const struct job *job, const struct common_options *common)
{
    return !common->dry_run && (job->needs & READS_ONLY) == 0;
}

static const char *lock_name(const struct job *job)
{
    return job->lock_key == LOCK_MIGRATE ? "the schema" : job->name;
}

static int check_schema(void)
{
    struct standing standing;
    size_t pending;
    int result = standing_read(&standing, SET_BRIDGE, NULL);

    if (result != 0)
        return result;
    pending = standing_count(&standing, STEP_PENDING);
    standing_release(&standing);
    if (pending == 0)
        return 0;
    fail(ERR_CONFIG, "the schema is not migrated: %zu migration%s pending", pending, pending == 1 ? " is" : "s are");
    log_hint("bridgejob migrate up");
    return ERR_CONFIG;
}

/* With its lock held: the job itself. What it leaves open is rolled back. */
static int run_locked(struct run *run, const struct job *job, const void *options, bool lock)
{
    int64_t wait_s = job->lock_wait_s == NULL ? 0 : job->lock_wait_s(options);
    int result = lock ? lock_take_in_time(job->lock_key, lock_name(job), wait_s) : 0;

    if (result != 0)
        return result;
    result = job->run(run, options);
    session_rollback();
    if (lock && !session_lost())
        result = err_worst(result, lock_give(job->lock_key, lock_name(job)));
    return result;
}

/* A job of the history: the row is closed however the job ends. */
static int run_recorded(struct run *run, const struct job *job, const void *options)
{
    bool record = writes(job, run->common);
    int result = record ? runs_open(job->name, &run->id) : session_set_read_only();

    if (result == 0 && run->id != 0)
        result = session_set_run(job->name, run->id);
    if (result == 0 && (job->needs & NEEDS_SCHEMA) != 0)
        result = check_schema();
    if (result == 0)
        result = run_locked(run, job, options, record && (job->needs & NEEDS_LOCK) != 0);
    if (result != 0 && result == stop_requested())
        stop_report(); /* before the row is closed, which tells why */
    if (record)
        result = err_worst(result, runs_close(run->id, job->name, result, buf_text(&run->tally), run_elapsed_s(run)));
    return result;
}

static int run_in_session(struct run *run, const struct job *job, const void *options)
{
    int result = session_target(run->common->dbname);

    if (result == 0)
        result = session_open(job->name, 0);
    if (result == 0)
        result = run_recorded(run, job, options);
    session_close();
    return result;
}

/* Of a job without a session: what it did is done, and counts whether it is recorded or not. */
static void keep_history(struct run *run, const struct job *job, int result)
{
    struct log_held held = {.error = "", .hint = ""};
    int kept;

    log_hold(&held);
    kept = session_target(run->common->dbname);
    if (kept == 0)
        kept = session_open(job->name, 0);
    if (kept == 0)
        kept = runs_close(0, job->name, result, buf_text(&run->tally), run_elapsed_s(run));
    session_close();
    log_hold(NULL);
    if (kept != 0)
        log_info("this run is not in the run history: %s", held.error);
}

/* A random time up to 'most_s': what many machines start at the same time does not all arrive at once. */
static void splay(int64_t most_s)
{
    uint64_t wait = 0;

    /* Without randomness there is no wait. */
    if (most_s <= 0 || getrandom(&wait, sizeof(wait), 0) != sizeof(wait))
        return;
    wait %= (uint64_t)most_s * 1000;
    log_debug("waiting %.1f s before the start ('--splay')", (double)wait / 1000);
    stop_poll(NULL, 0, (int)wait);
}

static int run_in_time(struct run *run, const struct job *job, const void *options)
{
    int result = stop_requested();

    stop_after(run->common->timeout_s);
    if (result == 0 && (needs_of(job, run->common) & NEEDS_DB) != 0)
        result = run_in_session(run, job, options);
    else if (result == 0) {
        result = job->run(run, options);
        if (writes(job, run->common) && (job->needs & KEEPS_HISTORY) != 0)
            keep_history(run, job, result);
    }
    stop_after(0);
    if (result != 0 && result == stop_requested())
        stop_report();
    return result;
}

static int write_metrics(struct run *run, int result)
{
    struct metrics metrics = {
        .job = run->job,
        .ended = time_now(),
        .elapsed_s = run_elapsed_s(run),
        .exit_code = result,
        .run_id = run->id,
        .tally = buf_span(&run->tally),
    };

    metrics.started = metrics.ended - (time_monotonic() - run->started);
    return metrics_write(run->common->metrics_file, &metrics);
}

/* What others are told of a run is told however it ends, also when its options are wrong. */
static int run_watched(struct run *run, const struct job *job, const void *options, int result)
{
    struct ping ping;

    ping_init(&ping, run->common->ping);
    if (result == 0) {
        splay(run->common->splay_s);
        run->started = time_monotonic();
        ping_start(&ping);
        result = run_in_time(run, job, options);
    }
    if (run->common->metrics_file != NULL)
        result = err_worst(result, write_metrics(run, result));
    ping_end(&ping, result);
    return result;
}

int frame_run(const struct job *job, job_finder *find_job, const struct common_options *common, const void *options)
{
    struct run run = {.common = common, .find_job = find_job, .job = job->name, .started = time_monotonic(),
                      .tally = BUF_INIT};
    int result = job->check == NULL ? 0 : job->check(options);

    stop_install();
    if (!common->dry_run)
        result = run_watched(&run, job, options, result);
    else if (result == 0)
        result = run_in_time(&run, job, options);
    buf_release(&run.tally);
    return result;
}
