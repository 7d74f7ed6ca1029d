/* Which indexes are bloated, and by how much. */
#ifndef BRIDGEJOB_JOBS_REINDEX_BLOAT_H
#define BRIDGEJOB_JOBS_REINDEX_BLOAT_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/maintenance/attempt.h"

enum measured { MEASURED_NOT, MEASURED_ESTIMATE, MEASURED_EXACTLY };

struct index_facts {
    long long oid;
    long long table_oid;  /* of a TOAST table's index: the TOAST table */
    char index[260];      /* as SQL would name it */
    char name[64];        /* as it is */
    char owner[64];       /* whose it is, when we may not rebuild it; else "" */
    char method[64];      /* "btree" */
    bool exclusion;       /* behind an exclusion constraint: not to be rebuilt CONCURRENTLY (Manual REINDEX) */
    bool named;           /* its table is, with --table */
    long long bytes;
    long long wasted;     /* bytes that a rebuild is expected to free */
    int measured;         /* enum measured */
};

struct index_list {
    struct index_facts *at;
    size_t n;
};

/* An index below this is no trouble, and one with less bloat is not worth a rebuild (pg_auto_reindexer's defaults). */
#define BLOAT_BYTES (1 << 20)
#define BLOAT_PERCENT 30

/* The valid indexes of tables that are neither system tables nor temporary, partitioned ones' only in their partitions.
 * 'oids': tables_find(). The caller releases '*list', also after an error. 0 or an err kind. */
int indexes_list(const char *oids, struct index_list *list);
void indexes_release(struct index_list *list);

/* Measure the bloat: exactly where the extension pgstattuple is installed and allowed (it reads the whole index; of
 * btree, and what is sure of hash and GiST), else from the statistics (btree). An estimate knows nothing of
 * deduplication (Manual 67.4.3), so it finds too little rather than too much. What has no measure (of another kind,
 * small, without statistics) stays MEASURED_NOT and is ATTEMPT_DONE; with another '*attempt' it has one that could not
 * be taken, its error noted. 0 or an err kind. */
int bloat_measure(struct index_facts *index, bool exactly, const struct limits *limits, enum attempt *attempt);

/* Whether pgstattuple can be used; then its functions are found by this session, and nothing of public, until
 * session_pin(). 0 or an err kind. */
int bloat_find_extension(bool *there);

/* Whether it is worth a rebuild. */
bool bloat_is_much(const struct index_facts *index);

#endif
