/* pruned: what a prune has done, would do, and was kept from doing, as the user asked to see it. */
#ifndef BRIDGEJOB_JOBS_PRUNED_H
#define BRIDGEJOB_JOBS_PRUNED_H

#include <stdint.h>

#include "core/table.h"
#include "jobs/job.h"

/* A number of the result, in order: "partitions_dropped", 2. */
struct pruned_count {
    const char *name;
    long long n;
};

#define PRUNED_COUNTS 4 /* at most, and one more that ends the list: its name is NULL */

struct pruned {
    const struct run *run;
    const char *what;                           /* key of the listing: "nodes" */
    struct table listing;                       /* one row for each thing that goes */
    struct table blocked;                       /* one row for each guard that keeps something */
    bool guarded;                               /* whether the result has blocked_by[] */
    struct pruned_count counts[PRUNED_COUNTS + 1];
};

/* 'columns' of the listing are borrowed. */
void pruned_init(struct pruned *pruned, const struct run *run, const char *what, const struct column *columns,
                 size_t n_columns);
void pruned_release(struct pruned *pruned);

/* A guard keeps 'subject': a warning, its hint ('next', a command to type), and a row of blocked_by[]. */
void pruned_block(struct pruned *pruned, const char *guard, const char *subject, const char *detail, const char *next);

/* Print the result, fill the tally. 'rc' is how the job has gone so far; 0, ERR_FINDINGS when something was kept, or
 * an err kind, reported. */
int pruned_finish(struct pruned *pruned, struct run *run, int rc);

#endif
