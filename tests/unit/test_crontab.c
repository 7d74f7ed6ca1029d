#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/time.h"
#include "jobs/status/crontab.h"
#include "tests/unit/unit.h"

static int64_t at(const char *text)
{
    int64_t us = 0;

    if (time_parse(span_of(text), &us) != 0)
        fail_msg("'%s' is no time", text);
    return us / TIME_SECOND;
}

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

struct due_case {
    const char *zone, *line, *after, *due; /* NULL: never */
};

/* Europe/Berlin: 02:00 to 03:00 is skipped on 2026-03-29 (at 01:00Z), and repeated on 2026-10-25 (until 01:00Z). */
static const struct due_case cases[] = {
    {"UTC", "*/5 * * * * x", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"},
    {"UTC", "*/5 * * * * x", "2026-01-01T00:04:59Z", "2026-01-01T00:05:00Z"},
    {"UTC", "7 * * * *", "2026-01-01T00:07:00Z", "2026-01-01T01:07:00Z"},
    {"UTC", "10-20/5 3 * * *", "2026-01-01T03:11:00Z", "2026-01-01T03:15:00Z"},
    {"UTC", "10-20/5 3 * * *", "2026-01-01T03:20:00Z", "2026-01-02T03:10:00Z"},
    {"UTC", "0,30 8-9,17 * * *", "2026-01-01T09:30:00Z", "2026-01-01T17:00:00Z"},
    {"UTC", "0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"},
    {"UTC", "0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
    {"UTC", "0 0 29 2 *", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
    {"UTC", "0 0 30 2 *", "2026-01-01T00:00:00Z", NULL},
    {"UTC", "0 12 * jan-mar mon", "2026-03-31T00:00:00Z", "2027-01-04T12:00:00Z"},
    {"UTC", "0 12 * * Fri-7", "2026-01-01T00:00:00Z", "2026-01-02T12:00:00Z"},
    {"UTC", "0 12 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T12:00:00Z"},
    {"UTC", "0 12 * * 0", "2026-01-01T00:00:00Z", "2026-01-04T12:00:00Z"},
    {"UTC", "0 12 13 * 5", "2026-02-01T00:00:00Z", "2026-02-06T12:00:00Z"},  /* day or weekday */
    {"UTC", "0 12 13 * *", "2026-02-01T00:00:00Z", "2026-02-13T12:00:00Z"},
    {"UTC", "0 12 */2 * mon", "2026-02-01T00:00:00Z", "2026-02-09T12:00:00Z"}, /* '*': and */
    {"UTC", "@hourly x", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"},
    {"UTC", "@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"},
    {"UTC", "@midnight", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"},
    {"UTC", "@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"},
    {"UTC", "@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"},
    {"UTC", "@annually", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"UTC", "@reboot", "2026-01-01T00:00:00Z", NULL},
    {"Europe/Berlin", "0 2 * * *", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"},
    {"Europe/Berlin", "0 2 * * *", "2026-07-01T01:00:00Z", "2026-07-02T00:00:00Z"},
    {"Europe/Berlin", "30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"}, /* skipped: right behind */
    {"Europe/Berlin", "30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
    {"Europe/Berlin", "30 3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
    {"Europe/Berlin", "30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"}, /* repeated: once */
    {"Europe/Berlin", "30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
    {"Europe/Berlin", "30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"}, /* by the wall: each hour */
    {"Europe/Berlin", "*/20 2 * * *", "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z"},
    {"Asia/Kathmandu", "0 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"},
    {"Australia/Lord_Howe", "15 2 * * *", "2026-10-03T10:00:00Z", "2026-10-03T15:30:00Z"}, /* half an hour */
};

static void test_next(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct due_case *it = &cases[i];
        char got[TIME_TEXT_SIZE] = "never";
        struct crontab_when when;
        const char *rest;
        int64_t due;

        set_zone(it->zone);
        if (crontab_parse(it->line, &when, &rest) != 0)
            fail_msg("'%s' is refused", it->line);
        if (crontab_next(&when, at(it->after), &due))
            time_format(due * TIME_SECOND, got);
        if (strcmp(got, it->due == NULL ? "never" : it->due) != 0)
            fail_msg("%s, '%s' after %s: %s", it->zone, it->line, it->after, got);
    }
}

/* What is next after the moment before is the last up to then. */
static void test_last(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct crontab_when when;
        const char *rest;
        int64_t due;

        if (cases[i].due == NULL)
            continue;
        set_zone(cases[i].zone);
        assert_int_equal(crontab_parse(cases[i].line, &when, &rest), 0);
        if (!crontab_last(&when, at(cases[i].due) + 59, &due) || due != at(cases[i].due))
            fail_msg("%s, '%s' until %s: %lld", cases[i].zone, cases[i].line, cases[i].due, (long long)due);
    }
}

static void test_count(void **state)
{
    struct crontab_when when;
    const char *rest;

    (void)state;
    set_zone("UTC");
    assert_int_equal(crontab_parse("*/5 * * * * /usr/bin/x  y", &when, &rest), 0);
    assert_string_equal(rest, "/usr/bin/x  y");
    assert_int_equal(crontab_count(&when, at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z"), 1000), 12);
    assert_int_equal(crontab_count(&when, at("2026-01-01T00:00:00Z"), at("2026-01-01T00:04:00Z"), 1000), 0);
    assert_int_equal(crontab_count(&when, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), 10), 10);
}

static void test_refused(void **state)
{
    static const char *const lines[] = {
        "", "x", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *",
        "* * * * 8", "5-1 * * * *", "*/0 * * * *", "5/2 * * * *", "1,,2 * * * *", "1, * * * *", "-1 * * * *",
        "1- * * * *", "* * * foo *", "* * * january *", "* * * * sund", "99999999999 * * * *", "*x * * * *",
        "@", "@hour", "@hourlyx", "~ * * * *", "1;2 * * * *", "mon * * * *",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct crontab_when when;
        const char *rest;

        if (crontab_parse(lines[i], &when, &rest) == 0)
            fail_msg("'%s' is taken", lines[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_last),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
