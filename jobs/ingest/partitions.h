/* partitions: the months of event_logs, made as events need them. */
#ifndef BRIDGEJOB_JOBS_PARTITIONS_H
#define BRIDGEJOB_JOBS_PARTITIONS_H

#include <stdbool.h>

/* Have a partition for a month (UTC): in a transaction of its own, or, when 'within' one already, as part of it.
 * Made beside the table and attached, which blocks nobody who writes
 * (Manual: ALTER TABLE … ATTACH PARTITION takes SHARE UPDATE EXCLUSIVE). Nothing is made of a month that other
 * partitions take already (of a quarter or a year, or the DEFAULT); when they take a part of it, that is ERR_CONFIG.
 * 0 or an err kind, noted. */
int partitions_have_month(int year, int month, bool within);

#endif
