#include "jobs/reindex/reindex.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/err.h"
#include "core/stop.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/maintenance/attempt.h"
#include "jobs/maintenance/holders.h"
#include "jobs/maintenance/tables.h"
#include "jobs/reindex/leftover_index.h"
#include "jobs/reindex/rebuild.h"

struct step {
    struct rebuild *rebuild;
    const struct index_facts *index;
    unsigned session; /* that has the lock */
};

/* A connection that was made again has to take the job's lock again, and its attempt may have left something. */
static int rebuild_step(void *arg)
{
    struct step *step = arg;
    int result = 0;

    if (step->session != session_number()) {
        result = lock_take(LOCK_REINDEX, reindex_job.name);
        if (result == 0)
            result = attempt_prepare(&step->rebuild->limits);
        if (result == 0)
            result = leftovers_drop_of(step->index, &step->rebuild->limits, &step->rebuild->account);
        step->session = session_number();
    }
    return result != 0 ? result : rebuild_index(step->rebuild, step->index);
}

static int rebuild_all(struct rebuild *rebuild, const struct index_list *list)
{
    struct step step = {.rebuild = rebuild, .session = session_number()};
    int result = 0;

    for (size_t i = 0; i < list->n && result == 0; i++) {
        step.index = &list->at[i];
        result = session_retry(rebuild_step, &step);
        if (stop_requested() != 0)
            result = stop_requested();
    }
    return result;
}

static void plan_all(struct rebuild *rebuild, const struct index_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        char reason[120];

        rebuild_reason(&list->at[i], rebuild->options, reason);
        account_done(&rebuild->account, &(struct done){.table = list->at[i].index, .action = "reindex",
                     .reason = reason, .removed = -1, .left = -1, .bytes_before = list->at[i].bytes,
                     .bytes_after = -1, .ms = -1});
    }
}

/* The most to gain first. */
static int compare(const void *one, const void *other)
{
    const struct index_facts *a = one, *b = other;

    if (a->wasted != b->wasted)
        return a->wasted < b->wasted ? 1 : -1;
    return (a->oid > b->oid) - (a->oid < b->oid);
}

/* No time even to look. */
static void report_late(struct rebuild *rebuild, size_t n)
{
    struct holder holder = {"", ""};
    char what[40], reason[64];

    if (n == 0)
        return;
    snprintf(what, sizeof(what), n == 1 ? "%zu index" : "%zu indexes", n);
    snprintf(holder.hint, sizeof(holder.hint), "%s", limits_hint(&rebuild->limits));
    limits_reason(&rebuild->limits, reason, sizeof(reason));
    account_skipped(&rebuild->account, what, reason, &holder);
}

/* It may be bloated, and nobody knows. */
static int report_unread(struct rebuild *rebuild, const struct index_facts *index, enum attempt attempt)
{
    struct holder holder = {"", ""};
    char reason[300];
    int result = 0;

    snprintf(reason, sizeof(reason), "its bloat could not be measured: %.250s",
             attempt == ATTEMPT_LOCKED ? "it is locked" : session_last_error()->message);
    if (attempt == ATTEMPT_LOCKED)
        result = holders_of_table(index->table_oid, false, &holder);
    if (result == 0)
        account_skipped(&rebuild->account, index->index, reason, &holder);
    return result;
}

/* Measure, and keep what is to be rebuilt. Of those asked for too, so that the order is right. */
static int choose(struct rebuild *rebuild, struct index_list *list)
{
    const struct maintenance_options *options = rebuild->options;
    bool exactly = false;
    size_t kept = 0, late = 0;
    int result = bloat_find_extension(&exactly);

    rebuild->account.unmeasured = 0;
    for (size_t i = 0; i < list->n && result == 0; i++) {
        struct index_facts *index = &list->at[i];
        enum attempt attempt = ATTEMPT_DONE;

        if (options->tables.n > 0 && !index->named)
            continue;
        result = bloat_measure(index, exactly, &rebuild->limits, &attempt);
        if (options->all || index->named || bloat_is_much(index))
            list->at[kept++] = *index;
        else if (result == 0 && (attempt == ATTEMPT_LOCKED || attempt == ATTEMPT_REFUSED))
            result = report_unread(rebuild, index, attempt);
        else if (attempt == ATTEMPT_TIME_UP)
            late++;
        else
            rebuild->account.unmeasured += index->measured == MEASURED_NOT && index->bytes >= BLOAT_BYTES;
    }
    list->n = kept;
    report_late(rebuild, late);
    if (kept > 0)
        qsort(list->at, kept, sizeof(*list->at), compare);
    if (result == 0)
        result = session_pin();
    return result != 0 ? result : attempt_prepare(&rebuild->limits);
}

static int find(struct rebuild *rebuild, struct index_list *list)
{
    struct buf oids = BUF_INIT;
    int result = tables_find(&rebuild->options->tables, &oids);

    if (result == 0)
        result = indexes_list(buf_text(&oids), list);
    if (result == 0)
        result = choose(rebuild, list);
    buf_release(&oids);
    return result;
}

static int run_reindex(struct run *run, const void *options)
{
    struct rebuild rebuild = {.options = options, .run_id = run->id};
    struct index_list list = {NULL, 0};
    bool dry = run->common->dry_run;
    int result;

    account_init(&rebuild.account);
    limits_start(&rebuild.limits, rebuild.options, time(NULL), run->started);
    result = attempt_prepare(&rebuild.limits);
    if (result == 0)
        result = leftovers_drop(dry, &rebuild.limits, &rebuild.account);
    if (result == 0)
        result = find(&rebuild, &list);
    if (result == 0 && dry)
        plan_all(&rebuild, &list);
    else if (result == 0)
        result = rebuild_all(&rebuild, &list);
    if (result != ERR_NOINPUT)
        result = account_close(&rebuild.account, run, result);
    indexes_release(&list);
    account_release(&rebuild.account);
    return result;
}

const struct job reindex_job = {.name = "reindex", .needs = NEEDS_DB | NEEDS_LOCK, .lock_key = LOCK_REINDEX,
                                .check = maintenance_check, .run = run_reindex};
