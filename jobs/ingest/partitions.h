/* partitions: the months of event_logs, made as events need them. */
#ifndef BRIDGEJOB_JOBS_PARTITIONS_H
#define BRIDGEJOB_JOBS_PARTITIONS_H

#include <stdint.h>

/* Have a partition for the month (UTC) that holds 'us'. In a transaction of its own, outside
 * any other. Made beside the table and attached, which blocks nobody who writes
 * (Manual: ALTER TABLE … ATTACH PARTITION takes SHARE UPDATE EXCLUSIVE). 0 or an err kind, noted. */
int partitions_have_month(int year, int month);

#endif
