/* change: what the statements of a migration do to which table, as far as their words tell. No server is asked. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_CHANGE_H
#define BRIDGEJOB_JOBS_MIGRATE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"

/* Names of locks as in the Manual, 13.3.1, weakest first. */
enum table_lock {
    TABLE_LOCK_NONE,
    TABLE_LOCK_ACCESS_SHARE,
    TABLE_LOCK_ROW_SHARE,
    TABLE_LOCK_ROW_EXCLUSIVE,
    TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE,
    TABLE_LOCK_SHARE,
    TABLE_LOCK_SHARE_ROW_EXCLUSIVE,
    TABLE_LOCK_EXCLUSIVE,
    TABLE_LOCK_ACCESS_EXCLUSIVE,
    TABLE_LOCK_UNKNOWN
};

enum change_kind {
    CHANGE_UNKNOWN,             /* the words do not tell */
    CHANGE_NO_TABLE,            /* touches no table that is there: CREATE FUNCTION, GRANT, SET … */
    CHANGE_TRANSACTION,         /* BEGIN, COMMIT */
    CHANGE_SEARCH_PATH,         /* names behind it mean other tables */
    CHANGE_NO_LOCK_TIMEOUT,     /* SET lock_timeout = 0 */
    CHANGE_CREATE_TABLE,
    CHANGE_CREATE_TABLE_AS,
    CHANGE_CREATE_PARTITION,    /* table: the partitioned one */
    CHANGE_REFERENCED,          /* by a new foreign key */
    CHANGE_CREATE_VIEW,
    CHANGE_CREATE_INDEX,
    CHANGE_CREATE_INDEX_CONCURRENTLY,
    CHANGE_DROP_INDEX,
    CHANGE_DROP_INDEX_CONCURRENTLY,
    CHANGE_REINDEX,
    CHANGE_REINDEX_CONCURRENTLY,
    CHANGE_ALTER_INDEX,
    CHANGE_DROP_TABLE,
    CHANGE_DROP_VIEW,
    CHANGE_TRUNCATE,
    CHANGE_RENAME_TABLE,
    CHANGE_RENAME_COLUMN,
    CHANGE_RENAME_CONSTRAINT,
    CHANGE_SET_SCHEMA,
    CHANGE_ADD_COLUMN,
    CHANGE_DROP_COLUMN,
    CHANGE_COLUMN_TYPE,
    CHANGE_SET_NOT_NULL,
    CHANGE_COLUMN_STATISTICS,
    CHANGE_COLUMN_OTHER,        /* defaults, DROP NOT NULL, storage: the catalog only */
    CHANGE_ADD_CHECK,
    CHANGE_ADD_FOREIGN_KEY,
    CHANGE_ADD_UNIQUE,
    CHANGE_ADD_PRIMARY_KEY,
    CHANGE_ADD_EXCLUDE,
    CHANGE_VALIDATE,
    CHANGE_DROP_CONSTRAINT,
    CHANGE_TRIGGERS,            /* CREATE, ENABLE and DISABLE TRIGGER */
    CHANGE_DROP_TRIGGER,
    CHANGE_RULES,               /* rules, policies, row level security */
    CHANGE_PARAMETERS,          /* SET (…), CLUSTER ON, SET STATISTICS */
    CHANGE_ATTACH,
    CHANGE_DETACH,
    CHANGE_DETACH_CONCURRENTLY,
    CHANGE_TABLE_OTHER,         /* owner, inheritance, replica identity: the catalog only */
    CHANGE_REWRITE,             /* SET TABLESPACE, SET LOGGED, SET ACCESS METHOD */
    CHANGE_VACUUM_FULL,
    CHANGE_CLUSTER,
    CHANGE_VACUUM,
    CHANGE_ANALYZE,
    CHANGE_REFRESH,
    CHANGE_REFRESH_CONCURRENTLY,
    CHANGE_LOCK_TABLE,          /* 'lock' is set */
    CHANGE_STATISTICS,          /* CREATE STATISTICS */
    CHANGE_COMMENT,
    CHANGE_SEQUENCE,
    CHANGE_INSERT,
    CHANGE_UPDATE,
    CHANGE_DELETE,
    CHANGE_KINDS
};

enum change_flag {
    FLAG_IF_NOT_EXISTS = 1,
    FLAG_NOT_VALID = 2,
    FLAG_USING_INDEX = 4,
    FLAG_USING = 8,         /* a type changed by an expression */
    FLAG_WHERE = 16,
    FLAG_NOT_NULL = 32,
    FLAG_DEFAULT = 64,      /* 'expression' is it */
    FLAG_GENERATED = 128,   /* identity, serial, stored: a value computed for every row */
    FLAG_INDEXED = 256,     /* a column that is PRIMARY KEY or UNIQUE */
    FLAG_CHECKED = 512,     /* a column with CHECK or REFERENCES */
    FLAG_CASCADE = 1024,
    FLAG_OR_REPLACE = 2048
};

#define CHANGE_NAME_SIZE 270

struct change {
    enum change_kind kind;
    char table[CHANGE_NAME_SIZE]; /* as the statement names it, perhaps with its schema; of DROP INDEX … the index;
                                   * "": none is named */
    char made[CHANGE_NAME_SIZE];  /* the relation, index, column or constraint that is made, changed or dropped */
    struct span action;           /* of ALTER TABLE, the one it is; SPAN_NONE: the whole statement */
    struct span type;             /* of a column: its new type */
    struct span expression;       /* of its default */
    enum table_lock lock;
    unsigned flags;
};

struct changes {
    struct change *at;
    size_t n;
};

/* At least one for each statement: what cannot be told is CHANGE_UNKNOWN. Spans point into the statement. 0, or
 * ERR_INTERNAL, reported. */
int changes_read(struct changes *changes, struct span statement);
void changes_release(struct changes *changes);

/* For the two files that read statements: append one; NULL when memory is out. */
struct change *changes_add(struct changes *changes, enum change_kind kind, const char *table);

#endif
