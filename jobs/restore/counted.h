/* counted: the rows of restored tables, against the manifest. */
#ifndef BRIDGEJOB_JOBS_RESTORE_COUNTED_H
#define BRIDGEJOB_JOBS_RESTORE_COUNTED_H

#include <stdbool.h>

#include "jobs/backup/manifest.h"

struct counted {
    const struct manifest *manifest;
    const bool *chosen;     /* which of its tables; NULL: all */
    long long tables, rows; /* counted so far */
    long long differences;
};

/* Count them in the session's database: for in_database(), with a struct in memory both processes see. Each difference
 * is reported as an error. 0; ERR_INPUT when there is one; or another err kind, reported. */
int counted_compare(void *counted);

#endif
