#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/table.h"
#include "core/time.h"
#include "jobs/backup/pg_program.h"
#include "jobs/restore/physical.h"

static const struct column columns[] = {
    {"id", CELL_TEXT}, {"into", CELL_TEXT}, {"rows_checked", CELL_NUMBER}, {"elapsed_s", CELL_NUMBER},
    {"target_time", CELL_TEXT}, {"target_reached", CELL_BOOL}, {"timeline", CELL_NUMBER}, {"lsn", CELL_TEXT},
    {"last_transaction_at", CELL_TEXT},
};

static void add_time(struct table *table, int64_t us)
{
    char text[TIME_TEXT_SIZE];

    time_format(us, text);
    table_add(table, us == 0 ? NULL : text);
}

static void fill(struct table *table, const struct run *run, const struct manifest *manifest,
                 const struct physical *physical)
{
    const struct recovered *recovered = &physical->recovered;
    char elapsed[32];

    snprintf(elapsed, sizeof(elapsed), "%.3f", run_elapsed_s(run));
    table_add(table, manifest->id);
    table_add(table, physical->unpack.data);
    table_add_int(table, 0); /* what is verified of a physical backup are its files */
    table_add(table, elapsed);
    add_time(table, physical->target);
    table_add(table, recovered->reached ? "true" : "false");
    if (recovered->timeline == 0)
        table_add(table, NULL);
    else
        table_add_int(table, recovered->timeline);
    table_add(table, recovered->lsn[0] == '\0' ? NULL : recovered->lsn);
    add_time(table, recovered->transaction_at);
}

/* On Debian pg_ctl is not in PATH, and the configuration is not in the data directory. */
static void say_next(const struct physical *physical)
{
    const char *data = physical->unpack.data;
    char *program = pg_program(physical->cluster.bindir, physical->cluster.version_num, "pg_ctl");
    char *settings = file_join(data, "postgresql.conf");
    struct buf command = BUF_INIT;

    buf_add_shell_word(&command, program == NULL ? "pg_ctl" : program);
    buf_add_text(&command, " -D ");
    buf_add_shell_word(&command, data);
    if (settings != NULL && access(settings, F_OK) != 0)
        printf("it has no configuration: put postgresql.conf and pg_hba.conf into '%s'\n", data);
    printf("it is shut down; start it with: %s start\n", buf_text(&command));
    buf_release(&command);
    free(settings);
    free(program);
}

static void say(const struct manifest *manifest, const struct physical *physical)
{
    const struct recovered *recovered = &physical->recovered;
    char last[TIME_TEXT_SIZE], target[TIME_TEXT_SIZE];

    time_format(recovered->transaction_at, last);
    time_format(physical->target, target);
    printf("'%s' is restored into '%s', %s%s: on timeline %lld, replayed up to %s, last transaction %s\n",
           manifest->id, physical->unpack.data, recovered->reached ? "as of " : "to the end of the WAL",
           recovered->reached ? target : "", (long long)recovered->timeline,
           recovered->lsn[0] == '\0' ? "-" : recovered->lsn, recovered->transaction_at == 0 ? "-" : last);
    say_next(physical);
}

static int print(const struct run *run, const struct manifest *manifest, const struct physical *physical)
{
    struct table table;
    int result = 0;

    table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
    fill(&table, run, manifest, physical);
    if (run->common->format == FORMAT_JSON)
        result = table_print_object(&table, stdout);
    else if (run->common->format == FORMAT_CSV)
        result = table_print(&table, FORMAT_CSV, stdout);
    else if (!run->common->quiet)
        say(manifest, physical);
    table_release(&table);
    return result;
}

static int report_gap(const struct restore_options *options, const struct physical *physical)
{
    if (!physical->recovered.gap)
        return 0;
    log_warning("the archive has a gap behind %s: what was written after it is not in '%s'", physical->recovered.lsn,
                physical->unpack.data);
    log_hint("bridgejob wal status --wal-dir %s", options->wal_dir);
    return ERR_FINDINGS;
}

int physical_restore(struct run *run, const struct restore_options *options, const struct manifest *manifest)
{
    struct physical physical = PHYSICAL_INIT;
    int result = 0;

    if (run->common->dry_run) {
        printf("'%s' would be restored into '%s'\n", manifest->id, options->data_directory);
        return 0;
    }
    result = physical_open(options, manifest, &physical);
    if (result == 0)
        result = physical_keep(&physical);
    if (result == 0)
        result = print(run, manifest, &physical);
    if (result == 0)
        result = report_gap(options, &physical);
    physical_release(&physical);
    return result;
}
