#include "jobs/migrate/effect.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct effect effects[CHANGE_KINDS] = {
    [CHANGE_UNKNOWN] = {"?", TABLE_LOCK_UNKNOWN, WORK_UNKNOWN},
    [CHANGE_NO_TABLE] = {"", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_TRANSACTION] = {"", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_SEARCH_PATH] = {"SET search_path", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_NO_LOCK_TIMEOUT] = {"SET lock_timeout", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_CREATE_TABLE] = {"CREATE TABLE", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_CREATE_TABLE_AS] = {"CREATE TABLE AS", TABLE_LOCK_UNKNOWN, WORK_UNKNOWN},
    [CHANGE_CREATE_PARTITION] = {"CREATE TABLE PARTITION OF", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_REFERENCED] = {"FOREIGN KEY … REFERENCES", TABLE_LOCK_SHARE_ROW_EXCLUSIVE, WORK_NONE},
    [CHANGE_CREATE_VIEW] = {"CREATE VIEW", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_CREATE_INDEX] = {"CREATE INDEX", TABLE_LOCK_SHARE, WORK_SCAN},
    [CHANGE_CREATE_INDEX_CONCURRENTLY] = {"CREATE INDEX CONCURRENTLY", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_SCAN},
    [CHANGE_DROP_INDEX] = {"DROP INDEX", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_DROP_INDEX_CONCURRENTLY] = {"DROP INDEX CONCURRENTLY", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_REINDEX] = {"REINDEX", TABLE_LOCK_SHARE, WORK_SCAN},
    [CHANGE_REINDEX_CONCURRENTLY] = {"REINDEX CONCURRENTLY", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_SCAN},
    [CHANGE_ALTER_INDEX] = {"ALTER INDEX", TABLE_LOCK_UNKNOWN, WORK_NONE},
    [CHANGE_DROP_TABLE] = {"DROP TABLE", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_DROP_VIEW] = {"DROP VIEW", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_TRUNCATE] = {"TRUNCATE", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_RENAME_TABLE] = {"RENAME TO", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_RENAME_COLUMN] = {"RENAME COLUMN", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_RENAME_CONSTRAINT] = {"RENAME CONSTRAINT", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_SET_SCHEMA] = {"SET SCHEMA", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_ADD_COLUMN] = {"ADD COLUMN", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_DROP_COLUMN] = {"DROP COLUMN", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_COLUMN_TYPE] = {"ALTER COLUMN TYPE", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_UNKNOWN},
    [CHANGE_SET_NOT_NULL] = {"SET NOT NULL", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_SCAN},
    [CHANGE_COLUMN_STATISTICS] = {"SET STATISTICS", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_COLUMN_OTHER] = {"ALTER COLUMN", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_ADD_CHECK] = {"ADD CHECK", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_SCAN},
    [CHANGE_ADD_FOREIGN_KEY] = {"ADD FOREIGN KEY", TABLE_LOCK_SHARE_ROW_EXCLUSIVE, WORK_SCAN},
    [CHANGE_ADD_UNIQUE] = {"ADD UNIQUE", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_SCAN},
    [CHANGE_ADD_PRIMARY_KEY] = {"ADD PRIMARY KEY", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_SCAN},
    [CHANGE_ADD_EXCLUDE] = {"ADD EXCLUDE", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_SCAN},
    [CHANGE_VALIDATE] = {"VALIDATE CONSTRAINT", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_SCAN},
    [CHANGE_DROP_CONSTRAINT] = {"DROP CONSTRAINT", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_TRIGGERS] = {"TRIGGER", TABLE_LOCK_SHARE_ROW_EXCLUSIVE, WORK_NONE},
    [CHANGE_DROP_TRIGGER] = {"DROP TRIGGER", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_RULES] = {"RULE, POLICY", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_PARAMETERS] = {"SET (…)", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_ATTACH] = {"ATTACH PARTITION", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_UNKNOWN},
    [CHANGE_DETACH] = {"DETACH PARTITION", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_DETACH_CONCURRENTLY] = {"DETACH PARTITION CONCURRENTLY", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_TABLE_OTHER] = {"ALTER", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_NONE},
    [CHANGE_REWRITE] = {"ALTER TABLE SET", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_REWRITE},
    [CHANGE_VACUUM_FULL] = {"VACUUM FULL", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_REWRITE},
    [CHANGE_CLUSTER] = {"CLUSTER", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_REWRITE},
    [CHANGE_VACUUM] = {"VACUUM", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_SCAN},
    [CHANGE_ANALYZE] = {"ANALYZE", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_REFRESH] = {"REFRESH MATERIALIZED VIEW", TABLE_LOCK_ACCESS_EXCLUSIVE, WORK_REWRITE},
    [CHANGE_REFRESH_CONCURRENTLY] = {"REFRESH … CONCURRENTLY", TABLE_LOCK_EXCLUSIVE, WORK_SCAN},
    [CHANGE_LOCK_TABLE] = {"LOCK TABLE", TABLE_LOCK_NONE, WORK_NONE},
    [CHANGE_STATISTICS] = {"CREATE STATISTICS", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_COMMENT] = {"COMMENT", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE, WORK_NONE},
    [CHANGE_SEQUENCE] = {"SEQUENCE", TABLE_LOCK_UNKNOWN, WORK_NONE},
    [CHANGE_INSERT] = {"INSERT", TABLE_LOCK_ROW_EXCLUSIVE, WORK_NONE},
    [CHANGE_UPDATE] = {"UPDATE", TABLE_LOCK_ROW_EXCLUSIVE, WORK_SCAN},
    [CHANGE_DELETE] = {"DELETE", TABLE_LOCK_ROW_EXCLUSIVE, WORK_SCAN},
};

/* A type as format_type() would print it, as far as its many names go; blanks squeezed, small letters. */
static void normalize_type(struct span type, char out[128])
{
    static const char *const other_names[][2] = {
        {"varchar", "character varying"}, {"int", "integer"},   {"int4", "integer"},
        {"int8", "bigint"},               {"int2", "smallint"}, {"decimal", "numeric"},
        {"float8", "double precision"},   {"float4", "real"},   {"bool", "boolean"},
        {"char", "character"},
    };
    char plain[128];
    size_t n = 0;
    size_t word;

    for (size_t i = 0; i < type.len && n + 1 < sizeof(plain); i++) {
        char c = (char)tolower((unsigned char)type.at[i]);
        bool blank = isspace((unsigned char)c);
        bool tight = n == 0 || plain[n - 1] == '(' || plain[n - 1] == ',' || plain[n - 1] == ' ';
        if (!blank && n > 0 && plain[n - 1] == ' ' && strchr("(),", c) != NULL)
            n--;
        if (!blank || !tight)
            plain[n++] = blank ? ' ' : c;
    }
    plain[n] = '\0';
    word = strcspn(plain, "(");
    snprintf(out, 128, "%s", plain);
    for (size_t i = 0; i < sizeof(other_names) / sizeof(*other_names); i++) {
        if (strlen(other_names[i][0]) == word && strncmp(plain, other_names[i][0], word) == 0)
            snprintf(out, 128, "%s%.64s", other_names[i][1], plain + word);
    }
}

/* "character varying(255)" is its name and up to two numbers; -1: not given. */
struct type_parts {
    char name[128];
    long first, second;
};

static struct type_parts split_type(const char *type)
{
    struct type_parts parts = {.first = -1, .second = 0};
    size_t len = strcspn(type, "(");

    snprintf(parts.name, sizeof(parts.name), "%.*s", (int)len, type);
    if (type[len] == '(') {
        char *end = NULL;
        parts.first = strtol(type + len + 1, &end, 10);
        if (*end == ',')
            parts.second = strtol(end + 1, NULL, 10);
    }
    return parts;
}

/* Types about whose conversions all is known: between two of them either nothing is done, or all. */
static bool is_plain_type(const char *name)
{
    static const char *const plain[] = {"smallint", "integer", "bigint",  "numeric", "real", "double precision",
                                        "text",     "date",    "boolean", "bytea",   "uuid", "json",
                                        "jsonb",    "character varying", "character", NULL};

    for (size_t i = 0; plain[i] != NULL; i++) {
        if (strcmp(plain[i], name) == 0)
            return true;
    }
    return false;
}

/* Whether the old values are valid as they are: a text type that holds no less (Manual: ALTER TABLE, Notes;
 * numeric_support() and varchar_support() of the server). */
static bool is_widening(const struct type_parts *was, const struct type_parts *is)
{
    bool from_varchar = strcmp(was->name, "character varying") == 0;
    bool from_text = strcmp(was->name, "text") == 0;

    if (strcmp(is->name, "text") == 0)
        return from_varchar || from_text;
    if (strcmp(is->name, "character varying") == 0)
        return (from_varchar && was->first >= 0 && is->first >= was->first) ||
               ((from_varchar || from_text) && is->first < 0);
    if (strcmp(is->name, "numeric") == 0 && strcmp(was->name, "numeric") == 0)
        return is->first < 0 || (was->first >= 0 && is->first >= was->first && is->second == was->second);
    return false;
}

static enum table_work type_work(const struct change *change, const struct facts *facts)
{
    char wanted[128];
    struct type_parts was, is;

    normalize_type(change->type, wanted);
    was = split_type(facts->column_type);
    is = split_type(wanted);
    if (*facts->column_type == '\0')
        return WORK_UNKNOWN;
    if (!is_plain_type(was.name) || !is_plain_type(is.name))
        return strcmp(facts->column_type, wanted) == 0 && (change->flags & FLAG_USING) == 0 ? WORK_NONE : WORK_UNKNOWN;
    if (strcmp(facts->column_type, wanted) != 0 && !is_widening(&was, &is))
        return WORK_REWRITE;
    return (change->flags & FLAG_USING) != 0 ? WORK_UNKNOWN : WORK_NONE;
}

/* Since PostgreSQL 11 a default that is computed once is kept in the catalog; one that is computed for every row
 * writes the table anew. */
static enum table_work add_column_work(const struct change *change, const struct facts *facts)
{
    bool volatile_default = (change->flags & FLAG_DEFAULT) != 0 && facts->volatility == 'v';

    if ((change->flags & FLAG_GENERATED) != 0 || volatile_default)
        return WORK_REWRITE;
    if ((change->flags & FLAG_DEFAULT) != 0 && facts->volatility == '?')
        return WORK_UNKNOWN;
    return (change->flags & (FLAG_INDEXED | FLAG_CHECKED)) != 0 ? WORK_SCAN : WORK_NONE;
}

static enum table_work constraint_work(const struct change *change)
{
    if ((change->flags & FLAG_NOT_VALID) != 0)
        return WORK_NONE;
    if ((change->flags & FLAG_USING_INDEX) != 0)
        return change->kind == CHANGE_ADD_PRIMARY_KEY ? WORK_UNKNOWN : WORK_NONE; /* unless columns are NOT NULL */
    return WORK_SCAN;
}

struct effect effect_of(const struct change *change, const struct facts *facts)
{
    struct effect effect = effects[change->kind];

    switch (change->kind) {
    case CHANGE_LOCK_TABLE:
        effect.lock = change->lock;
        break;
    case CHANGE_COLUMN_TYPE:
        effect.work = type_work(change, facts);
        break;
    case CHANGE_ADD_COLUMN:
        effect.work = add_column_work(change, facts);
        break;
    case CHANGE_SET_NOT_NULL:
        effect.work = facts->not_null_proven ? WORK_NONE : WORK_SCAN;
        break;
    case CHANGE_ADD_CHECK:
    case CHANGE_ADD_FOREIGN_KEY:
    case CHANGE_ADD_UNIQUE:
    case CHANGE_ADD_PRIMARY_KEY:
        effect.work = constraint_work(change);
        break;
    case CHANGE_CREATE_VIEW:
        if (facts->exists && (change->flags & FLAG_OR_REPLACE) != 0)
            effect.lock = TABLE_LOCK_ACCESS_EXCLUSIVE;
        break;
    default:
        break;
    }
    return effect;
}

/* One row a lock: its name, those that conflict with it (Manual, table 13.2), what others cannot do. */
static const struct {
    const char *name, *conflicts, *blocks;
} locks[] = {
    [TABLE_LOCK_NONE] = {NULL, "", NULL},
    [TABLE_LOCK_ACCESS_SHARE] = {"ACCESS SHARE", "AccessExclusiveLock", NULL},
    [TABLE_LOCK_ROW_SHARE] = {"ROW SHARE", "ExclusiveLock,AccessExclusiveLock", NULL},
    [TABLE_LOCK_ROW_EXCLUSIVE] = {"ROW EXCLUSIVE", "ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock",
                                  "CREATE INDEX and other changes of the schema"},
    [TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE] =
        {"SHARE UPDATE EXCLUSIVE",
         "ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock",
         "VACUUM and other changes of the schema"},
    [TABLE_LOCK_SHARE] = {"SHARE",
                          "RowExclusiveLock,ShareUpdateExclusiveLock,ShareRowExclusiveLock,ExclusiveLock,"
                          "AccessExclusiveLock",
                          "writes"},
    [TABLE_LOCK_SHARE_ROW_EXCLUSIVE] = {"SHARE ROW EXCLUSIVE",
                                        "RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,"
                                        "ExclusiveLock,AccessExclusiveLock",
                                        "writes"},
    [TABLE_LOCK_EXCLUSIVE] = {"EXCLUSIVE",
                              "RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,"
                              "ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock",
                              "writes and SELECT FOR UPDATE"},
    [TABLE_LOCK_ACCESS_EXCLUSIVE] = {"ACCESS EXCLUSIVE",
                                     "AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,"
                                     "ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock",
                                     "reads and writes"},
    [TABLE_LOCK_UNKNOWN] = {"unknown", "", "unknown"},
};

const char *table_lock_name(enum table_lock lock)
{
    return locks[lock].name;
}

const char *table_lock_conflicts(enum table_lock lock)
{
    return locks[lock].conflicts;
}

const char *table_lock_blocks(enum table_lock lock)
{
    return locks[lock].blocks;
}

const char *table_work_name(enum table_work work)
{
    static const char *const names[] = {"none", "scan", "rewrite", "unknown"};

    return names[work];
}
