#include "jobs/migrate/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/table.h"
#include "db/lock.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/history.h"
#include "jobs/migrate/plan_hash.h"
#include "jobs/migrate/standing.h"

/* What one run does: some steps, in the order they are done. */
struct plan {
    bool up;
    const struct step **at;
    size_t n;
    size_t done;
    struct table result; /* one row a step that is done, or would be */
};

static const struct column result_columns[] = {
    {"version", CELL_TEXT}, {"name", CELL_TEXT},           {"file", CELL_TEXT},
    {"action", CELL_TEXT},  {"execution_ms", CELL_NUMBER},
};

static int plan_init(struct plan *plan, bool up, size_t most)
{
    *plan = (struct plan){.up = up, .at = calloc(most + 1, sizeof(const struct step *))};
    table_init(&plan->result, result_columns, sizeof(result_columns) / sizeof(*result_columns));
    return plan->at == NULL ? fail(ERR_INTERNAL, "out of memory") : 0;
}

static void plan_release(struct plan *plan)
{
    table_release(&plan->result);
    free(plan->at);
}

static const char *file_to_run(const struct plan *plan, const struct step *step)
{
    return plan->up ? step->migration->forward.name : step->migration->rollback.name;
}

/* 'ms' < 0: it only would be done. */
static void plan_note(struct plan *plan, const struct step *step, long long ms)
{
    table_add(&plan->result, step->version);
    table_add(&plan->result, step->migration->title);
    table_add(&plan->result, file_to_run(plan, step));
    table_add(&plan->result, plan->up ? "up" : "down");
    if (ms < 0)
        table_add(&plan->result, NULL);
    else
        table_add_int(&plan->result, ms);
}

/* --to takes the number of a migration, however padded; down also takes 0. */
static int check_version(const struct standing *standing, const char *version, bool zero_too)
{
    bool zero = zero_too && version[strspn(version, "0")] == '\0';

    if (*version != '\0' && version[strspn(version, "0123456789")] == '\0' &&
        (zero || standing_has_version(standing, version)))
        return 0;
    fail(ERR_USAGE, "no migration has the number '%s'", version);
    log_hint("see: bridgejob migrate status");
    return ERR_USAGE;
}

static int refuse_changed(const struct standing *standing)
{
    int result = 0;

    for (size_t i = 0; i < standing->n; i++) {
        if (standing->at[i].state == STEP_CHANGED)
            result = fail(ERR_CONFIG, "'%s' was changed after it was applied", standing->at[i].file);
    }
    if (result != 0)
        log_hint("put the file back as it was, and what is new into one of its own; see: bridgejob migrate status");
    return result;
}

static int plan_up(struct plan *plan, const struct standing *standing, const struct migrate_options *options)
{
    int result = refuse_changed(standing);

    if (result == 0 && options->to != NULL)
        result = check_version(standing, options->to, false);
    for (size_t i = 0; result == 0 && i < standing->n; i++) {
        const struct step *step = &standing->at[i];
        if (step->state != STEP_PENDING || (options->to != NULL && step_compare_version(step, options->to) > 0))
            continue;
        if (step->late)
            log_warning("'%s' is applied late: one with a higher number is in already", step->file);
        plan->at[plan->n++] = step;
        result = migration_check(&step->migration->forward);
    }
    if (result == 0 && options->plan != NULL)
        result = plan_insist(standing, plan->at, plan->n, options->plan);
    return result;
}

static int check_reversible(const struct step *step)
{
    if (step->state == STEP_MISSING) {
        fail(ERR_CONFIG, "'%s' is applied, but the file is not there", step->file);
        log_hint("bring it back with its rollback, or name its directory with --dir");
        return ERR_CONFIG;
    }
    if (step->migration->rollback.name == NULL) {
        fail(ERR_CONFIG, "'%s' has no rollback file", step->file);
        log_hint("write one beside it: NNN_rollback_object.sql");
        return ERR_CONFIG;
    }
    if (strcmp(step->row->rollback_checksum, step->migration->rollback.checksum) != 0)
        log_warning("'%s' is not the rollback file it was when '%s' was applied", step->migration->rollback.name,
                    step->file);
    return migration_check(&step->migration->rollback);
}

static int plan_down(struct plan *plan, const struct standing *standing, const struct migrate_options *options)
{
    size_t most = options->to != NULL ? standing->n : options->steps > 0 ? (size_t)options->steps : 1;
    int result = 0;

    if (options->to != NULL && options->steps > 0)
        return fail(ERR_USAGE, "--to and --steps exclude each other");
    if (options->to != NULL)
        result = check_version(standing, options->to, true);
    for (size_t i = standing->n; result == 0 && i-- > 0 && plan->n < most;) {
        const struct step *step = &standing->at[i];
        if (step->row == NULL || (options->to != NULL && step_compare_version(step, options->to) <= 0))
            continue;
        plan->at[plan->n++] = step;
        result = check_reversible(step);
    }
    return result;
}

/* 0 to go on, ERR_USAGE when nobody can be asked, ERR_FINDINGS when the answer is no. */
static int confirm(const struct plan *plan, const struct common_options *common)
{
    char answer[16] = "";

    if (common->yes)
        return 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        fail(ERR_USAGE, "'migrate down' asks before it drops anything, and this is no terminal");
        log_hint("say it beforehand: bridgejob migrate down --yes; what it would do: bridgejob migrate down --dry-run");
        return ERR_USAGE;
    }
    for (size_t i = 0; i < plan->n; i++)
        fprintf(stderr, "%s\n", file_to_run(plan, plan->at[i]));
    fprintf(stderr, "reverse %zu migration%s and drop the data in what they made? [y/N] ", plan->n,
            plan->n == 1 ? "" : "s");
    if (fgets(answer, sizeof(answer), stdin) != NULL && (*answer == 'y' || *answer == 'Y'))
        return 0;
    return ERR_FINDINGS;
}

static void say_done(const struct plan *plan, const struct step *step, long long ms,
                     const struct common_options *common)
{
    if (common->quiet || common->format != FORMAT_TABLE)
        return;
    printf("%s  %s in %lld ms\n", file_to_run(plan, step), plan->up ? "applied" : "done", ms);
    fflush(stdout);
}

static int perform(struct plan *plan, const struct common_options *common, const struct migrate_options *options)
{
    int result = plan->up ? history_create() : 0;

    for (size_t i = 0; result == 0 && i < plan->n; i++) {
        const struct step *step = plan->at[i];
        long long ms = 0;
        if ((result = stop_requested()) != 0)
            break;
        result = plan->up ? migration_apply(step->migration, options->lock_timeout_s, &ms)
                          : migration_reverse(step->migration, options->lock_timeout_s, &ms);
        if (result == 0) {
            plan->done++;
            plan_note(plan, step, ms);
            say_done(plan, step, ms, common);
        }
    }
    return result;
}

static int print_result(const struct plan *plan, const struct common_options *common)
{
    if (common->quiet && !common->dry_run)
        return 0;
    if (common->format != FORMAT_TABLE || (common->dry_run && plan->n > 0))
        return table_print(&plan->result, common->format, stdout);
    return ferror(stdout) ? fail(ERR_IO, "cannot write to stdout") : 0;
}

static int carry_out(struct plan *plan, struct run *run, const struct migrate_options *options)
{
    const struct common_options *common = run->common;
    int result = 0;
    int printed;

    if (plan->n == 0)
        log_info("nothing to do: %s", !plan->up             ? "there is nothing to reverse"
                                      : options->to == NULL ? "the schema is up to date"
                                                            : "all of it up to there is applied");
    else if (common->dry_run)
        for (size_t i = 0; i < plan->n; i++)
            plan_note(plan, plan->at[i], -1);
    else if (plan->up || (result = confirm(plan, common)) == 0)
        result = perform(plan, common, options);
    if (result == ERR_FINDINGS) {
        log_info("nothing was reversed");
        return stop_requested();
    }
    printed = result == ERR_USAGE ? 0 : print_result(plan, common);
    return err_worst(result, printed);
}

static int migrate(struct run *run, const struct migrate_options *options, bool up)
{
    struct standing standing;
    struct plan plan;
    int result = standing_read(&standing, (enum embedded_set)options->set, options->dir);

    if (result != 0)
        return result;
    result = plan_init(&plan, up, standing.n);
    if (result == 0)
        result = up ? plan_up(&plan, &standing, options) : plan_down(&plan, &standing, options);
    if (result == 0)
        result = carry_out(&plan, run, options);
    buf_printf(&run->tally, "{\"%s\": %zu, \"planned\": %zu}", up ? "applied" : "reversed", plan.done, plan.n);
    plan_release(&plan);
    standing_release(&standing);
    return result;
}

static int run_up(struct run *run, const void *options)
{
    return migrate(run, options, true);
}

static int run_down(struct run *run, const void *options)
{
    return migrate(run, options, false);
}

const struct job migrate_up_job = {
    .name = "migrate up", .needs = NEEDS_DB | NEEDS_LOCK, .lock_key = LOCK_MIGRATE, .run = run_up};
const struct job migrate_down_job = {
    .name = "migrate down", .needs = NEEDS_DB | NEEDS_LOCK, .lock_key = LOCK_MIGRATE, .run = run_down};
