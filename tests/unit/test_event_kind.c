#include "unit.h"

#include <ctype.h>
#include <string.h>

#include "pipe/event.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Every name of the contract, with its canonical one. */
static const struct {
    const char *spelling;
    const char *canonical;
    enum event_kind kind;
} names[] = {
    {"WORKFLOW_STARTED", "WORKFLOW_STARTED", EVENT_WORKFLOW_STARTED},
    {"stamp-workflow-started", "WORKFLOW_STARTED", EVENT_WORKFLOW_STARTED},
    {"fsm-state-initialized", "WORKFLOW_STARTED", EVENT_WORKFLOW_STARTED},
    {"WORKFLOW_COMPLETED", "WORKFLOW_COMPLETED", EVENT_WORKFLOW_COMPLETED},
    {"stamp-workflow-completed", "WORKFLOW_COMPLETED", EVENT_WORKFLOW_COMPLETED},
    {"WORKFLOW_FAILED", "WORKFLOW_FAILED", EVENT_WORKFLOW_FAILED},
    {"stamp-workflow-failed", "WORKFLOW_FAILED", EVENT_WORKFLOW_FAILED},
    {"STATE_TRANSITION", "STATE_TRANSITION", EVENT_STATE_TRANSITION},
    {"workflow-state-transition", "STATE_TRANSITION", EVENT_STATE_TRANSITION},
    {"fsm-state-transitioned", "STATE_TRANSITION", EVENT_STATE_TRANSITION},
    {"STEP_COMPLETED", "STEP_COMPLETED", EVENT_STEP_COMPLETED},
    {"workflow-step-completed", "STEP_COMPLETED", EVENT_STEP_COMPLETED},
    {"STEP_STARTED", "STEP_STARTED", EVENT_STEP_STARTED},
    {"workflow-step-started", "STEP_STARTED", EVENT_STEP_STARTED},
    {"STEP_FAILED", "STEP_FAILED", EVENT_STEP_FAILED},
    {"workflow-step-failed", "STEP_FAILED", EVENT_STEP_FAILED},
    {"STAMP_CREATED", "STAMP_CREATED", EVENT_STAMP_CREATED},
    {"metadata-stamp-created", "STAMP_CREATED", EVENT_STAMP_CREATED},
    {"HASH_GENERATED", "HASH_GENERATED", EVENT_HASH_GENERATED},
    {"blake3-hash-generated", "HASH_GENERATED", EVENT_HASH_GENERATED},
    {"INTELLIGENCE_RECEIVED", "INTELLIGENCE_RECEIVED", EVENT_INTELLIGENCE_RECEIVED},
    {"onextree-intelligence-received", "INTELLIGENCE_RECEIVED", EVENT_INTELLIGENCE_RECEIVED},
    {"NODE_REGISTERED", "NODE_REGISTERED", EVENT_NODE_REGISTERED},
    {"node-introspection", "NODE_REGISTERED", EVENT_NODE_REGISTERED},
    {"NODE_HEARTBEAT", "NODE_HEARTBEAT", EVENT_NODE_HEARTBEAT},
    {"AGGREGATION_COMPLETED", "AGGREGATION_COMPLETED", EVENT_AGGREGATION_COMPLETED},
    {"STATE_AGGREGATION_COMPLETED", "STATE_AGGREGATION_COMPLETED", EVENT_STATE_AGGREGATION_COMPLETED},
};

/* The spelling with every '-' and '_' as 'mark', in upper, lower or alternating case. */
static struct span spelt(const char *name, char mark, int letters, char out[64])
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++) {
        bool upper = letters == 0 || (letters == 2 && i % 2 == 0);

        out[i] = name[i] == '-' || name[i] == '_' ? mark
                 : upper                          ? (char)toupper((unsigned char)name[i])
                                                  : (char)tolower((unsigned char)name[i]);
    }
    return (struct span){out, n};
}

static void test_names(void **state)
{
    bool met[EVENT_KIND_COUNT] = {false};
    char text[64];

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        met[names[i].kind] = true;
        assert_string_equal(event_kind_name(names[i].kind), names[i].canonical);
        for (const char *mark = "-_."; *mark != '\0'; mark++)
            for (int letters = 0; letters < 3; letters++)
                if (event_kind_of(spelt(names[i].spelling, *mark, letters, text)) != names[i].kind)
                    fail_msg("'%.*s' is not %s", (int)strlen(names[i].spelling), text, names[i].canonical);
    }
    for (int kind = 1; kind < EVENT_KIND_COUNT; kind++)
        assert_true(met[kind]);
    assert_null(event_kind_name(EVENT_OTHER));
}

/* A prefix, a longer name, or another mark within is another event. */
static void test_others(void **state)
{
    static const char *const others[] = {
        "", "-", "AGGREGATION_STARTED", "WORKFLOW_START", "WORKFLOW_STARTEDX", "XWORKFLOW_STARTED", "WORKFLOW STARTED",
        "WORKFLOW/STARTED", "WORKFLOW__STARTED", "WORKFLOWSTARTED", "WORKFLOW_STARTED ", "STEP_RETRIED",
        "a-name-longer-than-any-that-is-known-to-be-one-of-ours", "w\xc3\xb6rkflow-started",
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < LENGTH(others); i++)
        if (event_kind_of(span_of(others[i])) != EVENT_OTHER)
            fail_msg("'%s' is known", others[i]);
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct span whole = spelt(names[i].spelling, '-', 1, text);

        assert_int_equal(event_kind_of((struct span){text, whole.len - 1}), EVENT_OTHER);
        text[whole.len - 1]++;
        assert_int_equal(event_kind_of(whole), EVENT_OTHER);
    }
}

static void test_classes(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        enum event_kind kind = (enum event_kind)i;
        bool step = kind == EVENT_STEP_STARTED || kind == EVENT_STEP_COMPLETED || kind == EVENT_STEP_FAILED;
        bool always = step || kind == EVENT_WORKFLOW_STARTED || kind == EVENT_WORKFLOW_COMPLETED ||
                      kind == EVENT_WORKFLOW_FAILED || kind == EVENT_HASH_GENERATED ||
                      kind == EVENT_INTELLIGENCE_RECEIVED;
        struct event event = {.kind = kind};

        assert_int_equal(event_is_step(kind), step);
        assert_int_equal(event_is_workflow(&event), always);
        event.has_correlation = true;
        assert_int_equal(event_is_workflow(&event), always || kind == EVENT_STAMP_CREATED);
        event.moves_workflow = true;
        assert_int_equal(event_is_workflow(&event),
                         always || kind == EVENT_STAMP_CREATED || kind == EVENT_STATE_TRANSITION);
    }
}

/* Rows that two writers must not touch at once: a node's by its name, a bridge's by its id, all else by workflow. */
static void test_route(void **state)
{
    const struct uuid a = {{1}}, b = {{2}}, c = {{3}};
    struct event one = {.kind = EVENT_STEP_STARTED, .id = a, .correlation = c, .has_correlation = true};
    struct event two = {.kind = EVENT_WORKFLOW_FAILED, .id = b, .correlation = c, .has_correlation = true};

    (void)state;
    assert_int_equal(event_route(&one), event_route(&two));
    two.correlation = a;
    assert_int_not_equal(event_route(&one), event_route(&two));
    two.correlation = c;
    two.entity = b; /* the entity of anything but a bridge does not count */
    two.has_entity = true;
    assert_int_equal(event_route(&one), event_route(&two));

    one.kind = EVENT_AGGREGATION_COMPLETED;
    one.entity = b;
    one.has_entity = true;
    two.kind = EVENT_STATE_AGGREGATION_COMPLETED;
    two.correlation = a;
    assert_int_equal(event_route(&one), event_route(&two));
    two.has_entity = false; /* only logged: by its workflow again */
    assert_int_not_equal(event_route(&one), event_route(&two));

    one.facts[FACT_NODE_ID] = SPAN("node");
    two.facts[FACT_NODE_ID] = (struct span){"node7", 4};
    assert_int_equal(event_route(&one), event_route(&two));
    two.facts[FACT_NODE_ID] = SPAN("nodf");
    assert_int_not_equal(event_route(&one), event_route(&two));
}

/* Of neither: by its own id, so that the load is spread. */
static void test_route_of_lone_events(void **state)
{
    struct event one = {.id = {{1}}}, two = {.id = {{2}}};

    (void)state;
    assert_int_not_equal(event_route(&one), event_route(&two));
    two.id = one.id;
    assert_int_equal(event_route(&one), event_route(&two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_route),
        cmocka_unit_test(test_route_of_lone_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
