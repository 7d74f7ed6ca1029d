/* What the server knows of its tables: the numbers that tell whether they need VACUUM or ANALYZE. */
#ifndef BRIDGEJOB_JOBS_VACUUM_CENSUS_H
#define BRIDGEJOB_JOBS_VACUUM_CENSUS_H

#include <stdbool.h>
#include <stddef.h>

/* A table, a materialized view, a TOAST table or a partitioned table. Limits are autovacuum's (Manual 25.1.6), with the
 * table's own storage parameters. */
struct facts {
    long long oid;
    long long target;        /* of a TOAST table its table; else oid */
    long long root;          /* of a partition the topmost partitioned table; else 0 */
    char table[260];         /* name as SQL would quote it */
    char owner[64];          /* whose it is, when we may not VACUUM it; "" when we may */
    bool partitioned;
    bool toast;
    bool catalog;            /* a system table */
    bool named;              /* with --table */
    bool searched;           /* some index of it was searched */
    bool gin;                /* has a GIN index */
    bool cut_short;          /* the last run began it and had no time to end it */
    bool counted;            /* was analyzed or vacuumed before, so that its rows are known */
    double rows;
    double pages;
    double pages_visible;
    double dead;
    double inserted;         /* rows since its last VACUUM */
    double changed;          /* rows since its last ANALYZE */
    double analyzed;         /* seconds since 1970; -1: never */
    double autoanalyzed;     /* the same, of autovacuum alone */
    double xid_age;          /* of its oldest transaction; of its oldest multixact */
    double mxid_age;
    double dead_limit;
    double dead_scale;       /* how much of it a row makes */
    double insert_limit;     /* -1: none */
    double change_limit;
    double xid_limit;        /* age past which VACUUM reads the whole table anyway (Manual 25.1.5) */
    double mxid_limit;
    double xid_danger;       /* age past which autovacuum is forced: autovacuum_freeze_max_age */
    double mxid_danger;      /* autovacuum_multixact_freeze_max_age */
};

/* How the reason begins, in the account of a run, why a table is cut_short in the next. */
#define CUT_SHORT "cut short: "

struct census {
    struct facts *at; /* by oid */
    size_t n;
};

/* All tables but temporary ones. 'oids' (tables_find()): those that are 'named'. The caller releases '*census', also
 * after an error. 0 or an err kind. */
int census_take(const char *oids, struct census *census);
void census_release(struct census *census);

/* NULL when it is not there. */
const struct facts *census_find(const struct census *census, long long oid);

#endif
