/* effect: what a change costs the table it is made to: the lock it takes, and whether the table is read or written
 * anew. From the Manual: 13.3.1, ALTER TABLE, CREATE INDEX, REINDEX, VACUUM and the page of each statement. What
 * words and catalog do not tell is unknown, never guessed. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_EFFECT_H
#define BRIDGEJOB_JOBS_MIGRATE_EFFECT_H

#include <stdbool.h>

#include "jobs/migrate/change.h"

enum table_work {
    WORK_NONE,    /* the catalog only, or single rows */
    WORK_SCAN,    /* all of the table is read */
    WORK_REWRITE, /* all of the table is written anew, with its indexes */
    WORK_UNKNOWN
};

/* What the server knows of the table. */
struct facts {
    bool exists;
    bool made_here;          /* an earlier statement of this plan makes it: nobody else uses it */
    bool out_of_sight;       /* the search_path was changed: the name may mean any table */
    bool made_exists;        /* what the change is to make is there already */
    bool big;
    long long bytes;         /* with indexes and TOAST; of a partitioned table with its partitions */
    long long rows;          /* the planner's estimate; -1: unknown */
    char path[CHANGE_NAME_SIZE];
    char column_type[128];   /* of the column that is changed, as format_type() has it; "": unknown */
    bool not_null_proven;    /* a valid CHECK (column IS NOT NULL): SET NOT NULL reads nothing */
    char volatility;         /* of a default: 'i', 's', 'v', or '?' */
};

struct effect {
    const char *verb;        /* "CREATE INDEX", "ALTER TABLE … ADD COLUMN" */
    enum table_lock lock;
    enum table_work work;
};

struct effect effect_of(const struct change *change, const struct facts *facts);

/* "ACCESS EXCLUSIVE"; NULL for none. */
const char *table_lock_name(enum table_lock lock);

/* As pg_locks.mode has them, those that conflict with it, with commas between. */
const char *table_lock_conflicts(enum table_lock lock);

/* What others cannot do to the table while the lock is held: "reads and writes"; NULL for nothing. */
const char *table_lock_blocks(enum table_lock lock);

const char *table_work_name(enum table_work work);

#endif
