/* after: what happens to a file that is done (--after). */
#ifndef BRIDGEJOB_JOBS_AFTER_H
#define BRIDGEJOB_JOBS_AFTER_H

#include "jobs/ingest/ledger.h"

/* "keep" (or NULL), "delete" or "move:DIR": 0, or ERR_USAGE, reported. */
int after_check(const char *after);

/* Do it. A move never overwrites: a name that is taken gets ".2", ".3" … behind it; across file systems it
 * is an error. A file that is not what was read any more (identity_holds()) stays where it is, with a warning:
 * ERR_FINDINGS. 0 or an err kind, reported. */
int after_done(const char *after, const char *path, const struct ledger_file *file);

#endif
