#include "jobs/ingest/writer.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/ingest/ledger.h"
#include "jobs/ingest/partitions.h"
#include "jobs/ingest/stage.h"

#define FAILURES_AT_MOST 5 /* then the run gives up with ERR_TEMPFAIL (README, "Connection") */
#define FIRST_WAIT_MS 100  /* doubled after each failure */
#define REFUSALS_AT_MOST 16 /* in a row, before it is asked whether the server refuses all lines */

/* Repeats come in stretches: after a batch that was not new the next few are staged at once, twice as many
 * after each further one, until one of them is new throughout. */
#define STAGED_AFTER_CONFLICT 4
#define STAGED_AT_MOST 64

int writer_init(struct writer *writer, long long run, int index, size_t batch_lines, bool atomic)
{
    *writer = (struct writer){.run = run, .index = index, .atomic = atomic, .staged_next = STAGED_AFTER_CONFLICT};
    return rows_init(&writer->rows, batch_lines);
}

void writer_set_mbflow(struct writer *writer)
{
    writer->rows.mbflow = true;
    writer->rows.run = writer->run;
}

void writer_release(struct writer *writer)
{
    session_close();
    rows_release(&writer->rows);
}

static int have_partitions(struct writer *writer, const struct range *range)
{
    for (size_t i = range->from; i < range->to && !writer->rows.mbflow; i++) {
        int year, month;
        time_year_month(range->batch->entries[i].event.at, &year, &month);
        unsigned bit = (unsigned)((year - 2000) * 12 + month - 1);
        unsigned char mask = (unsigned char)(1U << (bit % 8));
        if ((writer->months[bit / 8] & mask) != 0)
            continue;
        int rc = partitions_have_month(year, month, writer->begun);
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
    writer->unreachable = rc != 0;
    if (rc == 0) /* ledger_end_file() finds out what a crash took, and seals the rest */
        rc = session_commit_lazily();
    return rc == 0 && !writer->rows.mbflow ? stage_create() : rc;
}

/* What is done or undone as one: a transaction, or of an atomic writer a part of its only one. */
static int begin_unit(struct writer *writer)
{
    if (!writer->atomic)
        return session_begin_noted();
    int rc = writer->begun ? 0 : session_begin_noted();
    writer->begun = rc == 0;
    return rc == 0 ? session_savepoint() : rc;
}

static int commit_unit(struct writer *writer, const struct ledger_batch *entry)
{
    if (writer->atomic) {
        int rc = writer->rows.mbflow ? 0 : stage_empty();
        return rc == 0 ? session_release_savepoint() : rc;
    }
    int rc = session_commit_noted();
    if (rc != 0 && session_lost()) {
        writer->in_doubt = true;
        writer->doubtful = *entry;
    }
    return rc;
}

static void roll_back_unit(const struct writer *writer)
{
    if (writer->atomic)
        session_rollback_to_savepoint();
    else
        session_rollback();
}

/* What became of the lines of one file. */
static int enter_part(struct writer *writer, const struct range *within, size_t at, struct ledger_batch *entry)
{
    struct batch_part *part = &within->batch->parts[at];
    const struct batch_entry *entries = within->batch->entries;
    int live = (int)range_live(within);
    part->tried_inserted = (int)writer->rows.made[at];
    part->tried_duplicates = live - part->tried_inserted;
    if (live == 0)
        return 0;
    *entry = (struct ledger_batch){.run = writer->run, .batch = ++writer->transactions, .file_id = part->file_id,
                                   .writer = writer->index, .first_line = entries[within->from].line,
                                   .last_line = entries[within->to - 1].line, .lines = live,
                                   .inserted = part->tried_inserted, .duplicates = part->tried_duplicates};
    return ledger_add_batch(entry);
}

/* '*entry' is the last one this writes into the ledger. */
static int load_rows(struct writer *writer, const struct range *range, bool direct, struct ledger_batch *entry,
                     long long *bad_row)
{
    int rc = direct ? rows_load_direct(&writer->rows, range) : rows_load_staged(&writer->rows, range, bad_row);
    for (size_t part = 0; rc == 0 && part < range->batch->n_parts; part++) {
        const struct range within = range_part(range, part);
        rc = enter_part(writer, &within, part, entry);
    }
    return rc;
}

/* Whether the COMMIT whose answer never came has happened: the ledger tells. */
static int resolve_doubt(struct writer *writer, bool *committed)
{
    *committed = false;
    if (!writer->in_doubt)
        return 0;
    int rc = ledger_find_batch(&writer->doubtful, committed);
    writer->in_doubt = rc != 0;
    return rc;
}

static void note_done(struct writer *writer, const struct range *range)
{
    bool all_new = range->batch->n_refused == 0;
    for (size_t at = 0; at < range->batch->n_parts; at++) {
        struct batch_part *part = &range->batch->parts[at];
        part->inserted += part->tried_inserted;
        part->duplicates += part->tried_duplicates;
        all_new = all_new && part->tried_duplicates == 0;
        if (part->tried_inserted + part->tried_duplicates > 0) {
            writer->refused_in_row = 0;
            writer->accepted_of = part->file_id;
        }
    }
    if (all_new)
        writer->staged_left = 0;
    writer->failures = 0;
}

/* Load the range once. '*bad_row' is the event the server blames, or -1. */
static int attempt(struct writer *writer, const struct range *range, bool direct, long long *bad_row)
{
    struct ledger_batch entry;
    bool committed;
    *bad_row = -1;
    int rc = have_session(writer);
    if (rc == 0)
        rc = resolve_doubt(writer, &committed);
    if (rc == 0 && committed) { /* this range it was: what became of its parts is noted with them */
        note_done(writer, range);
        return 0;
    }
    if (rc == 0)
        rc = have_partitions(writer, range);
    if (rc == 0 && (rc = begin_unit(writer)) == 0) {
        rc = load_rows(writer, range, direct, &entry, bad_row);
        if (rc == 0)
            rc = commit_unit(writer, &entry);
        if (rc != 0)
            roll_back_unit(writer);
    }
    if (rc == 0)
        note_done(writer, range);
    return rc;
}

/* After a failure that may pass: wait and let the caller try again (0), or give up. */
static int wait_for_retry(struct writer *writer)
{
    /* A deadlock is another run of the same events, and the server lets one of the two through. */
    bool deadlock = strcmp(session_last_error()->sqlstate, "40P01") == 0;
    if (!deadlock && writer->failures++ == 0)
        writer->failing_since = time_now();
    if (writer->failures < FAILURES_AT_MOST) {
        int ms = deadlock ? (int)(time_now() % FIRST_WAIT_MS) : FIRST_WAIT_MS << (writer->failures - 1);
        log_debug("%s; trying again in %d ms", session_last_error()->message, ms);
        stop_poll(NULL, 0, ms);
        writer->retries++;
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

/* What makes two refusals the same: not the message, which may tell of the row. */
static void name_refusal(char name[300])
{
    const struct session_error *error = session_last_error();
    snprintf(name, 300, "%s %.290s", error->sqlstate, error->constraint);
}

/* Whether the server refuses an event for the reason it refused the last ones: tried and rolled back. */
static bool is_refused_too(struct writer *writer, struct batch *batch, size_t place)
{
    const struct range one = {batch, place, place + 1};
    struct ledger_batch entry;
    char refusal[300];
    long long bad_row;
    int rc = rows_make(&writer->rows, &one, false);
    if (rc == 0 && (rc = begin_unit(writer)) == 0) {
        rc = load_rows(writer, &one, false, &entry, &bad_row);
        roll_back_unit(writer);
    }
    name_refusal(refusal);
    return rc == ERR_INPUT && strcmp(refusal, writer->refusal) == 0;
}

/* A sample of what of the batch is not loaded yet. */
static bool refuses_all(struct writer *writer, const struct range *range)
{
    struct range rest = {range->batch, range->from, range->batch->n};
    size_t live = range_live(&rest);
    for (size_t i = 0; i < REFUSALS_AT_MOST && i < live; i++) {
        size_t row = live <= REFUSALS_AT_MOST ? i : i * (live - 1) / (REFUSALS_AT_MOST - 1);
        if (!is_refused_too(writer, range->batch, range_entry(&rest, (long long)row)))
            return false;
    }
    return true;
}

static int report_refusals(void)
{
    const struct session_error *error = session_last_error();
    bool ours = strcmp(error->sqlstate, "23505") == 0; /* a merge finds what is there: it does not run into it */
    int rc = fail(ours ? ERR_INTERNAL : ERR_INPUT, "the server refuses line after line: %s (SQLSTATE %s)",
                  error->message, error->sqlstate);
    if (error->constraint[0] != '\0')
        log_hint("mend or drop the constraint '%s', and run the same command again", error->constraint);
    else
        log_hint("mend what refuses the lines, a trigger or a constraint (psql -c '\\d event_logs' shows them), and run"
                 " the same command again");
    return rc;
}

/* 0, or the err kind that ends the run, reported: a constraint or trigger that refuses everything. */
static int judge_refusals(struct writer *writer, const struct range *range)
{
    const struct batch *batch = range->batch;
    size_t last = batch->refusals[batch->n_refused - 1].seq;
    char refusal[300];
    name_refusal(refusal);
    if (strcmp(refusal, writer->refusal) != 0)
        writer->refused_in_row = 0;
    memcpy(writer->refusal, refusal, sizeof(refusal));
    if (++writer->refused_in_row % REFUSALS_AT_MOST != 0 ||
        writer->accepted_of == batch->parts[batch_part_of(batch, last)].file_id)
        return 0;
    return refuses_all(writer, range) ? report_refusals() : 0;
}

static int load_range(struct writer *writer, const struct range *range);

/* The server refuses something of the range: the row it names, or what halving finds. */
static int load_around(struct writer *writer, const struct range *range, long long bad_row)
{
    size_t bad = bad_row >= 0 ? range_entry(range, bad_row) : range->to;
    if (bad == range->to && range_live(range) == 1)
        bad = range_entry(range, 0);
    if (bad < range->to) {
        refuse(range, bad);
        int rc = judge_refusals(writer, range);
        return rc == 0 ? load_range(writer, range) : rc;
    }
    size_t middle = range->from + (range->to - range->from) / 2;
    struct range lower = {range->batch, range->from, middle}, upper = {range->batch, middle, range->to};
    int rc = load_range(writer, &lower);
    return rc == 0 ? load_range(writer, &upper) : rc;
}

/* The batch is not new, or not as it should be: staging finds out what of it. */
static void stage_for_a_while(struct writer *writer)
{
    writer->staged_left = writer->staged_next;
    if (writer->staged_next < STAGED_AT_MOST)
        writer->staged_next *= 2;
}

/* True when that was all there is to do: it is loaded, or the server is out of reach, '*rc', reported. */
static bool try_direct(struct writer *writer, const struct range *range, int *rc)
{
    *rc = 0;
    if (range->from > 0 || writer->staged_left > 0 || writer->rows.mbflow)
        return false;
    long long ignored;
    if (rows_make(&writer->rows, range, true) != 0 || !writer->rows.distinct)
        return false;
    *rc = attempt(writer, range, true, &ignored);
    if (*rc == MERGE_NOT_NEW || *rc == ERR_INPUT)
        stage_for_a_while(writer);
    else if (*rc == 0)
        writer->staged_next = STAGED_AFTER_CONFLICT;
    else if (!writer->unreachable)
        writer->retries++; /* what broke off is tried again at once, staged */
    return *rc == 0 || writer->unreachable;
}

/* Not the row is to blame when a month that was there is gone (bridgejob prune): it is made again. The server names
 * the table where it would name a constraint. */
static bool lost_month(struct writer *writer)
{
    const struct session_error *error = session_last_error();
    bool lost = strcmp(error->sqlstate, "23514") == 0 && strcmp(error->constraint, "event_logs") == 0;
    if (lost)
        memset(writer->months, 0, sizeof(writer->months));
    return lost;
}

static int load_range(struct writer *writer, const struct range *range)
{
    int rc;
    if (try_direct(writer, range, &rc))
        return rc;
    while (range_live(range) > 0 && !stop_requested()) {
        long long bad_row;
        rc = rows_make(&writer->rows, range, false);
        if (rc != 0)
            return rc;
        rc = attempt(writer, range, false, &bad_row);
        if (rc == 0)
            return 0;
        if (stop_requested())
            break;
        if (writer->unreachable)
            return rc;
        bool again = rc == ERR_INPUT && lost_month(writer);
        if (rc == ERR_INPUT && !again && !session_lost())
            return load_around(writer, range, bad_row);
        if ((!again && !session_may_retry()) || (writer->atomic && session_lost()))
            return session_report("cannot load a batch");
        if ((rc = wait_for_retry(writer)) != 0)
            return rc;
    }
    return stop_requested();
}

int writer_load(struct writer *writer, struct batch *batch)
{
    struct range whole = {batch, 0, batch->n};
    if (writer->staged_left > 0)
        writer->staged_left--;
    writer->retries = 0;
    int rc = load_range(writer, &whole);
    batch->retries = writer->retries;
    return rc;
}

int writer_commit(struct writer *writer)
{
    if (!writer->begun)
        return 0;
    writer->begun = false;
    return session_commit();
}

void writer_rollback(struct writer *writer)
{
    writer->begun = false;
    session_rollback();
}
