#include "jobs/prune/pruned.h"

#include <stdio.h>

#include "core/err.h"
#include "core/log.h"

static const struct column blocked_columns[] = {
    {"guard", CELL_TEXT}, {"subject", CELL_TEXT}, {"detail", CELL_TEXT}, {"next", CELL_TEXT}};

void pruned_init(struct pruned *pruned, const struct run *run, const char *what, const struct column *columns,
                 size_t n_columns)
{
    *pruned = (struct pruned){.run = run, .what = what};
    table_init(&pruned->listing, columns, n_columns);
    table_init(&pruned->blocked, blocked_columns, sizeof(blocked_columns) / sizeof(*blocked_columns));
}

void pruned_release(struct pruned *pruned)
{
    table_release(&pruned->listing);
    table_release(&pruned->blocked);
}

void pruned_block(struct pruned *pruned, const char *guard, const char *subject, const char *detail, const char *next)
{
    table_add(&pruned->blocked, guard);
    table_add(&pruned->blocked, subject);
    table_add(&pruned->blocked, detail);
    table_add(&pruned->blocked, next);
    log_warning("'%s' is kept: %s", subject, detail);
    log_hint("%s", next);
}

static void add_table(struct buf *out, const char *key, const struct table *table)
{
    buf_printf(out, "\"%s\":", key);
    table_add_json(table, out);
    buf_add_char(out, ',');
}

/* The run history keeps the numbers, not the lists: thousands of nodes may go. */
static void add_json(const struct pruned *pruned, bool lists, struct buf *out)
{
    buf_add_char(out, '{');
    for (const struct pruned_count *count = pruned->counts; count->name != NULL; count++)
        buf_printf(out, "\"%s\":%lld,", count->name, count->n);
    if (pruned->guarded)
        add_table(out, "blocked_by", &pruned->blocked);
    if (lists)
        add_table(out, pruned->what, &pruned->listing);
    buf_printf(out, "\"elapsed_s\":%.3f,\"dry_run\":%s,\"run_id\":%lld}", run_elapsed_s(pruned->run),
               pruned->run->common->dry_run ? "true" : "false", pruned->run->id);
}

static int print_json(const struct pruned *pruned)
{
    struct buf json = BUF_INIT;
    int rc;

    add_json(pruned, true, &json);
    buf_add_char(&json, '\n');
    rc = buf_print(&json, stdout);
    buf_release(&json);
    return rc;
}

static int print_table(const struct pruned *pruned)
{
    bool dry = pruned->run->common->dry_run;
    int rc = 0;

    if (pruned->listing.n_rows > 0 && (dry || !pruned->run->common->quiet))
        rc = table_print(&pruned->listing, FORMAT_TABLE, stdout);
    if (pruned->run->common->quiet)
        return rc;
    fputs(dry ? "dry run, nothing was touched: would be " : "", stdout);
    for (const struct pruned_count *count = pruned->counts; count->name != NULL; count++)
        printf("%s%s %lld", count == pruned->counts ? "" : ", ", count->name, count->n);
    printf(" in %.1f s\n", run_elapsed_s(pruned->run));
    return rc;
}

static int print(const struct pruned *pruned)
{
    int rc = 0;

    switch (pruned->run->common->format) {
    case FORMAT_CSV: rc = table_print(&pruned->listing, FORMAT_CSV, stdout); break;
    case FORMAT_JSON: rc = print_json(pruned); break;
    case FORMAT_TABLE: rc = print_table(pruned); break;
    }
    return rc != 0 || fflush(stdout) == 0 ? rc : fail_errno(ERR_IO, "cannot write the result");
}

int pruned_finish(struct pruned *pruned, struct run *run, int rc)
{
    add_json(pruned, false, &run->tally);
    if (rc == 0)
        rc = print(pruned);
    return err_worst(rc, pruned->blocked.n_rows > 0 ? ERR_FINDINGS : 0);
}
