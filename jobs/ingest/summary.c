#include "jobs/ingest/summary.h"

#include <stdio.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"

#define BUSY 0.90                      /* utilisation over which the writers are the limit … */
#define WAITS_WORTH_SAYING TIME_SECOND /* … when the parent waited for them so long: a short run is no measure */

static double lines_per_s(const struct load *load, double elapsed_s)
{
    return elapsed_s > 0 ? (double)load->totals.lines / elapsed_s : 0;
}

/* The share of the writers' time, while they had lines coming, with a batch in hand: 0 to 1. */
static double utilisation(const struct writers_usage *usage)
{
    return usage->open_us > 0 ? (double)usage->busy_us / ((double)usage->open_us * (double)usage->n) : 0;
}

static double waits_s(const struct writers_usage *usage)
{
    return (double)usage->waits_us / (double)TIME_SECOND;
}

static void add_reasons(const struct load *load, struct buf *out)
{
    const char *separator = "";
    for (int reason = 1; reason < REASON_COUNT; reason++) {
        if (load->rejects_by_reason[reason] == 0)
            continue;
        buf_printf(out, "%s\"%s\":%lld", separator, reason_name((enum reason)reason),
                   (long long)load->rejects_by_reason[reason]);
        separator = ",";
    }
}

void summary_json(const struct load *load, double elapsed_s, struct buf *out)
{
    const struct ledger_counts *totals = &load->totals;
    buf_printf(out, "{\"files\":%lld,\"files_skipped\":%lld,\"files_incomplete\":%lld,", (long long)load->files,
               (long long)load->files_skipped, (long long)load->files_incomplete);
    buf_printf(out, "\"files_damaged\":%lld,\"files_refused\":%lld,", (long long)load->files_damaged,
               (long long)load->files_refused);
    buf_printf(out, "\"lines\":%lld,\"inserted\":%lld,\"duplicates\":%lld,\"rejected\":%lld,\"blank\":%lld,",
               (long long)totals->lines, (long long)totals->inserted, (long long)totals->duplicates,
               (long long)totals->rejected, (long long)totals->blank);
    buf_printf(out, "\"bytes_read\":%lld,\"elapsed_s\":%.3f,\"lines_per_s\":%.0f,\"rejects_by_reason\":{",
               (long long)totals->bytes_read, elapsed_s, lines_per_s(load, elapsed_s));
    add_reasons(load, out);
    buf_add_text(out, "},");
    if (load->options->profile == PROFILE_MBFLOW)
        buf_printf(out, "\"sequence_gaps\":%lld,", (long long)load->sequence_gaps);
    buf_printf(out, "\"writers\":%zu,\"writer_utilisation\":%.2f,\"writer_waits_s\":%.3f,\"retries\":%lld,",
               load->usage.n, utilisation(&load->usage), waits_s(&load->usage), (long long)load->usage.retries);
    buf_printf(out, "\"dry_run\":%s,\"run_id\":%lld}", load->run->common->dry_run ? "true" : "false", load->run->id);
}

static void print_text(const struct load *load, double elapsed_s)
{
    const struct ledger_counts *totals = &load->totals;
    printf("%s%lld %s read, %lld skipped in %.1f s (%.0f lines/s)\n",
           load->run->common->dry_run ? "dry run, nothing was written: " : "", (long long)load->files,
           load->files == 1 ? "file" : "files", (long long)load->files_skipped, elapsed_s,
           lines_per_s(load, elapsed_s));
    printf("%lld lines = %lld inserted + %lld duplicates + %lld rejected + %lld blank\n", (long long)totals->lines,
           (long long)totals->inserted, (long long)totals->duplicates, (long long)totals->rejected,
           (long long)totals->blank);
    for (int reason = 1; reason < REASON_COUNT; reason++)
        if (load->rejects_by_reason[reason] > 0)
            printf("  rejected: %-24s %lld\n", reason_name((enum reason)reason),
                   (long long)load->rejects_by_reason[reason]);
    if (load->sequence_gaps > 0)
        printf("%lld %s events\n", (long long)load->sequence_gaps,
               load->sequence_gaps == 1 ? "execution lacks" : "executions lack");
    if (log_level() >= LOG_DEBUG && load->usage.n > 0)
        printf("%zu writer%s, busy %.0f %% of the time, waited for %.1f s, %lld retries\n", load->usage.n,
               load->usage.n == 1 ? "" : "s", 100 * utilisation(&load->usage), waits_s(&load->usage),
               (long long)load->usage.retries);
    if (totals->rejected > 0 && !load->run->common->dry_run)
        printf("refused lines are in '%s', run %lld\n", load->options->rejects_dir, load->run->id);
}

void summary_warn(const struct load *load)
{
    const struct writers_usage *usage = &load->usage;
    bool one = usage->n == 1;
    if (load->run->common->quiet || utilisation(usage) <= BUSY || usage->waits_us < WAITS_WORTH_SAYING)
        return;
    log_warning("%zu writer%s busy %.0f %% of the time, and reading waited %.1f s for %s: the server or the number of"
                " writers is the limit", usage->n, one ? " was" : "s were", 100 * utilisation(usage), waits_s(usage),
                one ? "it" : "them");
    if (!load->options->atomic && usage->n < WRITERS_AT_MOST)
        log_hint("if the server has processors to spare, try --workers %zu",
                 2 * usage->n < WRITERS_AT_MOST ? 2 * usage->n : WRITERS_AT_MOST);
}

static int print_csv(const struct load *load, double elapsed_s)
{
    static const struct column columns[] = {
        {"files", CELL_NUMBER},     {"files_skipped", CELL_NUMBER}, {"lines", CELL_NUMBER},
        {"inserted", CELL_NUMBER},  {"duplicates", CELL_NUMBER},    {"rejected", CELL_NUMBER},
        {"blank", CELL_NUMBER},     {"bytes_read", CELL_NUMBER},    {"elapsed_s", CELL_NUMBER},
        {"run_id", CELL_NUMBER},
    };
    const struct ledger_counts *totals = &load->totals;
    char elapsed[32];
    struct table table;
    snprintf(elapsed, sizeof(elapsed), "%.3f", elapsed_s);
    table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
    const int64_t values[] = {load->files,        load->files_skipped, totals->lines, totals->inserted,
                              totals->duplicates, totals->rejected,    totals->blank, totals->bytes_read};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        table_add_int(&table, values[i]);
    table_add(&table, elapsed);
    table_add_int(&table, load->run->id);
    int rc = table_print(&table, FORMAT_CSV, stdout);
    table_release(&table);
    return rc;
}

int summary_print(const struct load *load, double elapsed_s)
{
    struct buf json = BUF_INIT;
    int rc = 0;

    switch (load->run->common->format) {
    case FORMAT_CSV: return print_csv(load, elapsed_s);
    case FORMAT_TABLE:
        if (!load->run->common->quiet)
            print_text(load, elapsed_s);
        break;
    case FORMAT_JSON:
        summary_json(load, elapsed_s, &json);
        buf_add_char(&json, '\n');
        rc = buf_print(&json, stdout);
        buf_release(&json);
    }
    return rc != 0 || fflush(stdout) == 0 ? rc : fail_errno(ERR_IO, "cannot write the summary");
}
