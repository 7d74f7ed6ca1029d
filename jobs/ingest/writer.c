#include "jobs/ingest/writer.h"

#include <string.h>
#include <time.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/ingest/ledger.h"
#include "jobs/ingest/partitions.h"
#include "jobs/ingest/stage.h"
#include "pipe/row.h"

#define FAILURES_AT_MOST 5 /* then the run gives up with ERR_TEMPFAIL (README, "Connection") */
#define FIRST_WAIT_MS 100  /* doubled after each failure */

int writer_init(struct writer *writer, long long run, int index, size_t batch_lines)
{
    *writer = (struct writer){.run = run, .index = index};
    buf_init(&writer->events);
    buf_init(&writer->workflows);
    buf_init(&writer->steps);
    return fold_init(&writer->fold, batch_lines);
}

void writer_release(struct writer *writer)
{
    session_close();
    fold_release(&writer->fold);
    buf_release(&writer->events);
    buf_release(&writer->workflows);
    buf_release(&writer->steps);
}

/* Entries [from, to) of a batch, those refused already left out. */
struct range {
    struct batch *batch;
    size_t from, to;
};

static size_t live_entries(const struct range *range)
{
    size_t n = 0;
    for (size_t i = range->from; i < range->to; i++)
        n += !range->batch->entries[i].refused;
    return n;
}

static void count(struct merge_plan *plan, const struct event *event)
{
    plan->events++;
    switch (event->kind) {
    case EVENT_STEP_STARTED:
    case EVENT_STEP_COMPLETED:
    case EVENT_STEP_FAILED: plan->steps++; break;
    case EVENT_STATE_TRANSITION: plan->transitions++; break;
    case EVENT_STAMP_CREATED:
        if (event->facts[FACT_FILE_HASH].at != NULL)
            plan->stamps++;
        else
            plan->hashless++;
        break;
    case EVENT_HASH_GENERATED: plan->hash_events++; break;
    case EVENT_NODE_REGISTERED:
    case EVENT_NODE_HEARTBEAT: plan->nodes++; break;
    case EVENT_AGGREGATION_COMPLETED:
    case EVENT_STATE_AGGREGATION_COMPLETED: plan->bridges += event->has_entity; break;
    default: break;
    }
}

/* Fold first: a step without an order gets its rank there. */
static void make_rows(struct writer *writer, const struct range *range)
{
    struct batch_entry *entries = range->batch->entries;
    writer->plan = (struct merge_plan){0};
    fold_reset(&writer->fold);
    buf_reset(&writer->events);
    buf_reset(&writer->workflows);
    for (size_t i = range->from; i < range->to; i++)
        if (!entries[i].refused)
            fold_add(&writer->fold, &entries[i].event);
    for (size_t i = 0; i < writer->fold.n_workflows; i++) {
        struct folded_workflow *workflow = &writer->fold.workflows[i];
        buf_reset(&writer->steps);
        size_t n = fold_steps(&writer->fold, workflow, &writer->steps);
        row_workflow(&writer->workflows, workflow, buf_span(&writer->steps), n);
    }
    writer->plan.workflows = (long long)writer->fold.n_workflows;
    for (size_t i = range->from; i < range->to; i++) {
        if (entries[i].refused)
            continue;
        count(&writer->plan, &entries[i].event);
        row_event(&writer->events, &entries[i].event, (int64_t)i);
    }
}

static int have_partitions(struct writer *writer, const struct range *range)
{
    for (size_t i = range->from; i < range->to; i++) {
        int year, month;
        time_year_month(range->batch->entries[i].event.at, &year, &month);
        unsigned bit = (unsigned)((year - 2000) * 12 + month - 1);
        unsigned char mask = (unsigned char)(1U << (bit % 8));
        if ((writer->months[bit / 8] & mask) != 0)
            continue;
        int rc = partitions_have_month(year, month);
        if (rc != 0)
            return rc;
        writer->months[bit / 8] |= mask;
    }
    return 0;
}

static int have_session(struct writer *writer)
{
    if (session_is_open() && !session_lost())
        return 0;
    memset(writer->months, 0, sizeof(writer->months));
    int rc = session_open("ingest", writer->run);
    return rc == 0 ? stage_create() : rc;
}

/* One transaction, up to its COMMIT. '*bad_row' is the row among those staged that the server
 * blames, or -1. */
static int load_rows(struct writer *writer, struct ledger_batch *entry, long long *bad_row)
{
    long long inserted;
    int rc = session_begin_noted();
    if (rc == 0)
        rc = stage_load(&writer->events, &writer->workflows, bad_row);
    if (rc == 0)
        rc = merge_batch(&writer->plan, &inserted);
    if (rc != 0)
        return rc;
    entry->inserted = (int)inserted;
    entry->duplicates = (int)(writer->plan.events - inserted);
    return ledger_add_batch(entry);
}

/* The connection was lost over a COMMIT: the ledger tells whether it happened. 0 when it did. */
static int resolve_commit(struct writer *writer, struct ledger_batch *entry)
{
    bool found = false;
    int rc = have_session(writer);
    if (rc == 0)
        rc = ledger_find_batch(entry, &found);
    if (rc == 0 && !found)
        rc = ERR_TEMPFAIL;
    return rc;
}

static int attempt(struct writer *writer, const struct range *range, long long *bad_row)
{
    const struct batch_entry *entries = range->batch->entries;
    struct ledger_batch entry = {.run = writer->run, .batch = ++writer->transactions,
                                 .file_id = range->batch->file_id, .writer = writer->index,
                                 .first_line = entries[range->from].line, .last_line = entries[range->to - 1].line,
                                 .lines = (int)live_entries(range)};
    *bad_row = -1;
    int rc = have_session(writer);
    if (rc == 0)
        rc = have_partitions(writer, range);
    if (rc == 0)
        rc = load_rows(writer, &entry, bad_row);
    if (rc == 0) {
        rc = session_commit_noted();
        if (rc != 0 && session_lost())
            rc = resolve_commit(writer, &entry);
    }
    if (rc != 0) {
        session_rollback();
        return rc;
    }
    range->batch->inserted += entry.inserted;
    range->batch->duplicates += entry.duplicates;
    writer->failures = 0;
    return 0;
}

/* After a failure that may pass: wait and let the caller try again (0), or give up. */
static int wait_for_retry(struct writer *writer)
{
    if (writer->failures++ == 0)
        writer->failing_since = time_now();
    if (writer->failures < FAILURES_AT_MOST) {
        struct timespec wait = {0, 0};
        long ms = FIRST_WAIT_MS << (writer->failures - 1);
        wait.tv_sec = ms / 1000;
        wait.tv_nsec = ms % 1000 * 1000000L;
        log_debug("%s; trying again in %ld ms", session_last_error()->message, ms);
        nanosleep(&wait, NULL);
        return 0;
    }
    char since[TIME_TEXT_SIZE];
    time_format(writer->failing_since, since);
    int rc = fail(ERR_TEMPFAIL, "cannot load: %s (%d failures in a row since %s)", session_last_error()->message,
                  writer->failures, since);
    log_hint("run the same command again: what is in the tables is skipped");
    return rc;
}

static void refuse(const struct range *range, size_t seq)
{
    batch_refuse(range->batch, seq, session_last_error()->sqlstate, session_last_error()->message);
}

/* The entry that became row number 'row'. */
static size_t entry_of_row(const struct range *range, long long row)
{
    for (size_t i = range->from; i < range->to; i++)
        if (!range->batch->entries[i].refused && row-- == 0)
            return i;
    return range->to;
}

static int load_range(struct writer *writer, const struct range *range);

/* The server refuses something of the range: the row it names, or what halving finds. */
static int load_around(struct writer *writer, const struct range *range, long long bad_row)
{
    size_t bad = bad_row >= 0 ? entry_of_row(range, bad_row) : range->to;
    if (bad == range->to && live_entries(range) == 1)
        bad = entry_of_row(range, 0);
    if (bad < range->to) {
        refuse(range, bad);
        return load_range(writer, range);
    }
    size_t middle = range->from + (range->to - range->from) / 2;
    struct range lower = {range->batch, range->from, middle}, upper = {range->batch, middle, range->to};
    int rc = load_range(writer, &lower);
    return rc == 0 ? load_range(writer, &upper) : rc;
}

static int load_range(struct writer *writer, const struct range *range)
{
    while (live_entries(range) > 0) {
        long long bad_row;
        make_rows(writer, range);
        if (!buf_ok(&writer->events) || !buf_ok(&writer->workflows) || !buf_ok(&writer->steps))
            return fail(ERR_INTERNAL, "out of memory for a batch of %zu lines", live_entries(range));
        int rc = attempt(writer, range, &bad_row);
        if (rc == 0 || stop_requested())
            return rc;
        if (rc == ERR_INPUT && !session_lost())
            return load_around(writer, range, bad_row);
        if (!session_may_retry())
            return session_report("cannot load a batch");
        if ((rc = wait_for_retry(writer)) != 0)
            return rc;
    }
    return 0;
}

int writer_load(struct writer *writer, struct batch *batch)
{
    struct range whole = {batch, 0, batch->n};
    return load_range(writer, &whole);
}
