/* Events made by hand, and folded in every order. */
#ifndef BRIDGEJOB_TESTS_UNIT_FOLDS_H
#define BRIDGEJOB_TESTS_UNIT_FOLDS_H

#include "unit.h"

#include "pipe/fold.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define MOST 12 /* events of one fold */

static inline struct event make(enum event_kind kind, int64_t at, uint8_t id)
{
    struct event event = {.kind = kind, .at = at, .id = {{id}}, .correlation = {{0xc0}}, .has_correlation = true,
                          .name_space = SPAN("default"), .payload = SPAN("{}")};

    for (size_t i = 0; i < NUMBER_COUNT; i++)
        event.numbers[i] = NUMBER_ABSENT;
    event.moves_workflow = kind == EVENT_STATE_TRANSITION;
    return event;
}

static inline void add_all(struct fold *fold, struct event **events, size_t n)
{
    fold_reset(fold);
    for (size_t i = 0; i < n; i++)
        fold_add(fold, events[i]);
}

/* Fold the events in every order ('n' small) and let 'check' look at the one workflow. */
typedef void check_workflow(const struct folded_workflow *workflow, const void *wanted);

static inline void permute(struct fold *fold, struct event **events, size_t n, size_t fixed,
                           check_workflow *check, const void *wanted)
{
    if (fixed == n) {
        add_all(fold, events, n);
        assert_int_equal(fold->n_workflows, 1);
        check(&fold->workflows[0], wanted);
        return;
    }
    for (size_t i = fixed; i < n; i++) {
        struct event *swapped = events[fixed];

        events[fixed] = events[i];
        events[i] = swapped;
        permute(fold, events, n, fixed + 1, check, wanted);
        events[i] = events[fixed];
        events[fixed] = swapped;
    }
}

static inline void in_every_order(struct event *events, size_t n, check_workflow *check, const void *wanted)
{
    struct event *order[MOST];
    struct fold fold;

    assert_int_equal(fold_init(&fold, MOST), 0);
    for (size_t i = 0; i < n; i++)
        order[i] = &events[i];
    permute(&fold, order, n, 0, check, wanted);
    fold_release(&fold);
}

#endif
