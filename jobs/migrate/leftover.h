/* leftover: what a killed CREATE INDEX or REINDEX CONCURRENTLY left behind (Manual: "Building Indexes Concurrently",
 * "Rebuilding Indexes Concurrently"). An index counts as the leftover of a statement only when it was not there
 * as that began (halfway.h), lies on that statement's table and bears the name it gives. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_LEFTOVER_H
#define BRIDGEJOB_JOBS_MIGRATE_LEFTOVER_H

#include "jobs/migrate/concurrent.h"

enum leftover_state {
    LEFTOVER_NONE,
    LEFTOVER_VALID,    /* the index is whole: the statement had done its work */
    LEFTOVER_INVALID,  /* to be dropped with 'drop' */
    LEFTOVER_BUILDING, /* session 'builder' is at work on that table */
    LEFTOVER_SEVERAL   /* the statement names no index, and more than one is new */
};

struct leftover {
    enum leftover_state state;
    char index[300]; /* public.idx_a, quoted where it must be */
    char drop[400];  /* DROP INDEX CONCURRENTLY … */
    int builder;
};

/* What the statement that is noted as running for 'file' left: the first there is. 0 or an err kind, reported. */
int leftover_find(const char *file, const struct concurrent *concurrent, struct leftover *leftover);

/* Before CREATE INDEX is started: an INVALID index of that name on that table, which so is somebody else's. */
int leftover_find_stranger(const struct concurrent *concurrent, struct leftover *leftover);

#endif
