#include "jobs/rollup/rollup.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/rollup/definition.h"
#include "jobs/rollup/outcome.h"
#include "jobs/rollup/pass.h"
#include "jobs/rollup/position.h"
#include "jobs/rollup/zone.h"

#define TRIES 4 /* one, and three more (3-events.md, Rollup: version) */

/* What is locked, for messages. */
#define LOCK_NAME_SIZE 160

static int check(const void *given)
{
    const struct rollup_options *options = given;
    struct window_size size;

    if (options->window == NULL) {
        fail(ERR_USAGE, "how long is a window?");
        log_hint("bridgejob rollup --window 1h");
        return ERR_USAGE;
    }
    if (window_size_parse(options->window, &size) != 0) {
        fail(ERR_USAGE, "'--window' must be %s, not '%s'", WINDOW_SIZES, options->window);
        log_hint("bridgejob rollup --window 1h");
        return ERR_USAGE;
    }
    if (options->type == ROLLUP_TIME_WINDOW && options->only_namespace != NULL) {
        fail(ERR_USAGE, "--type time_window is of all name spaces together, and takes no --namespace");
        log_hint("of one name space: --type namespace_grouping");
        return ERR_USAGE;
    }
    if (options->verify && options->repair)
        return fail(ERR_USAGE, "--verify and --repair exclude each other: --repair also lists what it mends");
    return 0;
}

static int define(const struct rollup_options *options, struct definition *definition)
{
    window_size_parse(options->window, &definition->size);
    window_size_format(&definition->size, definition->window);
    definition->type = (enum rollup_type)options->type;
    definition->type_name = rollup_type_name(definition->type);
    definition->only_namespace = options->only_namespace == NULL ? "" : options->only_namespace;
    definition->max_uniques = options->max_uniques;
    return zone_find(options->tz, definition->tz);
}

/* After a connection was lost its lock is gone with it. */
struct rollup_lock {
    int key;
    char name[LOCK_NAME_SIZE];
    unsigned session; /* that took it, 0 for none */
};

static int lock_hold(struct rollup_lock *lock)
{
    int rc;

    if (lock->session == session_number() && !session_lost())
        return 0;
    rc = session_lost() ? session_reopen() : 0;
    if (rc == 0)
        rc = lock_take(lock->key, lock->name);
    if (rc == 0)
        lock->session = session_number();
    return rc;
}

static int report_busy(const struct pass *pass)
{
    if (*pass->at == '\0')
        return session_report("cannot roll up");
    fail(ERR_TEMPFAIL, "another session keeps changing the window %s: tried %d times", pass->at, TRIES);
    log_hint("run the same command again");
    return ERR_TEMPFAIL;
}

static int run_pass(struct pass *pass, struct rollup_lock *lock)
{
    int rc = 0;

    for (int tries = 1; tries <= TRIES; tries++) {
        if ((rc = lock_hold(lock)) != 0)
            return rc;
        pass->careful = tries == TRIES;
        rc = pass_run(pass);
        if (rc == 0 || stop_requested() != 0)
            return rc;
        if (!session_may_retry())
            break;
        log_debug("try %d of %d failed: %s", tries, TRIES, session_last_error()->message);
    }
    return report_busy(pass);
}

/* NULL is 'otherwise'. */
static int parse_time(const char *name, const char *text, const char *tz, int64_t otherwise, int64_t *at)
{
    int rc;

    *at = otherwise;
    if (text == NULL)
        return 0;
    rc = zone_parse_time(name, text, tz, at);
    if (rc == ERR_USAGE)
        log_hint("see: bridgejob help rollup");
    return rc;
}

static int report_range(const char *what)
{
    fail(ERR_USAGE, "%s", what);
    log_hint("a day: bridgejob rollup --window 1h --from 2025-10-15 --to 2025-10-16");
    return ERR_USAGE;
}

static int parse_range(const struct rollup_options *options, struct pass *pass)
{
    const char *tz = pass->definition->tz;
    int rc = parse_time("--from", options->from, tz, PASS_FIRST, &pass->from);

    if (rc == 0)
        rc = parse_time("--to", options->to, tz, PASS_LAST, &pass->to);
    if (rc == 0 && pass->from >= pass->to)
        rc = report_range("--from must be before --to");
    if (rc == 0 && (pass->from < PASS_FIRST || pass->to > PASS_LAST))
        rc = report_range("a rollup is of the years from 1973 to 2199");
    pass->ranged = options->from != NULL || options->to != NULL || options->verify || options->repair;
    return rc;
}

static int roll(struct pass *pass, const struct definition *definition)
{
    struct rollup_lock lock = {.key = definition_lock_key(definition)};
    int rc;

    snprintf(lock.name, sizeof(lock.name), "the rollup '%s %s %s'", definition->window, definition->type_name,
             definition->tz);
    rc = lock_hold(&lock);
    if (rc == 0 && !pass->ranged && (rc = position_register(definition)) != 0)
        session_report("cannot roll up");
    if (rc == 0)
        rc = run_pass(pass, &lock);
    if (rc == 0 && pass->looked && (rc = position_clean()) != 0)
        session_report("cannot clean up");
    if (lock.session != 0 && lock.session == session_number() && !session_lost())
        rc = err_worst(rc, lock_give(lock.key, lock.name));
    return rc;
}

/* Reads only: no lock, no position, no run in the way of others. */
static int look(struct pass *pass)
{
    int rc = pass_run(pass);

    return rc == 0 || rc == stop_requested() ? rc : session_report("cannot look at windows");
}

static enum pass_kind kind_of(const struct rollup_options *options, const struct run *run)
{
    return run->common->dry_run ? PASS_LIST : options->verify ? PASS_VERIFY : options->repair ? PASS_REPAIR : PASS_ROLL;
}

static void say_mended(const struct pass *pass)
{
    const struct persisted *counts = &pass->counts;
    long long mended = counts->inserted + counts->updated + counts->deleted;

    if (pass->kind == PASS_REPAIR && pass->listing->n_rows > 0 && mended > 0)
        log_warning("%lld window%s mended", mended, mended == 1 ? " was" : "s were");
}

static int say_findings(struct pass *pass)
{
    const char *line = buf_text(&pass->kept);

    for (; *line != '\0'; line += strlen(line) + 1)
        log_warning("%s", line);
    say_mended(pass);
    if (pass->kept.len > 0 || (pass->kind == PASS_VERIFY && pass->listing->n_rows > 0))
        return ERR_FINDINGS;
    return 0;
}

static int finish(struct pass *pass, struct run *run)
{
    int rc = outcome_print(pass, run);

    outcome_json(pass, run, false, &run->tally);
    return err_worst(say_findings(pass), rc);
}

static int run_rollup(struct run *run, const void *given)
{
    const struct rollup_options *options = given;
    struct definition definition;
    struct table listing;
    struct pass pass = {.definition = &definition, .kind = kind_of(options, run), .run = run->id, .kept = BUF_INIT};
    int rc = define(options, &definition);

    if (pass.kind == PASS_LIST)
        table_init(&listing, outcome_window_columns, 4);
    else
        table_init(&listing, outcome_difference_columns, 6);
    pass.listing = pass.kind == PASS_ROLL ? NULL : &listing;
    if (rc == 0)
        rc = parse_range(options, &pass);
    if (rc == 0)
        rc = pass.kind == PASS_LIST || pass.kind == PASS_VERIFY ? look(&pass) : roll(&pass, &definition);
    if (rc == 0)
        rc = finish(&pass, run);
    table_release(&listing);
    pass_release(&pass);
    return rc;
}

const struct job rollup_job = {
    .name = "rollup", .needs = NEEDS_DB | NEEDS_SCHEMA, .check = check, .run = run_rollup};
