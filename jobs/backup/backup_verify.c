#include <stdio.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "jobs/backup/check_backup.h"
#include "jobs/backup/store.h"
#include "jobs/prune/pruned.h"

enum { VERIFIED, DAMAGED };

static const struct column columns[] = {{"id", CELL_TEXT},    {"verified", CELL_BOOL}, {"contents", CELL_BOOL},
                                        {"bytes", CELL_NUMBER}, {"elapsed_s", CELL_NUMBER}, {"fault", CELL_TEXT}};

/* One verification of many. */
struct verifying {
    const struct run *run;
    const struct backup_options *options;
    struct pruned *outcome;
};

/* Into the manifest as it is now: reading all of it took a while, in which a drill may have failed. */
static int record(const struct verifying *verifying, const char *id, const struct backup_check *check)
{
    const char *dir = verifying->options->backup_dir;
    struct manifest manifest;
    char *path = NULL;
    int result;

    manifest_init(&manifest);
    result = store_find(dir, id, &manifest);
    if (result == 0 && check->fault[0] == '\0' && manifest_failed_drill(&manifest))
        goto out;
    if (result == 0)
        result = manifest_set(&manifest.fault, check->fault[0] == '\0' ? NULL : check->fault);
    if (result == 0) {
        manifest.verified_at = check->fault[0] == '\0' ? time_now() : 0;
        path = store_path(dir, id, NULL);
        result = path == NULL ? ERR_INTERNAL : manifest_write(&manifest, path);
    }
out:
    free(path);
    manifest_release(&manifest);
    return result;
}

static void add_row(const struct verifying *verifying, const struct manifest *manifest,
                    const struct backup_check *check, int64_t started)
{
    struct table *table = &verifying->outcome->listing;
    bool whole = check->fault[0] == '\0';
    char elapsed[32];

    snprintf(elapsed, sizeof(elapsed), "%.3f", (double)(time_monotonic() - started) / (double)TIME_SECOND);
    table_add(table, manifest->id);
    table_add(table, whole ? "true" : "false");
    table_add(table, check->contents ? "true" : "false");
    table_add_int(table, manifest->bytes);
    table_add(table, elapsed);
    table_add(table, whole ? NULL : check->fault);
    verifying->outcome->counts[whole ? VERIFIED : DAMAGED].n++;
}

static int report_fault(const struct verifying *verifying, const struct manifest *manifest,
                        const struct backup_check *check)
{
    fail(ERR_INPUT, "backup '%s': %s", manifest->id, check->fault);
    if (manifest_failed_drill(manifest))
        store_hint("try it again: ", "drill", manifest->id, verifying->options->backup_dir);
    else
        store_hint("take another one now: ", "create", NULL, verifying->options->backup_dir);
    return ERR_INPUT;
}

/* While it is held nobody removes it. */
static int check_held(const struct verifying *verifying, const struct manifest *manifest)
{
    char *path = store_path(verifying->options->backup_dir, manifest->id, NULL);
    int64_t started = time_monotonic();
    struct backup_check check;
    int result = path == NULL ? ERR_INTERNAL : backup_check(path, manifest, verifying->options, &check);

    free(path);
    if (result != 0)
        return result;
    if (check.fault[0] == '\0' && manifest_failed_drill(manifest))
        snprintf(check.fault, sizeof(check.fault), "%s", manifest->fault);
    add_row(verifying, manifest, &check, started);
    if (!manifest->damaged && !verifying->run->common->dry_run)
        result = record(verifying, manifest->id, &check);
    if (check.fault[0] != '\0')
        return err_worst(report_fault(verifying, manifest, &check), result);
    if (!check.contents)
        log_info("backup '%s' is encrypted: without its key only sizes and SHA-256 are checked", manifest->id);
    return result;
}

static int verify_one(const struct verifying *verifying, const struct manifest *manifest)
{
    int held = store_hold(verifying->options->backup_dir, manifest->id);
    int result = held < 0 ? ERR_NOINPUT : check_held(verifying, manifest);

    if (held >= 0)
        close(held);
    return result;
}

/* One that is bad keeps nobody from looking at the others. */
static int verify_all(const struct verifying *verifying)
{
    struct backup_list list;
    int result = store_list(verifying->options->backup_dir, &list);
    int worst = result;

    if (result != 0)
        return result;
    for (size_t i = 0; i < list.n && stop_requested() == 0; i++)
        worst = err_worst(worst, verify_one(verifying, &list.at[i]));
    if (list.n == 0) {
        worst = fail(ERR_NOINPUT, "there is no backup in '%s'", verifying->options->backup_dir);
        store_hint("", "create", NULL, verifying->options->backup_dir);
    }
    backup_list_release(&list);
    return stop_requested() != 0 ? stop_requested() : worst;
}

static int verify_named(const struct verifying *verifying, const char *id)
{
    struct manifest manifest;
    int result;

    manifest_init(&manifest);
    result = store_find(verifying->options->backup_dir, id, &manifest);
    if (result == 0)
        result = verify_one(verifying, &manifest);
    manifest_release(&manifest);
    return result;
}

static int verify(const struct verifying *verifying)
{
    const struct backup_options *options = verifying->options;
    int worst = 0;

    if (options->all)
        return verify_all(verifying);
    for (size_t i = 0; i < options->n_ids && stop_requested() == 0; i++)
        worst = err_worst(worst, verify_named(verifying, options->ids[i]));
    return stop_requested() != 0 ? stop_requested() : worst;
}

static int run_verify(struct run *run, const void *given)
{
    const struct backup_options *options = given;
    struct pruned outcome;
    struct verifying verifying = {.run = run, .options = options, .outcome = &outcome};
    int result;

    pruned_init(&outcome, run, "backups", columns, sizeof(columns) / sizeof(*columns));
    outcome.counts[VERIFIED].name = "verified";
    outcome.counts[DAMAGED].name = "damaged";
    result = verify(&verifying);
    result = err_worst(result, pruned_finish(&outcome, run, result == ERR_INPUT ? 0 : result));
    pruned_release(&outcome);
    return result;
}

static int check_options(const void *given)
{
    const struct backup_options *options = given;

    if ((options->n_ids > 0) != options->all)
        return 0;
    fail(ERR_USAGE, options->all ? "with '--all' no backup is named" : "no backup is named");
    store_hint("", "verify --all", NULL, options->backup_dir);
    return ERR_USAGE;
}

const struct job backup_verify_job = {
    .name = "backup verify", .needs = KEEPS_HISTORY, .check = check_options, .run = run_verify};
