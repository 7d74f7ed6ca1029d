/* Time zones as the server knows them: its zone data is the one that counts. */
#ifndef BRIDGEJOB_JOBS_ZONE_H
#define BRIDGEJOB_JOBS_ZONE_H

#include <stdint.h>

#include "core/window.h"
#include "jobs/rollup/definition.h"

/* The zone's name as the server spells it. 0; ERR_USAGE when it has none of this name, or another kind, reported. */
int zone_find(const char *name, char found[DEFINITION_TZ_SIZE]);

/* Its offsets from UTC from 'from' to 'to', in microseconds since 1970. Offsets change on whole minutes (all of them
 * have since February 1972). 0 or an err kind, noted; release it in either case. In a transaction. */
int zone_fetch(const char *name, int64_t from, int64_t to, struct zone *zone);

/* The value of an option that names an instant, which jobs with a time zone take all alike: "2025-10-15T00:00:00Z", as
 * long ago as "90d", or a date, "2025-10-15": where its day begins in the zone 'tz', a day that the zone left out where
 * the next one does. NULL: that of UTC, and the server is not asked. 0; ERR_USAGE or another kind, reported. */
int zone_parse_time(const char *option, const char *text, const char *tz, int64_t *at);

#endif
