/* The fold's choice of a workflow's state, and of what is said of its end. */
#include "folds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_state(const struct folded_workflow *workflow, const void *wanted)
{
    char told[100];

    snprintf(told, sizeof(told), "%.*s@%lld", (int)workflow->state.value.len, workflow->state.value.at,
             (long long)workflow->state.at);
    assert_string_equal(told, wanted);
}

/* A finished state beats any other, any other beats PENDING; of equals the later, then FAILED. */
static void test_states(void **state)
{
    static const struct {
        const char *events; /* STATE@time … */
        const char *kept;
    } cases[] = {
        {"PENDING@5", "PENDING@5"},
        {"PROCESSING@1", "PROCESSING@1"},
        {"PROCESSING@1 PENDING@9", "PROCESSING@1"},
        {"PROCESSING@1 RUNNING@2 PENDING@9", "RUNNING@2"},
        {"RUNNING@1 PROCESSING@2 ODD@1", "PROCESSING@2"},
        {"PROCESSING@1 RUNNING@1 ODD@1", "RUNNING@1"},
        {"COMPLETED@3 PROCESSING@9 PENDING@10", "COMPLETED@3"}, /* a late start never reopens it */
        {"FAILED@3 RUNNING@9", "FAILED@3"},
        {"COMPLETED@3 FAILED@4", "FAILED@4"},
        {"COMPLETED@4 FAILED@3", "COMPLETED@4"},
        {"COMPLETED@3 FAILED@3 PROCESSING@3", "FAILED@3"},
        {"COMPLETED@3 COMPLETED@5 FAILED@4", "COMPLETED@5"},
        {"PENDING@1 PENDING@2", "PENDING@2"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct event events[MOST];
        size_t n = 0;

        for (const char *at = cases[i].events; *at != '\0'; n++) {
            const char *mark = strchr(at, '@');
            char *end;

            events[n] = make(EVENT_STATE_TRANSITION, strtoll(mark + 1, &end, 10), (uint8_t)(n + 1));
            events[n].facts[FACT_STATE] = (struct span){at, (size_t)(mark - at)};
            at = *end == ' ' ? end + 1 : end;
        }
        in_every_order(events, n, check_state, cases[i].kept);
    }
}

/* What the workflow says of its end, the figures and the error that its state hides included. */
static void check_end(const struct folded_workflow *workflow, const void *wanted)
{
    char told[200];

    snprintf(told, sizeof(told), "%.*s@%lld completed=%lld@%lld failed=%lld@%lld error=%.*s@%lld",
             (int)workflow->state.value.len, workflow->state.value.at, (long long)workflow->state.at,
             (long long)(workflow->completed_ms.ms == NUMBER_ABSENT ? -1 : workflow->completed_ms.ms),
             (long long)(workflow->completed_ms.ms == NUMBER_ABSENT ? -1 : workflow->completed_ms.at),
             (long long)(workflow->failed_ms.ms == NUMBER_ABSENT ? -1 : workflow->failed_ms.ms),
             (long long)(workflow->failed_ms.ms == NUMBER_ABSENT ? -1 : workflow->failed_ms.at),
             workflow->error.present ? (int)workflow->error.value.len : 1,
             workflow->error.present ? workflow->error.value.at : "-",
             (long long)(workflow->error.present ? workflow->error.at : -1));
    assert_string_equal(told, wanted);
}

struct end_case {
    struct {
        const char *state; /* NULL: no more */
        int64_t at, ms;
        const char *error;
    } events[5];
    const char *kept;
};

/* The state is chosen by itself; each end keeps the figure said last of it (of twins the greater), FAILED also
 * the error. */
static void test_ends(void **state)
{
    static const struct end_case cases[] = {
        {{{"FAILED", 3, 7, "broken"}, {"FAILED", 4, NUMBER_ABSENT, NULL}},
         "FAILED@4 completed=-1@-1 failed=7@3 error=broken@3"}, /* a bare transition after it */
        {{{"FAILED", 3, 7, "broken"}, {"FAILED", 3, NUMBER_ABSENT, NULL}},
         "FAILED@3 completed=-1@-1 failed=7@3 error=broken@3"},
        {{{"FAILED", 4, NUMBER_ABSENT, "later"}, {"FAILED", 3, 7, "sooner"}},
         "FAILED@4 completed=-1@-1 failed=7@3 error=later@4"}, /* error and figure of two events */
        {{{"FAILED", 4, 7, "b"}, {"FAILED", 4, 8, "a"}, {"FAILED", 4, 6, ""}},
         "FAILED@4 completed=-1@-1 failed=8@4 error=b@4"},
        {{{"FAILED", 4, 7, ""}, {"FAILED", 3, 8, "a"}}, "FAILED@4 completed=-1@-1 failed=7@4 error=@4"},
        {{{"FAILED", 4, 0, ""}, {"FAILED", 4, NUMBER_ABSENT, NULL}}, "FAILED@4 completed=-1@-1 failed=0@4 error=@4"},
        {{{"FAILED", 3, 7, "broken"}, {"COMPLETED", 4, NUMBER_ABSENT, NULL}},
         "COMPLETED@4 completed=-1@-1 failed=7@3 error=broken@3"}, /* kept apart */
        {{{"FAILED", 5, NUMBER_ABSENT, NULL}, {"COMPLETED", 4, 9, "no"}, {"FAILED", 3, 7, "broken"}},
         "FAILED@5 completed=9@4 failed=7@3 error=broken@3"},
        {{{"FAILED", 5, NUMBER_ABSENT, NULL}, {"COMPLETED", 4, 9, NULL}, {"COMPLETED", 3, 11, NULL}},
         "FAILED@5 completed=9@4 failed=-1@-1 error=-@-1"},
        {{{"RUNNING", 9, 9, "no"}, {"PENDING", 9, 9, "no"}}, "RUNNING@9 completed=-1@-1 failed=-1@-1 error=-@-1"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct event events[MOST];
        size_t n = 0;

        for (; cases[i].events[n].state != NULL; n++) {
            events[n] = make(n % 2 == 0 ? EVENT_STATE_TRANSITION : EVENT_WORKFLOW_FAILED, cases[i].events[n].at,
                             (uint8_t)(n + 1));
            events[n].facts[FACT_STATE] = span_of(cases[i].events[n].state);
            events[n].facts[FACT_ERROR] = span_of(cases[i].events[n].error);
            events[n].numbers[NUMBER_EXECUTION_MS] = cases[i].events[n].ms;
        }
        in_every_order(events, n, check_end, cases[i].kept);
    }
}

static void check_span_of_time(const struct folded_workflow *workflow, const void *wanted)
{
    check_end(workflow, wanted);
    assert_int_equal(workflow->first_at, 10);
    assert_int_equal(workflow->last_at, 50);
}

/* A step that fails is no end of its workflow, but its time counts. */
static void test_steps_of_ends(void **state)
{
    struct event events[] = {make(EVENT_WORKFLOW_STARTED, 20, 1), make(EVENT_WORKFLOW_FAILED, 40, 2),
                             make(EVENT_STEP_FAILED, 50, 3), make(EVENT_STEP_STARTED, 10, 4)};

    (void)state;
    events[0].facts[FACT_STATE] = SPAN("PROCESSING");
    for (size_t i = 1; i < LENGTH(events); i++)
        events[i].facts[FACT_STATE] = SPAN("FAILED");
    events[1].facts[FACT_ERROR] = SPAN("its own");
    events[2].facts[FACT_ERROR] = SPAN("a step's");
    events[2].numbers[NUMBER_EXECUTION_MS] = 1000;
    in_every_order(events, LENGTH(events), check_span_of_time,
                   "FAILED@40 completed=-1@-1 failed=-1@-1 error=its own@40");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_steps_of_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
