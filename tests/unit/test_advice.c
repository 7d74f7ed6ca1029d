#include <string.h>

#include "core/time.h"
#include "jobs/doctor/advice.h"
#include "tests/unit/unit.h"

#define MB INT64_C(1048576)
#define GB (1024 * MB)

static const struct advice *find(const char *setting)
{
    for (size_t i = 0; i < n_advice; i++) {
        if (strcmp(advice_table[i].setting, setting) == 0)
            return &advice_table[i];
    }
    fail_msg("no advice for '%s'", setting);
    return NULL;
}

static void test_figures(void **state)
{
    static const struct {
        const char *setting;
        int64_t memory, connections;
        const char *text;
    } cases[] = {
        {"shared_buffers", 4 * GB, 100, "1GB"},        {"shared_buffers", GB, 100, "256MB"},
        {"shared_buffers", 256 * GB, 100, "8GB"},      {"shared_buffers", 0, 100, NULL},
        {"effective_cache_size", 4 * GB, 100, "3GB"},  {"work_mem", 16 * GB, 100, "16MB"},
        {"work_mem", 4 * GB, 100, "10MB"},             {"work_mem", GB, 1000, "4MB"},
        {"work_mem", GB, 0, "16MB"},                   {"maintenance_work_mem", GB, 100, "64MB"},
        {"maintenance_work_mem", 64 * GB, 1, "128MB"}, {"random_page_cost", 0, 100, "1.1"},
        {"wal_buffers", 0, 100, "16MB"},               {"max_wal_size", 0, 100, "2GB"},
        {"checkpoint_completion_target", 0, 1, "0.9"}, {"max_connections", 0, 1, "100"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct advice *advice = find(cases[i].setting);
        double figure = advice_figure(advice, cases[i].memory, cases[i].connections);
        char text[ADVICE_TEXT];

        if (cases[i].text == NULL) {
            assert_true(figure <= 0);
            continue;
        }
        advice_format(advice, figure, text);
        if (strcmp(text, cases[i].text) != 0)
            fail_msg("%s: '%s', not '%s'", cases[i].setting, text, cases[i].text);
    }
}

static void test_followed(void **state)
{
    const struct advice *cache = find("effective_cache_size");
    const struct advice *cost = find("random_page_cost");

    (void)state;
    assert_true(advice_is_followed(cache, 3.0 * GB, 2.0 * GB)); /* 50 % of 4 GB */
    assert_true(advice_is_followed(cache, 3.0 * GB, 4.0 * GB));
    assert_false(advice_is_followed(cache, 3.0 * GB, 1.9 * GB));
    assert_false(advice_is_followed(cache, 3.0 * GB, 4.1 * GB));
    assert_true(advice_is_followed(cache, 0, 1)); /* memory unknown */
    assert_true(advice_is_followed(cost, 1.1, 1.1));
    assert_false(advice_is_followed(cost, 1.1, 4));
}

static void test_support(void **state)
{
    (void)state;
    assert_string_equal(advice_end_of_support(8), "2021-11-11");
    assert_string_equal(advice_end_of_support(9), "2021-11-11");
    assert_string_equal(advice_end_of_support(12), "2024-11-14");
    assert_string_equal(advice_end_of_support(13), "2025-11-13");
    assert_string_equal(advice_end_of_support(15), "2027-11-11");
    assert_string_equal(advice_end_of_support(18), "2030-11-14");
    assert_null(advice_end_of_support(19));
}

static void test_skew(void **state)
{
    (void)state;
    assert_int_equal(advice_skew(10, 10, 20), 0);
    assert_int_equal(advice_skew(10, 20, 20), 0);
    assert_int_equal(advice_skew(10, 7, 20), -3);
    assert_int_equal(advice_skew(10, 25, 20), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_followed),
        cmocka_unit_test(test_support),
        cmocka_unit_test(test_skew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
