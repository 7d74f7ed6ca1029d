#include "core/time.h"

#include <stdio.h>
#include <time.h>

#define SECONDS_PER_DAY INT64_C(86400)

/* Days since 1970-01-01 of a civil date, years counted from March so that the leap
 * day comes last (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
static int64_t days_of_date(int64_t year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct date {
    int year;
    int month;
    int day;
};

static struct date date_of_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    return (struct date){
        .year = (int)(year_of_era + era * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* n digits; '*bad' is set when one is none, so that one test covers many fields. */
static unsigned digits(const char *at, int n, bool *bad)
{
    unsigned value = 0;

    for (int i = 0; i < n; i++) {
        *bad |= !is_digit(at[i]);
        value = value * 10 + (unsigned)(at[i] - '0');
    }
    return value;
}

/* "YYYY-MM-DDTHH:MM:SS", 19 bytes, to seconds. */
static int parse_seconds(const char *at, int64_t *seconds)
{
    bool bad = false;
    unsigned year = digits(at, 4, &bad);
    unsigned month = digits(at + 5, 2, &bad);
    unsigned day = digits(at + 8, 2, &bad);
    unsigned hour = digits(at + 11, 2, &bad);
    unsigned minute = digits(at + 14, 2, &bad);
    unsigned second = digits(at + 17, 2, &bad);

    if (bad || at[4] != '-' || at[7] != '-' || at[13] != ':' || at[16] != ':')
        return -1;
    if (at[10] != 'T' && at[10] != 't' && at[10] != ' ')
        return -1;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return -1;
    if (hour > 23 || minute > 59 || second > 60)
        return -1;
    *seconds = days_of_date(year, (int)month, (int)day) * SECONDS_PER_DAY + (int64_t)hour * 3600 +
               (int64_t)minute * 60 + second;
    return 0;
}

/* ".5" … to microseconds; '*at' moves behind it. Without a point it is 0. */
static int parse_fraction(const char **at, const char *end, int64_t *us)
{
    const char *p = *at;
    int64_t value = 0;
    int n = 0;

    *us = 0;
    if (p == end || *p != '.')
        return 0;
    for (p++; p < end && is_digit(*p); p++, n++) {
        if (n < 6)
            value = value * 10 + (*p - '0');
        else if (n == 6 && *p >= '5')
            value++;
    }
    if (n == 0)
        return -1;
    for (; n < 6; n++)
        value *= 10;
    *us = value;
    *at = p;
    return 0;
}

/* "", "Z", "+hh", "+hhmm", "+hh:mm" to seconds east of UTC. */
static int parse_offset(const char *at, const char *end, int64_t *seconds)
{
    size_t len = (size_t)(end - at);
    bool bad = false;
    unsigned hours;
    unsigned minutes = 0;

    *seconds = 0;
    if (len == 0 || (len == 1 && (*at == 'Z' || *at == 'z')))
        return 0;
    if ((*at != '+' && *at != '-') || (len != 3 && len != 5 && len != 6) || (len == 6 && at[3] != ':'))
        return -1;
    hours = digits(at + 1, 2, &bad);
    if (len > 3)
        minutes = digits(end - 2, 2, &bad);
    if (bad || hours > 23 || minutes > 59)
        return -1;
    *seconds = hours * 3600 + minutes * 60;
    if (*at == '-')
        *seconds = -*seconds;
    return 0;
}

int time_parse(struct span text, int64_t *us)
{
    const char *at;
    const char *end;
    int64_t seconds;
    int64_t fraction;
    int64_t offset;

    if (text.len < 19 || parse_seconds(text.at, &seconds) != 0)
        return -1;
    at = text.at + 19;
    end = text.at + text.len;
    if (parse_fraction(&at, end, &fraction) != 0 || parse_offset(at, end, &offset) != 0)
        return -1;
    *us = (seconds - offset) * TIME_SECOND + fraction;
    return 0;
}

/* A decimal number as written: its digits, and how many of them stand before the
 * point once the exponent has moved it. */
struct decimal {
    bool negative;
    struct span whole;
    struct span fraction;
    int64_t point;
};

static struct span take_digits(const char **at, const char *end)
{
    const char *start = *at;

    while (*at < end && is_digit(**at))
        (*at)++;
    return (struct span){start, (size_t)(*at - start)};
}

/* Behind the 'e'. Capped far beyond any line's length: nothing more can fit or count. */
static int parse_exponent(const char **at, const char *end, int64_t *exponent)
{
    const int64_t cap = INT64_C(1) << 60;
    bool negative = *at < end && **at == '-';
    struct span written;

    if (*at < end && (**at == '-' || **at == '+'))
        (*at)++;
    written = take_digits(at, end);
    if (written.len == 0)
        return -1;
    *exponent = 0;
    for (size_t i = 0; i < written.len; i++)
        *exponent = *exponent > cap / 16 ? cap : *exponent * 10 + (written.at[i] - '0');
    if (negative)
        *exponent = -*exponent;
    return 0;
}

static int parse_decimal(struct span number, struct decimal *decimal)
{
    const char *at = number.at;
    const char *end;
    int64_t exponent = 0;

    if (number.len == 0)
        return -1;
    end = at + number.len;
    *decimal = (struct decimal){.negative = *at == '-'};
    if (decimal->negative)
        at++;
    decimal->whole = take_digits(&at, end);
    if (decimal->whole.len == 0)
        return -1;
    if (at < end && *at == '.') {
        at++;
        decimal->fraction = take_digits(&at, end);
        if (decimal->fraction.len == 0)
            return -1;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (parse_exponent(&at, end, &exponent) != 0)
            return -1;
    }
    decimal->point = (int64_t)decimal->whole.len + exponent;
    return at == end ? 0 : -1;
}

/* The digit at a place, the first being 0; all beyond those written are 0. */
static int decimal_digit(const struct decimal *decimal, int64_t place)
{
    size_t at = (size_t)place;

    if (place < 0)
        return 0;
    if (at < decimal->whole.len)
        return decimal->whole.at[at] - '0';
    at -= decimal->whole.len;
    return at < decimal->fraction.len ? decimal->fraction.at[at] - '0' : 0;
}

/* |decimal| * 10^scale, cut to an integer. -1 when that does not fit. */
static int decimal_scaled(const struct decimal *decimal, int scale, int64_t *value)
{
    int64_t written = (int64_t)(decimal->whole.len + decimal->fraction.len);
    int64_t end = decimal->point + scale;

    *value = 0;
    for (int64_t place = 0; place < end && (place < written || *value != 0); place++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, decimal_digit(decimal, place), value))
            return -1;
    return 0;
}

int time_parse_epoch(struct span number, int64_t *us)
{
    struct decimal decimal;
    int64_t value;
    int scale;

    if (parse_decimal(number, &decimal) != 0 || decimal_scaled(&decimal, 0, &value) != 0)
        return -1;
    scale = value >= INT64_C(100000000000) ? 3 : 6;
    if (decimal_scaled(&decimal, scale, &value) != 0)
        return -1;
    if (decimal_digit(&decimal, decimal.point + scale) >= 5 && __builtin_add_overflow(value, 1, &value))
        return -1;
    *us = decimal.negative ? -value : value;
    return 0;
}

/* Split into whole days and the microseconds of the day, also before 1970. */
static int64_t split_day(int64_t us, int64_t *us_of_day)
{
    const int64_t day = SECONDS_PER_DAY * TIME_SECOND;
    int64_t days = us / day;

    *us_of_day = us % day;
    if (*us_of_day < 0) {
        *us_of_day += day;
        days--;
    }
    return days;
}

void time_format(int64_t us, char out[TIME_TEXT_SIZE])
{
    int64_t rest;
    struct date date = date_of_days(split_day(us, &rest));
    int seconds = (int)(rest / TIME_SECOND);
    int n = snprintf(out, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%06d", date.year, date.month, date.day,
                     seconds / 3600, seconds / 60 % 60, seconds % 60, (int)(rest % TIME_SECOND));

    while (out[n - 1] == '0')
        n--;
    if (out[n - 1] == '.')
        n--;
    out[n] = 'Z';
    out[n + 1] = '\0';
}

void time_year_month(int64_t us, int *year, int *month)
{
    int64_t rest;
    struct date date = date_of_days(split_day(us, &rest));

    *year = date.year;
    *month = date.month;
}

int64_t time_month_start(int year, int month)
{
    int64_t months = (int64_t)year * 12 + month - 1;

    return days_of_date(months / 12, (int)(months % 12) + 1, 1) * SECONDS_PER_DAY * TIME_SECOND;
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * TIME_SECOND + now.tv_nsec / 1000;
}

int64_t time_now(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t time_monotonic(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

static int parse_date(const char *text, int64_t *us)
{
    char midnight[sizeof("2025-10-15T00:00:00Z")];

    if (strlen(text) != strlen("2025-10-15"))
        return -1;
    snprintf(midnight, sizeof(midnight), "%sT00:00:00Z", text);
    return time_parse(span_of(midnight), us);
}

int time_parse_or_ago(const char *text, int64_t *us, bool *date)
{
    int64_t ago;

    *date = parse_date(text, us) == 0;
    if (*date)
        return 0;
    if (time_parse(span_of(text), us) == 0)
        return 0;
    if (text_parse_duration(text, &ago) != 0 || ago < 0 || ago > INT64_MAX / TIME_SECOND / 2)
        return -1;
    *us = time_now() - ago * TIME_SECOND;
    return 0;
}
