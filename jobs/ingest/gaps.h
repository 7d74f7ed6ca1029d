/* gaps: executions of the profile mbflow that lack events, as merge_mbflow() has noted them. */
#ifndef BRIDGEJOB_JOBS_GAPS_H
#define BRIDGEJOB_JOBS_GAPS_H

#include <stdint.h>

/* Say which executions that the run has loaded events of have gaps, and where, the first few in full; '*n' is how
 * many they are. 0; ERR_FINDINGS when there are any; or an err kind, reported. */
int gaps_report(long long run, int64_t *n);

#endif
