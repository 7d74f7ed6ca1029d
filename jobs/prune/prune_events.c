#include <stdlib.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/prune/dependents.h"
#include "jobs/prune/detach.h"
#include "jobs/prune/expired.h"
#include "jobs/prune/guard.h"
#include "jobs/prune/prune.h"
#include "jobs/prune/pruned.h"
#include "jobs/prune/relation.h"
#include "jobs/prune/trickle.h"

enum { DROPPED, DELETED };

static const struct column columns[] = {
    {"partition", CELL_TEXT}, {"action", CELL_TEXT}, {"from", CELL_TEXT}, {"to", CELL_TEXT}, {"events", CELL_NUMBER}};

struct pruning {
    const struct prune_options *options;
    bool dry;
    char cutoff[EXPIRED_CUTOFF_SIZE];
    struct guard guard;
    struct pruned pruned;
};

/* 'events' below 0: not counted, as that would read all of what is dropped. */
static void list(struct pruning *pruning, const struct expired *expired, long long events)
{
    struct table *listing = &pruning->pruned.listing;
    char text[TIME_TEXT_SIZE];

    table_add(listing, expired->name);
    table_add(listing, expired->kind == EXPIRED_PART ? "delete" : "drop");
    time_format(expired->first, text);
    table_add(listing, expired_is_empty(expired) ? NULL : text);
    time_format(expired->last, text);
    table_add(listing, expired_is_empty(expired) ? NULL : text);
    if (events < 0)
        table_add(listing, NULL);
    else
        table_add_int(listing, events);
}

static int list_only(struct pruning *pruning, const struct expired *expired)
{
    int64_t events = 0;

    if (expired_count(pruning->cutoff, expired, &events) != 0)
        return session_report("cannot count events");
    list(pruning, expired, events);
    if (expired->kind == EXPIRED_PART)
        pruning->pruned.counts[DELETED].n += events;
    else
        pruning->pruned.counts[DROPPED].n++;
    return 0;
}

static struct detach how_to_detach(const struct pruning *pruning)
{
    return (struct detach){
        .cutoff = pruning->cutoff, .wait_s = pruning->options->lock_timeout_s, .guard = &pruning->guard};
}

static int take(struct pruning *pruning, struct expired *expired)
{
    const struct detach detach = how_to_detach(pruning);
    long long rows = 0;
    bool gone = false;
    int rc;

    if (expired->kind == EXPIRED_PART) {
        rc = trickle(pruning->cutoff, expired, &pruning->guard, &rows);
        pruning->pruned.counts[DELETED].n += rows;
        if (rows > 0)
            list(pruning, expired, rows);
        return rc;
    }
    rc = detach_and_drop(&detach, expired, &gone);
    if (gone) {
        pruning->pruned.counts[DROPPED].n++;
        list(pruning, expired, -1);
    }
    return rc;
}

/* What is not to be pruned whatever the rollups say. */
static bool is_kept(struct pruning *pruning, const struct expired *expired)
{
    struct pruned *pruned = &pruning->pruned;

    if (expired->kind == EXPIRED_ODD)
        pruned_block(pruned, "not_a_table", expired->name, "a partition of event_logs that is not a plain table",
                     "prune it by hand: psql -c '\\d+ event_logs'");
    else if (expired->kind == EXPIRED_PENDING && !expired->marked)
        pruned_block(pruned, "detach_pending", expired->name, "somebody's DETACH CONCURRENTLY of it has not ended",
                     "finish it: psql -c 'ALTER TABLE event_logs DETACH PARTITION ... FINALIZE'");
    else if (expired->kind != EXPIRED_PART && expired->newer)
        pruned_block(pruned, "not_expired", expired->name,
                     "it was detached to be dropped, and holds events that are not older than that",
                     "attach it again, or prune with the --older-than of that run: psql -c '\\d+ event_logs'");
    else
        return false;
    return true;
}

static bool has_nothing(const struct expired *expired)
{
    return expired_is_empty(expired) && (expired->kind == EXPIRED_PART || expired->kind == EXPIRED_ODD);
}

static int check_dependents(struct pruning *pruning, const struct expired *expired, bool *needed)
{
    char found[DEPENDENT_SIZE] = "";
    int rc = 0;

    if (expired->kind != EXPIRED_PART)
        rc = dependents_object(expired, found);
    if (rc == 0 && *found == '\0' && expired->kind != EXPIRED_LEFT)
        rc = dependents_reference(pruning->cutoff, expired, found);
    if (rc != 0)
        return session_report("cannot look for what needs a partition");
    *needed = *found != '\0';
    if (*needed)
        pruned_block(&pruning->pruned, "depended_on", expired->name, found, DEPENDENTS_SHOWN);
    return 0;
}

/* A mark says something of a table that is detached, or about to be. */
static int unmark(const struct pruning *pruning, struct expired *expired)
{
    const struct detach detach = how_to_detach(pruning);
    bool attached = expired->kind == EXPIRED_WHOLE || expired->kind == EXPIRED_PART;

    return expired->marked && attached && !pruning->dry ? detach_unmark(&detach, expired) : 0;
}

static int prune_one(struct pruning *pruning, struct expired *expired)
{
    bool needed = false, open = true;
    int rc = unmark(pruning, expired);

    if (rc != 0)
        return rc;
    if (expired_range(pruning->cutoff, expired) != 0)
        return session_report("cannot look at the events of a partition");
    if (has_nothing(expired) || is_kept(pruning, expired))
        return 0;
    rc = check_dependents(pruning, expired, &needed);
    if (rc != 0 || needed)
        return rc;
    if (!expired_is_empty(expired))
        rc = guard_check(&pruning->guard, expired->name, expired->first, expired->last, &open);
    if (rc != 0 || !open)
        return rc;
    return pruning->dry ? list_only(pruning, expired) : take(pruning, expired);
}

static int prune_all(struct pruning *pruning)
{
    struct expired *expired = NULL;
    size_t n = 0;
    int rc = expired_list(pruning->cutoff, &expired, &n);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = stop_requested();
        if (rc == 0)
            rc = prune_one(pruning, &expired[i]);
    }
    free(expired);
    return rc;
}

/* Where nothing is rolled up, nothing tells what is still needed: somebody has to say so. */
static int may_prune(struct pruning *pruning, bool *may)
{
    int rc = guard_has_rollups(may);

    if (rc != 0 || *may)
        return rc;
    *may = pruning->options->without_rollup;
    if (!*may)
        pruned_block(&pruning->pruned, "no_rollup", "event_logs", "no rollup has run in this database",
                 "bridgejob rollup --window 1h, or if there is to be none: bridgejob prune events --without-rollup");
    return 0;
}

static int run_events(struct run *run, const void *given)
{
    struct pruning pruning = {.options = given, .dry = run->common->dry_run};
    struct pruned *pruned = &pruning.pruned;
    bool may = false;
    int rc;

    pruned_init(pruned, run, "partitions", columns, sizeof(columns) / sizeof(*columns));
    pruned->guarded = true;
    pruned->counts[DROPPED].name = "partitions_dropped";
    pruned->counts[DELETED].name = "rows_deleted";
    pruning.guard = (struct guard){.pruned = pruned, .without_rollup = pruning.options->without_rollup};
    rc = expired_cutoff(pruning.options->older_than_s, pruning.cutoff);
    if (rc == 0)
        rc = relation_lock_timeout(pruning.options->lock_timeout_s);
    if (rc == 0)
        rc = may_prune(&pruning, &may);
    if (rc == 0 && may)
        rc = prune_all(&pruning);
    rc = pruned_finish(pruned, run, rc);
    pruned_release(pruned);
    return rc;
}

const struct job prune_events_job = {.name = "prune events",
                                     .needs = NEEDS_DB | NEEDS_SCHEMA | NEEDS_LOCK,
                                     .lock_key = LOCK_PRUNE,
                                     .run = run_events};
