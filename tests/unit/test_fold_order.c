/* The fold as a property: any order of the same events, with any of them twice and in any partition, gives
 * the same. */
#include "unit.h"

#include <string.h>

#include "pipe/fold.h"
#include "pipe/row.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define MOST 40
#define ROUNDS 1500

static uint32_t draw_state = 20251015; /* the same in every run */

static uint32_t draw(uint32_t below)
{
    draw_state = draw_state * 1664525U + 1013904223U;
    return (draw_state >> 8) % below;
}

static void shuffle(struct event **events, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = draw((uint32_t)i);
        struct event *swapped = events[i - 1];

        events[i - 1] = events[j];
        events[j] = swapped;
    }
}

/* One of a few texts, or none: few, so that there are many ties. */
static struct span draw_text(void)
{
    static const char *const texts[] = {NULL, NULL, "", "a", "ab", "b", "z"};

    return span_of(texts[draw(LENGTH(texts))]);
}

static struct span draw_state_name(void)
{
    static const char *const states[] = {"PENDING", "PROCESSING", "RUNNING", "COMPLETED", "FAILED"};

    return span_of(states[draw(LENGTH(states))]);
}

static int64_t draw_number(void)
{
    return draw(3) == 0 ? NUMBER_ABSENT : (int64_t)draw(3);
}

static struct event draw_event(uint8_t id)
{
    static const enum event_kind kinds[] = {
        EVENT_WORKFLOW_STARTED, EVENT_WORKFLOW_COMPLETED, EVENT_WORKFLOW_FAILED,       EVENT_STATE_TRANSITION,
        EVENT_STEP_COMPLETED,   EVENT_STEP_FAILED,        EVENT_INTELLIGENCE_RECEIVED, EVENT_STAMP_CREATED,
        EVENT_HASH_GENERATED,   EVENT_NODE_HEARTBEAT,
    };
    struct event event = {.kind = kinds[draw(LENGTH(kinds))], .id = {{id}}, .correlation = {{(uint8_t)draw(2)}},
                          .has_correlation = true, .at = (int64_t)draw(4) * 700};

    event.moves_workflow = draw(3) > 0;
    event.namespace_given = draw(2) == 0;
    event.name_space = event.namespace_given ? span_of(draw(2) == 0 ? "n" : "m") : SPAN("default");
    event.has_session = draw(2) == 0;
    event.session.bytes[0] = (uint8_t)draw(3);
    for (int i = 0; i < FACT_COUNT; i++)
        event.facts[i] = draw_text();
    for (int i = 0; i < NUMBER_COUNT; i++)
        event.numbers[i] = draw_number();
    if (!event_is_step(event.kind) && draw(3) == 0)
        event.id = (struct uuid){{200}}; /* an id that came with other content, too */
    event.facts[FACT_STATE] = draw(8) == 0 && !event_is_step(event.kind) ? SPAN_NONE : draw_state_name();
    if (event.facts[FACT_STEP_NAME].at == NULL)
        event.facts[FACT_STEP_NAME] = SPAN("s");
    return event;
}

static void add_all(struct fold *fold, struct event **events, size_t n)
{
    fold_reset(fold);
    for (size_t i = 0; i < n; i++)
        fold_add(fold, events[i]);
}

/* All that the fold says, as the rows it makes, workflows by id, with the ranks the steps got. */
static void tell(struct fold *fold, struct event *events, size_t n, struct buf *out)
{
    struct buf steps;

    buf_init(&steps);
    buf_reset(out);
    for (uint8_t id = 0; id < 2; id++) {
        for (size_t i = 0; i < fold->n_workflows; i++) {
            if (fold->workflows[i].correlation.bytes[0] != id)
                continue;
            buf_reset(&steps);
            size_t made = fold_steps(fold, &fold->workflows[i], &steps);
            row_workflow(out, &fold->workflows[i], buf_span(&steps), made);
        }
    }
    for (size_t i = 0; i < n; i++)
        buf_add(out, &events[i].step_rank, sizeof(events[i].step_rank));
    buf_release(&steps);
}

static void test_any_order(void **state)
{
    struct event events[MOST], *order[2 * MOST];
    struct fold fold;
    struct buf first, told;

    (void)state;
    assert_int_equal(fold_init(&fold, 2 * MOST), 0);
    buf_init(&first);
    buf_init(&told);
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 1 + draw(MOST), twice = draw((uint32_t)n + 1);

        for (size_t i = 0; i < n; i++) {
            events[i] = draw_event((uint8_t)(i + 1));
            order[i] = &events[i];
            order[n + i] = &events[i];
        }
        add_all(&fold, order, n);
        tell(&fold, events, n, &first);
        for (int again = 0; again < 4; again++) {
            shuffle(order, again == 0 ? n : n + twice);
            for (size_t i = 0; i < n; i++)
                events[i].step_rank = 0;
            add_all(&fold, order, again == 0 ? n : n + twice);
            tell(&fold, events, n, &told);
            if (!span_equal(buf_span(&first), buf_span(&told)))
                fail_msg("round %d, order %d: %zu events fold to another result", round, again, n);
            for (size_t i = 0; again == 0 && i < n; i++)
                order[n + i] = order[i];
        }
    }
    buf_release(&first);
    buf_release(&told);
    fold_release(&fold);
}

static int compare_keys(const struct said *a, const struct said *b)
{
    const struct uuid left = said_key(a), right = said_key(b);

    return uuid_compare_bytes(&left, &right);
}

/* Join what two batches said of one workflow by the rules alone, as the merge in the database does. */
static void join_first(struct said *kept, const struct said *other, bool json)
{
    int order = json ? compare_keys(other, kept) : span_compare(other->value, kept->value);

    if (other->present && (!kept->present || other->at < kept->at || (other->at == kept->at && order < 0)))
        *kept = *other;
}

static void join_last(struct said *kept, const struct said *other, bool json)
{
    int order = json ? compare_keys(other, kept) : span_compare(other->value, kept->value);

    if (other->present && (!kept->present || other->at > kept->at || (other->at == kept->at && order > 0)))
        *kept = *other;
}

static void join_figure(struct figure *kept, const struct figure *other)
{
    if (other->ms != NUMBER_ABSENT &&
        (kept->ms == NUMBER_ABSENT || other->at > kept->at || (other->at == kept->at && other->ms > kept->ms)))
        *kept = *other;
}

static int compare_states(const struct folded_workflow *a, const struct folded_workflow *b)
{
    int left = fold_state_rank(a->state.value), right = fold_state_rank(b->state.value);

    if (left != right)
        return left - right;
    if (a->state.at != b->state.at)
        return a->state.at < b->state.at ? -1 : 1;
    return span_compare(a->state.value, b->state.value);
}

static void join(struct folded_workflow *kept, const struct folded_workflow *other)
{
    kept->first_at = other->first_at < kept->first_at ? other->first_at : kept->first_at;
    kept->last_at = other->last_at > kept->last_at ? other->last_at : kept->last_at;
    join_first(&kept->name_space, &other->name_space, false);
    join_first(&kept->type, &other->type, false);
    join_first(&kept->metadata, &other->metadata, true);
    if (other->session_at < kept->session_at ||
        (other->session_at == kept->session_at && uuid_compare_bytes(&other->session, &kept->session) < 0)) {
        kept->session_at = other->session_at;
        kept->session = other->session;
    }
    if (compare_states(other, kept) > 0)
        kept->state = other->state;
    join_last(&kept->error, &other->error, false);
    join_figure(&kept->completed_ms, &other->completed_ms);
    join_figure(&kept->failed_ms, &other->failed_ms);
    join_last(&kept->stamp_id, &other->stamp_id, false);
    join_last(&kept->file_hash, &other->file_hash, false);
    join_last(&kept->event_hash, &other->event_hash, false);
    join_last(&kept->intelligence, &other->intelligence, true);
    join_figure(&kept->generation, &other->generation);
}

/* Fold a part of the events and join it to what earlier parts said. */
static void add_part(struct fold *fold, struct event **events, size_t n, struct folded_workflow *joined, bool *met)
{
    add_all(fold, events, n);
    for (size_t i = 0; i < fold->n_workflows; i++) {
        size_t id = fold->workflows[i].correlation.bytes[0];

        if (met[id])
            join(&joined[id], &fold->workflows[i]);
        else
            joined[id] = fold->workflows[i];
        met[id] = true;
    }
}

static void test_any_partition(void **state)
{
    struct event events[MOST], *order[MOST];
    struct folded_workflow whole[2], joined[2];
    struct fold fold;
    struct buf row, joined_row;

    (void)state;
    assert_int_equal(fold_init(&fold, MOST), 0);
    buf_init(&row);
    buf_init(&joined_row);
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = 1 + draw(MOST);
        bool met[2] = {false, false}, joined_met[2] = {false, false};

        for (size_t i = 0; i < n; i++) {
            events[i] = draw_event((uint8_t)(i + 1));
            order[i] = &events[i];
        }
        add_part(&fold, order, n, whole, met);
        shuffle(order, n);
        for (size_t from = 0, size; from < n; from += size) {
            size = 1 + draw((uint32_t)(n - from));
            add_part(&fold, order + from, size, joined, joined_met);
        }
        for (size_t id = 0; id < 2; id++) {
            assert_int_equal(met[id], joined_met[id]);
            if (!met[id])
                continue;
            buf_reset(&row);
            buf_reset(&joined_row);
            row_workflow(&row, &whole[id], SPAN("[]"), 0);
            row_workflow(&joined_row, &joined[id], SPAN("[]"), 0);
            if (!span_equal(buf_span(&row), buf_span(&joined_row)))
                fail_msg("round %d: %zu events in parts fold to another result", round, n);
        }
    }
    buf_release(&row);
    buf_release(&joined_row);
    fold_release(&fold);
}

/* Ties of JSON go by the event's id; where that is the same, by the value. */
static void test_keys(void **state)
{
    const struct said a = {1, SPAN("{}"), {{1, [15] = 7}}, true}, b = {1, SPAN("[]"), {{1, [15] = 7}}, true},
                      c = {1, SPAN("{}"), {{2, [15] = 7}}, true}, again = {2, SPAN("{}"), {{1, [15] = 7}}, true};
    struct uuid keys[] = {said_key(&a), said_key(&b), said_key(&c), said_key(&again)};

    (void)state;
    assert_memory_equal(keys[0].bytes, a.by.bytes, 8);
    assert_memory_equal(keys[1].bytes, a.by.bytes, 8);
    assert_memory_equal(keys[2].bytes, c.by.bytes, 8);
    assert_false(uuid_equal(&keys[0], &keys[1]));
    assert_true(uuid_equal(&keys[0], &keys[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_any_partition),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
