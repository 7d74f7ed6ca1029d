#include "jobs/restore/restore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/table.h"
#include "db/session.h"
#include "jobs/backup/check_backup.h"
#include "jobs/backup/store.h"
#include "jobs/restore/logical.h"
#include "jobs/restore/physical.h"

static int check(const void *given)
{
    const struct restore_options *options = given;

    if (options->n_ids != 1) {
        fail(ERR_USAGE, "%s backup is it to be?", options->n_ids == 0 ? "which" : "which one");
        log_hint("bridgejob restore latest --into NAME; list them: bridgejob backup list");
        return ERR_USAGE;
    }
    if (options->into != NULL && options->data_directory != NULL)
        return fail(ERR_USAGE, "--into is for logical backups, --data-directory for physical ones: give one of them");
    if (options->tables.n > 0 && options->data_directory != NULL)
        return fail(ERR_USAGE, "--table is for logical backups: a physical one is restored as a whole");
    return 0;
}

/* What the backup is decides which options make sense. */
static int check_kind(const struct restore_options *options, const struct manifest *manifest)
{
    if (manifest->kind == BACKUP_LOGICAL && options->into == NULL) {
        fail(ERR_USAGE, "'%s' is a logical backup: which database does it become?", manifest->id);
        log_hint("bridgejob restore %s --into %s_restored", manifest->id,
                 manifest->database == NULL ? "app" : manifest->database);
        return ERR_USAGE;
    }
    if (manifest->kind == BACKUP_LOGICAL && options->target_time != NULL) {
        fail(ERR_USAGE, "--target-time needs a physical backup, and '%s' is a logical one", manifest->id);
        log_hint("which are physical: bridgejob backup list --backup-dir %s", options->backup_dir);
        return ERR_USAGE;
    }
    if (manifest->format == BACKUP_PLAIN && (options->no_owner || options->tables.n > 0)) {
        fail(ERR_USAGE, "'%s' is a plain dump, of which nothing can be left out: %s needs a custom or directory one",
             manifest->id, options->no_owner ? "--no-owner" : "--table");
        log_hint("which there are: bridgejob backup list --backup-dir %s", options->backup_dir);
        return ERR_USAGE;
    }
    if (manifest->kind == BACKUP_PHYSICAL && options->data_directory == NULL) {
        fail(ERR_USAGE, "'%s' is a physical backup: which data directory does it become?", manifest->id);
        log_hint("bridgejob restore %s --data-directory DIR", manifest->id);
        return ERR_USAGE;
    }
    return 0;
}

static int restore_check_backup(const struct restore_options *options, const struct manifest *manifest)
{
    struct backup_options reading = {.identity = options->identity};
    struct backup_check found;
    char *path = store_path(options->backup_dir, manifest->id, NULL);
    int result = path == NULL ? ERR_INTERNAL : backup_check(path, manifest, &reading, &found);

    if (result == 0 && found.fault[0] != '\0') {
        result = fail(ERR_INPUT, "backup '%s' is damaged: %s", manifest->id, found.fault);
        store_hint("have it noted, so that 'latest' is another one: ", "verify", manifest->id, options->backup_dir);
    } else if (result == 0 && manifest_failed_drill(manifest)) {
        log_warning("backup '%s' did not come back in its last drill: %s", manifest->id, manifest->fault);
    }
    free(path);
    return result;
}

static int print_result(struct run *run, const struct restored *restored)
{
    static const struct column columns[] = {{"id", CELL_TEXT}, {"into", CELL_TEXT}, {"tables_checked", CELL_NUMBER},
                                            {"rows_checked", CELL_NUMBER}, {"elapsed_s", CELL_NUMBER}};
    char elapsed[32];
    struct table table;
    int result = 0;

    snprintf(elapsed, sizeof(elapsed), "%.3f", run_elapsed_s(run));
    table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
    table_add(&table, restored->id);
    table_add(&table, restored->into);
    table_add_int(&table, restored->tables);
    table_add_int(&table, restored->rows);
    table_add(&table, elapsed);
    if (run->common->format == FORMAT_JSON)
        result = table_print_object(&table, stdout);
    else if (run->common->format == FORMAT_CSV)
        result = table_print(&table, FORMAT_CSV, stdout);
    else if (!run->common->quiet)
        printf("'%s' is restored into '%s': %lld table%s with %lld row%s, as when it was made (%.1f s)\n", restored->id,
               restored->into, restored->tables, restored->tables == 1 ? "" : "s", restored->rows,
               restored->rows == 1 ? "" : "s", run_elapsed_s(run));
    table_release(&table);
    return result;
}

static int restore_logical(struct run *run, const struct restore_options *options, const struct manifest *manifest)
{
    struct restored restored = {.id = manifest->id, .into = options->into};
    int result = session_target(run->common->dbname);

    if (result == 0)
        result = restore_check_backup(options, manifest);
    if (result == 0)
        result = logical_restore(run, options, manifest, &restored);
    return result != 0 || run->common->dry_run ? result : print_result(run, &restored);
}

static int restore_found(struct run *run, const struct restore_options *options, const struct manifest *manifest)
{
    int result = check_kind(options, manifest);

    if (result != 0)
        return result;
    if (manifest->kind == BACKUP_LOGICAL)
        return restore_logical(run, options, manifest);
    result = physical_check(options, manifest);
    if (result == 0 && !run->common->dry_run)
        result = restore_check_backup(options, manifest);
    return result != 0 ? result : physical_restore(run, options, manifest);
}

/* The latest is of the kind that is asked for: a dump taken since does not stand in the way of a whole cluster. */
static int find(const struct restore_options *options, struct manifest *manifest)
{
    if (strcmp(options->ids[0], "latest") == 0 && options->data_directory != NULL)
        return store_latest(options->backup_dir, BACKUP_PHYSICAL, manifest);
    if (strcmp(options->ids[0], "latest") == 0 && options->into != NULL)
        return store_latest(options->backup_dir, BACKUP_LOGICAL, manifest);
    return store_find(options->backup_dir, options->ids[0], manifest);
}

static int run_restore(struct run *run, const void *given)
{
    const struct restore_options *options = given;
    struct manifest manifest;
    int hold = -1;
    int result;

    manifest_init(&manifest);
    result = find(options, &manifest);
    if (result == 0 && (hold = store_hold(options->backup_dir, manifest.id)) < 0)
        result = ERR_NOINPUT;
    if (result == 0)
        result = restore_found(run, options, &manifest);
    if (hold >= 0)
        close(hold);
    manifest_release(&manifest);
    return result;
}

const struct job restore_job = {.name = "restore", .check = check, .run = run_restore};
