#include "core/window.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"

#define MINUTE (INT64_C(60) * TIME_SECOND)
#define MINUTES_PER_DAY 1440
#define DAY (MINUTES_PER_DAY * MINUTE)
#define MOST 1000            /* days, weeks or months */
#define FIRST_MONDAY (-3)    /* 1969-12-29, in days since 1970-01-01 */
#define FIRST_MONTH (INT64_C(1970) * 12)

/* Rounded down, also below zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct size_unit {
    const char *name;
    enum window_unit unit;
    int64_t count;
};

static const struct size_unit units[] = {
    {"s", WINDOW_MINUTES, 0}, {"m", WINDOW_MINUTES, 1}, {"h", WINDOW_MINUTES, 60},
    {"d", WINDOW_DAYS, 1},    {"w", WINDOW_WEEKS, 1},   {"mo", WINDOW_MONTHS, 1},
};

/* 60m is 1h, and 24h is 1d. */
static int settle(struct window_size *size)
{
    if (size->unit != WINDOW_MINUTES)
        return size->count <= MOST ? 0 : -1;
    if (size->count < 1 || size->count > MINUTES_PER_DAY || MINUTES_PER_DAY % size->count != 0)
        return -1;
    if (size->count == MINUTES_PER_DAY)
        *size = (struct window_size){WINDOW_DAYS, 1};
    return 0;
}

int window_size_parse(const char *text, struct window_size *size)
{
    size_t digits = strspn(text, "0123456789");
    int64_t number;
    char copy[8];

    if (digits == 0 || digits >= sizeof(copy))
        return -1;
    memcpy(copy, text, digits);
    copy[digits] = '\0';
    if (text_parse_int64(copy, &number) != 0 || number == 0)
        return -1;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(text + digits, units[i].name) != 0)
            continue;
        size->unit = units[i].unit;
        size->count = units[i].count > 0 ? number * units[i].count : number % 60 == 0 ? number / 60 : 0;
        return settle(size);
    }
    return -1;
}

void window_size_format(const struct window_size *size, char out[WINDOW_SIZE_TEXT])
{
    bool hours = size->unit == WINDOW_MINUTES && size->count % 60 == 0;
    const char *unit = size->unit == WINDOW_MONTHS  ? "mo"
                       : size->unit == WINDOW_WEEKS ? "w"
                       : size->unit == WINDOW_DAYS  ? "d"
                       : hours                      ? "h"
                                                    : "m";

    snprintf(out, WINDOW_SIZE_TEXT, "%lld%s", (long long)(hours ? size->count / 60 : size->count), unit);
}

/* A jump of the clock adds a day at most. */
int64_t window_longest(const struct window_size *size)
{
    static const int64_t days[] = {[WINDOW_DAYS] = 1, [WINDOW_WEEKS] = 7, [WINDOW_MONTHS] = 31};

    return DAY + size->count * (size->unit == WINDOW_MINUTES ? MINUTE : days[size->unit] * DAY);
}

int zone_add(struct zone *zone, int64_t since, int64_t offset)
{
    struct zone_change *change;

    if (zone->n == zone->cap) {
        size_t cap = zone->cap == 0 ? 16 : zone->cap * 2;
        struct zone_change *changes = reallocarray(zone->changes, cap, sizeof(*changes));
        if (changes == NULL)
            return -1;
        zone->changes = changes;
        zone->cap = cap;
    }
    change = &zone->changes[zone->n++];
    *change = (struct zone_change){zone->n == 1 ? INT64_MIN : since, offset, INT64_MIN};
    if (zone->n > 1) {
        int64_t reached = since + change[-1].offset;
        change->reached = reached > change[-1].reached ? reached : change[-1].reached;
    }
    return 0;
}

void zone_release(struct zone *zone)
{
    free(zone->changes);
    *zone = ZONE_INIT;
}

/* From here on a local time is what the wall clock shows, in microseconds as if it were UTC. */

/* The start of the n-th piece from 1970 on. */
static int64_t piece_start(const struct window_size *size, int64_t n)
{
    int64_t count = size->count * n;

    switch (size->unit) {
    case WINDOW_MINUTES: return count * MINUTE;
    case WINDOW_DAYS: return count * DAY;
    case WINDOW_WEEKS: return (count * 7 + FIRST_MONDAY) * DAY;
    case WINDOW_MONTHS: break;
    }
    count += FIRST_MONTH;
    return time_month_start((int)floor_div(count, 12), (int)(count - floor_div(count, 12) * 12) + 1);
}

/* The number of the piece that a local time lies in. */
static int64_t piece_of(const struct window_size *size, int64_t local)
{
    int year;
    int month;

    switch (size->unit) {
    case WINDOW_MINUTES: return floor_div(local, size->count * MINUTE);
    case WINDOW_DAYS: return floor_div(local, size->count * DAY);
    case WINDOW_WEEKS: return floor_div(local - FIRST_MONDAY * DAY, size->count * 7 * DAY);
    case WINDOW_MONTHS: break;
    }
    time_year_month(local, &year, &month);
    return floor_div((int64_t)year * 12 + month - 1 - FIRST_MONTH, size->count);
}

/* Whether a window begins at the instant of a change of the clock. */
static bool begins_at_change(const struct window_size *size, const struct zone_change *change)
{
    int64_t before = change->since + change[-1].offset; /* not shown any more */
    int64_t shown = change->since + change->offset;

    if (size->unit != WINDOW_MINUTES)
        return shown >= change->reached && piece_of(size, shown) != piece_of(size, change->reached - 1);
    if (shown >= before)
        return piece_of(size, shown) != piece_of(size, before - 1);
    return shown % (size->count * MINUTE) == 0 && shown + size->count * MINUTE <= before;
}

/* Whether a window begins where the clock, running steadily since the change, shows the start of a piece: not when a
 * date is shown again. */
static bool begins_after_change(const struct window_size *size, const struct zone_change *change, int64_t local)
{
    return size->unit == WINDOW_MINUTES || local >= change->reached;
}

static size_t change_at(const struct zone *zone, int64_t at)
{
    size_t low = 0;
    size_t high = zone->n;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle].since <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int64_t start_of(const struct window_size *size, const struct zone *zone, size_t i, int64_t at)
{
    for (;; i--) {
        const struct zone_change *change = &zone->changes[i];
        int64_t start = piece_start(size, piece_of(size, at + change->offset));

        if (i == 0 || (start - change->offset > change->since && begins_after_change(size, change, start)))
            return start - change->offset;
        if (begins_at_change(size, change))
            return change->since;
        at = change->since - 1;
    }
}

static int64_t end_of(const struct window_size *size, const struct zone *zone, size_t i, int64_t at)
{
    for (;; i++) {
        const struct zone_change *change = &zone->changes[i];
        int64_t piece = piece_of(size, at + change->offset);
        int64_t end;

        do
            end = piece_start(size, ++piece);
        while (!begins_after_change(size, change, end));
        if (i + 1 == zone->n || end - change->offset < change[1].since)
            return end - change->offset;
        if (begins_at_change(size, &change[1]))
            return change[1].since;
        at = change[1].since;
    }
}

struct window window_of(const struct window_size *size, const struct zone *zone, int64_t at)
{
    static struct zone_change utc = {INT64_MIN, 0, INT64_MIN};
    static const struct zone utc_zone = {&utc, 1, 1};
    const struct zone *known = zone->n > 0 ? zone : &utc_zone;
    size_t i = change_at(known, at);

    return (struct window){start_of(size, known, i, at), end_of(size, known, i, at)};
}
