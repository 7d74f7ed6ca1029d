#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/table.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/standing.h"

static const struct column status_columns[] = {
    {"version", CELL_TEXT},    {"name", CELL_TEXT},        {"file", CELL_TEXT}, {"state", CELL_TEXT},
    {"applied_at", CELL_TEXT}, {"checksum_ok", CELL_BOOL}, {"note", CELL_TEXT},
};

static const char *note_of(const struct step *step)
{
    const struct migration *migration = step->migration;

    if (migration == NULL)
        return "the file is not there";
    if (step->state == STEP_CHANGED)
        return "the file was changed after it was applied";
    if (step->halfway != NULL)
        return step->halfway->up ? "half applied: migrate up goes on" : "half reversed: migrate down goes on";
    if (step->late)
        return "one that comes behind it is applied";
    if (migration->rollback.name == NULL)
        return "no rollback file";
    if (step->row != NULL && strcmp(step->row->rollback_checksum, migration->rollback.checksum) != 0)
        return "the rollback file was changed";
    return NULL;
}

static void add_row(struct table *table, const struct step *step)
{
    table_add(table, step->version);
    table_add(table, step->migration == NULL ? NULL : step->migration->title);
    table_add(table, step->file);
    table_add(table, step_state_name(step->state));
    table_add(table, step->row == NULL ? NULL : step->row->applied_at);
    table_add(table, step->state == STEP_APPLIED ? "true" : step->state == STEP_CHANGED ? "false" : NULL);
    table_add(table, note_of(step));
}

static int print_steps(const struct standing *standing, const struct common_options *common)
{
    struct table table;
    int result;

    table_init(&table, status_columns, sizeof(status_columns) / sizeof(*status_columns));
    for (size_t i = 0; i < standing->n; i++)
        add_row(&table, &standing->at[i]);
    result = table_print(&table, common->format, stdout);
    table_release(&table);
    return result;
}

static int judge(const struct standing *standing, int set)
{
    size_t pending = standing_count(standing, STEP_PENDING);
    size_t changed = standing_count(standing, STEP_CHANGED);
    size_t missing = standing_count(standing, STEP_MISSING);

    if (pending + changed + missing == 0)
        return 0;
    log_warning("%zu pending, %zu changed, %zu missing on disk", pending, changed, missing);
    if (pending > 0)
        log_hint("bridgejob migrate up%s", set == SET_MBFLOW ? " --set mbflow" : "");
    return ERR_FINDINGS;
}

static int run_status(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct standing standing;
    int result = standing_read_in_order(&standing, (enum embedded_set)migrate->set, migrate->dir,
                                        (enum file_order)migrate->order);

    if (result != 0)
        return result;
    for (size_t i = 0; i < standing.files.n_ignored; i++)
        log_info("'%s' is ignored: it is not named as a migration", standing.files.ignored[i]);
    result = print_steps(&standing, run->common);
    result = err_worst(result, judge(&standing, migrate->set));
    standing_release(&standing);
    return result;
}

const struct job migrate_status_job = {.name = "migrate status", .needs = NEEDS_DB | READS_ONLY, .run = run_status};
