/* How long a run of vacuum or reindex may work: --between and --max-duration. */
#ifndef BRIDGEJOB_JOBS_MAINTENANCE_LIMITS_H
#define BRIDGEJOB_JOBS_MAINTENANCE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "jobs/maintenance/maintenance.h"

/* A part of every day, in minutes after midnight by the clock of the machine bridgejob runs on (its zone: TZ, else
 * /etc/localtime), as cron's times are. 'from' belongs to it, 'to' does not; 'to' before 'from' is past midnight. */
struct hours {
    int from;
    int to;
};

/* "02:00-04:00", "22:00-02:00", "20:00-24:00". 0, or -1: it is none, or begins and ends at the same minute. */
int hours_parse(const char *text, struct hours *hours);

/* Seconds until it ends; 0 outside of it. On a day when clocks change it ends by the clock. */
int64_t hours_left(const struct hours *hours, time_t now);

struct limits {
    int64_t ends;          /* time_monotonic(); INT64_MAX: never */
    const char *between;   /* of the options; borrowed */
    bool outside;          /* the run began outside of it */
    char began[6];         /* "09:58" by this machine's clock */
    bool by_duration;      /* --max-duration is what ends first */
    int64_t lock_timeout_ms;
};

/* 'options' have passed maintenance_check(). */
void limits_start(struct limits *limits, const struct maintenance_options *options, time_t now, int64_t started);

/* Milliseconds left; 0: time is up; INT64_MAX: no limit. */
int64_t limits_left_ms(const struct limits *limits);

/* Why nothing more is begun, for the report: "it is 09:58, outside 02:00-04:00". 'size' 64 is enough. */
void limits_reason(const struct limits *limits, char *text, size_t size);

/* What to do about it. */
const char *limits_hint(const struct limits *limits);

#endif
