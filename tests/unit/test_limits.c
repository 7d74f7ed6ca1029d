/* The times of day and the durations maintenance may work in. */
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/time.h"
#include "jobs/maintenance/limits.h"
#include "unit.h"

#define LENGTH(array) (sizeof(array) / sizeof(array[0]))

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        int from, to; /* -1: refused */
    } cases[] = {
        {"02:00-04:00", 120, 240},   {"22:30-02:15", 1350, 135}, {"00:00-24:00", 0, 1440}, {"23:59-00:00", 1439, 0},
        {"2:00-4:00", -1, -1},       {"02:00-02:00", -1, -1},    {"24:00-01:00", -1, -1},  {"02:60-03:00", -1, -1},
        {"02:00-25:00", -1, -1},     {"02:00-24:01", -1, -1},    {"02:00", -1, -1},        {"", -1, -1},
        {"02:00-04:00 ", -1, -1},    {"02.00-04.00", -1, -1},    {"0a:00-04:00", -1, -1},  {"02:00-", -1, -1},
        {"02:00-04:0", -1, -1},      {"0", -1, -1},              {"-2:00-04:00", -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct hours hours;
        int refused = hours_parse(cases[i].text, &hours);

        assert_int_equal(refused, cases[i].from < 0 ? -1 : 0);
        if (refused == 0) {
            assert_int_equal(hours.from, cases[i].from);
            assert_int_equal(hours.to, cases[i].to);
        }
    }
}

static time_t at(const char *text)
{
    int64_t us = 0;

    assert_int_equal(time_parse(span_of(text), &us), 0);
    return (time_t)(us / TIME_SECOND);
}

static void test_left(void **state)
{
    static const struct {
        const char *zone, *hours, *now; /* now in UTC */
        int64_t left;
    } cases[] = {
        {"UTC0", "02:00-04:00", "2026-01-15T01:59:59Z", 0},
        {"UTC0", "02:00-04:00", "2026-01-15T02:00:00Z", 7200},
        {"UTC0", "02:00-04:00", "2026-01-15T03:59:59Z", 1},
        {"UTC0", "02:00-04:00", "2026-01-15T04:00:00Z", 0},
        {"UTC0", "22:00-02:00", "2026-01-31T23:00:00Z", 3 * 3600},
        {"UTC0", "22:00-02:00", "2026-02-01T01:00:00Z", 3600},
        {"UTC0", "22:00-02:00", "2026-02-01T02:00:00Z", 0},
        {"UTC0", "22:00-24:00", "2026-12-31T23:00:00Z", 3600},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "02:00-04:00", "2026-01-15T01:00:00Z", 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "02:00-04:00", "2026-01-15T03:00:00Z", 0},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "01:00-04:00", "2026-03-29T00:00:00Z", 2 * 3600}, /* 02:00 to 03:00 is not */
        {"CET-1CEST,M3.5.0,M10.5.0/3", "01:00-04:00", "2026-10-24T23:00:00Z", 4 * 3600}, /* is twice */
        {"CET-1CEST,M3.5.0,M10.5.0/3", "22:00-04:00", "2026-03-28T21:00:00Z", 5 * 3600},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct hours hours;

        setenv("TZ", cases[i].zone, 1);
        tzset();
        assert_int_equal(hours_parse(cases[i].hours, &hours), 0);
        assert_int_equal(hours_left(&hours, at(cases[i].now)), cases[i].left);
    }
}

static void test_limits(void **state)
{
    struct maintenance_options options = {.lock_timeout_s = 5};
    int64_t now = time_monotonic();
    struct limits limits;
    char reason[64];

    (void)state;
    setenv("TZ", "UTC0", 1);
    tzset();
    limits_start(&limits, &options, at("2026-01-15T03:00:00Z"), now);
    assert_true(limits_left_ms(&limits) == INT64_MAX);
    assert_int_equal(limits.lock_timeout_ms, 5000);

    options.between = "02:00-04:00";
    limits_start(&limits, &options, at("2026-01-15T03:00:00Z"), now);
    assert_in_range(limits_left_ms(&limits), 3590 * 1000, 3600 * 1000);
    limits_reason(&limits, reason, sizeof(reason));
    assert_string_equal(reason, "the time of --between 02:00-04:00 was used up");

    options.max_duration_s = 60;
    limits_start(&limits, &options, at("2026-01-15T03:00:00Z"), now);
    assert_in_range(limits_left_ms(&limits), 50 * 1000, 60 * 1000);
    limits_reason(&limits, reason, sizeof(reason));
    assert_string_equal(reason, "the time of --max-duration was used up");
    assert_non_null(strstr(limits_hint(&limits), "the next run"));

    limits_start(&limits, &options, at("2026-01-15T05:00:00Z"), now);
    assert_int_equal(limits_left_ms(&limits), 0);
    limits_reason(&limits, reason, sizeof(reason));
    assert_string_equal(reason, "it is 05:00, outside 02:00-04:00");
    assert_non_null(strstr(limits_hint(&limits), "TZ"));
}

static void test_check(void **state)
{
    struct maintenance_options good = {.between = "02:00-04:00"}, bad = {.between = "noon"};
    struct maintenance_options both = {.all = true, .tables = {.at = {"t"}, .n = 1}};
    struct maintenance_options odd = {.analyze_only = true, .freeze = true};

    (void)state;
    assert_int_equal(maintenance_check(&good), 0);
    assert_int_equal(maintenance_check(&bad), ERR_USAGE);
    assert_int_equal(maintenance_check(&both), ERR_USAGE);
    assert_int_equal(maintenance_check(&odd), ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_left),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
