#include "jobs/ingest/merge.h"

#include "db/session.h"
#include "jobs/ingest/batch.h"

static int settle_steps(void)
{
    long long moved;
    int rc = merge_find_moves(&moved);
    if (rc != 0)
        return rc;
    return moved > 0 ? merge_moves() : merge_step_conflicts();
}

static int merge_children(const struct merge_plan *plan)
{
    long long steps = 0, transitions = 0, stamps = 0;
    int rc = plan->steps > 0 ? merge_steps(&steps) : 0;
    if (rc == 0 && plan->transitions > 0)
        rc = merge_transitions(&transitions);
    if (rc == 0 && plan->stamps > 0)
        rc = merge_stamps(&stamps);
    if (rc == 0 && steps < plan->steps)
        rc = settle_steps();
    if (rc == 0 && transitions < plan->transitions)
        rc = merge_transition_conflicts();
    if (rc == 0 && stamps < plan->stamps)
        rc = merge_stamp_conflicts();
    return rc;
}

/* What is only known when the children are in: ranks, derived columns, stamps that waited. */
static int settle_workflows(const struct merge_plan *plan, long long known)
{
    int rc = known > 0 ? session_prefer_indexes() : 0;
    if (rc == 0 && known > 0 && plan->steps > 0)
        rc = merge_step_ranks();
    if (rc == 0 && known > 0)
        rc = merge_known_workflows();
    if (rc == 0 && (plan->hashless > 0 || plan->hash_events > 0))
        rc = merge_hashless_stamps();
    return rc;
}

static int merge_workflows(const struct merge_plan *plan)
{
    long long known = 0, foreign;
    int rc = plan->workflows > 0 ? merge_new_workflows(&known, &foreign) : 0;
    if (rc == 0)
        rc = merge_children(plan);
    return rc == 0 ? settle_workflows(plan, known) : rc;
}

static int merge_others(const struct merge_plan *plan)
{
    int rc = plan->nodes > 0 ? merge_nodes() : 0;
    return rc == 0 && plan->bridges > 0 ? merge_bridges() : rc;
}

static long long sum(const long long made[BATCH_PARTS])
{
    long long events = 0;
    for (size_t part = 0; part < BATCH_PARTS; part++)
        events += made[part];
    return events;
}

static int merge_new(const struct merge_plan *plan, const char *starts, long long *made)
{
    int rc = merge_events(starts, made);
    if (rc == 0 && sum(made) < plan->events)
        rc = merge_event_conflicts();
    return rc == 0 ? merge_workflows(plan) : rc;
}

int merge_batch(const struct merge_plan *plan, const char *starts, long long *made)
{
    bool in;
    int rc = merge_is_in(plan, &in);
    if (rc == 0 && !in)
        rc = merge_new(plan, starts, made);
    return rc == 0 ? merge_others(plan) : rc;
}

int merge_direct(const struct merge_plan *plan, int (*copy_children)(void *self), void *self)
{
    long long known = 0, foreign = 0;
    int rc = plan->workflows > 0 ? merge_new_workflows(&known, &foreign) : 0;
    if (rc == 0 && foreign > 0)
        return MERGE_NOT_NEW; /* the rows name their workflows by correlation id */
    if (rc == 0)
        rc = copy_children(self);
    if (rc == 0)
        rc = settle_workflows(plan, known);
    return rc == 0 ? merge_others(plan) : rc;
}
