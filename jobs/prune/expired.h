/* expired: the partitions of event_logs that hold events older than some instant, and what killed runs left of them. */
#ifndef BRIDGEJOB_JOBS_EXPIRED_H
#define BRIDGEJOB_JOBS_EXPIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum expired_kind {
    EXPIRED_WHOLE,   /* its upper bound is not behind the cutoff: detach and drop it */
    EXPIRED_PART,    /* the cutoff lies within its bounds, or it is the DEFAULT: delete rows */
    EXPIRED_PENDING, /* a DETACH CONCURRENTLY of it was killed halfway */
    EXPIRED_LEFT,    /* detached by a run that was killed before it dropped it */
    EXPIRED_ODD      /* a partitioned or foreign table: not ours to prune */
};

/* The comment that a table has from before it is detached until it is dropped: no run ever drops a table that another
 * program has detached. What the comment was stands behind it. */
#define EXPIRED_MARK "bridgejob prune: expired, is being dropped. "

struct expired {
    long long oid;
    char name[256];
    int kind;       /* enum expired_kind */
    bool marked;    /* EXPIRED_MARK is on it */
    bool alone;     /* the DEFAULT partition, if there is one, keeps DETACH CONCURRENTLY from working: false */
    int64_t first;  /* of the events older than the cutoff, microseconds since 1970; none: first > last */
    int64_t last;
    bool newer;     /* it holds events that are not older, too */
};

/* "2026-08-23 07:30:00.123456+00", as the server writes it. */
#define EXPIRED_CUTOFF_SIZE 64

/* The instant 'seconds' ago, by the server's clock. 0 or an err kind, reported. */
int expired_cutoff(int64_t seconds, char cutoff[EXPIRED_CUTOFF_SIZE]);

/* Whether it holds no event that is older than the cutoff. */
bool expired_is_empty(const struct expired *expired);

/* What there is, oldest bound first, without 'first', 'last' and 'newer'; '*list' is the caller's to free. 0 or an err
 * kind, reported. */
int expired_list(const char *cutoff, struct expired **list, size_t *n);

/* 'first', 'last' and 'newer' of one, as they are now. 0 or an err kind, noted. */
int expired_range(const char *cutoff, struct expired *expired);

/* How many of its events are older. 0 or an err kind, noted. */
int expired_count(const char *cutoff, const struct expired *expired, int64_t *rows);

#endif
