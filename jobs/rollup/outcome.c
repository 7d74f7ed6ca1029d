#include "jobs/rollup/outcome.h"

#include <stdio.h>

#include "core/err.h"

const struct column outcome_window_columns[4] = {
    {"namespace", CELL_TEXT}, {"window_start", CELL_TEXT}, {"window_end", CELL_TEXT}, {"why", CELL_TEXT}};

const struct column outcome_difference_columns[6] = {{"namespace", CELL_TEXT},    {"window_start", CELL_TEXT},
                                                     {"window_end", CELL_TEXT},   {"difference", CELL_TEXT},
                                                     {"stored", CELL_TEXT},       {"should_be", CELL_TEXT}};

static long long changed(const struct pass *pass)
{
    return pass->counts.inserted + pass->counts.updated + pass->counts.deleted;
}

static long long differences(const struct pass *pass)
{
    bool compares = pass->kind == PASS_VERIFY || pass->kind == PASS_REPAIR;
    return compares && pass->listing != NULL ? (long long)pass->listing->n_rows : 0;
}

void outcome_json(const struct pass *pass, const struct run *run, bool listing, struct buf *out)
{
    const struct persisted *counts = &pass->counts;

    buf_printf(out, "{\"windows_changed\":%lld,\"windows_checked\":%lld,\"differences\":%lld,", changed(pass),
               counts->checked, differences(pass));
    buf_printf(out, "\"windows_inserted\":%lld,\"windows_updated\":%lld,\"windows_deleted\":%lld,", counts->inserted,
               counts->updated, counts->deleted);
    buf_printf(out, "\"windows_sealed\":%lld,\"windows_foreign\":%lld,\"windows_pending\":%lld,", counts->sealed,
               counts->foreign, counts->pending);
    buf_printf(out, "\"window\":\"%s\",\"type\":\"%s\",\"tz\":", pass->definition->window,
               pass->definition->type_name);
    buf_add_json_string(out, span_of(pass->definition->tz));
    buf_printf(out, ",\"why\":\"%s\",", pass->why);
    if (listing && pass->listing != NULL) {
        buf_printf(out, "\"%s\":", pass->kind == PASS_LIST ? "windows" : "found");
        table_add_json(pass->listing, out);
        buf_add_char(out, ',');
    }
    buf_printf(out, "\"elapsed_s\":%.3f,\"dry_run\":%s,\"run_id\":%lld}", run_elapsed_s(run),
               run->common->dry_run ? "true" : "false", run->id);
}

static const char *plural(long long n)
{
    return n == 1 ? "" : "s";
}

static void print_text(const struct pass *pass, const struct run *run)
{
    const struct persisted *counts = &pass->counts;

    if (pass->kind == PASS_LIST)
        printf("dry run, nothing was written: %lld window%s would be looked at (%s)\n", counts->checked,
               plural(counts->checked), pass->why);
    else if (pass->kind == PASS_VERIFY)
        printf("%lld window%s checked, %lld difference%s in %.1f s\n", counts->checked, plural(counts->checked),
               differences(pass), plural(differences(pass)), run_elapsed_s(run));
    else if (pass->kind == PASS_REPAIR)
        printf("%lld window%s checked, %lld difference%s, %lld window%s mended in %.1f s\n", counts->checked,
               plural(counts->checked), differences(pass), plural(differences(pass)), changed(pass),
               plural(changed(pass)), run_elapsed_s(run));
    else
        printf("%lld of %lld window%s changed: %lld new, %lld updated, %lld removed (%s) in %.1f s\n", changed(pass),
               counts->checked, plural(counts->checked), counts->inserted, counts->updated, counts->deleted,
               pass->why, run_elapsed_s(run));
    if (counts->pending > 0)
        printf("%lld window%s changed since the last rollup\n", counts->pending, plural(counts->pending));
    if (counts->sealed > 0)
        printf("%lld sealed window%s kept as stored: stamps are gone\n", counts->sealed, plural(counts->sealed));
}

static int print_csv(const struct pass *pass, const struct run *run)
{
    static const struct column columns[] = {
        {"windows_changed", CELL_NUMBER},  {"windows_checked", CELL_NUMBER}, {"differences", CELL_NUMBER},
        {"windows_inserted", CELL_NUMBER}, {"windows_updated", CELL_NUMBER}, {"windows_deleted", CELL_NUMBER},
        {"windows_sealed", CELL_NUMBER},   {"windows_foreign", CELL_NUMBER}, {"elapsed_s", CELL_NUMBER},
        {"run_id", CELL_NUMBER}};
    const struct persisted *counts = &pass->counts;
    const long long values[] = {changed(pass),   counts->checked, differences(pass), counts->inserted,
                                counts->updated, counts->deleted, counts->sealed,    counts->foreign};
    char elapsed[32];
    struct table table;
    int rc;

    if (pass->listing != NULL)
        return table_print(pass->listing, FORMAT_CSV, stdout);
    snprintf(elapsed, sizeof(elapsed), "%.3f", run_elapsed_s(run));
    table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        table_add_int(&table, values[i]);
    table_add(&table, elapsed);
    table_add_int(&table, run->id);
    rc = table_print(&table, FORMAT_CSV, stdout);
    table_release(&table);
    return rc;
}

static int print_json(const struct pass *pass, const struct run *run)
{
    struct buf json = BUF_INIT;
    int rc;

    outcome_json(pass, run, true, &json);
    buf_add_char(&json, '\n');
    rc = buf_print(&json, stdout);
    buf_release(&json);
    return rc;
}

static int print_table(const struct pass *pass, const struct run *run)
{
    int rc = 0;

    if (pass->listing != NULL && pass->listing->n_rows > 0)
        rc = table_print(pass->listing, FORMAT_TABLE, stdout);
    if (!run->common->quiet)
        print_text(pass, run);
    return rc;
}

int outcome_print(const struct pass *pass, const struct run *run)
{
    int rc = 0;

    switch (run->common->format) {
    case FORMAT_CSV: rc = print_csv(pass, run); break;
    case FORMAT_JSON: rc = print_json(pass, run); break;
    case FORMAT_TABLE: rc = print_table(pass, run); break;
    }
    return rc != 0 || fflush(stdout) == 0 ? rc : fail_errno(ERR_IO, "cannot write the summary");
}
