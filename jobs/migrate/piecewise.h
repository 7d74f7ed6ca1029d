/* piecewise: a file run statement by statement, each committed with the note that it is done (halfway.h), so that a
 * run that is killed goes on where it was. For files that ask for it, and those that begin and end transactions
 * themselves: between their BEGIN and COMMIT nothing of ours comes but the note, and their COMMIT commits it. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_PIECEWISE_H
#define BRIDGEJOB_JOBS_MIGRATE_PIECEWISE_H

#include "jobs/migrate/halfway.h"
#include "jobs/migrate/work.h"

/* Run what is left of the file, behind 'before' (NULL: nothing was done yet). The last statement's transaction
 * writes it into the history. 0; an err kind with work->failed set, unreported; or one that is reported. */
int piecewise_run(struct work *work, const struct halfway *before);

#endif
