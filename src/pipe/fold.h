/* fold: the events of a batch → one row a workflow. What a row says depends only on the
 * set of its events, never on their order (docs/events.md, "Order does not matter"): each value is
 * the one said first, or the one said last, by event time; ties go by the value itself.
 * The merge in jobs/ingest joins such a row with the stored one by the same rules.
 *
 * Spans point into the events folded; they must outlive the fold. */
#ifndef BRIDGEJOB_PIPE_FOLD_H
#define BRIDGEJOB_PIPE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "pipe/event.h"

/* PostgreSQL's 'infinity' and '-infinity': a default that nobody said. */
#define FOLD_NEVER INT64_MAX
#define FOLD_ALWAYS INT64_MIN

/* A value with the time it was said; for JSON also by which event, as JSON has no order
 * of its own that both C and the server know. */
struct said {
    int64_t at;
    struct span value;
    struct uuid by;
    bool present;
};

/* What ties of JSON values go by: the event's id, its second half mixed with the value's bytes, for one id
 * may come with two values. */
struct uuid said_key(const struct said *said);

/* A figure with the time it was said. */
struct figure {
    int64_t ms;                  /* NUMBER_ABSENT: none */
    int64_t at;                  /* FOLD_ALWAYS: none */
};

struct folded_step {
    struct event *event;
    size_t next;                 /* index of the workflow's next step, or FOLD_NONE */
};

#define FOLD_NONE SIZE_MAX

struct folded_workflow {
    struct uuid correlation;
    int64_t first_at, last_at;
    struct said name_space;      /* first */
    struct said type;            /* first */
    struct said metadata;        /* first; JSON */
    struct uuid session;         /* first */
    int64_t session_at;          /* FOLD_NEVER: none */
    struct said state;           /* by rank, then last */
    struct said error;           /* last, of the events that say FAILED */
    struct figure completed_ms;  /* last, of the events that say COMPLETED */
    struct figure failed_ms;     /* last, of the events that say FAILED */
    struct said stamp_id, file_hash, event_hash; /* last */
    struct figure generation;    /* last */
    struct said intelligence;    /* last; JSON */
    size_t first_step;
    bool unsure;                 /* two steps of one id differ: the tables must tell */
};

struct fold {
    struct folded_workflow *workflows; /* in order of first appearance */
    size_t n_workflows;
    struct folded_step *steps;
    size_t n_steps;
    struct event **sorted;             /* scratch for the steps of one workflow */
    size_t *slots;                     /* hash table: index + 1 into workflows, 0 empty */
    size_t n_slots;                    /* a power of two */
    size_t max_events;
};

/* Room for a batch of 'max_events'. 0 or ERR_INTERNAL, reported. */
int fold_init(struct fold *fold, size_t max_events);
void fold_release(struct fold *fold);
void fold_reset(struct fold *fold);

/* Take an event in; those that say nothing of a workflow are passed over. */
void fold_add(struct fold *fold, struct event *event);

/* Finish one workflow: gives steps without an order their rank (in event->step_rank: 1
 * and on by time, then id, among all steps of the workflow), and appends the workflow_steps array as JSON text to
 * 'out'. Returns the number of steps. */
size_t fold_steps(struct fold *fold, struct folded_workflow *workflow, struct buf *out);

/* 2 for COMPLETED and FAILED, 0 for PENDING, 1 for any other state. */
int fold_state_rank(struct span state);

/* Milliseconds from 'from' to 'to', rounded; NUMBER_ABSENT when they do not fit INTEGER. */
int64_t fold_elapsed_ms(int64_t from, int64_t to);

#endif
