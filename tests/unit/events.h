/* Lines read as events, for tests of whatever reads or takes them. JSON is written with single
 * quotes here, so that it can be read. */
#ifndef BRIDGEJOB_TESTS_UNIT_EVENTS_H
#define BRIDGEJOB_TESTS_UNIT_EVENTS_H

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/time.h"
#include "pipe/event.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* 2026-01-01 00:00 UTC: what the clock says in these tests. */
#define NOW (INT64_C(1767225600) * TIME_SECOND)

struct reading {
    struct event_parser parser;
    struct event event;
    char *line; /* without a NUL, so that a sanitizer sees any step beyond */
    size_t len;
};

static inline struct event_policy reading_policy(void)
{
    return (struct event_policy){.default_namespace = SPAN("default"), .now = NOW};
}

static inline void reading_init(struct reading *reading)
{
    struct event_policy policy = reading_policy();

    memset(reading, 0, sizeof(*reading));
    event_parser_init(&reading->parser, &policy);
}

static inline void reading_release(struct reading *reading)
{
    event_parser_release(&reading->parser);
    free(reading->line);
}

/* Read a line as it is. What the parser writes must fit what it reserved: its spans point there. */
static inline enum reason read_bytes(struct reading *reading, const char *bytes, size_t len)
{
    enum reason reason;

    free(reading->line);
    reading->line = malloc(len > 0 ? len : 1);
    reading->len = len;
    assert_non_null(reading->line);
    memcpy(reading->line, bytes, len);
    reason = event_parse(&reading->parser, (struct span){reading->line, len}, &reading->event);
    assert_true(reading->parser.text.len <= 8 * len + 4096);
    return reason;
}

/* Double quotes for single ones. To be freed. */
static inline char *quoted(const char *text)
{
    char *copy = strdup(text);

    assert_non_null(copy);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return copy;
}

static inline enum reason read_line(struct reading *reading, const char *text)
{
    char *line = quoted(text);
    enum reason reason = read_bytes(reading, line, strlen(line));

    free(line);
    return reason;
}

/* Read a line that is an event. */
static inline const struct event *read_event(struct reading *reading, const char *text)
{
    enum reason reason = read_line(reading, text);

    if (reason != REASON_NONE)
        fail_msg("%s: %s, %s", text, reason_name(reason), reading->parser.detail);
    return &reading->event;
}

/* The span says that text; NULL: it is absent. */
static inline void check_span(const char *line, struct span got, const char *wanted)
{
    char *text = wanted == NULL ? NULL : quoted(wanted);
    bool same = wanted == NULL ? got.at == NULL : got.at != NULL && span_is(got, text);

    free(text);
    if (!same)
        fail_msg("%s: got '%.*s', not '%s'", line, (int)got.len, got.at == NULL ? "" : got.at,
                 wanted == NULL ? "(absent)" : wanted);
}

static inline void check_uuid(const char *line, const struct uuid *got, const char *wanted)
{
    char text[UUID_TEXT_SIZE];

    uuid_to_text(got, text);
    if (strcmp(text, wanted) != 0)
        fail_msg("%s: got %s, not %s", line, text, wanted);
}

static inline void check_refused(struct reading *reading, const char *line, enum reason wanted, const char *detail)
{
    enum reason reason = read_line(reading, line);

    if (reason != wanted)
        fail_msg("%s: %s (%s), not %s", line, reason_name(reason), reading->parser.detail, reason_name(wanted));
    if (strstr(reading->parser.detail, detail) == NULL)
        fail_msg("%s: '%s' does not say '%s'", line, reading->parser.detail, detail);
}

static inline int64_t time_of(const char *text)
{
    int64_t us;

    assert_int_equal(time_parse(span_of(text), &us), 0);
    return us;
}

#endif
