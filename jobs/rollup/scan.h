/* scan: where a range holds anything. In the caller's transaction; 0 or an err kind, noted. */
#ifndef BRIDGEJOB_JOBS_SCAN_H
#define BRIDGEJOB_JOBS_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/rollup/definition.h"
#include "jobs/rollup/keys.h"

/* Let the transaction see one state of the database throughout; before anything else in it. */
int scan_begin(bool read_only);

/* The earliest stamp or stored window from 'from' on and before 'to'; '*at' is 'to' when there is none. */
int scan_next(const struct definition *definition, int64_t from, int64_t to, int64_t *at);

/* The windows of a range that hold stamps or are stored, in order of name space and time: 'starts' and 'end' as for
 * aggregate_range(). Makes no tables. */
int scan_windows(const struct definition *definition, const char *starts, const char *end, const struct zone *zone,
                 struct keys *keys);

#endif
