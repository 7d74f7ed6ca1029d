#include "jobs/vacuum/vacuum.h"

#include <time.h>

#include "core/err.h"
#include "core/stop.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/maintenance/attempt.h"
#include "jobs/maintenance/tables.h"
#include "jobs/vacuum/clean.h"

struct step {
    struct clean *clean;
    const struct tasks *tasks;
    size_t i;         /* of the task */
    bool quiet;
    unsigned session; /* that has the lock */
};

/* A connection that was made again has to take the job's lock again; the one that shows progress is lost likewise. */
static int clean_step(void *arg)
{
    struct step *step = arg;
    const struct task *task = &step->tasks->at[step->i];
    struct show *show = &step->clean->show;
    int result = 0;

    if (step->session != session_number()) {
        show_release(show);
        result = lock_take(LOCK_VACUUM, vacuum_job.name);
        if (result == 0)
            result = attempt_prepare(&step->clean->limits);
    }
    if (result == 0) {
        step->session = session_number();
        show_table(show, step->i + 1, step->tasks->n, task->facts->table, step->quiet);
        result = clean_table(step->clean, task);
        show_end(show);
    }
    return result;
}

static int clean_all(struct clean *clean, const struct tasks *tasks, bool quiet)
{
    struct step step = {.clean = clean, .tasks = tasks, .quiet = quiet, .session = session_number()};
    int result = 0;

    for (; step.i < tasks->n && result == 0; step.i++) {
        result = session_retry(clean_step, &step);
        if (stop_requested() != 0)
            result = stop_requested();
    }
    show_release(&clean->show);
    return result;
}

static void plan_all(struct clean *clean, const struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->n; i++) {
        const struct task *task = &tasks->at[i];
        char action[40];

        clean_action(task, clean->options, action);
        account_done(&clean->account, &(struct done){.table = task->facts->table, .action = action,
                     .reason = task->reason, .removed = -1, .left = task->vacuum ? (long long)task->facts->dead : -1,
                     .bytes_before = -1, .bytes_after = -1, .ms = -1});
    }
}

static int choose(const struct maintenance_options *options, struct census *census, struct tasks *tasks)
{
    struct buf oids = BUF_INIT;
    int result = tables_find(&options->tables, &oids);

    if (result == 0)
        result = census_take(buf_text(&oids), census);
    if (result == 0)
        result = tasks_choose(census, options, tasks);
    buf_release(&oids);
    return result;
}

static int run_vacuum(struct run *run, const void *options)
{
    struct clean clean = {.options = options};
    struct census census = {NULL, 0};
    struct tasks tasks = {NULL, 0};
    int result;

    account_init(&clean.account);
    limits_start(&clean.limits, clean.options, time(NULL), run->started);
    result = attempt_prepare(&clean.limits);
    if (result == 0)
        result = choose(clean.options, &census, &tasks);
    if (result == 0 && run->common->dry_run)
        plan_all(&clean, &tasks);
    else if (result == 0)
        result = clean_all(&clean, &tasks, run->common->quiet);
    if (tasks.at != NULL)
        result = account_close(&clean.account, run, result);
    tasks_release(&tasks);
    census_release(&census);
    account_release(&clean.account);
    return result;
}

const struct job vacuum_job = {.name = "vacuum", .needs = NEEDS_DB | NEEDS_LOCK, .lock_key = LOCK_VACUUM,
                               .check = maintenance_check, .run = run_vacuum};
