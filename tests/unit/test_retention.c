/* Which backups stay: single cases, and two years of a schedule held against the definition. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/time.h"
#include "jobs/backup/retention.h"
#include "unit.h"

#define DAY_US (INT64_C(86400) * TIME_SECOND)

static int64_t at(const char *text)
{
    int64_t us = 0;

    assert_int_equal(time_parse(span_of(text), &us), 0);
    return us;
}

/* Backups as "2026-01-31T01:30:00Z", with '!' before one that is bad, newest first; 'stay' has a + or - for each. */
static void expect(const struct retention_policy *policy, const char *const *times, const char *stay,
                   const char *const *why)
{
    struct retained items[16] = {{.group = NULL}};
    size_t n = strlen(stay);

    for (size_t i = 0; i < n; i++) {
        bool bad = times[i][0] == '!';

        items[i] = (struct retained){.group = "logical app", .created_at = at(times[i] + bad), .good = !bad};
    }
    retention_choose(policy, items, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(items[i].goes, stay[i] == '-');
        if (why != NULL)
            assert_string_equal(items[i].why, why[i]);
    }
}

static void test_cases(void **state)
{
    static const struct retention_policy one_day = {1, 0, 0}, two = {2, 1, 1}, months = {0, 0, 2};
    static const char *const same_day[] = {"2026-01-31T13:30:00Z", "2026-01-31T01:30:00Z", "2026-01-30T01:30:00Z"};
    static const char *const same_why[] = {"newest, day 1 of 1 (2026-01-31)", "a newer one of its day is there",
                                           "not the newest of a day, a week or a month that is kept (1, 0 and 0)"};
    static const char *const weeks[] = {"2026-01-05T00:00:00Z", "2026-01-04T23:59:59Z", "2025-12-29T00:00:00Z",
                                        "2025-12-28T00:00:00Z", "2025-11-30T00:00:00Z"};
    static const char *const weeks_why[] = {
        "newest, day 1 of 2 (2026-01-05), week 1 of 1 (2026-W02), month 1 of 1 (2026-01)", "day 2 of 2 (2026-01-04)",
        "not the newest of a day, a week or a month that is kept (2, 1 and 1)",
        "not the newest of a day, a week or a month that is kept (2, 1 and 1)",
        "not the newest of a day, a week or a month that is kept (2, 1 and 1)"};
    static const char *const gaps[] = {"2026-06-01T00:00:00Z", "2024-02-29T00:00:00Z", "2024-02-28T00:00:00Z",
                                       "1969-12-31T00:00:00Z"};
    static const char *const gaps_why[] = {"newest, month 1 of 2 (2026-06)", "month 2 of 2 (2024-02)",
                                           "not the newest of a day, a week or a month that is kept (0, 0 and 2)",
                                           "not the newest of a day, a week or a month that is kept (0, 0 and 2)"};

    (void)state;
    expect(&one_day, same_day, "+--", same_why);
    expect(&two, weeks, "++---", weeks_why);
    expect(&months, gaps, "++--", gaps_why);
}

static void test_bad(void **state)
{
    static const struct retention_policy policy = {2, 1, 0};
    static const char *const newest_bad[] = {"!2026-01-31T01:30:00Z", "2026-01-30T01:30:00Z", "!2026-01-29T01:30:00Z",
                                             "2026-01-28T01:30:00Z", "2026-01-27T01:30:00Z"};
    static const char *const newest_why[] = {"does not count",
                                             "newest, day 1 of 2 (2026-01-30), week 1 of 1 (2026-W05)",
                                             "does not count", "day 2 of 2 (2026-01-28)",
                                             "not the newest of a day, a week or a month that is kept (2, 1 and 0)"};
    static const char *const old_bad[] = {"2026-01-31T01:30:00Z", "2026-01-30T01:30:00Z", "!2026-01-24T01:30:00Z",
                                          "!2026-01-24T01:29:59Z"};
    static const char *const old_why[] = {"newest, day 1 of 2 (2026-01-31), week 1 of 1 (2026-W05)",
                                          "day 2 of 2 (2026-01-30)", "does not count",
                                          "does not count, and is older than all that stays"};
    static const char *const all_bad[] = {"!2026-01-31T01:30:00Z", "!2019-01-24T01:30:00Z"};
    static const char *const all_why[] = {"does not count, and no other of its kind does",
                                          "does not count, and no other of its kind does"};
    static const char *const last[] = {"!2026-01-31T01:30:00Z", "2016-01-31T01:30:00Z"};

    (void)state;
    expect(&policy, newest_bad, "++++-", newest_why);
    expect(&policy, old_bad, "+++-", old_why);
    expect(&policy, all_bad, "++", all_why);
    expect(&(struct retention_policy){0, 0, 0}, last, "++", NULL);
}

/* Each group by itself. */
static void test_groups(void **state)
{
    static const struct retention_policy policy = {1, 0, 0};
    struct retained items[] = {{.group = "a", .created_at = 3 * DAY_US, .good = true},
                               {.group = "b", .created_at = 2 * DAY_US, .good = true},
                               {.group = "a", .created_at = 1 * DAY_US, .good = true},
                               {.group = "b", .created_at = 1 * DAY_US, .good = true},
                               {.group = "c", .created_at = 0, .good = false}};

    (void)state;
    retention_choose(&policy, items, 5);
    assert_false(items[0].goes || items[1].goes || items[4].goes);
    assert_true(items[2].goes && items[3].goes);
    assert_true(items[0].newest && items[1].newest && !items[2].newest && !items[4].newest);
    retention_choose(&policy, items, 0);
}

/* --- two years ---------------------------------------------------------------------------------------------------- */

#define YEARS_DAYS 731
#define HISTORY_MOST (YEARS_DAYS * 3)

struct history {
    struct retained at[HISTORY_MOST]; /* newest first */
    size_t n;
};

static void put_newest(struct history *history, int64_t created_at, bool good)
{
    memmove(&history->at[1], &history->at[0], history->n++ * sizeof(*history->at));
    history->at[0] = (struct retained){.group = "logical app", .created_at = created_at, .good = good};
}

static void expire(struct history *history, const struct retention_policy *policy)
{
    size_t kept = 0;

    retention_choose(policy, history->at, history->n);
    for (size_t i = 0; i < history->n; i++)
        if (!history->at[i].goes)
            history->at[kept++] = history->at[i];
    history->n = kept;
}

static void label(int64_t us, const char *format, char text[16])
{
    time_t seconds = (time_t)(us / TIME_SECOND);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(text, 16, format, &utc);
}

/* By the definition, from the whole history: it is the newest good one of its period, and fewer than 'most' periods
 * that have a good one are newer. */
static bool is_wanted(const struct history *all, size_t i, const char *format, int64_t most)
{
    char mine[16], other[16], last[16] = "";
    int64_t newer = 0;

    label(all->at[i].created_at, format, mine);
    for (size_t j = 0; j < i && newer <= most; j++) {
        if (!all->at[j].good)
            continue;
        label(all->at[j].created_at, format, other);
        if (strcmp(other, mine) == 0)
            return false;
        newer += strcmp(other, last) != 0;
        memcpy(last, other, sizeof(last));
    }
    return newer < most;
}

static bool is_kept(const struct history *history, int64_t created_at)
{
    for (size_t i = 0; i < history->n; i++)
        if (history->at[i].created_at == created_at)
            return true;
    return false;
}

static void compare(const struct history *all, const struct history *kept, const struct retention_policy *policy)
{
    size_t wanted = 0, good = 0;

    for (size_t i = 0; i < all->n; i++) {
        if (!all->at[i].good || !(is_wanted(all, i, "%Y-%m-%d", policy->daily) ||
                                  is_wanted(all, i, "%G-%V", policy->weekly) ||
                                  is_wanted(all, i, "%Y-%m", policy->monthly)))
            continue;
        wanted++;
        assert_true(is_kept(kept, all->at[i].created_at));
    }
    for (size_t i = 0; i < kept->n; i++)
        good += kept->at[i].good;
    assert_int_equal(good, wanted);
}

/* Up to three backups a day, some days none, some of them bad, removed as the days go by: what is left is what a choice
 * from all of them would keep, and never nothing. */
static void run_years(unsigned seed, const struct retention_policy *policy)
{
    static struct history all, kept;
    int64_t day = at("2024-02-27T00:00:00Z");
    bool any = false;

    all.n = kept.n = 0;
    srandom(seed);
    for (int i = 0; i < YEARS_DAYS; i++, day += DAY_US) {
        for (long n = random() % 4, k = 0; k < n; k++) {
            int64_t when = day + k * (DAY_US / 3) + random() % (DAY_US / 3);
            bool good = random() % 5 != 0;

            put_newest(&all, when, good);
            put_newest(&kept, when, good);
            any = any || good;
        }
        expire(&kept, policy);
        if (i % 200 == 50 || i == YEARS_DAYS - 1)
            compare(&all, &kept, policy);
        if (any)
            assert_true(kept.n > 0);
    }
}

static void test_years(void **state)
{
    static const struct retention_policy policies[] = {{7, 4, 12}, {1, 0, 0}, {0, 3, 0}, {0, 0, 30}, {14, 0, 2}};

    (void)state;
    for (unsigned seed = 1; seed <= 3; seed++)
        for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++)
            run_years(seed, &policies[i]);
}

/* Every day at half past one, for two years: what the operator sees in the end. */
static void test_schedule(void **state)
{
    static struct history kept;
    static const struct retention_policy policy = {7, 4, 12};
    int64_t day = at("2024-02-01T01:30:00Z");
    char text[16];

    (void)state;
    kept.n = 0;
    for (int i = 0; i < YEARS_DAYS; i++) {
        put_newest(&kept, day + i * DAY_US, true);
        expire(&kept, &policy);
    }
    /* 7 days, Sunday, 25 January 2026, to Saturday; 2 Sundays more; the last days of 11 months more. */
    assert_int_equal(kept.n, 7 + 2 + 11);
    label(kept.at[0].created_at, "%Y-%m-%d", text);
    assert_string_equal(text, "2026-01-31");
    label(kept.at[7].created_at, "%Y-%m-%d", text);
    assert_string_equal(text, "2026-01-18");
    label(kept.at[9].created_at, "%Y-%m-%d", text);
    assert_string_equal(text, "2025-12-31");
    label(kept.at[19].created_at, "%Y-%m-%d", text);
    assert_string_equal(text, "2025-02-28");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases), cmocka_unit_test(test_bad),      cmocka_unit_test(test_groups),
        cmocka_unit_test(test_years), cmocka_unit_test(test_schedule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
