#include "jobs/backup/created.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/err.h"
#include "core/table.h"
#include "core/time.h"

static const struct column columns[] = {
    {"id", CELL_TEXT},        {"created_at", CELL_TEXT}, {"kind", CELL_TEXT},     {"format", CELL_TEXT},
    {"database", CELL_TEXT},  {"bytes", CELL_NUMBER},    {"verified", CELL_BOOL}, {"verified_at", CELL_TEXT},
    {"encrypted", CELL_BOOL}, {"path", CELL_TEXT},       {"files", CELL_NUMBER},  {"tables", CELL_NUMBER},
    {"rows", CELL_NUMBER},    {"dump_s", CELL_NUMBER},   {"verify_s", CELL_NUMBER}, {"elapsed_s", CELL_NUMBER},
    {"dry_run", CELL_BOOL},   {"run_id", CELL_NUMBER}};

static void add_time(struct table *table, int64_t us)
{
    char text[TIME_TEXT_SIZE];

    time_format(us, text);
    table_add(table, us == 0 ? NULL : text);
}

static void add_seconds(struct table *table, double seconds)
{
    char text[32];

    snprintf(text, sizeof(text), "%.3f", seconds);
    table_add(table, text);
}

static void add_bool(struct table *table, bool value)
{
    table_add(table, value ? "true" : "false");
}

static int64_t count_rows(const struct manifest *manifest)
{
    int64_t n = 0;

    for (size_t i = 0; i < manifest->n_tables; i++)
        n += manifest->tables[i].rows > 0 ? manifest->tables[i].rows : 0;
    return n;
}

static void fill(struct table *table, const struct created *created, const struct run *run)
{
    const struct manifest *manifest = created->manifest;

    table_add(table, manifest->id);
    add_time(table, manifest->created_at);
    table_add(table, backup_kind_name(manifest->kind));
    table_add(table, backup_format_name(manifest->format));
    table_add(table, manifest->database);
    table_add_int(table, manifest->bytes);
    add_bool(table, manifest->verified_at != 0);
    add_time(table, manifest->verified_at);
    add_bool(table, manifest->encrypted != NULL);
    table_add(table, created->path);
    table_add_int(table, (long long)manifest->n_files);
    table_add_int(table, (long long)manifest->n_tables);
    table_add_int(table, count_rows(manifest));
    add_seconds(table, created->dump_s);
    add_seconds(table, created->verify_s);
    add_seconds(table, run_elapsed_s(run));
    add_bool(table, run->common->dry_run);
    table_add_int(table, run->id);
}

static void print_dry(const struct created *created)
{
    const struct manifest *manifest = created->manifest;
    struct buf text = BUF_INIT;

    buf_printf(&text, "dry run, nothing was touched: would take a %s backup (%s) of ", backup_kind_name(manifest->kind),
               backup_format_name(manifest->format));
    buf_printf(&text, manifest->kind == BACKUP_LOGICAL ? "database '" : "the cluster of database '");
    buf_add_visible(&text, span_of(manifest->database), false);
    buf_add_text(&text, "', ");
    buf_add_size(&text, manifest->database_bytes);
    buf_printf(&text, ", into '%s'", created->dir);
    if (created->available > 0) {
        buf_add_text(&text, ", which has ");
        buf_add_size(&text, created->available);
        buf_add_text(&text, " left");
    }
    puts(buf_text(&text));
    buf_release(&text);
}

static void print_line(const struct created *created, const struct run *run)
{
    const struct manifest *manifest = created->manifest;
    struct buf text = BUF_INIT;

    buf_printf(&text, "%s: ", manifest->id);
    buf_add_size(&text, manifest->bytes);
    buf_printf(&text, " in %zu file%s, ", manifest->n_files, manifest->n_files == 1 ? "" : "s");
    if (manifest->kind == BACKUP_LOGICAL)
        buf_printf(&text, "%lld rows of %zu tables, ", (long long)count_rows(manifest), manifest->n_tables);
    buf_printf(&text, "%s in %.1f s (%.1f s of them to verify)\n",
               created->contents ? "verified" : "verified but for what is encrypted", run_elapsed_s(run),
               created->verify_s);
    fputs(buf_text(&text), stdout);
    buf_release(&text);
}

static int keep_tally(const struct table *table, struct run *run)
{
    char *text = NULL;
    size_t n = 0;
    FILE *memory = open_memstream(&text, &n);
    int result = memory == NULL ? fail(ERR_INTERNAL, "out of memory") : table_print_object(table, memory);

    if (memory != NULL && fclose(memory) != 0)
        result = fail(ERR_INTERNAL, "out of memory");
    if (result == 0)
        buf_add(&run->tally, text, n);
    free(text);
    return result;
}

int created_print(const struct created *created, struct run *run)
{
    enum format format = run->common->format;
    struct table table;
    int result;

    table_init(&table, columns, sizeof(columns) / sizeof(*columns));
    fill(&table, created, run);
    result = keep_tally(&table, run);
    if (result == 0 && format == FORMAT_JSON)
        result = table_print_object(&table, stdout);
    else if (result == 0 && format == FORMAT_CSV)
        result = table_print(&table, FORMAT_CSV, stdout);
    else if (result == 0 && run->common->dry_run)
        print_dry(created);
    else if (result == 0 && !run->common->quiet)
        print_line(created, run);
    table_release(&table);
    return fflush(stdout) == 0 ? result : fail_errno(ERR_IO, "cannot write the result");
}
