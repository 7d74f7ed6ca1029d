/* VACUUM, ANALYZE or flush one table, and find out what came of it. */
#ifndef BRIDGEJOB_JOBS_VACUUM_CLEAN_H
#define BRIDGEJOB_JOBS_VACUUM_CLEAN_H

#include "jobs/maintenance/limits.h"
#include "jobs/maintenance/account.h"
#include "jobs/vacuum/show.h"
#include "jobs/vacuum/task.h"

struct clean {
    const struct maintenance_options *options;
    struct limits limits;
    struct account account;
    struct show show;
};

/* What will be done, as the report calls it: "vacuum, analyze". 'text' has room for 40 bytes. */
void clean_action(const struct task *task, const struct maintenance_options *options, char text[40]);

/* Do it. What came of it goes into the account: done; or skipped, with who is in the way; or both, when rows that are
 * dead had to stay. 0, or what ends the run: a lost connection (reported), stop_requested(). */
int clean_table(struct clean *clean, const struct task *task);

#endif
