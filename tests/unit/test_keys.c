#include <string.h>

#include "core/time.h"
#include "jobs/rollup/keys.h"
#include "jobs/rollup/outcome.h"
#include "tests/unit/unit.h"

#define HOUR (3600 * TIME_SECOND)

static struct definition hourly = {.size = {WINDOW_MINUTES, 60}, .window = "1h", .type_name = "namespace_grouping",
                                   .tz = "UTC", .only_namespace = ""};

static void add(struct keys *keys, const char *name_space, int64_t hour)
{
    keys_add(keys, span_of(name_space), (struct window){hour * HOUR, (hour + 1) * HOUR});
}

/* A window comes once for all marks in a row that lie in it. */
static void test_each_window_once(void **state)
{
    struct keys keys;

    (void)state;
    keys_init(&keys, &hourly);
    add(&keys, "a", 3);
    add(&keys, "a", 3);
    add(&keys, "a", 7);
    add(&keys, "b", 7);
    add(&keys, "b", 7);
    add(&keys, "b", 2);
    assert_int_equal(keys.n, 4);
    assert_int_equal(keys.namespaces, 2);
    assert_true(keys.first == 2 * HOUR && keys.last == 8 * HOUR);
    /* Each: the number of fields; name space, two times, a UUID, each behind its length (Manual: COPY). */
    assert_int_equal(keys.rows.len, 4 * (2 + (4 + 1) + 2 * (4 + 8) + (4 + 16)));
    keys_release(&keys);
}

static void test_they_are_listed(void **state)
{
    struct table table;
    struct keys keys;

    (void)state;
    keys_init(&keys, &hourly);
    table_init(&table, outcome_window_columns, 4);
    keys.listing = &table;
    keys.why = "marks";
    add(&keys, "a", 0);
    add(&keys, "a", 0);
    add(&keys, "", 1);
    assert_int_equal(table.n_rows, 2);
    assert_memory_equal(table.cells.data, "=a\0=1970-01-01T00:00:00Z\0=1970-01-01T01:00:00Z\0=marks\0=\0", 56);
    table_release(&table);
    keys_release(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_window_once),
        cmocka_unit_test(test_they_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
