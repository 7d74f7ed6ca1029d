#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/table.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/differences.h"
#include "jobs/migrate/history.h"
#include "jobs/migrate/in_scratch.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/names.h"
#include "jobs/migrate/snapshot.h"
#include "jobs/migrate/standing.h"

static const struct column difference_columns[] = {{"file", CELL_TEXT}, {"object", CELL_TEXT}, {"note", CELL_TEXT}};
static const struct column adopted_columns[] = {{"version", CELL_TEXT}, {"name", CELL_TEXT}, {"file", CELL_TEXT}};

/* Whether the database is what the files up to 'version' make. */
struct comparison {
    const struct common_options *common;
    const struct standing *standing;
    const struct migrate_options *options;
    const char *version;
    size_t end;               /* the step behind the last one of that version */
    struct description found; /* the database */
    struct description made;  /* what the files up to 'version' make */
    struct description all;   /* what all of them make, where it was worth making */
    const char *fits;         /* the version whose files make what is there, and least is beside it; NULL: none */
    size_t beside;            /* how much is */
};

/* What stands by itself and is no file's work may be there; what is on a table of theirs may not. */
static bool is_beside(const struct comparison *it, const struct difference *difference, const struct description *made)
{
    const struct object *is = difference->is;

    if (difference->was != NULL || description_find(&it->all, is->kind, is->name) != NULL)
        return false;
    for (size_t i = 0; i < made->n; i++) {
        if (*is->parent != '\0' && strcmp(made->at[i].name, is->parent) == 0)
            return false;
    }
    return true;
}

/* How much of what is there is beside what was made, and how much is against it. */
static int count(const struct comparison *it, const struct description *made, size_t *beside, size_t *against)
{
    struct differences differences;
    int result = differences_find(&differences, made, &it->found);

    *beside = 0;
    for (size_t i = 0; i < differences.n; i++)
        *beside += is_beside(it, &differences.at[i], made);
    *against = differences.n - *beside;
    differences_release(&differences);
    return result;
}

static int note_fit(struct comparison *it, const struct step *step, const struct description *made)
{
    size_t beside, against;
    int result = count(it, made, &beside, &against);

    if (result == 0 && against == 0 && (it->fits == NULL || beside < it->beside)) {
        it->fits = step->version;
        it->beside = beside;
    }
    return result;
}

/* Apply one file in the scratch database, and look how well the catalog fits behind it. What made an object is known
 * from the snapshot. */
static int make_one(struct comparison *it, const struct step *step, struct description *made)
{
    bool known;
    long long ms;
    int result = stop_requested();

    if (result == 0)
        result = migration_apply(step->migration, 0, &ms);
    if (result != 0)
        return result;
    description_release(made);
    result = snapshot_read(made, &known);
    return result == 0 ? note_fit(it, step, made) : result;
}

static int report(const struct comparison *it, const struct differences *differences)
{
    struct table table;
    int result;

    table_init(&table, difference_columns, sizeof(difference_columns) / sizeof(*difference_columns));
    for (size_t i = 0; i < differences->n; i++) {
        const struct difference *at = &differences->at[i];
        const struct object *object = difference_object(at);
        struct buf name = BUF_INIT;
        struct buf note = BUF_INIT;
        buf_printf(&name, "%s %s", object->kind, object->name);
        difference_say(at, &note);
        if (!is_beside(it, at, &it->made)) {
            table_add(&table, at->was == NULL ? NULL : at->was->file);
            table_add(&table, buf_text(&name));
            table_add(&table, buf_text(&note));
        } else {
            log_warning("%s is no work of these files, and is left alone", buf_text(&name));
        }
        buf_release(&note);
        buf_release(&name);
    }
    result = table.n_rows == 0 ? 0 : table_print(&table, it->common->format, stdout);
    if (result == 0 && table.n_rows > 0)
        result = fail(ERR_CONFIG, "the database is not what the files up to '%s' make: %zu difference%s", it->version,
                      table.n_rows, table.n_rows == 1 ? "" : "s");
    table_release(&table);
    return result;
}

static int compare(const struct comparison *it)
{
    struct differences differences;
    int result = differences_find(&differences, &it->made, &it->found);

    if (result == 0)
        result = report(it, &differences);
    if (result == ERR_CONFIG && it->fits != NULL)
        log_hint("it is what the files up to '%s' make: bridgejob migrate baseline %s", it->fits, it->fits);
    else if (result == ERR_CONFIG)
        log_hint("make the database as the files have it, or write the files as it is; then run the same "
                 "command again");
    differences_release(&differences);
    return result;
}

/* What is there beyond the version may be the work of later files: then the version is too low. One of them that
 * fails (and says so) is not what this is about. A version that leaves later files' work beside it does not fit. */
static int make_rest(struct comparison *it, size_t i)
{
    size_t beside, against;
    int result;

    if (it->fits != NULL && it->beside == 0)
        return 0;
    while (i < it->standing->n && make_one(it, &it->standing->at[i], &it->all) == 0)
        i++;
    result = count(it, it->all.n > 0 ? &it->all : &it->made, &beside, &against);
    if (it->beside > beside)
        it->fits = NULL;
    return result;
}

static int make_all(struct comparison *it)
{
    int result = history_create();
    size_t i;

    for (i = 0; result == 0 && i < it->end; i++)
        result = make_one(it, &it->standing->at[i], &it->made);
    if (result == 0)
        result = make_rest(it, i);
    return result != 0 ? result : stop_requested();
}

/* In the scratch database. */
static int compare_there(void *arg)
{
    struct comparison *it = arg;
    int result = make_all(it);

    if (result == 0)
        result = compare(it);
    description_release(&it->all);
    description_release(&it->made);
    return result;
}

/* No file made what was found there. */
static int record_rows(const struct comparison *it, struct table *table)
{
    char fingerprint[FINGERPRINT_SIZE];
    int result = snapshot_take("", fingerprint);

    for (size_t i = 0; result == 0 && i < it->end; i++) {
        const struct migration *migration = it->standing->at[i].migration;
        result = history_add_baselined(migration, fingerprint);
        table_add(table, migration->version);
        table_add(table, migration->title);
        table_add(table, migration->forward.name);
    }
    return result;
}

static int record(const struct comparison *it)
{
    struct table table;
    int result = history_create();

    table_init(&table, adopted_columns, sizeof(adopted_columns) / sizeof(*adopted_columns));
    if (result == 0)
        result = session_begin();
    if (result == 0)
        result = record_rows(it, &table);
    if (result == 0)
        result = session_commit();
    session_rollback();
    if (result == 0 && !it->common->quiet)
        result = table_print(&table, it->common->format, stdout);
    if (result == 0)
        log_info("%zu file%s recorded as applied; none was run", table.n_rows, table.n_rows == 1 ? " is" : "s are");
    table_release(&table);
    return result;
}

static int check_standing(struct comparison *it)
{

    for (size_t i = 0; i < it->standing->n; i++) {
        if (it->standing->at[i].row == NULL)
            continue;
        fail(ERR_CONFIG, "the database has a history already: '%s' is applied", it->standing->at[i].file);
        log_hint("see: bridgejob migrate status");
        return ERR_CONFIG;
    }
    it->end = version_is(it->version) ? standing_behind(it->standing, it->version) : 0;
    if (it->end > 0)
        return 0;
    fail(ERR_USAGE, "no migration has the number '%s'", it->version);
    log_hint("see: bridgejob migrate status");
    return ERR_USAGE;
}

static int adopt(struct comparison *it)
{
    int result = check_standing(it);

    if (result != 0)
        return result;
    if (it->common->dry_run) {
        log_info("would compare the database with what the files up to '%s' make, and record them", it->version);
        return 0;
    }
    result = description_take(&it->found);
    if (result == 0)
        result = in_scratch("migrate baseline", compare_there, it);
    return result == 0 ? record(it) : result;
}

static int run_baseline(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct standing standing;
    struct comparison it = {.common = run->common, .options = migrate, .standing = &standing};
    int result;

    it.version = migrate->versions[0];
    result = standing_read_in_order(&standing, (enum embedded_set)migrate->set, migrate->dir,
                                    (enum file_order)migrate->order);
    if (result != 0)
        return result;
    result = adopt(&it);
    description_release(&it.found);
    standing_release(&standing);
    return result;
}

static int check_baseline(const void *options)
{
    const struct migrate_options *migrate = options;

    if (migrate->n_versions == 1)
        return 0;
    fail(ERR_USAGE, "name the one version up to which the database is as the files make it");
    log_hint("bridgejob migrate baseline 006");
    return ERR_USAGE;
}

const struct job migrate_baseline_job = {.name = "migrate baseline", .needs = NEEDS_DB | NEEDS_LOCK,
                                         .lock_key = LOCK_MIGRATE, .check = check_baseline, .run = run_baseline};
