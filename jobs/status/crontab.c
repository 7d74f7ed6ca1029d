#include "jobs/status/crontab.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define MINUTE INT64_C(60)
#define HOUR INT64_C(3600)
#define DAYS(n) ((int64_t)(n) * 86400)
#define EIGHT_YEARS DAYS(8 * 366)

/* A change of the clock beyond this is a correction, not a season (cron(8)). */
#define CHANGE_MOST (3 * HOUR)

struct field {
    int low, high;
    const char *const *names; /* three letters each, the first is 'low'; or NULL */
};

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                          "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct field fields[] = {{0, 59, NULL}, {0, 23, NULL}, {1, 31, NULL}, {1, 12, month_names},
                                      {0, 7, day_names}};

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

static bool parse_name(const struct field *field, const char **at, int *value)
{
    for (int i = 0; field->names != NULL && field->names[i] != NULL; i++) {
        if (strncasecmp(*at, field->names[i], 3) == 0 && !isalpha((unsigned char)(*at)[3])) {
            *at += 3;
            *value = field->low + i;
            return true;
        }
    }
    return false;
}

static bool parse_value(const struct field *field, const char **at, int *value)
{
    if (parse_name(field, at, value))
        return true;
    if (!isdigit((unsigned char)**at))
        return false;
    for (*value = 0; isdigit((unsigned char)**at); (*at)++) {
        if (*value > 1000)
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return *value >= field->low && *value <= field->high;
}

/* '*', 'a', 'a-b', each but the second also with '/n'. */
static bool parse_range(const struct field *field, const char **at, uint64_t *bits)
{
    int low = field->low, high = field->high, step = 1;
    bool range = **at == '*';

    if (range) {
        (*at)++;
    } else if (!parse_value(field, at, &low)) {
        return false;
    } else if (**at == '-') {
        (*at)++;
        range = true;
        if (!parse_value(field, at, &high) || high < low)
            return false;
    } else {
        high = low;
    }
    if (range && **at == '/') {
        static const struct field steps = {1, 1000, NULL};

        (*at)++;
        if (!parse_value(&steps, at, &step))
            return false;
    }
    for (int i = low; i <= high; i += step)
        *bits |= UINT64_C(1) << i;
    return true;
}

static bool parse_field(const struct field *field, const char **at, uint64_t *bits)
{
    *bits = 0;
    for (;;) {
        if (!parse_range(field, at, bits))
            return false;
        if (**at != ',')
            break;
        (*at)++;
    }
    if (**at != ' ' && **at != '\t' && **at != '\0')
        return false;
    *at = skip_blanks(*at);
    return true;
}

static int parse_fields(const char *at, struct crontab_when *when, const char **rest)
{
    uint64_t *const bits[] = {&when->minutes, &when->hours, &when->days, &when->months, &when->weekdays};
    bool stars[5];

    for (size_t i = 0; i < 5; i++) {
        stars[i] = *at == '*';
        if (!parse_field(&fields[i], &at, bits[i]))
            return -1;
    }
    if ((when->weekdays & (UINT64_C(1) << 7)) != 0)
        when->weekdays |= 1;
    when->wall = stars[0] || stars[1];
    when->any_day = stars[2];
    when->any_weekday = stars[4];
    *rest = at;
    return 0;
}

static int parse_word(const char *at, struct crontab_when *when, const char **rest)
{
    static const struct {
        const char *word, *fields;
    } words[] = {{"@reboot", NULL},           {"@yearly", "0 0 1 1 *"},  {"@annually", "0 0 1 1 *"},
                 {"@monthly", "0 0 1 * *"},   {"@weekly", "0 0 * * 0"},  {"@daily", "0 0 * * *"},
                 {"@midnight", "0 0 * * *"},  {"@hourly", "0 * * * *"}};
    size_t len = strcspn(at, " \t");

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        const char *unused;

        if (strlen(words[i].word) != len || strncasecmp(at, words[i].word, len) != 0)
            continue;
        *rest = skip_blanks(at + len);
        when->reboot = words[i].fields == NULL;
        return when->reboot ? 0 : parse_fields(words[i].fields, when, &unused);
    }
    return -1;
}

int crontab_parse(const char *line, struct crontab_when *when, const char **rest)
{
    memset(when, 0, sizeof(*when));
    line = skip_blanks(line);
    return *line == '@' ? parse_word(line, when, rest) : parse_fields(line, when, rest);
}

static bool has(uint64_t bits, int value)
{
    return (bits >> value & 1) != 0;
}

/* Both given: either is enough (crontab(5)). */
static bool day_matches(const struct crontab_when *when, const struct tm *tm)
{
    bool day = has(when->days, tm->tm_mday), weekday = has(when->weekdays, tm->tm_wday);

    if (!has(when->months, tm->tm_mon + 1))
        return false;
    return when->any_day || when->any_weekday ? day && weekday : day || weekday;
}

static bool matches(const struct crontab_when *when, const struct tm *tm)
{
    return day_matches(when, tm) && has(when->hours, tm->tm_hour) && has(when->minutes, tm->tm_min);
}

static struct tm wall(int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm tm;

    memset(&tm, 0, sizeof(tm));
    localtime_r(&seconds, &tm);
    return tm;
}

/* Whether the clock on the wall has jumped to this instant, over a time that matches. */
static bool skipped_before(const struct crontab_when *when, int64_t at, const struct tm *now)
{
    struct tm before = wall(at - 1);
    int64_t jump = now->tm_gmtoff - before.tm_gmtoff;

    if (jump <= 0 || jump > CHANGE_MOST)
        return false;
    for (int64_t i = 0; i < jump; i += MINUTE) {
        time_t seconds = (time_t)(at + before.tm_gmtoff + i);
        struct tm tm;

        if (gmtime_r(&seconds, &tm) != NULL && matches(when, &tm))
            return true;
    }
    return false;
}

/* Whether the clock on the wall has shown this time before. */
static bool repeated(int64_t at, const struct tm *now)
{
    struct tm before = wall(at - CHANGE_MOST);
    int64_t back = before.tm_gmtoff - now->tm_gmtoff;
    struct tm same;

    if (back <= 0 || back > CHANGE_MOST)
        return false;
    same = wall(at - back);
    return same.tm_hour == now->tm_hour && same.tm_min == now->tm_min && same.tm_mday == now->tm_mday;
}

static bool is_due(const struct crontab_when *when, int64_t at, const struct tm *now)
{
    if (when->wall)
        return matches(when, now);
    return skipped_before(when, at, now) || (matches(when, now) && !repeated(at, now));
}

/* A minute on, or, where this hour cannot match, to the next: the clock changes at full hours. */
static int64_t step_from(const struct crontab_when *when, int64_t at, const struct tm *now)
{
    if (day_matches(when, now) && has(when->hours, now->tm_hour))
        return at + MINUTE;
    return at + (60 - now->tm_min) * MINUTE;
}

bool crontab_next(const struct crontab_when *when, int64_t after, int64_t *due)
{
    int64_t at = after - after % MINUTE + MINUTE;

    if (when->reboot)
        return false;
    while (at < after + EIGHT_YEARS) {
        struct tm now = wall(at);

        at -= now.tm_sec; /* zones of old are off by seconds */
        if (is_due(when, at, &now)) {
            *due = at;
            return true;
        }
        at = step_from(when, at, &now);
    }
    return false;
}

bool crontab_last(const struct crontab_when *when, int64_t until, int64_t *due)
{
    static const int64_t spans[] = {HOUR, DAYS(1), DAYS(32), DAYS(367), EIGHT_YEARS};
    bool found = false;

    for (size_t i = 0; !found && i < sizeof(spans) / sizeof(*spans); i++) {
        int64_t at = until - spans[i];

        while (crontab_next(when, at, &at) && at <= until) {
            *due = at;
            found = true;
        }
    }
    return found;
}

int crontab_count(const struct crontab_when *when, int64_t after, int64_t until, int most)
{
    int n = 0;

    while (n < most && crontab_next(when, after, &after) && after <= until)
        n++;
    return n;
}
