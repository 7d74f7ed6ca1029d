#include <string.h>
#include <time.h>

#include "core/time.h"
#include "tests/unit/unit.h"

struct time_case {
    const char *text;
    int64_t us;
};

static void check_times(int (*parse)(struct span, int64_t *), const struct time_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t us = -77;

        if (parse(span_of(cases[i].text), &us) != 0)
            fail_msg("'%s' is refused", cases[i].text);
        if (us != cases[i].us)
            fail_msg("'%s': %lld, not %lld", cases[i].text, (long long)us, (long long)cases[i].us);
    }
}

static void check_refused(int (*parse)(struct span, int64_t *), const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t us;

        if (parse(span_of(texts[i]), &us) != -1)
            fail_msg("'%s' is taken", texts[i]);
    }
    assert_int_equal(parse(SPAN_NONE, &(int64_t){0}), -1);
}

static void test_times(void **state)
{
    static const struct time_case cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2000-01-01T00:00:00Z", TIME_PG_EPOCH},
        {"2025-10-15T12:00:01.234567+00:00", INT64_C(1760529601234567)},
        {"2025-10-15T12:00:01Z", INT64_C(1760529601000000)},
        {"2025-10-15t12:00:01z", INT64_C(1760529601000000)},
        {"2025-10-15 12:00:01", INT64_C(1760529601000000)},
        {"2025-10-15T12:00:01", INT64_C(1760529601000000)},
        {"2025-10-15T12:00:01-00:00", INT64_C(1760529601000000)},
        {"2025-10-15T12:00:01-23:59", INT64_C(1760615941000000)},
        {"2024-02-29T23:59:59+05:30", INT64_C(1709231399000000)},
        {"2024-02-29T23:59:59+0530", INT64_C(1709231399000000)},
        {"2024-02-29T23:59:59+05", INT64_C(1709233199000000)},
        {"2024-02-29T23:59:59-05", INT64_C(1709269199000000)},
        {"2000-02-29T00:00:00Z", INT64_C(951782400000000)},
        {"1900-03-01T00:00:00Z", INT64_C(-2203891200000000)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"1970-01-01T00:00:00.5Z", 500000},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1970-01-01T00:00:00.0000004999999Z", 0},
        {"1970-01-01T00:00:00.0000005Z", 1},
        {"1970-01-01T00:00:00.0000015Z", 2},
        {"1970-01-01T00:00:00.123456789012345678901234567890Z", 123457},
        {"1970-01-01T00:00:00.9999995Z", 1000000},
        {"1969-12-31T23:59:59.9999995", 0},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000)},
        {"2016-12-31T23:59:60.5Z", INT64_C(1483228800500000)},
        {"1970-01-01T00:00:60+00:01", 0},
    };

    (void)state;
    check_times(time_parse, cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_no_times(void **state)
{
    static const char *const texts[] = {
        "", "now", "2025", "2025-10-15", "2025-10-15T12:00", "2025-10-15T12:00Z", "2025-10-15T12:00:0",
        "0000-01-01T00:00:00Z",
        "2025-00-15T12:00:01Z", "2025-13-15T12:00:01Z", "2025-10-00T12:00:01Z", "2025-10-32T12:00:01Z",
        "2025-04-31T12:00:01Z", "2025-06-31T12:00:01Z", "2025-09-31T12:00:01Z", "2025-11-31T12:00:01Z",
        "2025-02-29T12:00:01Z", "1900-02-29T12:00:01Z", "2024-02-30T12:00:01Z",
        "2025-10-15T24:00:00Z", "2025-10-15T12:60:00Z", "2025-10-15T12:00:61Z",
        "2025-10-15T12:00:01.Z", "2025-10-15T12:00:01.", "2025-10-15T12:00:01,5Z", "2025-10-15T12:00:01.5.5Z",
        "2025-10-15T12:00:01ZZ", "2025-10-15T12:00:01 Z", "2025-10-15T12:00:01Z ", " 2025-10-15T12:00:01Z",
        "2025-10-15T12:00:01 +00:00", "2025-10-15T12:00:01 UTC", "2025-10-15T12:00:01UTC",
        "2025-10-15T12:00:01+", "2025-10-15T12:00:01+1", "2025-10-15T12:00:01+123", "2025-10-15T12:00:01+12:3",
        "2025-10-15T12:00:01+12-30", "2025-10-15T12:00:01+12:30:00", "2025-10-15T12:00:01+24:00",
        "2025-10-15T12:00:01+12:60", "2025-10-15T12:00:01+1x", "2025-10-15T12:00:01+12:x0",
        "2025-10-15T12:00:01Z+01", "2025-10-15_12:00:01Z", "2025-10-15TT2:00:01Z", "2025/10/15T12:00:01Z",
        "2025-1-15T12:00:001Z", "2025-10-15T12.00:01Z", "2025-10-15T12:00.01Z", "20251015T120001ZZZZ",
        "+025-10-15T12:00:01Z", "-025-10-15T12:00:01Z", "12025-10-15T12:00:01Z", "2025-10-15T12:00:-1Z",
        "2o25-10-15T12:00:01Z", "2025-1o-15T12:00:01Z", "2025-10-1:T12:00:01Z", "2025-10-15T1/:00:01Z",
    };

    (void)state;
    check_refused(time_parse, texts, sizeof(texts) / sizeof(texts[0]));
    assert_int_equal(time_parse(SPAN("2025-10-15T12:00:01\0"), &(int64_t){0}), -1);
}

static void test_epoch(void **state)
{
    static const struct time_case cases[] = {
        {"0", 0},
        {"-0", 0},
        {"0.0", 0},
        {"1", 1000000},
        {"-1", -1000000},
        {"1760529601", INT64_C(1760529601000000)},
        {"1760529601.234567", INT64_C(1760529601234567)},
        {"1760529601.2345674999999", INT64_C(1760529601234567)},
        {"1760529601.2345675", INT64_C(1760529601234568)},
        {"-1760529601.2345675", INT64_C(-1760529601234568)},
        {"0.1", 100000},
        {"0.0000005", 1},
        {"-0.0000005", -1},
        {"0.00000049", 0},
        {"-0.00000049", 0},
        {"0.9999995", 1000000},
        {"1.005", 1005000},
        {"4503599627.370497", INT64_C(4503599627370497)}, /* beyond a double's microseconds */
        {"99999999999", INT64_C(99999999999000000)},
        {"99999999999.9999994", INT64_C(99999999999999999)},
        {"99999999999.9999999", INT64_C(100000000000000000)},
        {"100000000000", INT64_C(100000000000000)},
        {"-99999999999", INT64_C(-99999999999000000)},
        {"-100000000000", INT64_C(-100000000000000)},
        {"1760529601234", INT64_C(1760529601234000)},
        {"1760529601234.567", INT64_C(1760529601234567)},
        {"1760529601234.5675", INT64_C(1760529601234568)},
        {"1760529601234.5674", INT64_C(1760529601234567)},
        {"9223372036854775.807", INT64_MAX},
        {"-9223372036854775.807", -INT64_MAX},
        {"1760529601e0", INT64_C(1760529601000000)},
        {"1.760529601234E12", INT64_C(1760529601234000)},
        {"1.760529601234e+12", INT64_C(1760529601234000)},
        {"1.760529601234567e9", INT64_C(1760529601234567)},
        {"17605296012345.67e-4", INT64_C(1760529601234567)},
        {"1e11", INT64_C(100000000000000)},
        {"5e-7", 1},
        {"4e-7", 0},
        {"9e-8", 0},
        {"1e-999999999999999999999999", 0},
        {"0e999999999999999999999999", 0},
        {"0.000e5", 0},
        {"0.000000000000000000000000000001e30", 1000000},
        {"1000000000000000000000000000000e-30", 1000000},
    };

    (void)state;
    check_times(time_parse_epoch, cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_no_epoch(void **state)
{
    static const char *const texts[] = {
        "", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "1e-", "e5", "1x", " 1", "1 ", "1.5.5", "1e5.5", "--1", "0x10",
        "NaN", "Infinity", "null",
        "9223372036854775.8075", "9223372036854775.808", "9223372036854776", "-9223372036854775.808",
        "99999999999999999999999999", "1e16", "1e19", "1e400", "1e999999999999999999999999",
    };

    (void)state;
    check_refused(time_parse_epoch, texts, sizeof(texts) / sizeof(texts[0]));
}

static void test_format(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {INT64_C(1760529601234567), "2025-10-15T12:00:01.234567Z"},
        {INT64_C(1760529601500000), "2025-10-15T12:00:01.5Z"},
        {INT64_C(1760529601000001), "2025-10-15T12:00:01.000001Z"},
        {INT64_C(1760529600000000), "2025-10-15T12:00:00Z"},
        {INT64_C(951782400000000), "2000-02-29T00:00:00Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
        {INT64_MAX, "294247-01-10T04:00:54.775807Z"},
        {INT64_MIN, "-290308-12-21T19:59:05.224192Z"},
    };
    char text[TIME_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        time_format(cases[i].us, text);
        assert_string_equal(text, cases[i].text);
    }
}

/* The noon of every day of the years 1 to 9999, against the C library's calendar. */
static void test_every_day(void **state)
{
    char text[TIME_TEXT_SIZE];
    char expected[TIME_TEXT_SIZE];
    struct tm tm;

    (void)state;
    for (time_t now = INT64_C(-62135596800) + 43200; now < INT64_C(253402300800); now += 86400) {
        int64_t us = -1;
        int year, month;

        gmtime_r(&now, &tm);
        snprintf(expected, sizeof(expected), "%04d-%02d-%02dT12:00:00Z", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        time_format(now * TIME_SECOND, text);
        if (strcmp(text, expected) != 0 || time_parse(span_of(text), &us) != 0 || us != now * TIME_SECOND)
            fail_msg("%s: formatted as %s", expected, text);
        time_year_month(us, &year, &month);
        if (year != tm.tm_year + 1900 || month != tm.tm_mon + 1)
            fail_msg("%s: year %d, month %d", expected, year, month);
    }
}

static void test_months(void **state)
{
    static const struct {
        int year, month;
        const char *start;
    } cases[] = {
        {1970, 1, "1970-01-01T00:00:00Z"},  {2024, 3, "2024-03-01T00:00:00Z"},  {2025, 12, "2025-12-01T00:00:00Z"},
        {2025, 13, "2026-01-01T00:00:00Z"}, {2025, 26, "2027-02-01T00:00:00Z"}, {1969, 13, "1970-01-01T00:00:00Z"},
        {2025, 0, "2024-12-01T00:00:00Z"},
    };
    char text[TIME_TEXT_SIZE];
    int year, month;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        time_format(time_month_start(cases[i].year, cases[i].month), text);
        assert_string_equal(text, cases[i].start);
    }
    time_year_month(time_month_start(2025, 11) - 1, &year, &month);
    assert_int_equal(year, 2025);
    assert_int_equal(month, 10);
}

static void test_ago(void **state)
{
    int64_t us = 0;
    bool date = true;

    (void)state;
    assert_int_equal(time_parse_or_ago("1970-01-01T00:00:01Z", &us, &date), 0);
    assert_int_equal(us, TIME_SECOND);
    assert_false(date);
    assert_int_equal(time_parse_or_ago("1970-01-02", &us, &date), 0);
    assert_int_equal(us, 86400 * TIME_SECOND);
    assert_true(date);
    assert_int_equal(time_parse_or_ago("1970-02-30", &us, &date), -1);
    assert_int_equal(time_parse_or_ago("1970-1-002", &us, &date), -1);
    assert_int_equal(time_parse_or_ago("1970-01-02Z", &us, &date), -1);
    assert_int_equal(time_parse_or_ago("2h", &us, &date), 0);
    assert_true(time_now() - us >= 7200 * TIME_SECOND && time_now() - us < 7260 * TIME_SECOND);
    assert_int_equal(time_parse_or_ago("", &us, &date), -1);
    assert_int_equal(time_parse_or_ago("-1h", &us, &date), -1);
    assert_int_equal(time_parse_or_ago("yesterday", &us, &date), -1);
    assert_int_equal(time_parse_or_ago("100000000000w", &us, &date), -1);
}

static void test_clocks(void **state)
{
    int64_t before = time_monotonic();
    int64_t wall = time_now();

    (void)state;
    assert_true(wall / TIME_SECOND - time(NULL) <= 1 && time(NULL) - wall / TIME_SECOND <= 1);
    nanosleep(&(struct timespec){0, 2000000}, NULL);
    assert_true(time_monotonic() - before >= 2000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_no_times),
        cmocka_unit_test(test_epoch),
        cmocka_unit_test(test_no_epoch),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_months),
        cmocka_unit_test(test_ago),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
