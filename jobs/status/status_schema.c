#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/time.h"
#include "jobs/migrate/drift.h"
#include "jobs/migrate/standing.h"
#include "jobs/rollup/missing.h"
#include "jobs/status/status_parts.h"

/* Windows that are missing are looked for this far back: rollups are forgotten after as long. */
#define LOOK_BACK (INT64_C(35) * 86400 * TIME_SECOND)

static const struct column migration_columns[] = {
    {"applied", CELL_NUMBER}, {"pending", CELL_NUMBER}, {"changed", CELL_NUMBER},
    {"missing", CELL_NUMBER}, {"drifted", CELL_NUMBER},
};

static const struct column rollup_columns[] = {
    {"window", CELL_TEXT}, {"type", CELL_TEXT}, {"tz", CELL_TEXT}, {"namespace", CELL_TEXT},
    {"last_run_at", CELL_TEXT}, {"changes_waiting", CELL_NUMBER}, {"windows_missed", CELL_NUMBER},
};

static void find_count(struct sections *sections, const char *finding, size_t n, const char *what, const char *why,
                       const char *statement)
{
    char text[128];

    if (n == 0)
        return;
    snprintf(text, sizeof(text), "%zu %s", n, what);
    sections_find(sections, finding, "schema", text, why, statement);
}

static int judge_schema(struct sections *sections, struct table *table, const struct standing *standing)
{
    size_t pending = standing_count(standing, STEP_PENDING);
    size_t changed = standing_count(standing, STEP_CHANGED);
    size_t missing = standing_count(standing, STEP_MISSING);
    struct drift drift;
    size_t drifted;
    int result = drift_find(&drift, &standing->history);

    if (result != 0)
        return result;
    drifted = drift.differences.n + (drift.unnamed ? 1 : 0);
    table_add_int(table, (long long)standing_count(standing, STEP_APPLIED));
    table_add_int(table, (long long)pending);
    table_add_int(table, (long long)changed);
    table_add_int(table, (long long)missing);
    table_add_int(table, (long long)drifted);
    find_count(sections, "pending_migration", pending, "not applied", "jobs refuse to run before they are",
               "bridgejob migrate up");
    find_count(sections, "changed_migration", changed, "changed after it was applied",
               "another database gets another schema", "bridgejob migrate status");
    find_count(sections, "missing_migration", missing, "applied, and its file is not there",
               "it cannot be reversed, and another database lacks it", "bridgejob migrate status");
    find_count(sections, "schema_drift", drifted, "not as the migrations left it",
               "somebody changed the catalog by hand", "bridgejob migrate status");
    drift_release(&drift);
    return 0;
}

int status_migrations(struct sections *sections)
{
    struct table *table = sections_begin_single(sections, "migrations", migration_columns,
                                                sizeof(migration_columns) / sizeof(*migration_columns));
    struct standing standing;
    int result = standing_read(&standing, SET_BRIDGE, NULL);

    if (result != 0)
        return result;
    result = judge_schema(sections, table, &standing);
    standing_release(&standing);
    return result;
}

static void count_missed(void *to, const struct missing_rollup *rollup, const struct missing_range *range)
{
    int64_t *missed = to;

    (void)rollup;
    if (range->verdict == MISSING_MISSED)
        *missed += range->windows;
}

static void name_rollup(const struct missing_rollup *rollup, const char *option, struct buf *statement)
{
    buf_printf(statement, "bridgejob rollup --window %s --type %s --tz ", rollup->window, rollup->type);
    buf_add_shell_word(statement, rollup->tz);
    if (rollup->only_namespace[0] != '\0') {
        buf_add_text(statement, " --namespace ");
        buf_add_shell_word(statement, rollup->only_namespace);
    }
    buf_add_text(statement, option);
}

int status_last_rollup(struct buf *statement)
{
    struct missing_rollup *rollups = NULL;
    const struct missing_rollup *last = NULL;
    bool exists = false, never = false;
    size_t n = 0;
    int result = status_rollup_state(0, &exists, &never);

    if (result == 0 && exists)
        result = missing_rollups(&rollups, &n);
    for (size_t i = 0; i < n; i++) {
        if (last == NULL || strcmp(rollups[i].last_run_at, last->last_run_at) > 0)
            last = &rollups[i];
    }
    if (last != NULL)
        name_rollup(last, "", statement);
    else
        buf_add_text(statement, "bridgejob rollup --window 1h");
    free(rollups);
    return result;
}

static void judge_rollup(struct sections *sections, const struct missing_rollup *rollup, int64_t missed,
                         int64_t behind_s)
{
    struct buf what = BUF_INIT, statement = BUF_INIT;
    int64_t last = 0;

    if (rollup->unseen > 0 && time_parse(span_of(rollup->last_run_at), &last) == 0 &&
        time_now() - last > behind_s * TIME_SECOND) {
        buf_printf(&what, "%lld changes wait, and it ran last at %s", rollup->unseen, rollup->last_run_at);
        name_rollup(rollup, "", &statement);
        sections_find(sections, "rollup_behind", rollup->window, buf_text(&what), "its windows are out of date",
                      buf_text(&statement));
    }
    buf_reset(&what);
    buf_reset(&statement);
    if (missed > 0) {
        buf_printf(&what, "%lld windows hold stamps and are not there", (long long)missed);
        name_rollup(rollup, " --repair", &statement);
        sections_find(sections, "unrolled_windows", rollup->window, buf_text(&what),
                      "its next run takes them for done", buf_text(&statement));
    }
    buf_release(&statement);
    buf_release(&what);
}

static int add_rollup(struct sections *sections, struct table *table, const struct missing_rollup *rollup,
                      int64_t behind_s)
{
    int64_t missed = 0;
    int result = missing_windows(rollup, "", time_now() - LOOK_BACK, INT64_MAX, count_missed, &missed);

    if (result != 0)
        return result;
    table_add(table, rollup->window);
    table_add(table, rollup->type);
    table_add(table, rollup->tz);
    table_add(table, rollup->only_namespace);
    table_add(table, rollup->last_run_at);
    table_add_int(table, rollup->unseen);
    table_add_int(table, missed);
    judge_rollup(sections, rollup, missed, behind_s);
    return 0;
}

int status_rollup(struct sections *sections, const struct status_options *options)
{
    struct table *table =
        sections_begin(sections, "rollup", rollup_columns, sizeof(rollup_columns) / sizeof(*rollup_columns));
    struct missing_rollup *rollups = NULL;
    size_t n = 0;
    bool exists = false, never = false;
    int result = status_rollup_state(options->behind_s, &exists, &never);

    if (result != 0 || !exists)
        return result;
    if (never)
        sections_find(sections, "rollup_behind", "rollup", "changes wait, and no rollup has ever run",
                      "bridge_states has no windows", "bridgejob rollup --window 1h");
    result = missing_rollups(&rollups, &n);
    for (size_t i = 0; result == 0 && i < n; i++)
        result = add_rollup(sections, table, &rollups[i], options->behind_s);
    free(rollups);
    return result;
}
