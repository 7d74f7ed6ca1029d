#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "jobs/backup/backup.h"
#include "jobs/backup/retention.h"
#include "jobs/backup/store.h"
#include "jobs/prune/pruned.h"
#include "jobs/wal/wal_expire.h"

enum { REMOVED, KEPT, BYTES_FREED, WAL_FILES_REMOVED };

static const struct column columns[] = {{"id", CELL_TEXT},       {"created_at", CELL_TEXT}, {"kind", CELL_TEXT},
                                        {"database", CELL_TEXT}, {"bytes", CELL_NUMBER},    {"action", CELL_TEXT},
                                        {"why", CELL_TEXT}};

/* What one run knows of the backups there are; 'items' go with 'list'. */
struct expiring {
    const struct run *run;
    const struct backup_options *options;
    struct backup_list list;
    struct retained *items;
    struct buf groups; /* their names, each with its NUL */
    struct pruned *outcome;
};

static bool is_of_database(const struct manifest *manifest, const struct manifest *other)
{
    return manifest->database != NULL && other->database != NULL && strcmp(manifest->database, other->database) == 0;
}

/* What a manifest that cannot be used does not tell, another one of that database does. */
static const struct manifest *known(const struct backup_list *list, const struct manifest *manifest)
{
    for (size_t i = 0; manifest->damaged && i < list->n; i++)
        if (!list->at[i].damaged && list->at[i].kind == manifest->kind && is_of_database(&list->at[i], manifest))
            return &list->at[i];
    return manifest;
}

/* Dumps of a database are chosen among themselves, and so are base backups of its cluster. Another cluster may have a
 * database of that name: a backup of the one is none of the other. */
static void name_group(struct expiring *expiring, const struct manifest *manifest)
{
    const char *cluster = known(&expiring->list, manifest)->system_identifier;

    buf_printf(&expiring->groups, "%s %s %s", backup_kind_name(manifest->kind), cluster == NULL ? "" : cluster,
               manifest->database == NULL ? "" : manifest->database);
    buf_add_char(&expiring->groups, '\0');
}

static int gather(struct expiring *expiring)
{
    struct backup_list *list = &expiring->list;
    const char *group;

    expiring->items = calloc(list->n + 1, sizeof(*expiring->items));
    if (expiring->items == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < list->n; i++)
        name_group(expiring, &list->at[i]);
    if (!buf_ok(&expiring->groups))
        return fail(ERR_INTERNAL, "out of memory");
    group = expiring->groups.data;
    for (size_t i = 0; i < list->n; i++) {
        expiring->items[i] = (struct retained){
            .group = group, .created_at = list->at[i].created_at, .good = manifest_is_good(&list->at[i])};
        group += strlen(group) + 1;
    }
    return 0;
}

static void add_row(const struct expiring *expiring, size_t i, const char *action)
{
    const struct manifest *manifest = &expiring->list.at[i];
    struct table *table = &expiring->outcome->listing;
    char created[TIME_TEXT_SIZE];

    time_format(manifest->created_at, created);
    table_add(table, manifest->id);
    table_add(table, created);
    table_add(table, manifest->damaged ? NULL : backup_kind_name(manifest->kind));
    table_add(table, manifest->database);
    table_add_int(table, manifest->bytes);
    table_add(table, action);
    table_add(table, expiring->items[i].why);
}

/* It does not count, so somebody should know: it may be that nothing is left in its stead. */
static void report_uncounted(const struct expiring *expiring, const struct manifest *manifest)
{
    struct buf next = BUF_INIT;

    store_command(&next, "verify", manifest->id, expiring->options->backup_dir);
    if (manifest->fault != NULL)
        pruned_block(expiring->outcome, "damaged", manifest->id, manifest->fault, buf_text(&next));
    else
        pruned_block(expiring->outcome, "unverified", manifest->id, "it was never verified, so it does not count",
                     buf_text(&next));
    buf_release(&next);
}

static void keep(const struct expiring *expiring, size_t i)
{
    expiring->outcome->counts[KEPT].n++;
    if (!expiring->items[i].good)
        report_uncounted(expiring, &expiring->list.at[i]);
    if (expiring->options->explain)
        add_row(expiring, i, "keep");
}

/* Who reads it now is not disturbed: the next run takes it. */
static int drop(struct expiring *expiring, size_t i)
{
    const struct manifest *manifest = &expiring->list.at[i];
    int result = expiring->run->common->dry_run ? 0 : store_remove(expiring->options->backup_dir, manifest->id);

    if (result == 0) {
        expiring->outcome->counts[REMOVED].n++;
        expiring->outcome->counts[BYTES_FREED].n += manifest->bytes;
        add_row(expiring, i, "remove");
    } else {
        expiring->outcome->counts[KEPT].n++;
        expiring->items[i].goes = false;
        add_row(expiring, i, "stays");
    }
    return result;
}

static int carry_out(struct expiring *expiring)
{
    int worst = 0;

    for (size_t i = 0; i < expiring->list.n && stop_requested() == 0; i++) {
        if (expiring->items[i].goes)
            worst = err_worst(worst, drop(expiring, i));
        else
            keep(expiring, i);
    }
    return stop_requested() != 0 ? stop_requested() : worst;
}

static void add_wal_row(const struct expiring *expiring, const char *action, int64_t bytes, const char *why)
{
    struct table *table = &expiring->outcome->listing;

    table_add(table, expiring->options->wal_dir);
    table_add(table, NULL);
    table_add(table, "wal");
    table_add(table, NULL);
    if (bytes < 0)
        table_add(table, NULL);
    else
        table_add_int(table, bytes);
    table_add(table, action);
    table_add(table, why);
}

/* A backup that does not tell what it needs keeps all of it: somebody should know, or the disk fills. */
static void block_wal(const struct expiring *expiring, const struct wal_cutoff *cutoff)
{
    struct buf next = BUF_INIT, detail = BUF_INIT;

    store_command(&next, "verify", cutoff->backup->id, expiring->options->backup_dir);
    buf_printf(&detail, "backup '%s': %s", cutoff->backup->id, cutoff->why);
    pruned_block(expiring->outcome, "wal", expiring->options->wal_dir, buf_text(&detail), buf_text(&next));
    buf_release(&detail);
    buf_release(&next);
}

static void report_wal(const struct expiring *expiring, const struct wal_expired *expired)
{
    struct pruned_count *counts = expiring->outcome->counts;
    const struct manifest *backup = expired->cutoff.backup;
    char why[BACKUP_ID_SIZE + 120];

    counts[WAL_FILES_REMOVED].n = expired->files;
    counts[BYTES_FREED].n += expired->bytes;
    if (expired->cutoff.why != NULL) {
        block_wal(expiring, &expired->cutoff);
        return;
    }
    snprintf(why, sizeof(why), "%lld file%s before %s, which no backup that is kept needs", expired->files,
             expired->files == 1 ? "" : "s", expired->from);
    if (expired->files > 0)
        add_wal_row(expiring, "remove", expired->bytes, why);
    if (backup == NULL)
        snprintf(why, sizeof(why), "all of it: no physical backup of its cluster is here");
    else if (expired->from[0] == '\0')
        snprintf(why, sizeof(why), "there is no segment in it");
    else
        snprintf(why, sizeof(why), "from %s on, which '%s' needs", expired->from, backup->id);
    if (expiring->options->explain)
        add_wal_row(expiring, "keep", -1, why);
}

/* What did not go, for whatever reason, may be restored. */
static int expire_wal(const struct expiring *expiring)
{
    const struct backup_list *list = &expiring->list;
    const struct manifest **kept = calloc(list->n + 1, sizeof(struct manifest *));
    struct wal_expired expired;
    size_t n = 0;
    int result;

    if (kept == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < list->n; i++)
        if (!expiring->items[i].goes)
            kept[n++] = &list->at[i];
    result = wal_expire(expiring->options->wal_dir, kept, n, expiring->run->common->dry_run, &expired);
    if (result == 0 || expired.files > 0)
        report_wal(expiring, &expired);
    free(kept);
    return result;
}

/* A directory without any is none that backups are made in. */
static int read_list(struct expiring *expiring)
{
    const char *dir = expiring->options->backup_dir;
    int result = store_list(dir, &expiring->list);

    if (result != 0 || expiring->list.n > 0)
        return result;
    fail(ERR_NOINPUT, "there is no backup in '%s'", dir);
    store_hint("", "create", NULL, dir);
    return ERR_NOINPUT;
}

static bool has_archive(const struct backup_options *options)
{
    return options->wal_dir != NULL && *options->wal_dir != '\0';
}

static int expire(struct expiring *expiring)
{
    const struct backup_options *options = expiring->options;
    const struct retention_policy policy = {options->keep_daily, options->keep_weekly, options->keep_monthly};
    int result = read_list(expiring);

    if (result != 0)
        return result;
    if (!expiring->run->common->dry_run)
        store_sweep(options->backup_dir);
    result = gather(expiring);
    if (result == 0) {
        retention_choose(&policy, expiring->items, expiring->list.n);
        result = carry_out(expiring);
    }
    if ((result == 0 || result == ERR_TEMPFAIL) && has_archive(options))
        result = err_worst(result, expire_wal(expiring));
    free(expiring->items);
    buf_release(&expiring->groups);
    backup_list_release(&expiring->list);
    return result;
}

static int run_expire(struct run *run, const void *given)
{
    struct pruned outcome;
    struct expiring expiring = {.run = run, .options = given, .outcome = &outcome};
    int result;

    pruned_init(&outcome, run, "backups", columns, sizeof(columns) / sizeof(*columns));
    outcome.guarded = true;
    outcome.counts[REMOVED].name = "removed";
    outcome.counts[KEPT].name = "kept";
    outcome.counts[BYTES_FREED].name = "bytes_freed";
    if (has_archive(given))
        outcome.counts[WAL_FILES_REMOVED].name = "wal_files_removed";
    result = expire(&expiring);
    result = err_worst(result, pruned_finish(&outcome, run, result == ERR_TEMPFAIL ? 0 : result));
    pruned_release(&outcome);
    return result;
}

static int check_options(const void *given)
{
    const struct backup_options *options = given;

    if (options->keep_daily + options->keep_weekly + options->keep_monthly > 0)
        return 0;
    fail(ERR_USAGE, "nothing is to be kept: '--keep-daily', '--keep-weekly' and '--keep-monthly' are all 0");
    log_hint("bridgejob backup expire --keep-daily 7 --dry-run");
    return ERR_USAGE;
}

const struct job backup_expire_job = {
    .name = "backup expire", .needs = KEEPS_HISTORY, .check = check_options, .run = run_expire};
