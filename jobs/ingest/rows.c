#include "jobs/ingest/rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/time.h"
#include "db/copy.h"
#include "jobs/ingest/merge_mbflow.h"
#include "jobs/ingest/stage.h"
#include "pipe/mbflow.h"
#include "pipe/row.h"

#define MINUTE (60 * TIME_SECOND)

size_t range_live(const struct range *range)
{
    size_t n = 0;
    for (size_t i = range->from; i < range->to; i++)
        n += !range->batch->entries[i].refused;
    return n;
}

struct range range_part(const struct range *range, size_t part)
{
    size_t from = range->batch->parts[part].from, to = batch_part_end(range->batch, part);
    struct range within = {range->batch, from < range->from ? range->from : from, to > range->to ? range->to : to};
    if (within.to < within.from)
        within.to = within.from;
    return within;
}

size_t range_entry(const struct range *range, long long row)
{
    for (size_t i = range->from; i < range->to; i++)
        if (!range->batch->entries[i].refused && row-- == 0)
            return i;
    return range->to;
}

int rows_init(struct rows *rows, size_t max_events)
{
    *rows = (struct rows){.n_ids = 16};
    while (rows->n_ids < 2 * max_events)
        rows->n_ids *= 2;
    rows->ids = calloc(rows->n_ids, sizeof(*rows->ids));
    if (rows->ids == NULL)
        return fail(ERR_INTERNAL, "out of memory for a batch of %zu lines", max_events);
    return fold_init(&rows->fold, max_events);
}

void rows_release(struct rows *rows)
{
    for (size_t i = 0; i < ROWS_COUNT; i++)
        buf_release(&rows->of[i]);
    buf_release(&rows->steps);
    fold_release(&rows->fold);
    free(rows->ids);
    rows->ids = NULL;
}

/* false: another event of the part has this id. */
static bool add_id(struct rows *rows, const struct range *range, size_t place)
{
    const struct uuid *id = &range->batch->entries[place].event.id;
    size_t slot = (size_t)text_hash(id->bytes, sizeof(id->bytes)) & (rows->n_ids - 1);
    for (; rows->ids[slot] != 0; slot = (slot + 1) & (rows->n_ids - 1))
        if (uuid_equal(&range->batch->entries[rows->ids[slot] - 1].event.id, id))
            return false;
    rows->ids[slot] = place + 1;
    return true;
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

/* Marks repeat where stamps lie close: one that is among the last few is not written again. */
static void add_mark(struct rows *rows, const struct event *stamp)
{
    struct row_marks *recent = &rows->recent;
    int64_t minute = stamp->at - stamp->at % MINUTE;
    for (size_t i = 0; i < RECENT_MARKS && i < recent->n; i++)
        if (recent->minutes[i] == minute && span_equal(recent->name_spaces[i], stamp->name_space))
            return;
    recent->minutes[recent->n % RECENT_MARKS] = minute;
    recent->name_spaces[recent->n++ % RECENT_MARKS] = stamp->name_space;
    row_mark(&rows->of[ROWS_MARKS], stamp->name_space, minute);
}

static void add_direct(struct rows *rows, const struct event *event, size_t place)
{
    row_log(&rows->of[ROWS_LOGS], event);
    switch (event->kind) {
    case EVENT_STEP_STARTED:
    case EVENT_STEP_COMPLETED:
    case EVENT_STEP_FAILED: row_step(&rows->of[ROWS_STEPS], event); break;
    case EVENT_STATE_TRANSITION: row_transition(&rows->of[ROWS_TRANSITIONS], event); break;
    case EVENT_STAMP_CREATED:
        if (event->facts[FACT_FILE_HASH].at == NULL) {
            row_event(&rows->of[ROWS_STAGED], event, (int64_t)place);
            break;
        }
        row_stamp(&rows->of[ROWS_STAMPS], event);
        add_mark(rows, event);
        break;
    case EVENT_NODE_REGISTERED:
    case EVENT_NODE_HEARTBEAT:
    case EVENT_AGGREGATION_COMPLETED:
    case EVENT_STATE_AGGREGATION_COMPLETED: row_event(&rows->of[ROWS_STAGED], event, (int64_t)place); break;
    default: break;
    }
}

/* Folded first: a step without an order gets its rank there. */
static void fold_range(struct rows *rows, const struct range *range)
{
    struct batch_entry *entries = range->batch->entries;
    fold_reset(&rows->fold);
    memset(rows->ids, 0, rows->n_ids * sizeof(*rows->ids));
    rows->distinct = true;
    for (size_t i = range->from; i < range->to; i++) {
        if (entries[i].refused)
            continue;
        fold_add(&rows->fold, &entries[i].event);
        rows->distinct = rows->distinct && add_id(rows, range, i);
    }
    for (size_t i = 0; i < rows->fold.n_workflows; i++) {
        struct folded_workflow *workflow = &rows->fold.workflows[i];
        buf_reset(&rows->steps);
        size_t n = fold_steps(&rows->fold, workflow, &rows->steps);
        row_workflow(&rows->of[ROWS_WORKFLOWS], workflow, buf_span(&rows->steps), n);
    }
    rows->plan.workflows = (long long)rows->fold.n_workflows;
}

int rows_make(struct rows *rows, const struct range *range, bool direct)
{
    const struct batch_entry *entries = range->batch->entries;
    for (size_t i = 0; i < ROWS_COUNT; i++)
        buf_reset(&rows->of[i]);
    rows->plan = (struct merge_plan){0};
    rows->recent.n = 0;
    if (!rows->mbflow)
        fold_range(rows, range);
    for (size_t i = range->from; i < range->to; i++) {
        if (entries[i].refused)
            continue;
        count(&rows->plan, &entries[i].event);
        if (rows->mbflow)
            mbflow_row(&rows->of[ROWS_STAGED], &entries[i].event, (int64_t)i);
        else if (direct)
            add_direct(rows, &entries[i].event, i);
        else
            row_event(&rows->of[ROWS_STAGED], &entries[i].event, (int64_t)i);
    }
    for (size_t i = 0; i < ROWS_COUNT; i++)
        if (!buf_ok(&rows->of[i]) || !buf_ok(&rows->steps))
            return fail(ERR_INTERNAL, "out of memory for a batch of %zu lines", range_live(range));
    return 0;
}

/* Where the parts begin, as the server's array of integers. */
static const char *part_starts(const struct batch *batch, struct buf *out)
{
    buf_reset(out);
    for (size_t part = 0; part < batch->n_parts; part++)
        buf_printf(out, "%s%zu", part == 0 ? "{" : ",", batch->parts[part].from);
    buf_add_char(out, '}');
    return buf_text(out);
}

int rows_load_staged(struct rows *rows, const struct range *range, long long *bad_row)
{
    memset(rows->made, 0, sizeof(rows->made));
    if (rows->mbflow) /* its batches hold lines of one file */
        return merge_mbflow(&rows->of[ROWS_STAGED], rows->plan.events, rows->run, &rows->made[0], bad_row);
    const char *starts = part_starts(range->batch, &rows->steps);
    int rc = stage_events(&rows->of[ROWS_STAGED], bad_row);
    if (rc == 0)
        rc = stage_workflows(&rows->of[ROWS_WORKFLOWS]);
    return rc == 0 ? merge_batch(&rows->plan, starts, rows->made) : rc;
}

static int copy_rows(const char *statement, const struct buf *buf)
{
    long long taken;
    return buf->len == 0 ? 0 : copy_in(statement, buf->data, buf->len, &taken);
}

static int copy_children(void *self)
{
    const struct rows *rows = self;
    int rc = copy_rows("COPY workflow_steps (id, workflow_id, step_name, step_order, status, execution_time_ms, "
                       "step_data, error_message, created_at) FROM STDIN (FORMAT binary)", &rows->of[ROWS_STEPS]);
    if (rc == 0)
        rc = copy_rows("COPY fsm_transitions (id, entity_id, entity_type, from_state, to_state, transition_event, "
                       "transition_data, created_at) FROM STDIN (FORMAT binary)", &rows->of[ROWS_TRANSITIONS]);
    if (rc == 0)
        rc = copy_rows("COPY metadata_stamps (id, workflow_id, file_hash, stamp_data, namespace, created_at) "
                       "FROM STDIN (FORMAT binary)", &rows->of[ROWS_STAMPS]);
    if (rc == 0)
        rc = copy_rows("COPY rollup_changes (namespace, bucket) FROM STDIN (FORMAT binary)", &rows->of[ROWS_MARKS]);
    return rc;
}

int rows_load_direct(struct rows *rows, const struct range *range)
{
    long long bad_row;
    for (size_t part = 0; part < range->batch->n_parts; part++) {
        const struct range within = range_part(range, part);
        rows->made[part] = (long long)range_live(&within);
    }
    /* event_logs first: an event that is there already ends the attempt before much is done. */
    int rc = copy_rows("COPY event_logs (id, event_type, correlation_id, session_id, payload, metadata, created_at, "
                       "namespace) FROM STDIN (FORMAT binary)", &rows->of[ROWS_LOGS]);
    if (rc == 0)
        rc = stage_events(&rows->of[ROWS_STAGED], &bad_row);
    if (rc == 0)
        rc = stage_workflows(&rows->of[ROWS_WORKFLOWS]);
    return rc == 0 ? merge_direct(&rows->plan, copy_children, rows) : rc;
}
