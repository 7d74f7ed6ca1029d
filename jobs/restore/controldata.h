/* controldata: what a data directory says of itself, by pg_controldata. */
#ifndef BRIDGEJOB_JOBS_RESTORE_CONTROLDATA_H
#define BRIDGEJOB_JOBS_RESTORE_CONTROLDATA_H

#include <stdint.h>

struct controldata {
    int64_t max_prepared_transactions; /* as the server had it set that wrote the directory */
};

/* Read it; 'bindir' and 'version_num' as for pg_program(). 0, or an err kind, reported. */
int controldata_read(const char *bindir, int64_t version_num, const char *data, struct controldata *control);

#endif
