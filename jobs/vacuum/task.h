/* Which tables need VACUUM or ANALYZE, how urgently, and why. Pure: from numbers to a list. */
#ifndef BRIDGEJOB_JOBS_VACUUM_TASK_H
#define BRIDGEJOB_JOBS_VACUUM_TASK_H

#include "jobs/maintenance/maintenance.h"
#include "jobs/vacuum/census.h"

struct task {
    const struct facts *facts; /* of the table; borrowed from the census */
    char reason[200];
    bool vacuum;
    bool freeze;               /* its age is why: only freezing is sure to lower it */
    bool analyze;
    bool flush;                /* neither: only the pending lists of its GIN indexes (Manual 70.4.1) */
    double urgency;            /* how many times past its limit the number is that is furthest past it */
    bool danger;               /* past autovacuum_(multixact_)freeze_max_age: goes before everything else */
};

struct tasks {
    struct task *at;
    size_t n;
};

/* What to do, most urgent first; one that was cut short the last time behind the others, as one that no night is long
 * enough for would keep them all from their turn; partitioned tables, whose ANALYZE analyzes their partitions as well
 * (Manual ANALYZE), last. When 'options' name tables, those are taken and no others, needed or not; with --all every
 * table is. System tables that are not ours to VACUUM are left out unless named. The caller releases '*tasks', also
 * after an error. 0, or ERR_INTERNAL (no memory). */
int tasks_choose(const struct census *census, const struct maintenance_options *options, struct tasks *tasks);
void tasks_release(struct tasks *tasks);

#endif
