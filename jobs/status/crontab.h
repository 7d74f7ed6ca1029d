/* crontab: when a line of a crontab is due (crontab(5)). Pure, but for the time zone of the process, TZ.
 * A change of the clock is taken as cron(8) of Debian and cronie take it: a line whose hour and minute do not begin
 * with '*' runs once, right behind an hour that is skipped, and not again in one that is repeated; the others follow
 * the clock on the wall. */
#ifndef BRIDGEJOB_JOBS_CRONTAB_H
#define BRIDGEJOB_JOBS_CRONTAB_H

#include <stdbool.h>
#include <stdint.h>

/* Bits are the values that match: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-6 from Sunday on. */
struct crontab_when {
    uint64_t minutes;
    uint64_t hours;
    uint64_t days;
    uint64_t months;
    uint64_t weekdays;
    bool any_day;     /* the field begins with '*': then only the other one of day and weekday counts */
    bool any_weekday;
    bool wall;        /* minute or hour begins with '*' */
    bool reboot;      /* @reboot: never due by the clock */
};

/* Parse the five fields, or the one word with '@', at the start of 'line'; '*rest' is what follows, without blanks.
 * Numbers, names (jan, mon), lists, ranges, steps; 7 is Sunday too. 0, or -1 when it is none. */
int crontab_parse(const char *line, struct crontab_when *when, const char **rest);

/* The first due time behind 'after', and the last up to 'until': seconds since 1970. false when there is none within
 * eight years (a 29 February may be that far away). */
bool crontab_next(const struct crontab_when *when, int64_t after, int64_t *due);
bool crontab_last(const struct crontab_when *when, int64_t until, int64_t *due);

/* Due times behind 'after' up to 'until', at most 'most'. */
int crontab_count(const struct crontab_when *when, int64_t after, int64_t until, int most);

#endif
