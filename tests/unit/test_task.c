/* From the numbers of tables to what to do about them. */
#include <string.h>

#include "jobs/vacuum/task.h"
#include "unit.h"

#define LENGTH(array) (sizeof(array) / sizeof(array[0]))

/* What a case says beats what FINE says. */
#pragma GCC diagnostic ignored "-Woverride-init"

/* A table that needs nothing. */
#define FINE(number) .oid = (number), .target = (number), .counted = true, .rows = 1000, .pages = 100,              \
    .pages_visible = 100, .analyzed = 10, .autoanalyzed = -1, .dead_limit = 250, .dead_scale = 0.2,                  \
    .insert_limit = 1200, .change_limit = 150, .xid_limit = 150e6, .mxid_limit = 150e6, .xid_danger = 200e6,      \
    .mxid_danger = 400e6

static const struct maintenance_options by_need = {.all = false};

static struct tasks choose(struct facts *facts, size_t n, const struct maintenance_options *options)
{
    const struct census census = {facts, n};
    struct tasks tasks;

    assert_int_equal(tasks_choose(&census, options, &tasks), 0);
    return tasks;
}

static void test_reasons(void **state)
{
    static const struct {
        struct facts facts;
        const char *wanted; /* v, f, a, p for vacuum, freeze, analyze, pending lists */
        const char *reason;
    } cases[] = {
        {{FINE(1)}, "", ""},
        {{FINE(1), .dead = 249}, "", ""},
        {{FINE(1), .dead = 250}, "v", "250 dead rows, VACUUM is due at 250"},
        {{FINE(1), .inserted = 1200}, "v", "1200 rows inserted since its last VACUUM, the next is due at 1200"},
        {{FINE(1), .inserted = 9999, .insert_limit = -1}, "", ""},
        {{FINE(1), .changed = 150}, "a", "150 rows changed since its last ANALYZE, the next is due at 150"},
        {{FINE(1), .changed = 9999, .dead = 250}, "va", "250 dead rows, VACUUM is due at 250"},
        {{FINE(1), .xid_age = 150e6}, "vf",
         "its oldest row is 150000000 transactions old, a freeze is due at 150000000"},
        {{FINE(1), .mxid_age = 160e6}, "vf",
         "its oldest multixact is 160000000 multixacts old, a freeze is due at 150000000"},
        {{FINE(1), .pages_visible = 79, .searched = true, .inserted = 1}, "v",
         "index-only scans read the table: only 79 of its 100 pages are all-visible"},
        {{FINE(1), .pages_visible = 80, .searched = true, .inserted = 1}, "", ""},
        {{FINE(1), .pages_visible = 0, .searched = true}, "", ""},
        {{FINE(1), .pages_visible = 0, .inserted = 1}, "", ""},
        {{FINE(1), .gin = true, .inserted = 1}, "p", "its GIN indexes may have pending lists"},
        {{FINE(1), .gin = true}, "", ""},
        {{FINE(1), .catalog = true, .changed = 9999}, "", ""},
        {{FINE(1), .catalog = true, .dead = 9999, .owner = "postgres"}, "", ""},
        {{FINE(1), .dead = 9999, .owner = "postgres"}, "v", "9999 dead rows, VACUUM is due at 250"},
        {{FINE(1), .dead_limit = 0}, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct facts facts = cases[i].facts;
        struct tasks tasks = choose(&facts, 1, &by_need);
        const struct task *task = tasks.at;

        assert_int_equal(tasks.n, *cases[i].wanted == '\0' ? 0 : 1);
        if (tasks.n == 1) {
            assert_string_equal(task->reason, cases[i].reason);
            assert_int_equal(task->vacuum, strchr(cases[i].wanted, 'v') != NULL);
            assert_int_equal(task->freeze, strchr(cases[i].wanted, 'f') != NULL);
            assert_int_equal(task->analyze, strchr(cases[i].wanted, 'a') != NULL);
            assert_int_equal(task->flush, strchr(cases[i].wanted, 'p') != NULL);
        }
        tasks_release(&tasks);
    }
}

static void test_order(void **state)
{
    struct facts facts[] = {
        {FINE(1), .changed = 9999},                  /* only statistics: behind every VACUUM */
        {FINE(2), .dead = 500},                      /* twice its limit */
        {FINE(3), .xid_age = 210e6},                 /* danger first, however little it is past its limit */
        {FINE(4), .dead = 5000},                     /* twenty times */
        {FINE(5), .partitioned = true, .root = 5, .analyzed = -1},
        {FINE(6), .root = 5},
        {FINE(7), .mxid_age = 401e6, .mxid_limit = 380e6}, /* danger as well */
        {FINE(8), .dead = 9000, .cut_short = true},  /* the last time it took all there was */
    };
    static const long long wanted[] = {3, 7, 4, 2, 1, 8, 5};
    struct tasks tasks = choose(facts, LENGTH(facts), &by_need);

    (void)state;
    assert_int_equal(tasks.n, LENGTH(wanted));
    for (size_t i = 0; i < LENGTH(wanted); i++)
        assert_int_equal(tasks.at[i].facts->oid, wanted[i]);
    tasks_release(&tasks);
}

static void test_toast_weighs_for_its_table(void **state)
{
    struct facts facts[] = {{FINE(1), .changed = 9999}, {FINE(2), .target = 1, .toast = true, .dead = 300}};
    struct tasks tasks = choose(facts, LENGTH(facts), &by_need);

    (void)state;
    assert_int_equal(tasks.n, 1);
    assert_true(tasks.at[0].vacuum && tasks.at[0].analyze);
    assert_string_equal(tasks.at[0].reason, "300 dead rows in TOAST, VACUUM is due at 250");
    tasks_release(&tasks);
}

/* The parent counts what its partitions count, and what autovacuum made them forget. */
static void test_parents(void **state)
{
    struct facts facts[] = {
        {FINE(1), .partitioned = true, .root = 1, .rows = 2000, .change_limit = 250},
        {FINE(2), .root = 1, .changed = 149},
        {FINE(3), .root = 1, .changed = 100},
    };
    struct tasks tasks = choose(facts, LENGTH(facts), &by_need);

    (void)state;
    assert_int_equal(tasks.n, 0);
    tasks_release(&tasks);

    facts[2].autoanalyzed = 20;
    tasks = choose(facts, LENGTH(facts), &by_need);
    assert_int_equal(tasks.n, 1);
    assert_string_equal(tasks.at[0].reason,
                        "299 rows changed in its partitions since its last ANALYZE, the next is due at 250");
    tasks_release(&tasks);

    /* ANALYZE of the parent does its partitions. */
    facts[1].changed = 200;
    facts[1].dead = 300;
    tasks = choose(facts, LENGTH(facts), &by_need);
    assert_int_equal(tasks.n, 2);
    assert_true(tasks.at[0].facts->oid == 2 && tasks.at[0].vacuum && !tasks.at[0].analyze);
    assert_true(tasks.at[1].facts->oid == 1 && tasks.at[1].analyze);
    tasks_release(&tasks);
}

static void test_asked_for(void **state)
{
    struct facts facts[] = {{FINE(1), .named = true}, {FINE(2), .dead = 9999}};
    const struct maintenance_options all = {.all = true};
    const struct maintenance_options named = {.tables = {.at = {"t"}, .n = 1}};
    const struct maintenance_options only = {.all = true, .analyze_only = true};
    struct tasks tasks = choose(facts, LENGTH(facts), &named);

    (void)state;
    assert_int_equal(tasks.n, 1);
    assert_string_equal(tasks.at[0].reason, "--table");
    assert_true(tasks.at[0].vacuum && tasks.at[0].analyze);
    tasks_release(&tasks);

    facts[0].named = false;
    tasks = choose(facts, LENGTH(facts), &all);
    assert_int_equal(tasks.n, 2);
    assert_string_equal(tasks.at[0].reason, "9999 dead rows, VACUUM is due at 250");
    assert_string_equal(tasks.at[1].reason, "--all");
    tasks_release(&tasks);

    tasks = choose(facts, LENGTH(facts), &only);
    assert_int_equal(tasks.n, 2);
    assert_true(!tasks.at[0].vacuum && !tasks.at[1].vacuum);
    tasks_release(&tasks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons), cmocka_unit_test(test_order), cmocka_unit_test(test_toast_weighs_for_its_table),
        cmocka_unit_test(test_parents), cmocka_unit_test(test_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
