/* Instants as microseconds since 1970-01-01 00:00 UTC, proleptic Gregorian:
 * PostgreSQL's timestamptz with another origin. */
#ifndef BRIDGEJOB_CORE_TIME_H
#define BRIDGEJOB_CORE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

#define TIME_SECOND INT64_C(1000000)

/* 2000-01-01 00:00 UTC, PostgreSQL's own origin (Manual 8.5, datatype/timestamp.h). */
#define TIME_PG_EPOCH (INT64_C(946684800) * TIME_SECOND)

/* RFC 3339 date-time; also a space for the 'T', offsets +hh and +hhmm, and no
 * offset at all, which is UTC. Fractions beyond microseconds are rounded, half
 * away from zero; second 60 rolls over, as in PostgreSQL. 0, or -1 when the
 * text is no such time or names a day that does not exist. */
int time_parse(struct span text, int64_t *us);

/* The same, or a duration such as 90d (text_parse_duration): so long ago by the wall clock; or a date alone
 * (RFC 3339, full-date): its midnight in UTC, and '*date' says that it is one. 0 or -1. */
int time_parse_or_ago(const char *text, int64_t *us, bool *date);

/* A JSON number of seconds or milliseconds since 1970: 1e11 and beyond (either sign)
 * are milliseconds (1e11 s is the year 5138). Exact, rounded to microseconds half away
 * from zero. 0, or -1 when it does not fit or is no number. */
int time_parse_epoch(struct span number, int64_t *us);

/* "2025-10-15T12:00:01.234567Z"; the fraction only when there is one, without
 * trailing zeros. */
#define TIME_TEXT_SIZE 40
void time_format(int64_t us, char out[TIME_TEXT_SIZE]);

/* Year and month (1..12) in UTC. */
void time_year_month(int64_t us, int *year, int *month);

/* The first instant of a month in UTC; month may run past 12 (13 is January of
 * the next year). */
int64_t time_month_start(int year, int month);

int64_t time_now(void);        /* the wall clock */
int64_t time_monotonic(void);  /* for durations; origin unspecified */

#endif
