#include "jobs/migrate/migrate.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/table.h"
#include "db/lock.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/course.h"
#include "jobs/migrate/history.h"
#include "jobs/migrate/plan_hash.h"
#include "jobs/migrate/standing.h"

/* A run of 'migrate up', 'down', 'goto' or 'redo'. */
struct going {
    const struct run *run;
    const struct migrate_options *options;
    struct standing standing;
    struct course course;
    size_t applied;
    size_t reversed;
    struct table result; /* one row an action that is done, or would be */
};

static const struct column result_columns[] = {
    {"version", CELL_TEXT}, {"name", CELL_TEXT},           {"file", CELL_TEXT},
    {"action", CELL_TEXT},  {"execution_ms", CELL_NUMBER},
};

/* 'ms' < 0: it only would be done. */
static void note(struct going *going, const struct action *action, long long ms)
{
    table_add(&going->result, action->step->version);
    table_add(&going->result, action->step->migration->title);
    table_add(&going->result, action_file(action));
    table_add(&going->result, action->up ? "up" : "down");
    if (ms < 0)
        table_add(&going->result, NULL);
    else
        table_add_int(&going->result, ms);
}

/* 0 to go on, ERR_USAGE when nobody can be asked, ERR_FINDINGS when the answer is no. */
static int confirm(const struct going *going)
{
    size_t n = course_count(&going->course, false);
    bool with_version = going->options->n_versions > 0;
    char command[128];
    char answer[16] = "";

    if (n == 0 || going->run->common->yes)
        return 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        snprintf(command, sizeof(command), "%s%s%s", going->run->job, with_version ? " " : "",
                 with_version ? going->options->versions[0] : "");
        fail(ERR_USAGE, "'%s' asks before it drops anything, and this is no terminal", going->run->job);
        log_hint("say it beforehand: bridgejob %s --yes; what it would do: bridgejob %s --dry-run", command, command);
        return ERR_USAGE;
    }
    for (size_t i = 0; i < going->course.n; i++)
        fprintf(stderr, "%s\n", action_file(&going->course.at[i]));
    fprintf(stderr, "reverse %zu migration%s and drop the data in what they made? [y/N] ", n, n == 1 ? "" : "s");
    if (fgets(answer, sizeof(answer), stdin) != NULL && (*answer == 'y' || *answer == 'Y'))
        return 0;
    return ERR_FINDINGS;
}

static void say_done(const struct going *going, const struct action *action, long long ms)
{
    if (going->run->common->quiet || going->run->common->format != FORMAT_TABLE)
        return;
    printf("%s  %s in %lld ms\n", action_file(action), action->up ? "applied" : "done", ms);
    fflush(stdout);
}

static int perform_one(struct going *going, const struct action *action)
{
    const struct migration *migration = action->step->migration;
    int64_t lock_timeout_s = going->options->lock_timeout_s;
    long long ms = 0;
    int result = lock_check(LOCK_MIGRATE, "the schema");

    if (result == 0)
        result = action->up ? migration_apply(migration, lock_timeout_s, &ms)
                            : migration_reverse(migration, lock_timeout_s, &ms);
    if (result != 0)
        return result;
    going->applied += action->up;
    going->reversed += !action->up;
    note(going, action, ms);
    say_done(going, action, ms);
    return 0;
}

static int perform(struct going *going)
{
    int result = history_create();

    for (size_t i = 0; result == 0 && i < going->course.n; i++) {
        result = stop_requested();
        if (result == 0)
            result = perform_one(going, &going->course.at[i]);
    }
    return result;
}

static int print_result(const struct going *going)
{
    const struct common_options *common = going->run->common;

    if (common->quiet && !common->dry_run)
        return 0;
    if (common->format != FORMAT_TABLE || (common->dry_run && going->course.n > 0))
        return table_print(&going->result, common->format, stdout);
    return ferror(stdout) ? fail(ERR_IO, "cannot write to stdout") : 0;
}

static int carry_out(struct going *going, const char *nothing)
{
    int result = 0;
    int printed;

    if (going->course.n == 0)
        log_info("nothing to do: %s", nothing);
    else if (going->run->common->dry_run)
        for (size_t i = 0; i < going->course.n; i++)
            note(going, &going->course.at[i], -1);
    else if ((result = confirm(going)) == 0)
        result = perform(going);
    if (result == ERR_FINDINGS) {
        log_info("nothing was reversed");
        return stop_requested();
    }
    printed = result == ERR_USAGE ? 0 : print_result(going);
    return err_worst(result, printed);
}

static int begin(struct going *going, const struct run *run, const struct migrate_options *options)
{
    *going = (struct going){.run = run, .options = options};
    table_init(&going->result, result_columns, sizeof(result_columns) / sizeof(*result_columns));
    return standing_read_in_order(&going->standing, (enum embedded_set)options->set, options->dir,
                                  (enum file_order)options->order);
}

/* 'result' is that of making the course. */
static int go(struct going *going, struct run *run, int result, const char *nothing)
{
    if (result == 0)
        result = carry_out(going, nothing);
    buf_printf(&run->tally, "{\"applied\": %zu, \"reversed\": %zu, \"planned\": %zu}", going->applied,
               going->reversed, going->course.n);
    course_release(&going->course);
    standing_release(&going->standing);
    table_release(&going->result);
    return result;
}

static int run_up(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct going going;
    int result = begin(&going, run, options);

    if (result == 0)
        result = course_up(&going.course, &going.standing, migrate->to);
    if (result == 0 && migrate->plan != NULL)
        result = plan_insist(&going.standing, &going.course, migrate->plan);
    return go(&going, run, result,
              migrate->to == NULL ? "the schema is up to date" : "all of it up to there is applied");
}

static int run_down(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct going going;
    int result = begin(&going, run, options);

    if (result == 0)
        result = course_down(&going.course, &going.standing, migrate->to, migrate->steps);
    return go(&going, run, result, "there is nothing to reverse");
}

static int run_goto(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct going going;
    int result = begin(&going, run, options);

    if (result == 0)
        result = course_goto(&going.course, &going.standing, migrate->versions[0]);
    return go(&going, run, result, "the schema is there already");
}

static int run_redo(struct run *run, const void *options)
{
    struct going going;
    int result = begin(&going, run, options);

    if (result == 0)
        result = course_redo(&going.course, &going.standing);
    return go(&going, run, result, "nothing is applied");
}

static int check_goto(const void *options)
{
    const struct migrate_options *migrate = options;

    if (migrate->n_versions == 1)
        return 0;
    fail(ERR_USAGE, "'migrate goto' wants one version");
    log_hint("see: bridgejob migrate status; 0 is before the first");
    return ERR_USAGE;
}

static int64_t wait_s(const void *options)
{
    return ((const struct migrate_options *)options)->wait_s;
}

#define MIGRATES .needs = NEEDS_DB | NEEDS_LOCK, .lock_key = LOCK_MIGRATE, .lock_wait_s = wait_s

const struct job migrate_up_job = {.name = "migrate up", MIGRATES, .run = run_up};
const struct job migrate_down_job = {.name = "migrate down", MIGRATES, .run = run_down};
const struct job migrate_goto_job = {.name = "migrate goto", MIGRATES, .check = check_goto, .run = run_goto};
const struct job migrate_redo_job = {.name = "migrate redo", MIGRATES, .run = run_redo};
