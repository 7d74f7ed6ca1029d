#include <stdlib.h>
#include <string.h>

#include "core/time.h"
#include "core/window.h"
#include "tests/unit/unit.h"

#define MINUTE (INT64_C(60) * TIME_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static int64_t instant(const char *text)
{
    int64_t us = 0;

    assert_int_equal(time_parse(span_of(text), &us), 0);
    return us;
}

static void test_sizes(void **state)
{
    static const struct {
        const char *text, *same;
    } good[] = {{"1m", "1m"},   {"15m", "15m"}, {"60m", "1h"},  {"90m", "90m"},   {"6h", "6h"},   {"24h", "1d"},
                {"60s", "1m"},  {"3600s", "1h"}, {"1440m", "1d"}, {"1d", "1d"},   {"7d", "7d"},   {"1w", "1w"},
                {"52w", "52w"}, {"1mo", "1mo"}, {"12mo", "12mo"}, {"1000d", "1000d"}};
    static const char *const bad[] = {"",    "h",   "1",   "0h",    "7m",   "5h",     "25h",  "48h", "30s", "90s",
                                      "1 h", "-1h", "+1h", "1001d", "1H",   "1mon",   "1y",   "1.5h", "1001mo",
                                      "99999999999999999999h", "01234567h", "1h "};
    struct window_size size;
    char text[WINDOW_SIZE_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(window_size_parse(good[i].text, &size), 0);
        window_size_format(&size, text);
        assert_string_equal(text, good[i].same);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(window_size_parse(bad[i], &size), -1);
}

struct change {
    const char *since;
    int offset_minutes;
};

/* The first one has no beginning. */
static const struct change utc[] = {{NULL, 0}, {NULL, 0}};
static const struct change kolkata[] = {{"", 330}, {NULL, 0}};
static const struct change berlin[] = {
    {"", 60}, {"2025-03-30T01:00:00Z", 120}, {"2025-10-26T01:00:00Z", 60}, {NULL, 0}};
static const struct change havana[] = {
    {"", -300}, {"2025-03-09T05:00:00Z", -240}, {"2025-11-02T05:00:00Z", -300}, {NULL, 0}};
static const struct change lord_howe[] = {
    {"", 660}, {"2025-04-05T15:00:00Z", 630}, {"2025-10-04T15:30:00Z", 660}, {NULL, 0}};
static const struct change apia[] = {{"", -600}, {"2011-12-30T10:00:00Z", 840}, {NULL, 0}};
static const struct change st_johns[] = {{"", -150}, {"2010-11-07T02:31:00Z", -210}, {NULL, 0}};
static const struct change sao_paulo[] = {
    {"", -180}, {"2018-11-04T03:00:00Z", -120}, {"2019-02-17T02:00:00Z", -180}, {NULL, 0}};

static struct zone zone_of(const struct change *changes)
{
    struct zone zone = ZONE_INIT;

    for (; changes->since != NULL; changes++)
        assert_int_equal(zone_add(&zone, *changes->since == '\0' ? INT64_MIN : instant(changes->since),
                                  changes->offset_minutes * MINUTE), 0);
    return zone;
}

struct window_case {
    const struct change *zone;
    const char *size, *at, *start, *end;
};

static const struct window_case cases[] = {
    {utc, "1h", "2025-10-15T12:34:56Z", "2025-10-15T12:00:00Z", "2025-10-15T13:00:00Z"},
    {utc, "1h", "2025-10-15T12:00:00Z", "2025-10-15T12:00:00Z", "2025-10-15T13:00:00Z"},
    {utc, "15m", "2025-10-15T12:59:59.999999Z", "2025-10-15T12:45:00Z", "2025-10-15T13:00:00Z"},
    {utc, "1d", "1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"},
    {utc, "7d", "1970-01-07T23:59:59Z", "1970-01-01T00:00:00Z", "1970-01-08T00:00:00Z"},
    {utc, "7d", "1969-12-31T00:00:00Z", "1969-12-25T00:00:00Z", "1970-01-01T00:00:00Z"},
    {utc, "1w", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"},
    {utc, "1w", "2025-10-19T23:59:59Z", "2025-10-13T00:00:00Z", "2025-10-20T00:00:00Z"},
    {utc, "2w", "1970-01-05T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-12T00:00:00Z"},
    {utc, "1mo", "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"},
    {utc, "3mo", "2025-12-31T23:59:59Z", "2025-10-01T00:00:00Z", "2026-01-01T00:00:00Z"},
    {utc, "1mo", "1969-12-31T23:59:59Z", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    {utc, "12mo", "1969-06-01T00:00:00Z", "1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    {kolkata, "1h", "2025-10-15T12:00:00Z", "2025-10-15T11:30:00Z", "2025-10-15T12:30:00Z"},
    {kolkata, "1d", "2025-10-15T18:29:59Z", "2025-10-14T18:30:00Z", "2025-10-15T18:30:00Z"},
    /* Spring: 02:00 to 03:00 is not shown. */
    {berlin, "1h", "2025-03-30T00:59:59Z", "2025-03-30T00:00:00Z", "2025-03-30T01:00:00Z"},
    {berlin, "1h", "2025-03-30T01:00:00Z", "2025-03-30T01:00:00Z", "2025-03-30T02:00:00Z"},
    {berlin, "2h", "2025-03-30T00:30:00Z", "2025-03-29T23:00:00Z", "2025-03-30T01:00:00Z"},
    {berlin, "2h", "2025-03-30T01:30:00Z", "2025-03-30T01:00:00Z", "2025-03-30T02:00:00Z"},
    {berlin, "6h", "2025-03-30T01:30:00Z", "2025-03-29T23:00:00Z", "2025-03-30T04:00:00Z"},
    {berlin, "1d", "2025-03-30T12:00:00Z", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"},
    {berlin, "1w", "2025-03-30T12:00:00Z", "2025-03-23T23:00:00Z", "2025-03-30T22:00:00Z"},
    {berlin, "1mo", "2025-03-30T12:00:00Z", "2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z"},
    /* Autumn: 02:00 to 03:00 twice. */
    {berlin, "1h", "2025-10-26T00:30:00Z", "2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z"},
    {berlin, "1h", "2025-10-26T01:30:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z"},
    {berlin, "15m", "2025-10-26T01:00:00Z", "2025-10-26T01:00:00Z", "2025-10-26T01:15:00Z"},
    {berlin, "2h", "2025-10-26T01:30:00Z", "2025-10-26T00:00:00Z", "2025-10-26T03:00:00Z"},
    {berlin, "6h", "2025-10-25T22:00:00Z", "2025-10-25T22:00:00Z", "2025-10-26T05:00:00Z"},
    {berlin, "1d", "2025-10-26T22:59:59Z", "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"},
    /* 00:00 is not shown; in autumn it is shown twice. */
    {havana, "1d", "2025-03-09T04:59:59Z", "2025-03-08T05:00:00Z", "2025-03-09T05:00:00Z"},
    {havana, "1d", "2025-03-09T05:00:00Z", "2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z"},
    {havana, "1d", "2025-11-02T05:30:00Z", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"},
    {havana, "1h", "2025-11-02T04:30:00Z", "2025-11-02T04:00:00Z", "2025-11-02T05:00:00Z"},
    {havana, "1h", "2025-11-02T05:30:00Z", "2025-11-02T05:00:00Z", "2025-11-02T06:00:00Z"},
    /* Half an hour. */
    {lord_howe, "1h", "2025-04-05T15:10:00Z", "2025-04-05T14:00:00Z", "2025-04-05T15:30:00Z"},
    {lord_howe, "30m", "2025-04-05T14:59:00Z", "2025-04-05T14:30:00Z", "2025-04-05T15:00:00Z"},
    {lord_howe, "30m", "2025-04-05T15:10:00Z", "2025-04-05T15:00:00Z", "2025-04-05T15:30:00Z"},
    {lord_howe, "1h", "2025-10-04T15:40:00Z", "2025-10-04T15:30:00Z", "2025-10-04T16:00:00Z"},
    {lord_howe, "1d", "2025-04-05T15:10:00Z", "2025-04-05T13:00:00Z", "2025-04-06T13:30:00Z"},
    /* A date that was not. */
    {apia, "1d", "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
    {apia, "1d", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
    {apia, "1mo", "2011-12-30T10:00:00Z", "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"},
    {apia, "2d", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
    /* At 00:01 back to 23:01 of the day before: the new day has begun. */
    {st_johns, "1d", "2010-11-07T02:30:30Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
    {st_johns, "1d", "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
    {st_johns, "1h", "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z", "2010-11-07T03:30:00Z"},
    {st_johns, "1m", "2010-11-07T02:31:00Z", "2010-11-07T02:31:00Z", "2010-11-07T02:32:00Z"},
    /* At 00:00 back to 23:00: the day before is longer. */
    {sao_paulo, "1d", "2019-02-17T02:30:00Z", "2019-02-16T02:00:00Z", "2019-02-17T03:00:00Z"},
    {sao_paulo, "1d", "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
};

static void test_windows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct window_case *c = &cases[i];
        struct zone zone = zone_of(c->zone);
        struct window_size size;
        struct window window;
        char start[TIME_TEXT_SIZE];
        char end[TIME_TEXT_SIZE];

        assert_int_equal(window_size_parse(c->size, &size), 0);
        window = window_of(&size, &zone, instant(c->at));
        time_format(window.start, start);
        time_format(window.end, end);
        if (strcmp(start, c->start) != 0 || strcmp(end, c->end) != 0)
            fail_msg("%s at %s: %s to %s, not %s to %s", c->size, c->at, start, end, c->start, c->end);
        zone_release(&zone);
    }
}

/* A day as 1h: 23 in spring, 25 in autumn, each one hour. */
static void test_hours_of_a_day(void **state)
{
    static const struct {
        const char *day, *next;
        int hours;
    } days[] = {{"2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z", 23},
                {"2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z", 25}};
    struct zone zone = zone_of(berlin);
    struct window_size size;

    (void)state;
    window_size_parse("1h", &size);
    for (size_t i = 0; i < 2; i++) {
        int n = 0;
        for (int64_t at = instant(days[i].day); at < instant(days[i].next); n++) {
            struct window window = window_of(&size, &zone, at);
            assert_true(window.start == at && window.end == at + HOUR);
            at = window.end;
        }
        assert_int_equal(n, days[i].hours);
    }
    zone_release(&zone);
}

static int64_t below(int64_t n)
{
    return (int64_t)((uint64_t)random() % (uint64_t)n);
}

/* Two weeks with changes at random minutes, three days apart at least, of up to 25 hours in either direction. */
static struct zone random_zone(int64_t from)
{
    struct zone zone = ZONE_INIT;
    int64_t offset = (below(27 * 4) - 12 * 4) * 15 * MINUTE;
    int64_t at = from;

    assert_int_equal(zone_add(&zone, INT64_MIN, offset), 0);
    for (int i = 0; i < 3; i++) {
        static const int64_t jumps[] = {HOUR, -HOUR, 30 * MINUTE, -30 * MINUTE, 2 * HOUR, -2 * HOUR, DAY, 15 * MINUTE};
        at += 3 * DAY + below(1440) * MINUTE;
        offset += jumps[below(8)];
        assert_int_equal(zone_add(&zone, at, offset), 0);
    }
    return zone;
}

/* Minute by minute: each instant lies in its window, and so do all others of that window and none beside. */
static void test_windows_are_a_partition(void **state)
{
    static const char *const sizes[] = {"1m", "15m", "20m", "30m", "40m", "1h", "90m", "2h", "6h", "12h", "1d",
                                        "2d", "7d",  "1w",  "2w",  "1mo"};
    int64_t from = instant("2025-06-10T00:00:00Z");

    (void)state;
    srandom(1);
    for (int round = 0; round < 60; round++) {
        struct zone zone = random_zone(from);
        struct window_size size;
        struct window last = {INT64_MIN, INT64_MIN};

        window_size_parse(sizes[round % 16], &size);
        for (int64_t at = from; at < from + 16 * DAY; at += MINUTE) {
            struct window window = window_of(&size, &zone, at);
            assert_true(window.start <= at && at < window.end);
            assert_true(window.end - window.start <= window_longest(&size) + DAY);
            if (last.end != INT64_MIN && window.start != last.start)
                assert_true(window.start == last.end && at == window.start);
            else if (last.end != INT64_MIN)
                assert_true(window.end == last.end);
            last = window;
        }
        zone_release(&zone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_hours_of_a_day),
        cmocka_unit_test(test_windows_are_a_partition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
