/* concurrent: the statements that work outside a transaction and leave an INVALID index behind when they are
 * killed (Manual: CREATE INDEX and REINDEX, "Building/Rebuilding Indexes Concurrently"). */
#ifndef BRIDGEJOB_JOBS_MIGRATE_CONCURRENT_H
#define BRIDGEJOB_JOBS_MIGRATE_CONCURRENT_H

#include "core/text.h"

enum concurrent_kind {
    CONCURRENT_NONE,            /* another statement */
    CONCURRENT_CREATE,          /* CREATE INDEX CONCURRENTLY */
    CONCURRENT_DROP,            /* DROP INDEX CONCURRENTLY */
    CONCURRENT_REINDEX_INDEX,   /* REINDEX … CONCURRENTLY, and of what */
    CONCURRENT_REINDEX_TABLE,
    CONCURRENT_REINDEX_SCHEMA,
    CONCURRENT_REINDEX_DATABASE
};

/* Names point into the statement and are as written there, quotes and schema included. */
struct concurrent {
    enum concurrent_kind kind;
    struct span index; /* CREATE: its name, empty when the server is to choose one */
    struct span of;    /* CREATE: the table; REINDEX: the index, table, schema or database */
};

struct concurrent concurrent_parse(struct span statement);

#endif
