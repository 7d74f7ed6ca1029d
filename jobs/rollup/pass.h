/* pass: one transaction of a rollup, from its snapshot to its commit. */
#ifndef BRIDGEJOB_JOBS_PASS_H
#define BRIDGEJOB_JOBS_PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/table.h"
#include "jobs/rollup/definition.h"
#include "jobs/rollup/persist.h"

/* Stamps and windows outside are none of a rollup's: years for which zones are known, and in which ingest's events lie
 * (3-events.md: from 2000-01-01 on). 1973-01-01 and 2200-01-01. */
#define PASS_FIRST (INT64_C(94694400) * TIME_SECOND)
#define PASS_LAST (INT64_C(7258118400) * TIME_SECOND)

enum pass_kind {
    PASS_ROLL,   /* write what is found */
    PASS_VERIFY, /* list it */
    PASS_REPAIR, /* both */
    PASS_LIST    /* --dry-run: only say which windows would be looked at */
};

struct pass {
    const struct definition *definition;
    enum pass_kind kind;
    bool ranged;             /* --from, --to or one that looks at everything; false: what the marks say */
    int64_t from;
    int64_t to;
    long long run;           /* its number, 0 for none */
    bool careful;            /* lock the rows one by one, so that the one another session holds is known */
    struct table *listing;   /* PASS_LIST: windows; PASS_VERIFY, PASS_REPAIR: differences; else NULL */
    /* what comes out: */
    struct persisted counts;
    const char *why;         /* "marks", "range", "first run" … */
    bool looked;             /* there was something to look at */
    struct buf kept;         /* findings_kept() */
    char at[PERSIST_AT_SIZE];/* the window whose row another session holds, "" when that is not known */
};

/* 0 or an err kind, noted; then nothing has happened. What came out of a pass before is forgotten. */
int pass_run(struct pass *pass);
void pass_release(struct pass *pass);

#endif
