#include "jobs/backup/drill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/proc.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/backup/check_backup.h"
#include "jobs/backup/drill_checks.h"
#include "jobs/backup/drill_place.h"
#include "jobs/backup/drill_restore.h"
#include "jobs/backup/store.h"
#include "jobs/in_child.h"

static int check(const void *given)
{
    const struct drill_options *options = given;

    if (options->n_ids > 1) {
        fail(ERR_USAGE, "one backup at a time");
        log_hint("bridgejob backup drill %s", options->ids[0]);
        return ERR_USAGE;
    }
    return cluster_check_user();
}

/* The newest that is verified and of that kind. That a newer one is not verified is said: it is not what a disaster
 * would be met with. */
static int find_newest(const struct drill_options *options, struct manifest *manifest)
{
    struct backup_list list;
    int result = store_list(options->backup_dir, &list);
    const struct manifest *newer = NULL;
    size_t i = 0;

    for (; result == 0 && i < list.n; i++) {
        const struct manifest *at = &list.at[i];
        bool wanted = options->kind == DRILL_ANY_KIND || (!at->damaged && (int)at->kind == options->kind);

        if (wanted && at->verified_at != 0)
            break;
        if (wanted && newer == NULL)
            newer = at;
    }
    if (result == 0 && i == list.n) {
        result = fail(ERR_NOINPUT, "there is no verified backup%s%s in '%s'",
                      options->kind == DRILL_ANY_KIND ? "" : " of kind ",
                      options->kind == DRILL_ANY_KIND ? "" : backup_kind_name((enum backup_kind)options->kind),
                      options->backup_dir);
        log_hint("bridgejob backup list --backup-dir %s", options->backup_dir);
    } else if (result == 0) {
        if (newer != NULL)
            log_warning("backup '%s' is newer and not verified: drilling '%s'", newer->id, list.at[i].id);
        *manifest = list.at[i];
        manifest_init(&list.at[i]);
    }
    backup_list_release(&list);
    return result;
}

static int find(const struct drill_options *options, struct manifest *manifest)
{
    if (options->n_ids == 0 || strcmp(options->ids[0], "latest") == 0)
        return find_newest(options, manifest);
    return store_find(options->backup_dir, options->ids[0], manifest);
}

static int check_bytes(const struct drill *drill)
{
    struct backup_options reading = {.identity = drill->options->identity, .bindir = drill->options->bindir};
    struct backup_check found;
    char *path = store_path(drill->options->backup_dir, drill->manifest->id, NULL);
    int result = path == NULL ? ERR_INTERNAL : backup_check(path, drill->manifest, &reading, &found);

    if (result == 0 && found.fault[0] != '\0')
        result = drill_problem(drill->result, ERR_INPUT, "%s", found.fault);
    free(path);
    return result;
}

static int check_database(struct drill_result *result, const char *name)
{
    int rc = session_use_database(name);

    if (rc == 0)
        rc = session_open("backup drill", 0);
    if (rc == 0)
        rc = drill_check_database(result);
    if (rc == 0)
        rc = drill_check_rollups(result);
    session_close();
    return rc;
}

static int find_database(long long n, char name[DRILL_DATABASE_SIZE])
{
    int rc = session_use_database("template1");

    if (rc == 0)
        rc = session_open("backup drill", 0);
    if (rc == 0)
        rc = drill_fetch_database(n, name);
    session_close();
    return rc;
}

/* A bad one does not keep the others from being checked: what is wrong is wanted whole. */
static int check_databases(struct drill_result *result)
{
    char name[DRILL_DATABASE_SIZE] = "";
    int worst = 0;
    int rc = find_database(0, name);

    for (long long n = 1; rc == 0 && name[0] != '\0'; n++) {
        int found = check_database(result, name);

        if (found != 0 && found != ERR_INPUT && found != ERR_FINDINGS)
            return found;
        worst = err_worst(worst, found);
        rc = find_database(n, name);
    }
    return rc == 0 ? worst : rc;
}

static int check_server(const struct drill *drill)
{
    if (drill->manifest->kind == BACKUP_LOGICAL)
        return check_database(drill->result, drill_database(drill->manifest));
    return check_databases(drill->result);
}

static int drill_in_child(void *arg)
{
    const struct drill *drill = arg;
    struct physical server = PHYSICAL_INIT;
    int result = check_bytes(drill);

    if (result == 0)
        result = drill_restore(drill, &server);
    if (drill->result->opened && (result == 0 || result == ERR_FINDINGS))
        result = err_worst(result, check_server(drill));
    physical_release(&server);
    return result;
}

/* It was read to its end for that, so it is verified, whatever was found before. */
static void note_good(struct manifest *manifest, const struct drill_result *found)
{
    manifest->drilled_at = manifest->verified_at = time_now();
    manifest->drill_s = found->rto_s;
    manifest_set(&manifest->fault, NULL);
}

static void note_bad(struct manifest *manifest, const struct drill_result *found)
{
    struct buf fault = BUF_INIT;

    buf_printf(&fault, MANIFEST_DRILL "%s", found->n_problems > 0 ? found->problems[0] : "it could not be restored");
    manifest->verified_at = 0;
    manifest_set(&manifest->fault, buf_text(&fault));
    buf_release(&fault);
}

/* What a drill found belongs to what is known of a backup. A verification may have written the manifest meanwhile.
 * Where it cannot be written, the run's history has it still. */
static void note(const struct drill_options *options, const struct manifest *drilled,
                 const struct drill_result *found, int outcome)
{
    struct log_held held = {.error = "", .hint = ""};
    char *path = store_path(options->backup_dir, drilled->id, NULL);
    struct manifest manifest;

    manifest_init(&manifest);
    log_hold(&held);
    if (path != NULL && store_find(options->backup_dir, drilled->id, &manifest) == 0) {
        if (outcome == 0)
            note_good(&manifest, found);
        else
            note_bad(&manifest, found);
        manifest_write(&manifest, path);
    }
    log_hold(NULL);
    if (held.error[0] != '\0')
        log_warning("what the drill found is not noted in the manifest: %s", held.error);
    manifest_release(&manifest);
    free(path);
}

static void say_outcome(const struct drill_options *options, const struct manifest *manifest, int outcome)
{
    if (outcome == 0 || outcome == stop_requested())
        return;
    if (outcome == ERR_INPUT) {
        log_error("backup '%s' is bad: it does not come back", manifest->id);
        log_hint("make a new one: bridgejob backup; use an older one: bridgejob backup list --backup-dir %s",
                 options->backup_dir);
    } else if (outcome == ERR_FINDINGS) {
        log_warning("backup '%s' comes back, and what it holds is not as it should be", manifest->id);
        log_hint("see whether the database itself is so: bridgejob rollup --verify, with the options named above");
    } else {
        log_error("the drill could not run, which says nothing about backup '%s'", manifest->id);
        log_hint("run the same command again when the cause is gone");
    }
}

static int print(struct run *run, const struct manifest *manifest, const struct drill_result *result, int outcome)
{
    struct buf text = BUF_INIT;

    drill_result_json(result, manifest, run_elapsed_s(run), run->id, outcome, &run->tally);
    if (run->common->format != FORMAT_TABLE)
        printf("%s\n", buf_text(&run->tally));
    else if (!run->common->quiet)
        drill_result_text(result, manifest, &text);
    printf("%s", buf_text(&text));
    buf_release(&text);
    return 0;
}

static int drill_at(struct run *run, const struct drill_options *options, const struct manifest *manifest,
                    struct drill_result *result)
{
    struct drill drill = {.began = time_monotonic(), .run = run, .options = options, .manifest = manifest,
                          .result = result};
    const char *dir = options->work_dir == NULL ? options->backup_dir : options->work_dir;
    struct drill_place place = DRILL_PLACE_INIT;
    int outcome = drill_place_make(&place, dir, manifest->database_bytes);
    int removed;

    result->started = time_now();
    drill.data = place.data;
    if (outcome == 0)
        outcome = in_child(drill_in_child, &drill);
    removed = drill_place_remove(&place);
    if (outcome == 0 || outcome == ERR_INPUT)
        note(options, manifest, result, outcome);
    say_outcome(options, manifest, outcome);
    print(run, manifest, result, outcome);
    return err_worst(outcome, removed);
}

static int drill_found(struct run *run, const struct drill_options *options, const struct manifest *manifest)
{
    struct drill_result *result;
    int outcome;

    if (run->common->dry_run) {
        printf("backup '%s' (%s, %lld MB) would be restored in '%s'\n", manifest->id,
               backup_kind_name(manifest->kind), (long long)(manifest->database_bytes >> 20),
               options->work_dir == NULL ? options->backup_dir : options->work_dir);
        return 0;
    }
    result = proc_share(sizeof(*result));
    if (result == NULL)
        return fail_errno(ERR_INTERNAL, "out of memory");
    outcome = drill_at(run, options, manifest, result);
    proc_unshare(result, sizeof(*result));
    return outcome;
}

static int run_drill(struct run *run, const void *given)
{
    const struct drill_options *options = given;
    struct manifest manifest;
    int hold = -1;
    int result;

    manifest_init(&manifest);
    result = find(options, &manifest);
    if (result == 0 && (hold = store_hold(options->backup_dir, manifest.id)) < 0)
        result = ERR_NOINPUT;
    if (result == 0)
        result = drill_found(run, options, &manifest);
    if (hold >= 0)
        close(hold);
    manifest_release(&manifest);
    return result;
}

const struct job drill_job = {.name = "backup drill", .needs = NEEDS_DB, .check = check, .run = run_drill};
