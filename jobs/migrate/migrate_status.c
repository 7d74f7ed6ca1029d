#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/table.h"
#include "jobs/migrate/drift.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/standing.h"

static const struct column status_columns[] = {
    {"version", CELL_TEXT},    {"name", CELL_TEXT},        {"file", CELL_TEXT}, {"state", CELL_TEXT},
    {"applied_at", CELL_TEXT}, {"checksum_ok", CELL_BOOL}, {"note", CELL_TEXT},
};

/* What is looked at, and what was found. */
struct status {
    struct standing standing;
    struct drift drift;
    struct table table;
    size_t pending, changed, missing, drifted;
};

struct row {
    const char *version, *name, *file, *state, *applied_at, *checksum_ok, *note;
};

static void add_row(struct table *table, const struct row *row)
{
    table_add(table, row->version);
    table_add(table, row->name);
    table_add(table, row->file);
    table_add(table, row->state);
    table_add(table, row->applied_at);
    table_add(table, row->checksum_ok);
    table_add(table, row->note);
}

static const char *note_of_applied(const struct step *step)
{
    const struct migration *migration = step->migration;

    if (step_rollback_changed(step))
        return migration->rollback.name == NULL ? "the rollback file is gone" : "the rollback file was changed";
    if (migration->rollback.name == NULL)
        return "no rollback file";
    if (*step->row->rollback_checksum == '\0')
        return "the rollback file was added later";
    return step->row->baselined ? "baselined: found there, not run" : NULL;
}

static const char *note_of(const struct step *step)
{
    if (step->state == STEP_MISSING)
        return "the file is not there";
    if (step->state == STEP_CHANGED)
        return "the file was changed after it was applied";
    if (step->halfway != NULL)
        return step->halfway->up ? "half applied: migrate up goes on" : "half reversed: migrate down goes on";
    if (step->row != NULL)
        return note_of_applied(step);
    if (step->late)
        return "late: one that comes behind it is applied";
    return step->migration->rollback.name == NULL ? "no rollback file" : NULL;
}

static void add_step(struct status *status, const struct step *step)
{
    enum step_state state = step->state;
    struct row row = {.version = step->version, .file = step->file, .note = note_of(step)};

    if (state == STEP_APPLIED && step_rollback_changed(step))
        state = STEP_CHANGED;
    row.state = step_state_name(state);
    row.name = step->migration == NULL ? NULL : step->migration->title;
    row.applied_at = step->row == NULL ? NULL : step->row->applied_at;
    row.checksum_ok = state == STEP_APPLIED ? "true" : state == STEP_CHANGED ? "false" : NULL;
    add_row(&status->table, &row);
    status->pending += state == STEP_PENDING;
    status->changed += state == STEP_CHANGED;
    status->missing += state == STEP_MISSING;
}

/* Where a file of that name is applied, its version. */
static const char *version_of(const struct status *status, const char *file)
{
    const struct history_row *row = history_find(&status->standing.history, file);

    return row == NULL ? NULL : row->version;
}

static void add_difference(struct status *status, const struct difference *difference)
{
    const struct object *object = difference_object(difference);
    const char *file = difference->was == NULL ? "" : difference->was->file;
    struct buf name = BUF_INIT;
    struct buf note = BUF_INIT;

    buf_printf(&name, "%s %s", object->kind, object->name);
    difference_say(difference, &note);
    add_row(&status->table, &(struct row){.version = version_of(status, file),
                                          .name = buf_text(&name),
                                          .file = *file == '\0' ? NULL : file,
                                          .state = "drifted",
                                          .note = buf_text(&note)});
    buf_release(&note);
    buf_release(&name);
    status->drifted++;
}

static void add_unnamed(struct status *status)
{
    const struct history_row *last = &status->standing.history.at[status->standing.history.n - 1];

    add_row(&status->table, &(struct row){.version = last->version,
                                          .file = last->file,
                                          .state = "drifted",
                                          .note = "the catalog is not as this file left it; its objects were not "
                                                  "described then, so none can be named"});
    status->drifted++;
}

/* Half done, and in no step: the file went before it was in the history. */
static void add_halfway(struct status *status, const struct halfway *halfway)
{
    const struct migrations *files = &status->standing.files;

    if (files->embedded || migrations_find(files, halfway->file) != NULL ||
        migrations_are_beside(files, halfway->file) ||
        history_find(&status->standing.history, halfway->file) != NULL)
        return;
    add_row(&status->table, &(struct row){.file = halfway->file, .state = "missing",
                                          .note = "it is half applied, and the file is not there"});
    status->missing++;
}

static void add_all(struct status *status)
{
    const struct migrations *files = &status->standing.files;

    for (size_t i = 0; i < status->standing.n; i++)
        add_step(status, &status->standing.at[i]);
    for (size_t i = 0; i < status->standing.halfway.n; i++)
        add_halfway(status, &status->standing.halfway.at[i]);
    for (size_t i = 0; i < status->drift.differences.n; i++)
        add_difference(status, &status->drift.differences.at[i]);
    if (status->drift.unnamed)
        add_unnamed(status);
    for (size_t i = 0; i < files->n_ignored; i++)
        add_row(&status->table, &(struct row){.file = files->ignored[i].name, .state = "ignored",
                                              .note = files->ignored[i].why});
}

/* What a command needs to look at the same files. */
static const char *set_option(const struct migrate_options *options, char text[512])
{
    if (options->dir != NULL)
        snprintf(text, 512, " --dir %s", options->dir);
    else
        snprintf(text, 512, "%s", options->set == SET_MBFLOW ? " --set mbflow" : "");
    return text;
}

static int judge(const struct status *status, const struct migrate_options *options)
{
    char set[512];

    if (status->pending + status->changed + status->missing + status->drifted == 0)
        return 0;
    log_warning("%zu pending, %zu changed, %zu missing on disk, %zu drifted", status->pending, status->changed,
                status->missing, status->drifted);
    if (status->pending > 0)
        log_hint("bridgejob migrate up%s", set_option(options, set));
    if (status->changed + status->missing + status->drifted > 0)
        log_hint("put back what was there, or take it as it is: bridgejob migrate repair --dry-run%s",
                 set_option(options, set));
    return ERR_FINDINGS;
}

static int run_status(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct status status = {.pending = 0};
    int result = standing_read_in_order(&status.standing, (enum embedded_set)migrate->set, migrate->dir,
                                        (enum file_order)migrate->order);

    if (result != 0)
        return result;
    table_init(&status.table, status_columns, sizeof(status_columns) / sizeof(*status_columns));
    result = drift_find(&status.drift, &status.standing.history);
    if (result == 0) {
        add_all(&status);
        result = table_print(&status.table, run->common->format, stdout);
        result = err_worst(result, judge(&status, migrate));
    }
    table_release(&status.table);
    drift_release(&status.drift);
    standing_release(&status.standing);
    return result;
}

const struct job migrate_status_job = {.name = "migrate status", .needs = NEEDS_DB | READS_ONLY, .run = run_status};
