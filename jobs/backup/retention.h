/* retention: which backups stay. Grandfather, father, son: of each of the last days, weeks and months that have a good
 * backup the newest one. Periods without any do not count: when backups stop, nothing more goes. Pure: no files, no
 * clock. */
#ifndef BRIDGEJOB_JOBS_BACKUP_RETENTION_H
#define BRIDGEJOB_JOBS_BACKUP_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many days, weeks (ISO 8601, from Monday on) and months, all in UTC as the ids are. */
struct retention_policy {
    int64_t daily, weekly, monthly;
};

struct retained {
    const char *group;  /* what is chosen from together: backups of one kind of one database; borrowed */
    int64_t created_at; /* microseconds since 1970 */
    bool good;          /* verified, and not found damaged since: only these count */
    bool goes;          /* out: it is to be removed */
    bool newest;        /* out: the newest good one of its group, which never goes */
    char why[160];      /* out: "newest; day 1 of 7 (2026-01-31), week 1 of 4 (2026-W05)" */
};

/* Choose, from the newest to the oldest: 'items' are in that order. A backup that is not good never stands for a
 * period; it goes when it is older than every good one that stays and than the longest of the three spans, counted
 * back from the newest good one. In a group without a good one nothing goes. */
void retention_choose(const struct retention_policy *policy, struct retained *items, size_t n);

#endif
