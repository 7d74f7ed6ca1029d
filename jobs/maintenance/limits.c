#include "jobs/maintenance/limits.h"

#include <stdio.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"

#define DAY_MINUTES 1440

static int two_digits(const char *text)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* Reads "HH:MM". Minutes after midnight, or -1. */
static int minute_of(const char *text)
{
    int hour = two_digits(text);
    int minute = hour < 0 || text[2] != ':' ? -1 : two_digits(text + 3);

    return minute < 0 || minute > 59 || hour > 24 || hour * 60 + minute > DAY_MINUTES ? -1 : hour * 60 + minute;
}

int hours_parse(const char *text, struct hours *hours)
{
    hours->from = minute_of(text);
    if (hours->from < 0 || hours->from == DAY_MINUTES || text[5] != '-')
        return -1;
    hours->to = minute_of(text + 6);
    return hours->to < 0 || text[11] != '\0' || hours->to == hours->from ? -1 : 0;
}

int64_t hours_left(const struct hours *hours, time_t now)
{
    struct tm local;
    bool past_midnight = hours->to < hours->from;
    int minute;

    localtime_r(&now, &local);
    minute = local.tm_hour * 60 + local.tm_min;
    if (past_midnight ? minute >= hours->to && minute < hours->from
                      : minute < hours->from || minute >= hours->to)
        return 0;
    if (past_midnight && minute >= hours->from)
        local.tm_mday++;
    local.tm_hour = hours->to / 60;
    local.tm_min = hours->to % 60;
    local.tm_sec = 0;
    local.tm_isdst = -1;
    return (int64_t)difftime(mktime(&local), now);
}

int maintenance_check(const void *options)
{
    const struct maintenance_options *maintenance = options;
    struct hours hours;

    if (maintenance->between != NULL && hours_parse(maintenance->between, &hours) != 0) {
        fail(ERR_USAGE, "'--between' must be HH:MM-HH:MM, not '%s'", maintenance->between);
        log_hint("as --between 02:00-04:00, or 22:00-02:00 for one past midnight");
        return ERR_USAGE;
    }
    if (maintenance->all && maintenance->tables.n > 0)
        return fail(ERR_USAGE, "'--all' and '--table' exclude each other");
    if (maintenance->analyze_only && maintenance->freeze)
        return fail(ERR_USAGE, "'--analyze-only' and '--freeze' exclude each other");
    return 0;
}

void limits_start(struct limits *limits, const struct maintenance_options *options, time_t now, int64_t started)
{
    struct hours hours;
    struct tm local;
    int64_t by_duration = options->max_duration_s > 0 ? started + options->max_duration_s * TIME_SECOND : INT64_MAX;
    int64_t by_hours = INT64_MAX;

    *limits = (struct limits){.between = options->between, .lock_timeout_ms = options->lock_timeout_s * 1000};
    if (options->between != NULL && hours_parse(options->between, &hours) == 0) {
        int64_t left = hours_left(&hours, now);

        limits->outside = left <= 0;
        by_hours = started + left * TIME_SECOND;
    }
    localtime_r(&now, &local);
    strftime(limits->began, sizeof(limits->began), "%H:%M", &local);
    limits->by_duration = by_duration < by_hours;
    limits->ends = limits->by_duration ? by_duration : by_hours;
}

int64_t limits_left_ms(const struct limits *limits)
{
    int64_t left = limits->ends == INT64_MAX ? INT64_MAX : (limits->ends - time_monotonic()) / 1000;

    return left < 0 ? 0 : left;
}

void limits_reason(const struct limits *limits, char *text, size_t size)
{
    if (limits->outside)
        snprintf(text, size, "it is %s, outside %s", limits->began, limits->between);
    else if (limits->by_duration)
        snprintf(text, size, "the time of --max-duration was used up");
    else
        snprintf(text, size, "the time of --between %s was used up", limits->between);
}

const char *limits_hint(const struct limits *limits)
{
    if (limits->outside)
        return "start it in these hours, by this machine's clock (TZ), or without --between";
    return "the next run begins with what is most urgent then; or give it more time";
}
