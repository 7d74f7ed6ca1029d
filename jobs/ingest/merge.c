#include "jobs/ingest/merge.h"

static int merge_children(const struct merge_plan *plan, bool *conflicts)
{
    long long steps = 0, transitions = 0, stamps = 0;
    int rc = plan->steps > 0 ? merge_steps(&steps) : 0;
    if (rc == 0 && plan->transitions > 0)
        rc = merge_transitions(&transitions);
    if (rc == 0 && plan->stamps > 0)
        rc = merge_stamps(&stamps);
    if (rc == 0 && steps < plan->steps)
        rc = merge_step_conflicts();
    if (rc == 0 && transitions < plan->transitions)
        rc = merge_transition_conflicts();
    if (rc == 0 && stamps < plan->stamps)
        rc = merge_stamp_conflicts();
    *conflicts = steps < plan->steps;
    return rc;
}

static int merge_workflows(const struct merge_plan *plan)
{
    long long known = 0;
    bool conflicts = false;
    int rc = plan->workflows > 0 ? merge_new_workflows(&known) : 0;
    if (rc == 0)
        rc = merge_children(plan, &conflicts);
    if (rc == 0 && known > 0 && (plan->steps > 0 || conflicts))
        rc = merge_step_ranks();
    if (rc == 0 && known > 0)
        rc = merge_known_workflows();
    if (rc == 0 && (plan->hashless > 0 || plan->hash_events > 0))
        rc = merge_hashless_stamps();
    return rc;
}

int merge_batch(const struct merge_plan *plan, long long *inserted)
{
    int rc = merge_events(inserted);
    if (rc == 0 && *inserted < plan->events)
        rc = merge_event_conflicts();
    if (rc == 0)
        rc = merge_workflows(plan);
    if (rc == 0 && plan->nodes > 0)
        rc = merge_nodes();
    if (rc == 0 && plan->bridges > 0)
        rc = merge_bridges();
    return rc;
}
