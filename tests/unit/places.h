/* The places where a value of an event may stand, in order: each counts when none before it does. */
#ifndef BRIDGEJOB_TESTS_UNIT_PLACES_H
#define BRIDGEJOB_TESTS_UNIT_PLACES_H

#include "events.h"

struct place {
    const char *outer; /* an object of the envelope; NULL: the envelope itself */
    const char *name;
};

/* Whether an event read from the line took its value from that place. */
typedef void check_place(const char *line, const struct event *event, size_t place);

static inline bool places_beside(const struct place *a, const struct place *b)
{
    return a->outer != NULL && b->outer != NULL && strcmp(a->outer, b->outer) == 0;
}

/* A line with 'rest' that holds 'value', the place's number for its %d, in each place from 'first' on, the last
 * place written first. Those before 'first' are null or not there; the objects around them are. */
static inline void places_write(struct buf *line, const char *rest, const struct place *places, size_t n, size_t first,
                                const char *value, bool nulls)
{
    size_t start;

    buf_reset(line);
    buf_printf(line, "{%s", rest);
    for (size_t end = n; end > 0; end = start) {
        start = end - 1;
        while (start > 0 && places_beside(&places[start - 1], &places[start]))
            start--;
        if (places[start].outer != NULL)
            buf_printf(line, ",'%s':{'about':1", places[start].outer);
        for (size_t i = end; i-- > start;) {
            if (i >= first || nulls)
                buf_printf(line, ",'%s':", places[i].name);
            if (i >= first) {
                const char *mark = strchr(value, '%');
                buf_printf(line, "%.*s%zu%s", (int)(mark - value), value, i, mark + 2);
            } else if (nulls) {
                buf_add_text(line, "null");
            }
        }
        if (places[start].outer != NULL)
            buf_add_char(line, '}');
    }
    buf_add_char(line, '}');
}

static inline void check_order(const char *rest, const struct place *places, size_t n, const char *value,
                               check_place *check)
{
    struct reading reading;
    struct buf line;

    buf_init(&line);
    reading_init(&reading);
    for (size_t first = 0; first < n; first++) {
        for (int nulls = 0; nulls < 2; nulls++) {
            places_write(&line, rest, places, n, first, value, nulls);
            check(buf_text(&line), read_event(&reading, buf_text(&line)), first);
        }
    }
    reading_release(&reading);
    buf_release(&line);
}

#endif
