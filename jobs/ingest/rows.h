/* rows: a part of a batch → everything that goes to the server for it, in COPY's form. */
#ifndef BRIDGEJOB_JOBS_ROWS_H
#define BRIDGEJOB_JOBS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "jobs/ingest/batch.h"
#include "jobs/ingest/merge.h"
#include "pipe/fold.h"

/* Entries [from, to) of a batch; those that were refused are left out. */
struct range {
    struct batch *batch;
    size_t from, to;
};

size_t range_live(const struct range *range);
/* Those of them in one part of the batch: it may have none. */
struct range range_part(const struct range *range, size_t part);
/* The place of the row-th of the live ones, from 0; range->to when there are fewer. */
size_t range_entry(const struct range *range, long long row);

#define RECENT_MARKS 32

/* The last few marks written: a ring. */
struct row_marks {
    int64_t minutes[RECENT_MARKS];
    struct span name_spaces[RECENT_MARKS];
    size_t n;
};

/* Where rows go. */
enum rows_kind {
    ROWS_STAGED,      /* stage_events: all events, or of a direct load those that are merged */
    ROWS_WORKFLOWS,   /* stage_workflows */
    ROWS_LOGS,        /* a direct load's, from here on: event_logs */
    ROWS_STEPS,       /* workflow_steps */
    ROWS_TRANSITIONS, /* fsm_transitions */
    ROWS_STAMPS,      /* metadata_stamps */
    ROWS_MARKS,       /* rollup_changes */
    ROWS_COUNT
};

struct rows {
    struct fold fold;
    struct merge_plan plan;
    struct buf of[ROWS_COUNT];
    struct buf steps;        /* scratch: one workflow's array; where the parts begin */
    struct row_marks recent;
    size_t *ids;             /* hash table of event ids: place + 1, 0 empty */
    size_t n_ids;            /* a power of two */
    bool distinct;           /* no two events of the range have one id */
    long long made[BATCH_PARTS]; /* events that were new when it was loaded, of each part of the batch */
    bool mbflow;             /* rows of stage_mbflow and nothing else, never directly */
    long long run;           /* for merge_mbflow() */
};

/* Room for 'max_events'. 0 or ERR_INTERNAL, reported. */
int rows_init(struct rows *rows, size_t max_events);
void rows_release(struct rows *rows);

/* Make the rows for a range: 'direct' for a load straight into the tables, else for staging.
 * 0 or ERR_INTERNAL, reported. */
int rows_make(struct rows *rows, const struct range *range, bool direct);

/* Load the range they were made for in the session's open transaction; fills in 'made'. 0 or an err kind,
 * noted, or MERGE_NOT_NEW; '*bad_row' is the event the server blames, as its place among the live
 * entries, or -1. */
int rows_load_staged(struct rows *rows, const struct range *range, long long *bad_row);
int rows_load_direct(struct rows *rows, const struct range *range);

#endif
