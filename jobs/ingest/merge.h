/* merge: a staged batch → the tables, set-based, inside the batch's transaction. Every
 * statement is safe to repeat and does not care for the order of events: a row is the
 * same function of its events however they were split into batches (docs/events.md). */
#ifndef BRIDGEJOB_JOBS_MERGE_H
#define BRIDGEJOB_JOBS_MERGE_H

#include <stdbool.h>

/* What a batch holds, so that statements for what it does not hold are left out. */
struct merge_plan {
    long long events;
    long long workflows;
    long long steps;
    long long transitions;
    long long stamps;        /* with their own file_hash */
    long long hashless;      /* stamps without */
    long long hash_events;
    long long nodes;
    long long bridges;
};

/* Merge what is staged. 'starts' is an array of integers, as the server writes it: where in 'seq' the parts of the
 * batch begin. 'made' is how many events of each part are new in event_logs; of an event that comes twice it is the
 * first. 0 or an err kind, noted. */
int merge_batch(const struct merge_plan *plan, const char *starts, long long *made);

/* Of a batch that is surely new: what stands in the staging tables, and copies the other rows
 * straight into their tables through 'copy_children' once their workflows are there.
 * MERGE_NOT_NEW when it turns out that it is not; the transaction is of no use then. */
#define MERGE_NOT_NEW (-1)
int merge_direct(const struct merge_plan *plan, int (*copy_children)(void *self), void *self);

/* The parts, in merge_*.pgc; each 0 or an err kind, noted. */

/* Whether the tables hold all of it already, but for nodes and bridges: every event as it is staged, the rows made of
 * it, and what it says of its workflow. Then there is nothing to merge. The first event that is missing ends the
 * search. */
int merge_is_in(const struct merge_plan *plan, bool *in);

/* event_logs; 'made' as of merge_batch(). */
int merge_events(const char *starts, long long *made);
/* Same id and time, other content: the smaller content stays, whichever came first. */
int merge_event_conflicts(void);

/* New workflows, with their facts; '*known' is how many were there before (stage_known), '*foreign'
 * how many of those have an id of their own: the staged events name them by it afterwards. */
int merge_new_workflows(long long *known, long long *foreign);
/* Those that were there: joined with what the batch says. After the steps. */
int merge_known_workflows(void);

/* Rows of workflow_steps, fsm_transitions, metadata_stamps; '*made' is how many are new. */
int merge_steps(long long *made);
int merge_transitions(long long *made);
int merge_stamps(long long *made);
/* Same id, other content: the earlier row stays, then the one of smaller content. */
int merge_step_conflicts(void);
int merge_transition_conflicts(void);
int merge_stamp_conflicts(void);
/* One step id in two workflows or at two times: '*workflows' is how many are concerned. If any, merge_moves()
 * settles the conflicts and derives anew what those workflows, also ones the batch does not name, say of their
 * steps. */
int merge_find_moves(long long *workflows);
int merge_moves(void);
/* Ranks of steps without an order, in the known workflows. */
int merge_step_ranks(void);
/* Stamps that take the hash of their workflow's hash event. */
int merge_hashless_stamps(void);

/* node_registrations and bridge_states. */
int merge_nodes(void);
int merge_bridges(void);

#endif
