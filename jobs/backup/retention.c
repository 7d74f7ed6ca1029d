#include "jobs/backup/retention.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/time.h"

#define DAY_US (INT64_C(86400) * TIME_SECOND)

/* What backups are gathered by: a number for each day, week, month, growing with time. */
struct rule {
    const char *name;
    int64_t (*period)(int64_t us);
    const char *label; /* strftime(3) */
    int64_t days;      /* in one, at most */
};

static int64_t day_of(int64_t us)
{
    return us / DAY_US - (us % DAY_US < 0);
}

/* 1970-01-01 was a Thursday: the Monday before is day -3. */
static int64_t week_of(int64_t us)
{
    int64_t day = day_of(us) + 3;

    return day / 7 - (day % 7 < 0);
}

static int64_t month_of(int64_t us)
{
    int year, month;

    time_year_month(us, &year, &month);
    return (int64_t)year * 12 + month;
}

static const struct rule rules[] = {
    {"day", day_of, "%Y-%m-%d", 1}, {"week", week_of, "%G-W%V", 7}, {"month", month_of, "%Y-%m", 31}};

#define RULES (sizeof(rules) / sizeof(*rules))

static int64_t most_of(const struct retention_policy *policy, size_t rule)
{
    const int64_t most[RULES] = {policy->daily, policy->weekly, policy->monthly};

    return most[rule];
}

static void say(struct retained *item, const char *text)
{
    size_t n = strlen(item->why);

    snprintf(item->why + n, sizeof(item->why) - n, "%s%s", n == 0 ? "" : ", ", text);
}

static void keep(struct retained *item, const struct rule *rule, int64_t number, int64_t most)
{
    time_t seconds = (time_t)(item->created_at / TIME_SECOND);
    char label[16] = "", text[64];
    struct tm utc;

    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(label, sizeof(label), rule->label, &utc);
    snprintf(text, sizeof(text), "%s %lld of %lld (%s)", rule->name, (long long)number, (long long)most, label);
    item->goes = false;
    say(item, text);
}

/* The next of the group behind 'i', good ones only; n when there is none. */
static size_t next_good(const struct retained *items, size_t n, size_t i, const char *group)
{
    while (i < n && (!items[i].good || strcmp(items[i].group, group) != 0))
        i++;
    return i;
}

static void apply(const struct rule *rule, int64_t most, struct retained *items, size_t n, const char *group)
{
    int64_t kept = 0, last = 0;

    for (size_t i = next_good(items, n, 0, group); i < n && kept < most; i = next_good(items, n, i + 1, group)) {
        int64_t period = rule->period(items[i].created_at);

        if (kept > 0 && period == last)
            continue;
        last = period;
        keep(&items[i], rule, ++kept, most);
    }
}

/* A good one that goes: why none of the rules took it. */
static void explain_good(const struct retention_policy *policy, struct retained *item, const struct retained *newer)
{
    if (newer != NULL && policy->daily > 0 && day_of(newer->created_at) == day_of(item->created_at))
        say(item, "a newer one of its day is there");
    else
        snprintf(item->why, sizeof(item->why),
                 "not the newest of a day, a week or a month that is kept (%lld, %lld and %lld)",
                 (long long)policy->daily, (long long)policy->weekly, (long long)policy->monthly);
}

static int64_t longest_span(const struct retention_policy *policy)
{
    int64_t longest = 0;

    for (size_t r = 0; r < RULES; r++) {
        int64_t span = most_of(policy, r) * rules[r].days * DAY_US;

        longest = span > longest ? span : longest;
    }
    return longest;
}

/* The newest good one that stays, and the oldest. */
struct bounds {
    int64_t newest, oldest;
};

static void judge_bad(struct retained *item, const struct bounds *bounds, int64_t span)
{
    item->goes = item->created_at < bounds->oldest && item->created_at < bounds->newest - span;
    say(item, item->goes ? "does not count, and is older than all that stays" : "does not count");
}

static void judge_group(const struct retention_policy *policy, struct retained *items, size_t n, size_t newest)
{
    const char *group = items[newest].group;
    const struct retained *newer = NULL;
    struct bounds bounds = {.newest = items[newest].created_at, .oldest = items[newest].created_at};

    say(&items[newest], "newest");
    items[newest].newest = true;
    items[newest].goes = false;
    for (size_t r = 0; r < RULES; r++)
        apply(&rules[r], most_of(policy, r), items, n, group);
    for (size_t i = newest; i < n; i = next_good(items, n, i + 1, group)) {
        if (items[i].goes)
            explain_good(policy, &items[i], newer);
        else
            bounds.oldest = items[i].created_at;
        newer = &items[i];
    }
    for (size_t i = 0; i < n; i++)
        if (!items[i].good && strcmp(items[i].group, group) == 0)
            judge_bad(&items[i], &bounds, longest_span(policy));
}

void retention_choose(const struct retention_policy *policy, struct retained *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        items[i].goes = items[i].good;
        items[i].newest = false;
        items[i].why[0] = '\0';
    }
    for (size_t i = 0; i < n; i++)
        if (items[i].good && items[i].why[0] == '\0')
            judge_group(policy, items, n, i);
    for (size_t i = 0; i < n; i++)
        if (items[i].why[0] == '\0')
            say(&items[i], "does not count, and no other of its kind does");
}
