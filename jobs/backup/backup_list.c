#include <stdio.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/backup/backup.h"
#include "jobs/backup/store.h"

static const struct column columns[] = {
    {"id", CELL_TEXT},         {"created_at", CELL_TEXT},  {"kind", CELL_TEXT},     {"format", CELL_TEXT},
    {"database", CELL_TEXT},   {"bytes", CELL_NUMBER},     {"verified", CELL_BOOL}, {"verified_at", CELL_TEXT},
    {"encrypted", CELL_BOOL},  {"drilled_at", CELL_TEXT},  {"fault", CELL_TEXT},
};

static void add_time(struct table *table, int64_t us)
{
    char text[TIME_TEXT_SIZE];

    time_format(us, text);
    table_add(table, us == 0 ? NULL : text);
}

/* Of a manifest that cannot be used nothing is known but what its id says. */
static void add_backup(struct table *table, const struct manifest *manifest)
{
    bool known = !manifest->damaged;

    table_add(table, manifest->id);
    add_time(table, manifest->created_at);
    table_add(table, known ? backup_kind_name(manifest->kind) : NULL);
    table_add(table, known ? backup_format_name(manifest->format) : NULL);
    table_add(table, manifest->database);
    if (known)
        table_add_int(table, manifest->bytes);
    else
        table_add(table, NULL);
    table_add(table, manifest_is_good(manifest) ? "true" : "false");
    add_time(table, manifest->verified_at);
    table_add(table, !known ? NULL : manifest->encrypted != NULL ? "true" : "false");
    add_time(table, manifest->drilled_at);
    table_add(table, manifest->fault);
}

static int run_list(struct run *run, const void *given)
{
    const struct backup_options *options = given;
    struct backup_list list;
    struct table table;
    int result = store_list(options->backup_dir, &list);

    if (result != 0)
        return result;
    table_init(&table, columns, sizeof(columns) / sizeof(*columns));
    for (size_t i = 0; i < list.n; i++)
        add_backup(&table, &list.at[i]);
    if (list.n == 0 && run->common->format == FORMAT_TABLE)
        log_info("there is no backup in '%s'", options->backup_dir);
    else
        result = table_print(&table, run->common->format, stdout);
    table_release(&table);
    backup_list_release(&list);
    return result;
}

/* Needs no server: that may be what is lost. */
const struct job backup_list_job = {.name = "backup list", .run = run_list};
