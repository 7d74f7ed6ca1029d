#include "pipe/fold.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

int fold_init(struct fold *fold, size_t max_events)
{
    *fold = (struct fold){.max_events = max_events, .n_slots = 16};
    while (fold->n_slots < 2 * max_events)
        fold->n_slots *= 2;
    fold->workflows = calloc(max_events, sizeof(*fold->workflows));
    fold->steps = calloc(max_events, sizeof(*fold->steps));
    fold->sorted = calloc(max_events, sizeof(struct event *));
    fold->slots = calloc(fold->n_slots, sizeof(*fold->slots));
    if (fold->workflows == NULL || fold->steps == NULL || fold->sorted == NULL || fold->slots == NULL) {
        fold_release(fold);
        return fail(ERR_INTERNAL, "out of memory for a batch of %zu lines", max_events);
    }
    return 0;
}

void fold_release(struct fold *fold)
{
    free(fold->workflows);
    free(fold->steps);
    free(fold->sorted);
    free(fold->slots);
    *fold = (struct fold){0};
}

void fold_reset(struct fold *fold)
{
    memset(fold->slots, 0, fold->n_slots * sizeof(*fold->slots));
    fold->n_workflows = fold->n_steps = 0;
}

int fold_state_rank(struct span state)
{
    if (span_is(state, "COMPLETED") || span_is(state, "FAILED"))
        return 2;
    return span_is(state, "PENDING") ? 0 : 1;
}

int64_t fold_elapsed_ms(int64_t from, int64_t to)
{
    int64_t ms = (to - from + 500) / 1000;
    return to < from || ms > INT32_MAX ? NUMBER_ABSENT : ms;
}

static void start_workflow(struct folded_workflow *workflow, const struct event *event)
{
    *workflow = (struct folded_workflow){
        .correlation = event->correlation,
        .first_at = event->at,
        .last_at = event->at,
        .type = {FOLD_NEVER, SPAN("metadata_stamping"), {{0}}, true},
        .session_at = FOLD_NEVER,
        .state = {FOLD_ALWAYS, SPAN("PENDING"), {{0}}, true},
        .completed_ms = {NUMBER_ABSENT, FOLD_ALWAYS},
        .failed_ms = {NUMBER_ABSENT, FOLD_ALWAYS},
        .generation = {NUMBER_ABSENT, FOLD_ALWAYS},
        .first_step = FOLD_NONE,
    };
}

static struct folded_workflow *find_workflow(struct fold *fold, const struct event *event)
{
    size_t mask = fold->n_slots - 1;
    size_t slot = (size_t)text_hash(event->correlation.bytes, sizeof(event->correlation.bytes)) & mask;
    for (; fold->slots[slot] != 0; slot = (slot + 1) & mask) {
        struct folded_workflow *workflow = &fold->workflows[fold->slots[slot] - 1];
        if (uuid_equal(&workflow->correlation, &event->correlation))
            return workflow;
    }
    struct folded_workflow *workflow = &fold->workflows[fold->n_workflows++];
    fold->slots[slot] = fold->n_workflows;
    start_workflow(workflow, event);
    return workflow;
}

static void keep_first(struct said *kept, int64_t at, struct span value)
{
    if (value.at == NULL)
        return;
    if (!kept->present || at < kept->at || (at == kept->at && span_compare(value, kept->value) < 0))
        *kept = (struct said){at, value, {{0}}, true};
}

static void keep_last(struct said *kept, int64_t at, struct span value)
{
    if (value.at == NULL)
        return;
    if (!kept->present || at > kept->at || (at == kept->at && span_compare(value, kept->value) > 0))
        *kept = (struct said){at, value, {{0}}, true};
}

static void keep_last_figure(struct figure *kept, int64_t at, int64_t ms)
{
    if (ms != NUMBER_ABSENT && (at > kept->at || (at == kept->at && ms > kept->ms)))
        *kept = (struct figure){ms, at};
}

struct uuid said_key(const struct said *said)
{
    struct uuid key = said->by;
    uint64_t hash = text_hash(said->value.at, said->value.len);
    for (size_t i = 0; i < sizeof(hash); i++)
        key.bytes[8 + i] ^= (uint8_t)(hash >> (8 * i));
    return key;
}

static int compare_keys(const struct said *a, const struct said *b)
{
    const struct uuid left = said_key(a), right = said_key(b);
    return uuid_compare_bytes(&left, &right);
}

static void keep_first_json(struct said *kept, const struct event *event, struct span value)
{
    if (value.at == NULL)
        return;
    const struct said said = {event->at, value, event->id, true};
    if (!kept->present || event->at < kept->at || (event->at == kept->at && compare_keys(&said, kept) < 0))
        *kept = said;
}

static void keep_last_json(struct said *kept, const struct event *event, struct span value)
{
    if (value.at == NULL)
        return;
    const struct said said = {event->at, value, event->id, true};
    if (!kept->present || event->at > kept->at || (event->at == kept->at && compare_keys(&said, kept) > 0))
        *kept = said;
}

/* A finished state beats a running one beats PENDING; of equals the later, then the
 * greater name (FAILED over COMPLETED). */
static int compare_states(const struct folded_workflow *kept, const struct event *event)
{
    int a = fold_state_rank(event->facts[FACT_STATE]), b = fold_state_rank(kept->state.value);
    if (a != b)
        return a < b ? -1 : 1;
    if (event->at != kept->state.at)
        return event->at < kept->state.at ? -1 : 1;
    return span_compare(event->facts[FACT_STATE], kept->state.value);
}

/* Whatever state wins, each end keeps its details: a bare event that says the same a moment later takes
 * nothing away. */
static void keep_state(struct folded_workflow *workflow, const struct event *event)
{
    struct span state = event->facts[FACT_STATE];
    int64_t ms = event->numbers[NUMBER_EXECUTION_MS];
    if (compare_states(workflow, event) > 0)
        workflow->state = (struct said){event->at, state, {{0}}, true};
    if (span_is(state, "COMPLETED"))
        keep_last_figure(&workflow->completed_ms, event->at, ms);
    if (!span_is(state, "FAILED"))
        return;
    keep_last_figure(&workflow->failed_ms, event->at, ms);
    keep_last(&workflow->error, event->at, event->facts[FACT_ERROR]);
}

static void keep_hash_event(struct folded_workflow *workflow, const struct event *event)
{
    keep_last(&workflow->event_hash, event->at, event->facts[FACT_FILE_HASH]);
    keep_last_figure(&workflow->generation, event->at, event->numbers[NUMBER_GENERATION_MS]);
}

static void keep_common(struct folded_workflow *workflow, const struct event *event)
{
    if (event->at < workflow->first_at)
        workflow->first_at = event->at;
    if (event->at > workflow->last_at)
        workflow->last_at = event->at;
    keep_first(&workflow->name_space, event->namespace_given ? event->at : FOLD_NEVER, event->name_space);
    keep_first(&workflow->type, event->at, event->facts[FACT_WORKFLOW_TYPE]);
    if (event->has_session && (event->at < workflow->session_at ||
                               (event->at == workflow->session_at &&
                                uuid_compare_bytes(&event->session, &workflow->session) < 0))) {
        workflow->session_at = event->at;
        workflow->session = event->session;
    }
}

void fold_add(struct fold *fold, struct event *event)
{
    if (!event_is_workflow(event))
        return;
    struct folded_workflow *workflow = find_workflow(fold, event);
    keep_common(workflow, event);
    if (event_is_step(event->kind)) {
        fold->steps[fold->n_steps] = (struct folded_step){event, workflow->first_step};
        workflow->first_step = fold->n_steps++;
        return;
    }
    if (event->facts[FACT_STATE].at != NULL)
        keep_state(workflow, event);
    keep_first_json(&workflow->metadata, event, event->facts[FACT_WORKFLOW_METADATA]);
    keep_last(&workflow->stamp_id, event->at, event->facts[FACT_STAMP_ID]);
    keep_last(&workflow->file_hash, event->at, event->facts[FACT_FILE_HASH]);
    keep_last_json(&workflow->intelligence, event, event->facts[FACT_INTELLIGENCE]);
    if (event->kind == EVENT_HASH_GENERATED)
        keep_hash_event(workflow, event);
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = *(struct event *const *)a, *y = *(struct event *const *)b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return uuid_compare_bytes(&x->id, &y->id);
}

static int64_t order_of(const struct event *step)
{
    return step->numbers[NUMBER_STEP_ORDER] != NUMBER_ABSENT ? step->numbers[NUMBER_STEP_ORDER] : step->step_rank;
}

static int by_order(const void *a, const void *b)
{
    const struct event *x = *(struct event *const *)a, *y = *(struct event *const *)b;
    int64_t left = order_of(x), right = order_of(y);
    return left != right ? (left < right ? -1 : 1) : by_time(a, b);
}

static bool same_step(const struct event *a, const struct event *b)
{
    return a->at == b->at && a->numbers[NUMBER_STEP_ORDER] == b->numbers[NUMBER_STEP_ORDER] &&
           a->numbers[NUMBER_EXECUTION_MS] == b->numbers[NUMBER_EXECUTION_MS] &&
           span_equal(a->facts[FACT_STEP_NAME], b->facts[FACT_STEP_NAME]) &&
           span_equal(a->facts[FACT_STATE], b->facts[FACT_STATE]) && span_equal(a->payload, b->payload);
}

/* Collect the workflow's steps by time, each id once, ranked. Returns how many. */
static size_t rank_steps(struct fold *fold, struct folded_workflow *workflow)
{
    size_t n = 0, kept = 0;
    for (size_t i = workflow->first_step; i != FOLD_NONE; i = fold->steps[i].next)
        fold->sorted[n++] = fold->steps[i].event;
    qsort(fold->sorted, n, sizeof(struct event *), by_time);
    for (size_t i = 0; i < n; i++) {
        struct event *step = fold->sorted[i];
        struct event *before = kept > 0 ? fold->sorted[kept - 1] : NULL;
        if (before != NULL && uuid_equal(&before->id, &step->id)) {
            workflow->unsure |= !same_step(before, step);
            step->step_rank = before->step_rank;
            continue;
        }
        step->step_rank = (int32_t)(kept + 1);
        fold->sorted[kept++] = step;
    }
    return kept;
}

static void add_step(struct buf *out, const struct event *step)
{
    buf_add_text(out, "{\"step_name\":");
    buf_add_json_string(out, step->facts[FACT_STEP_NAME]);
    buf_printf(out, ",\"step_order\":%lld,\"status\":", (long long)order_of(step));
    buf_add_json_string(out, step->facts[FACT_STATE]);
    if (step->numbers[NUMBER_EXECUTION_MS] == NUMBER_ABSENT)
        buf_add_text(out, ",\"execution_time_ms\":null}");
    else
        buf_printf(out, ",\"execution_time_ms\":%lld}", (long long)step->numbers[NUMBER_EXECUTION_MS]);
}

size_t fold_steps(struct fold *fold, struct folded_workflow *workflow, struct buf *out)
{
    size_t n = rank_steps(fold, workflow);
    if (n > 1)
        qsort(fold->sorted, n, sizeof(struct event *), by_order);
    buf_add_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_step(out, fold->sorted[i]);
    }
    buf_add_char(out, ']');
    return n;
}
