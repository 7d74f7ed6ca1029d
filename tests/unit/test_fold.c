#include "folds.h"

#include <stdlib.h>

static void check_values(const struct folded_workflow *workflow, const void *wanted)
{
    const struct uuid sooner = {{5}}, by_two = {{2}}, by_three = {{3}};

    (void)wanted;
    assert_true(span_is(workflow->type.value, "b") && workflow->type.at == 1);
    assert_true(span_is(workflow->name_space.value, "n") && workflow->name_space.at == 2);
    assert_true(uuid_equal(&workflow->session, &sooner) && workflow->session_at == 2);
    assert_true(span_is(workflow->stamp_id.value, "t") && workflow->stamp_id.at == 3);
    assert_true(span_is(workflow->file_hash.value, "g") && workflow->file_hash.at == 3);
    assert_true(span_is(workflow->event_hash.value, "f") && workflow->event_hash.at == 2);
    assert_true(workflow->generation.ms == 9 && workflow->generation.at == 2);
    assert_true(span_is(workflow->metadata.value, "{}") && uuid_equal(&workflow->metadata.by, &by_two));
    assert_true(span_is(workflow->intelligence.value, "1") && uuid_equal(&workflow->intelligence.by, &by_three));
}

/* The first wins of type, name space, session and metadata; the last of hash, stamp and intelligence. Ties go by
 * the value, of JSON by the event's id: so they too are the same in every order. */
static void test_values(void **state)
{
    struct event events[] = {make(EVENT_STAMP_CREATED, 3, 4), make(EVENT_HASH_GENERATED, 2, 2),
                             make(EVENT_HASH_GENERATED, 2, 3), make(EVENT_WORKFLOW_STARTED, 1, 1),
                             make(EVENT_STEP_STARTED, 1, 9)};

    (void)state;
    events[0].name_space = SPAN("a");
    events[0].namespace_given = true;
    events[0].facts[FACT_FILE_HASH] = SPAN("g");
    events[0].facts[FACT_STAMP_ID] = SPAN("t");
    events[1].facts[FACT_FILE_HASH] = SPAN("f");
    events[1].numbers[NUMBER_GENERATION_MS] = 9;
    events[1].facts[FACT_WORKFLOW_METADATA] = SPAN("{}");
    events[1].facts[FACT_INTELLIGENCE] = SPAN("2");
    events[1].name_space = SPAN("n");
    events[1].namespace_given = true;
    events[1].session = (struct uuid){{6}};
    events[1].has_session = true;
    events[2] = events[1];
    events[2].id = (struct uuid){{3}};
    events[2].facts[FACT_FILE_HASH] = SPAN("e");
    events[2].numbers[NUMBER_GENERATION_MS] = 8;
    events[2].facts[FACT_WORKFLOW_METADATA] = SPAN("{ }");
    events[2].facts[FACT_INTELLIGENCE] = SPAN("1");
    events[2].name_space = SPAN("o");
    events[2].session = (struct uuid){{5}};
    events[3].facts[FACT_WORKFLOW_TYPE] = SPAN("c");
    events[4].facts[FACT_WORKFLOW_TYPE] = SPAN("b");
    events[4].facts[FACT_STATE] = SPAN("PROCESSING");
    events[4].facts[FACT_STEP_NAME] = SPAN("s");
    in_every_order(events, LENGTH(events), check_values, NULL);
}

/* A child that comes alone makes its workflow: PENDING, with defaults that any event overrules. */
static void test_defaults(void **state)
{
    struct event step = make(EVENT_STEP_COMPLETED, 5, 1), named = make(EVENT_STEP_COMPLETED, 6, 2);
    struct fold fold;

    (void)state;
    step.facts[FACT_STATE] = SPAN("COMPLETED");
    assert_int_equal(fold_init(&fold, MOST), 0);
    fold_add(&fold, &step);
    const struct folded_workflow *workflow = &fold.workflows[0];
    assert_true(span_is(workflow->state.value, "PENDING") && workflow->state.at == FOLD_ALWAYS);
    assert_true(span_is(workflow->type.value, "metadata_stamping") && workflow->type.at == FOLD_NEVER);
    assert_true(span_is(workflow->name_space.value, "default") && workflow->name_space.at == FOLD_NEVER);
    assert_int_equal(workflow->first_at, 5);
    assert_int_equal(workflow->last_at, 5);
    assert_true(workflow->session_at == FOLD_NEVER && workflow->completed_ms.ms == NUMBER_ABSENT &&
                workflow->failed_ms.ms == NUMBER_ABSENT && workflow->generation.ms == NUMBER_ABSENT);
    assert_false(workflow->metadata.present || workflow->error.present || workflow->stamp_id.present ||
                 workflow->file_hash.present || workflow->event_hash.present || workflow->intelligence.present ||
                 workflow->unsure);
    named.namespace_given = true;
    named.name_space = SPAN("zz"); /* later and greater than the default, yet said */
    named.facts[FACT_WORKFLOW_TYPE] = SPAN("zz");
    fold_add(&fold, &named);
    assert_true(span_is(workflow->name_space.value, "zz") && span_is(workflow->type.value, "zz"));
    fold_release(&fold);
}

struct step_case {
    int64_t at;
    uint8_t id;
    int64_t order;
    const char *name;
    int64_t ms;
};

static void check_steps(const struct step_case *cases, size_t n, const char *json)
{
    struct event events[MOST];
    struct event *order[MOST];
    struct fold fold;
    struct buf out;

    assert_int_equal(fold_init(&fold, MOST), 0);
    buf_init(&out);
    for (size_t i = 0; i < n; i++) {
        events[i] = make(EVENT_STEP_COMPLETED, cases[i].at, cases[i].id);
        events[i].numbers[NUMBER_STEP_ORDER] = cases[i].order;
        events[i].numbers[NUMBER_EXECUTION_MS] = cases[i].ms;
        events[i].facts[FACT_STEP_NAME] = span_of(cases[i].name);
        events[i].facts[FACT_STATE] = SPAN("OK");
        order[i] = &events[i];
    }
    for (size_t round = 0; round < 6; round++) { /* of three steps every order: swap the ends in turn */
        add_all(&fold, order, n);
        buf_reset(&out);
        fold_steps(&fold, &fold.workflows[0], &out);
        assert_string_equal(buf_text(&out), json);
        assert_false(fold.workflows[0].unsure);
        struct event *swapped = order[round % 2 % n];

        order[round % 2 % n] = order[n - 1];
        order[n - 1] = swapped;
    }
    buf_release(&out);
    fold_release(&fold);
}

#define NONE NUMBER_ABSENT
#define STEP(name, order, ms) "{\"step_name\":\"" name "\",\"step_order\":" order ",\"status\":\"OK\","          \
                              "\"execution_time_ms\":" ms "}"

/* Ordered by (order, time, id); without an order of its own a step has its rank by time among all. */
static void test_steps(void **state)
{
    static const struct step_case ordered[] = {{9, 1, 1, "a", 5}, {1, 2, 2, "b", NONE}, {1, 3, 3, "c", 0}};
    static const struct step_case ranked[] = {{9, 1, NONE, "c", 5}, {1, 2, NONE, "a", 5}, {5, 3, NONE, "b", 5}};
    static const struct step_case ties[] = {{5, 3, 7, "c", 5}, {5, 2, 7, "b", 5}, {4, 9, 7, "a", 5}};
    static const struct step_case mixed[] = {{1, 1, 3, "z", 5}, {2, 2, NONE, "x", 5}, {3, 3, NONE, "y", 5}};
    static const struct step_case same[] = {{1, 1, NONE, "a", 5}, {1, 1, NONE, "a", 5}, {2, 2, NONE, "b", 5}};
    static const struct step_case odd[] = {{1, 1, 0, "\"\\\n", 2147483647}};

    (void)state;
    check_steps(ordered, 3, "[" STEP("a", "1", "5") "," STEP("b", "2", "null") "," STEP("c", "3", "0") "]");
    check_steps(ranked, 3, "[" STEP("a", "1", "5") "," STEP("b", "2", "5") "," STEP("c", "3", "5") "]");
    check_steps(ties, 3, "[" STEP("a", "7", "5") "," STEP("b", "7", "5") "," STEP("c", "7", "5") "]");
    check_steps(mixed, 3, "[" STEP("x", "2", "5") "," STEP("z", "3", "5") "," STEP("y", "3", "5") "]");
    check_steps(same, 3, "[" STEP("a", "1", "5") "," STEP("b", "2", "5") "]");
    check_steps(odd, 1, "[" STEP("\\\"\\\\\\n", "0", "2147483647") "]");
}

/* Two steps of one id that differ: only the tables know which of them is in. */
static void test_unsure(void **state)
{
    struct event a = make(EVENT_STEP_COMPLETED, 5, 1);
    struct buf out;
    struct fold fold;

    (void)state;
    a.facts[FACT_STEP_NAME] = SPAN("s");
    a.facts[FACT_STATE] = SPAN("OK");
    assert_int_equal(fold_init(&fold, MOST), 0);
    buf_init(&out);
    for (int change = 0; change < 7; change++) {
        struct event b = a;

        switch (change) {
        case 1: b.at = 6; break;
        case 2: b.numbers[NUMBER_STEP_ORDER] = 1; break;
        case 3: b.numbers[NUMBER_EXECUTION_MS] = 1; break;
        case 4: b.facts[FACT_STEP_NAME] = SPAN("t"); break;
        case 5: b.facts[FACT_STATE] = SPAN("KO"); break;
        case 6: b.payload = SPAN("[]"); break;
        default: break;
        }
        for (int swap = 0; swap < 2; swap++) {
            struct event *both[] = {swap ? &b : &a, swap ? &a : &b};

            add_all(&fold, both, 2);
            fold_steps(&fold, &fold.workflows[0], &out);
            if (fold.workflows[0].unsure != (change > 0))
                fail_msg("change %d", change);
        }
    }
    buf_release(&out);
    fold_release(&fold);
}

static void test_numbers(void **state)
{
    static const struct {
        int64_t from, to, ms;
    } cases[] = {
        {0, 0, 0}, {0, 499, 0}, {0, 500, 1}, {0, 1499, 1}, {0, 1500, 2}, {1000, 0, NUMBER_ABSENT},
        {0, INT64_C(2147483647499), 2147483647}, {0, INT64_C(2147483647500), NUMBER_ABSENT}, {7, 7, 0},
        {-5000, 5000, 10},
    };
    static const struct {
        const char *state;
        int rank;
    } ranks[] = {{"COMPLETED", 2}, {"FAILED", 2}, {"PROCESSING", 1}, {"COMPLETE", 1}, {"", 1}, {"PENDING", 0}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(fold_elapsed_ms(cases[i].from, cases[i].to), cases[i].ms);
    for (size_t i = 0; i < LENGTH(ranks); i++)
        assert_int_equal(fold_state_rank(span_of(ranks[i].state)), ranks[i].rank);
}

/* As many workflows as there may be events, told apart by every byte of their ids; none of what is of no workflow. */
static void test_many_workflows(void **state)
{
    enum { MANY = 3000 };
    struct event *events = calloc(MANY, sizeof(*events));
    struct event others[] = {make(EVENT_OTHER, 1, 1), make(EVENT_NODE_HEARTBEAT, 1, 1),
                             make(EVENT_AGGREGATION_COMPLETED, 1, 1), make(EVENT_STATE_TRANSITION, 1, 1),
                             make(EVENT_STAMP_CREATED, 1, 1)};
    struct fold fold;

    (void)state;
    assert_non_null(events);
    assert_int_equal(fold_init(&fold, MANY), 0);
    for (int round = 0; round < 2; round++) {
        fold_reset(&fold);
        for (size_t i = 0; i < MANY; i++) {
            events[i] = make(EVENT_WORKFLOW_STARTED, (int64_t)i, 1);
            events[i].facts[FACT_STATE] = SPAN("PROCESSING");
            events[i].correlation.bytes[i % 16] ^= (uint8_t)(1 + i / 16); /* one byte differs, each in turn */
            fold_add(&fold, &events[i]);
        }
        assert_int_equal(fold.n_workflows, MANY);
        for (size_t i = 0; i < MANY; i++) {
            assert_true(uuid_equal(&fold.workflows[i].correlation, &events[i].correlation));
            assert_int_equal(fold.workflows[i].first_at, i);
        }
    }
    fold_reset(&fold);
    others[3].moves_workflow = false;
    others[4].has_correlation = false;
    for (size_t i = 0; i < LENGTH(others); i++)
        fold_add(&fold, &others[i]);
    assert_int_equal(fold.n_workflows, 0);
    fold_release(&fold);
    free(events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_defaults), cmocka_unit_test(test_steps),
        cmocka_unit_test(test_unsure), cmocka_unit_test(test_numbers),  cmocka_unit_test(test_many_workflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
