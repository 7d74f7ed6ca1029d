#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "core/table.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/migrate/drift.h"
#include "jobs/migrate/fingerprint.h"
#include "jobs/migrate/history.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/snapshot.h"
#include "jobs/migrate/standing.h"
#include "jobs/migrate/statements.h"

static const struct column repair_columns[] = {
    {"action", CELL_TEXT}, {"file", CELL_TEXT}, {"object", CELL_TEXT}, {"note", CELL_TEXT}};

/* What the history says, and what it will say. */
struct repair {
    struct standing standing;
    struct drift drift;
    struct table table; /* a row for each change */
};

static void add(struct repair *repair, const char *action, const char *file, const char *object, const char *note)
{
    table_add(&repair->table, action);
    table_add(&repair->table, file);
    table_add(&repair->table, object);
    table_add(&repair->table, note);
}

static bool rollback_differs(const struct step *step)
{
    return step->row != NULL && step->migration != NULL &&
           strcmp(step->row->rollback_checksum, step->migration->rollback.checksum) != 0;
}

static bool takes_checksums(const struct step *step)
{
    return step->state == STEP_CHANGED || rollback_differs(step);
}

static void add_step(struct repair *repair, const struct step *step)
{
    if (step->state == STEP_CHANGED)
        add(repair, "take its checksum as it is", step->file, NULL, "the file was changed after it was applied");
    if (rollback_differs(step))
        add(repair, "take its checksum as it is",
            step->migration->rollback.name == NULL ? step->file : step->migration->rollback.name, NULL,
            step->migration->rollback.name == NULL           ? "its rollback file is gone"
            : *step->row->rollback_checksum == '\0' ? "the rollback file was added later"
                                                    : "the rollback file was changed after it was applied");
    if (step->state == STEP_MISSING)
        add(repair, "forget that it was applied", step->file, NULL, "the file is not there");
}

/* Whether the statements that are done stand in the file as they did: their checksum is that of their texts, each
 * with a NUL (pieces.h). */
static bool is_usable(const struct halfway *halfway, const struct migration_file *file)
{
    struct script script = script_of((struct span){file->text, file->len});
    char checksum[SHA256_HEX_SIZE];
    struct buf done = BUF_INIT;
    struct span statement;
    bool same;

    for (long long i = 0; i < halfway->done && script_next(&script, &statement); i++) {
        buf_add_span(&done, statement);
        buf_add_char(&done, '\0');
    }
    same = checksum_of(buf_span(&done), checksum) == 0 && strcmp(checksum, halfway->checksum) == 0;
    buf_release(&done);
    return same || halfway->done == 0;
}

/* Why nobody can go on from there; NULL when one can, or when it is another set's, as what an embedded set does not
 * know may be a directory's. */
static const char *why_unusable(const struct repair *repair, const struct halfway *halfway)
{
    const struct migrations *files = &repair->standing.files;
    const struct migration *migration = migrations_find(files, halfway->file);

    if (migration == NULL)
        return files->embedded || migrations_are_beside(files, halfway->file)
                   ? NULL
                   : "it is half done, and the file is not there";
    if (is_usable(halfway, halfway->up ? &migration->forward : &migration->rollback))
        return NULL;
    return "it is half done, and was changed in what is done: the next run begins at its start";
}

static void add_difference(struct repair *repair, const struct difference *difference)
{
    const struct object *object = difference_object(difference);
    struct buf name = BUF_INIT;
    struct buf note = BUF_INIT;

    buf_printf(&name, "%s %s", object->kind, object->name);
    difference_say(difference, &note);
    add(repair, "take the catalog as it is",
        difference->was == NULL || *difference->was->file == '\0' ? NULL : difference->was->file, buf_text(&name),
        buf_text(&note));
    buf_release(&note);
    buf_release(&name);
}

/* While a file is half done the catalog is between two states, and neither is to be taken. */
static bool takes_catalog(const struct repair *repair)
{
    for (size_t i = 0; i < repair->standing.halfway.n; i++) {
        if (why_unusable(repair, &repair->standing.halfway.at[i]) == NULL)
            return false;
    }
    return drift_is_any(&repair->drift);
}

static void collect(struct repair *repair)
{
    for (size_t i = 0; i < repair->standing.n; i++)
        add_step(repair, &repair->standing.at[i]);
    for (size_t i = 0; i < repair->standing.halfway.n; i++) {
        const struct halfway *halfway = &repair->standing.halfway.at[i];
        if (why_unusable(repair, halfway) != NULL)
            add(repair, "forget how far it got", halfway->file, NULL, why_unusable(repair, halfway));
    }
    if (!takes_catalog(repair))
        return;
    for (size_t i = 0; i < repair->drift.differences.n; i++)
        add_difference(repair, &repair->drift.differences.at[i]);
    if (repair->drift.unnamed)
        add(repair, "take the catalog as it is", NULL, NULL, "it is not as the last file left it");
}

static int take_catalog(const struct repair *repair)
{
    const struct history *history = &repair->standing.history;
    char fingerprint[FINGERPRINT_SIZE];
    int result = snapshot_take("", fingerprint);

    for (size_t i = history->n; result == 0 && i-- > 0;) {
        const struct history_row *row = &history->at[i];
        const struct migration *file = migrations_find(&repair->standing.files, row->file);
        if (file != NULL || migrations_are_beside(&repair->standing.files, row->file))
            return history_set_fingerprint(row->file, fingerprint);
    }
    return result;
}

static int change(const struct repair *repair)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < repair->standing.n; i++) {
        const struct step *step = &repair->standing.at[i];
        if (step->state == STEP_MISSING)
            result = history_forget(step->file);
        else if (takes_checksums(step))
            result = history_accept(step->migration);
    }
    for (size_t i = 0; result == 0 && i < repair->standing.halfway.n; i++) {
        const struct halfway *halfway = &repair->standing.halfway.at[i];
        if (why_unusable(repair, halfway) != NULL)
            result = halfway_forget(halfway->file);
    }
    return result == 0 && takes_catalog(repair) ? take_catalog(repair) : result;
}

static int change_at_once(const struct repair *repair)
{
    int result = session_begin();

    if (result == 0)
        result = change(repair);
    if (result == 0)
        result = session_commit();
    session_rollback();
    return result;
}

/* 0 to go on, ERR_USAGE when nobody can be asked, ERR_FINDINGS when the answer is no. */
static int confirm(const struct repair *repair, const struct common_options *common)
{
    char answer[16] = "";

    if (common->yes)
        return 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        fail(ERR_USAGE, "'migrate repair' asks before it changes the history, and this is no terminal");
        log_hint("say it beforehand: bridgejob migrate repair --yes");
        return ERR_USAGE;
    }
    fprintf(stderr, "make %zu change%s to the history (tables stay as they are)? [y/N] ", repair->table.n_rows,
            repair->table.n_rows == 1 ? "" : "s");
    if (fgets(answer, sizeof(answer), stdin) != NULL && (*answer == 'y' || *answer == 'Y'))
        return 0;
    return ERR_FINDINGS;
}

static int carry_out(struct repair *repair, const struct common_options *common)
{
    int result;

    if (repair->table.n_rows == 0) {
        log_info("nothing to repair");
        return common->format == FORMAT_TABLE ? 0 : table_print(&repair->table, common->format, stdout);
    }
    result = table_print(&repair->table, common->format, stdout);
    if (result != 0 || common->dry_run)
        return result;
    result = confirm(repair, common);
    if (result == 0)
        result = change_at_once(repair);
    if (result == ERR_FINDINGS)
        log_info("nothing was changed");
    return result;
}

static int run_repair(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct repair repair = {.drift = {.unnamed = false}};
    int result = standing_read_in_order(&repair.standing, (enum embedded_set)migrate->set, migrate->dir,
                                        (enum file_order)migrate->order);

    if (result != 0)
        return result;
    table_init(&repair.table, repair_columns, sizeof(repair_columns) / sizeof(*repair_columns));
    result = drift_find(&repair.drift, &repair.standing.history);
    if (result == 0) {
        collect(&repair);
        result = carry_out(&repair, run->common);
    }
    buf_printf(&run->tally, "{\"changes\": %zu}", repair.table.n_rows);
    table_release(&repair.table);
    drift_release(&repair.drift);
    standing_release(&repair.standing);
    return result;
}

const struct job migrate_repair_job = {
    .name = "migrate repair", .needs = NEEDS_DB | NEEDS_LOCK, .lock_key = LOCK_MIGRATE, .run = run_repair};
