#include "jobs/restore/logical.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/proc.h"
#include "core/stop.h"
#include "db/session.h"
#include "jobs/in_child.h"
#include "jobs/restore/counted.h"
#include "jobs/restore/load_dump.h"
#include "jobs/restore/new_database.h"
#include "jobs/restore/restore_tables.h"

/* A restore under way; 'seen' is shared with children. */
struct work {
    const struct run *run;
    const struct restore_options *options;
    const struct manifest *manifest;
    struct dump dump;
    struct new_database database;
    struct seen {
        struct contents contents;
        struct counted counted;
        struct table_restore tables;
    } *seen;
};

/* In a database that is not the target: 'postgres', or 'template1' where that is the target or not there, as createdb
 * does. */
static int open_session(const struct work *work)
{
    struct log_held held = {.error = "", .hint = ""};
    int result = ERR_UNAVAILABLE;

    log_hold(&held);
    if (strcmp(work->options->into, "postgres") != 0 && (result = session_use_database("postgres")) == 0)
        result = session_open("restore", 0);
    log_hold(NULL);
    if (result == 0 || (held.error[0] != '\0' && strcmp(session_last_error()->sqlstate, "3D000") != 0)) {
        log_print_held(&held);
        return result;
    }
    result = session_use_database("template1");
    return result == 0 ? session_open("restore", 0) : result;
}

static int refuse_contents(const struct work *work, bool given)
{
    const struct contents *found = &work->seen->contents;

    fail(ERR_INPUT, "database '%s' is not empty: it has %lld object%s, one is '%s'", work->options->into,
         found->objects, found->objects == 1 ? "" : "s", found->example);
    if (given)
        log_hint("all of it will be lost; if that is meant, add --yes");
    else
        log_hint("restore into another one: bridgejob restore %s --into '%.50s_restored'; or replace it: --clean --yes",
                 work->manifest->id, work->options->into);
    return ERR_INPUT;
}

/* It could not be replaced at the end: better to say so before all is loaded. */
static int refuse_sessions(const struct work *work)
{
    fail(ERR_TEMPFAIL, "database '%s' is in use: %lld session%s in it", work->options->into, work->database.sessions,
         work->database.sessions == 1 ? " is" : "s are");
    log_hint("end them and run the same command again; who they are: bridgejob health");
    return ERR_TEMPFAIL;
}

static bool may_replace(const struct work *work)
{
    return work->options->clean && work->run->common->yes;
}

/* 0 when it may be replaced by what is restored. */
static int check_target(const struct work *work)
{
    int result;

    if (!work->database.exists || may_replace(work))
        return 0;
    if (work->database.sessions > 0)
        return refuse_sessions(work);
    result = in_database("restore", work->options->into, new_database_count_contents, &work->seen->contents);
    if (result == 0 && work->seen->contents.objects > 0)
        result = refuse_contents(work, work->options->clean);
    return result;
}

static int say_plan(const struct work *work)
{
    bool tables = work->options->tables.n > 0;
    const char *what = !work->database.exists ? "would be created" : tables ? "would get tables" :
                       may_replace(work) ? "would be replaced" : "is empty, and would be replaced";
    long long n = tables ? work->seen->counted.tables : (long long)work->manifest->n_tables;

    printf("database '%s' %s: backup '%s' of '%s'", work->options->into, what, work->manifest->id,
           work->manifest->database == NULL ? "" : work->manifest->database);
    if (tables && !work->database.exists)
        printf(", some of its tables\n");
    else
        printf(", %lld table%s\n", n, n == 1 ? "" : "s");
    return 0;
}

static int make(struct work *work)
{
    struct buf locale = BUF_INIT;
    int result = 0;

    if (!work->database.exists)
        result = dump_locale(&work->dump, &locale);
    if (result == 0)
        result = new_database_make(&work->database, buf_text(&locale));
    buf_release(&locale);
    return result;
}

static int load_whole(struct work *work)
{
    int result = load_all(&work->dump, work->database.name);

    return result != 0 ? result :
           in_database("restore", work->database.name, counted_compare, &work->seen->counted);
}

static bool wants_tables(const struct work *work)
{
    return work->options->tables.n > 0;
}

static int load_tables(struct work *work, const char *database, bool anew)
{
    struct table_restore *tables = &work->seen->tables;
    int result;

    *tables = (struct table_restore){.dump = &work->dump, .database = database, .anew = anew,
                                     .empty = may_replace(work), .dry_run = work->run->common->dry_run};
    result = in_database("restore", database, tables_restore, tables);
    work->seen->counted.tables = tables->tables;
    work->seen->counted.rows = tables->rows;
    return result;
}

/* The new one, whole and counted, under its name. What was in the way when it began is looked at again: a load takes
 * long, and somebody may have filled it. */
static int build(struct work *work)
{
    int result = make(work);

    if (result == 0)
        result = wants_tables(work) ? load_tables(work, work->database.name, true) : load_whole(work);
    if (result == 0)
        result = check_target(work);
    if (result == 0)
        result = new_database_publish(&work->database, may_replace(work));
    return err_worst(result, new_database_clear(&work->database));
}

/* Tables go into a database as it is. */
static int restore_into(struct work *work)
{
    bool dry = work->run->common->dry_run;
    int result = 0;

    if (wants_tables(work) && work->database.exists)
        result = load_tables(work, work->options->into, false);
    else if (!wants_tables(work))
        result = check_target(work);
    if (result == 0 && dry)
        return say_plan(work);
    if (result == 0 && !(wants_tables(work) && work->database.exists))
        result = build(work);
    return result;
}

static int restore_in_session(struct work *work)
{
    int result = work->run->common->dry_run ? session_set_read_only() : new_database_sweep();

    if (result == 0)
        result = new_database_look(&work->database, work->options->into);
    if (result == 0)
        result = new_database_server_version(&work->dump.version);
    return result == 0 ? restore_into(work) : result;
}

int logical_restore(const struct run *run, const struct restore_options *options, const struct manifest *manifest,
                    struct restored *restored)
{
    struct work work = {.run = run, .options = options, .manifest = manifest,
                        .dump = {.options = options, .manifest = manifest}};
    int result;

    work.seen = proc_share(sizeof(*work.seen));
    if (work.seen == NULL)
        return fail_errno(ERR_INTERNAL, "out of memory");
    work.seen->counted.manifest = manifest;
    result = open_session(&work);
    if (result == 0)
        result = restore_in_session(&work);
    session_close();
    restored->tables = work.seen->counted.tables;
    restored->rows = work.seen->counted.rows;
    proc_unshare(work.seen, sizeof(*work.seen));
    return result;
}
