/* Tumbling windows: the time line cut into half-open pieces [start, end), aligned to the wall clock of a time zone.
 * Instants are microseconds since 1970-01-01 00:00 UTC (core/time.h). Where a window begins:
 *
 *   minutes, hours  where the wall clock shows a multiple of the width since midnight
 *   days            at the first instant of the local date; n days are counted from 1970-01-01
 *   weeks           on Mondays; n weeks are counted from Monday 1969-12-29, in whose week 1970-01-01 lies
 *   months          at the first instant of the month; n months are counted from January 1970
 *
 * When the clock is set forward over such a place, the window begins at the jump; one that lies wholly in what is left
 * out does not exist (a date that a zone skipped, an hour in spring). When the clock is set back, what is shown twice
 * holds a window of minutes or hours twice if it fits in whole, and else makes the window longer (the day with 25
 * hours has 25 windows of one hour, and one of six hours takes seven). Of a date the first instant counts. */
#ifndef BRIDGEJOB_CORE_WINDOW_H
#define BRIDGEJOB_CORE_WINDOW_H

#include <stddef.h>
#include <stdint.h>

/* Of a window. Sizes that mean the same are equal: 60m is 1h, 24h is 1d (7d, counted from a Thursday, is not 1w). */
enum window_unit { WINDOW_MINUTES, WINDOW_DAYS, WINDOW_WEEKS, WINDOW_MONTHS };

struct window_size {
    enum window_unit unit;
    int64_t count;
};

/* What window_size_parse() takes, for a message. */
#define WINDOW_SIZES "minutes or hours that divide a day (15m, 1h, 6h), days (1d), weeks (1w) or months (1mo)"

/* "15m", "1h", "1d", "1w", "1mo"; at most 1000 days, weeks or months. 0, or -1 when it is none of WINDOW_SIZES. */
int window_size_parse(const char *text, struct window_size *size);

/* The size as its shortest text, "1h" for 60m. */
#define WINDOW_SIZE_TEXT 24
void window_size_format(const struct window_size *size, char out[WINDOW_SIZE_TEXT]);

/* No window of this size is longer, in microseconds. */
int64_t window_longest(const struct window_size *size);

/* The UTC offsets of a zone over some range: from each instant on until the next one. */
struct zone_change {
    int64_t since;   /* INT64_MIN for the first */
    int64_t offset;  /* microseconds east of UTC */
    int64_t reached; /* the furthest the wall clock had come before, as if it were UTC */
};

struct zone {
    struct zone_change *changes;
    size_t n;
    size_t cap;
};

#define ZONE_INIT ((struct zone){NULL, 0, 0})

/* In order of time; the first one counts for all time before it. 0, or -1 when memory is out. */
int zone_add(struct zone *zone, int64_t since, int64_t offset);
void zone_release(struct zone *zone);

struct window {
    int64_t start; /* itself within */
    int64_t end;   /* itself without */
};

/* The window that holds an instant. The zone must know the offsets from window_longest() and two days before it to as
 * long behind it; one without changes is UTC. */
struct window window_of(const struct window_size *size, const struct zone *zone, int64_t at);

#endif
