/* missing: windows that should be in bridge_states and are not, and why; and how far each rollup is behind. A rollup
 * here is a row of rollup_progress: windows of one size, type and zone, of all namespaces or one. */
#ifndef BRIDGEJOB_JOBS_MISSING_H
#define BRIDGEJOB_JOBS_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

enum missing_verdict {
    MISSING_SILENT, /* no stamp lies in it: the source was silent */
    MISSING_BEHIND, /* stamps lie in it that the rollup has not seen yet: its next run makes it */
    MISSING_MISSED  /* stamps lie in it, and the rollup takes them for done */
};

struct missing_rollup {
    char window[21];
    char type[201];
    char tz[257];
    char only_namespace[1021]; /* "": all */
    char last_run_at[40];     /* RFC 3339, UTC */
    long long unseen;          /* marks of changes it has not seen; at least one when it is blind */
    bool blind;                /* its first run has not ended, or was in another cluster: nothing is seen */
};

/* Windows next to each other with one verdict. */
struct missing_range {
    enum missing_verdict verdict;
    int64_t from, to;       /* microseconds since 1970: the first window's start, the last one's end */
    int64_t windows;
    int64_t items;          /* stamps in what is missing */
    const char *namespaces; /* JSON array of those it is missing for; [] when the source was silent */
};

/* A transaction that is still open and has changed something: no rollup can see that before it ends. */
struct missing_holder {
    long long pid;          /* 0: a prepared transaction */
    char name[64];          /* application_name */
    char since[40];         /* when it began, RFC 3339, UTC; "" when the server does not say */
};

const char *missing_verdict_name(enum missing_verdict verdict);

/* Append the command that runs the rollup, fit for a shell, with 'more' behind it (" --repair"). */
void missing_command(const struct missing_rollup *rollup, const char *more, struct buf *out);

/* The rollups, '*rollups' for the caller to free. 0 or an err kind, reported. */
int missing_rollups(struct missing_rollup **rollups, size_t *n);

/* At most 'max' of the holders, the oldest first; '*n' is how many were put. 0 or an err kind, reported. */
int missing_holders(struct missing_holder *holders, size_t max, size_t *n);

typedef void missing_put(void *to, const struct missing_rollup *rollup, const struct missing_range *range);

/* Call 'put' for each range of windows that are missing and lie at least in part in [from, to), oldest first. Open
 * ends (INT64_MIN, INT64_MAX) are the first stamp or window there is, and now. A window that is under way is missing
 * only when stamps lie in it. Of windows of minutes or hours the last MISSING_WINDOWS are looked at; when there are
 * more, that is said. 'only' is a namespace, or "" for all of the rollup's. 0 or an err kind, reported. */
#define MISSING_WINDOWS 500000
int missing_windows(const struct missing_rollup *rollup, const char *only, int64_t from, int64_t to, missing_put *put,
                    void *put_to);

#endif
