#include "jobs/migrate/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "jobs/migrate/change_table.h"
#include "jobs/migrate/lexical.h"
#include "jobs/migrate/tokens.h"

struct change *changes_add(struct changes *changes, enum change_kind kind, const char *table)
{
    struct change *grown = realloc(changes->at, (changes->n + 1) * sizeof(*grown));

    if (grown == NULL) {
        fail(ERR_INTERNAL, "out of memory");
        return NULL;
    }
    changes->at = grown;
    grown[changes->n] = (struct change){.kind = kind};
    snprintf(grown[changes->n].table, CHANGE_NAME_SIZE, "%s", table);
    return &grown[changes->n++];
}

void changes_release(struct changes *changes)
{
    free(changes->at);
    *changes = (struct changes){NULL, 0};
}

static int add(struct changes *changes, enum change_kind kind, struct reader *reader)
{
    char table[CHANGE_NAME_SIZE] = "";

    reader_take(reader, "only");
    reader_take_path(reader, table, sizeof(table));
    return changes_add(changes, kind, table) == NULL ? ERR_INTERNAL : 0;
}

/* One for each table of a list. */
static int add_list(struct changes *changes, enum change_kind kind, struct reader *reader)
{
    struct reader item;
    int result = 0;

    reader_take(reader, "if exists");
    while (result == 0 && reader_take_item(reader, &item)) {
        struct reader rest = item;
        result = add(changes, kind, &item);
        if (result == 0 && reader_seek(&rest, "cascade"))
            changes->at[changes->n - 1].flags |= FLAG_CASCADE;
    }
    return result;
}

/* Behind CREATE [UNIQUE] INDEX. */
static int read_create_index(struct changes *changes, struct reader *reader)
{
    bool concurrently = reader_take(reader, "concurrently");
    bool if_not_exists = reader_take(reader, "if not exists");
    char made[CHANGE_NAME_SIZE] = "";
    int result;

    if (!reader_take(reader, "on")) {
        reader_take_path(reader, made, sizeof(made));
        reader_take(reader, "on");
    }
    result = add(changes, concurrently ? CHANGE_CREATE_INDEX_CONCURRENTLY : CHANGE_CREATE_INDEX, reader);
    if (result == 0) {
        struct change *change = &changes->at[changes->n - 1];
        change->flags |= if_not_exists ? FLAG_IF_NOT_EXISTS : 0;
        snprintf(change->made, sizeof(change->made), "%s", made);
    }
    return result;
}

/* CREATE TRIGGER, RULE, POLICY and STATISTICS name their table behind ON, FROM or TO. */
static int add_behind(struct changes *changes, enum change_kind kind, struct reader *reader, const char *keyword)
{
    return reader_seek(reader, keyword) ? add(changes, kind, reader) : 0;
}

static int add_view(struct changes *changes, struct reader *reader, bool or_replace)
{
    int result = add(changes, CHANGE_CREATE_VIEW, reader);

    if (result == 0 && or_replace)
        changes->at[changes->n - 1].flags |= FLAG_OR_REPLACE;
    return result;
}

/* What is made beside the tables: it locks none of them. */
static const char *const no_table[] = {
    "function", "procedure", "aggregate", "schema", "extension", "type", "domain", "role", "user", "group", "collation",
    "cast", "operator", "database", "tablespace", "language", "event trigger", "text search", "publication",
    "subscription", "server", "foreign data wrapper", "conversion", "access method", "transform", "default privileges",
    "system", "routine", "large object", NULL};

static int read_create(struct changes *changes, struct reader *reader)
{
    static const char *const kinds[] = {"temporary", "temp", "unlogged", "global", "local", "recursive", "unique",
                                        "constraint", "materialized", "trusted", NULL};
    bool or_replace = reader_take(reader, "or replace");

    while (reader_take_any(reader, kinds))
        ;
    if (reader_take(reader, "table"))
        return read_create_table(changes, reader);
    if (reader_take(reader, "index"))
        return read_create_index(changes, reader);
    if (reader_take(reader, "view"))
        return add_view(changes, reader, or_replace);
    if (reader_take(reader, "trigger"))
        return add_behind(changes, CHANGE_TRIGGERS, reader, "on");
    if (reader_take(reader, "rule"))
        return add_behind(changes, CHANGE_RULES, reader, "to");
    if (reader_take(reader, "policy"))
        return add_behind(changes, CHANGE_RULES, reader, "on");
    if (reader_take(reader, "statistics"))
        return add_behind(changes, CHANGE_STATISTICS, reader, "from");
    if (reader_take(reader, "sequence") || reader_take_any(reader, no_table))
        return changes_add(changes, CHANGE_NO_TABLE, "") == NULL ? ERR_INTERNAL : 0;
    return 0;
}

static int read_drop(struct changes *changes, struct reader *reader)
{
    if (reader_take(reader, "table") || reader_take(reader, "foreign table"))
        return add_list(changes, CHANGE_DROP_TABLE, reader);
    if (reader_take(reader, "index concurrently"))
        return add_list(changes, CHANGE_DROP_INDEX_CONCURRENTLY, reader);
    if (reader_take(reader, "index"))
        return add_list(changes, CHANGE_DROP_INDEX, reader);
    if (reader_take(reader, "view") || reader_take(reader, "materialized view"))
        return add_list(changes, CHANGE_DROP_VIEW, reader);
    if (reader_take(reader, "trigger"))
        return add_behind(changes, CHANGE_DROP_TRIGGER, reader, "on");
    if (reader_take(reader, "rule") || reader_take(reader, "policy"))
        return add_behind(changes, CHANGE_RULES, reader, "on");
    if (reader_take(reader, "sequence"))
        return add_list(changes, CHANGE_SEQUENCE, reader);
    if (reader_take(reader, "statistics") || reader_take_any(reader, no_table))
        return changes_add(changes, CHANGE_NO_TABLE, "") == NULL ? ERR_INTERNAL : 0;
    return 0;
}

static int read_alter(struct changes *changes, struct reader *reader)
{
    if (reader_take(reader, "table") || reader_take(reader, "foreign table"))
        return read_alter_table(changes, reader);
    if (reader_take(reader, "index")) {
        reader_take(reader, "if exists");
        return add(changes, CHANGE_ALTER_INDEX, reader);
    }
    if (reader_take(reader, "view") || reader_take(reader, "materialized view")) {
        reader_take(reader, "if exists");
        return add(changes, CHANGE_TABLE_OTHER, reader);
    }
    if (reader_take(reader, "policy") || reader_take(reader, "rule"))
        return add_behind(changes, CHANGE_RULES, reader, "on");
    if (reader_take(reader, "sequence")) {
        reader_take(reader, "if exists");
        return add(changes, CHANGE_SEQUENCE, reader);
    }
    /* ALTER DOMAIN and ALTER TYPE may read or rewrite the tables that use them: nobody can tell from here. */
    if (reader_sees(reader, "domain") || reader_sees(reader, "type"))
        return 0;
    if (reader_take_any(reader, no_table))
        return changes_add(changes, CHANGE_NO_TABLE, "") == NULL ? ERR_INTERNAL : 0;
    return 0;
}

/* Behind the name of an option. Alone it is on (Manual: VACUUM and REINDEX, "boolean"). */
static bool take_boolean(struct reader *reader)
{
    static const char *const off[] = {"false", "off", "0", "'false'", "'off'"};
    const struct token *at = reader->at;

    for (size_t i = 0; at < reader->end && i < sizeof(off) / sizeof(*off); i++) {
        if (lexical_is(at->text, off[i])) {
            reader->at++;
            return false;
        }
    }
    return true;
}

/* "(option [boolean], …)", where it stands: whether 'option' is on. */
static bool take_options(struct reader *reader, const char *option)
{
    bool on = false;

    if (!reader_take_sign(reader, '('))
        return false;
    while (reader->at < reader->end && !reader_take_sign(reader, ')')) {
        if (reader_take(reader, option))
            on = take_boolean(reader);
        else
            reader->at++;
    }
    return on;
}

static int read_vacuum(struct changes *changes, struct reader *reader)
{
    bool full = reader_take(reader, "full") || take_options(reader, "full");

    while (reader_take(reader, "freeze") || reader_take(reader, "verbose") || reader_take(reader, "analyze"))
        ;
    return add_list(changes, full ? CHANGE_VACUUM_FULL : CHANGE_VACUUM, reader);
}

static int read_reindex(struct changes *changes, struct reader *reader)
{
    bool concurrently = take_options(reader, "concurrently");

    if (!reader_take(reader, "table") && !reader_take(reader, "index"))
        return 0;
    concurrently = reader_take(reader, "concurrently") || concurrently;
    return add(changes, concurrently ? CHANGE_REINDEX_CONCURRENTLY : CHANGE_REINDEX, reader);
}

static const struct {
    const char *words;
    enum table_lock lock;
} lock_modes[] = {
    {"access share", TABLE_LOCK_ACCESS_SHARE},
    {"row share", TABLE_LOCK_ROW_SHARE},
    {"row exclusive", TABLE_LOCK_ROW_EXCLUSIVE},
    {"share update exclusive", TABLE_LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"share row exclusive", TABLE_LOCK_SHARE_ROW_EXCLUSIVE},
    {"share mode", TABLE_LOCK_SHARE},
    {"exclusive", TABLE_LOCK_EXCLUSIVE},
    {"access exclusive", TABLE_LOCK_ACCESS_EXCLUSIVE},
};

static int read_lock(struct changes *changes, struct reader *reader)
{
    enum table_lock lock = TABLE_LOCK_ACCESS_EXCLUSIVE; /* when none is named (Manual: LOCK) */
    struct reader ahead = *reader;
    size_t first = changes->n;
    int result;

    if (reader_seek(&ahead, "in")) {
        for (size_t i = sizeof(lock_modes) / sizeof(*lock_modes); i-- > 0;)
            lock = reader_sees(&ahead, lock_modes[i].words) ? lock_modes[i].lock : lock;
    }
    reader_take(reader, "table");
    result = add_list(changes, CHANGE_LOCK_TABLE, reader);
    for (size_t i = first; i < changes->n; i++)
        changes->at[i].lock = lock;
    return result;
}

/* SET [SESSION|LOCAL] name {TO|=} value. */
static int read_set(struct changes *changes, struct reader *reader)
{
    enum change_kind kind = CHANGE_NO_TABLE;

    if (!reader_take(reader, "session"))
        reader_take(reader, "local");
    if (reader_take(reader, "search_path")) {
        kind = CHANGE_SEARCH_PATH;
    } else if (reader_take(reader, "lock_timeout")) {
        static const char *const zeros[] = {"0", "'0'", "'0s'", "'0ms'", "'0min'"};
        if (!reader_take(reader, "to"))
            reader_take_sign(reader, '=');
        for (size_t i = 0; reader->at < reader->end && i < sizeof(zeros) / sizeof(*zeros); i++)
            kind = span_is(reader->at->text, zeros[i]) ? CHANGE_NO_LOCK_TIMEOUT : kind;
    }
    return changes_add(changes, kind, "") == NULL ? ERR_INTERNAL : 0;
}

static int read_write(struct changes *changes, struct reader *reader, enum change_kind kind)
{
    struct reader ahead = *reader;
    int result = add(changes, kind, reader);

    if (result == 0 && reader_seek(&ahead, "where"))
        changes->at[changes->n - 1].flags |= FLAG_WHERE;
    return result;
}

static int read_comment(struct changes *changes, struct reader *reader)
{
    static const char *const relations[] = {"on table", "on view", "on materialized view", NULL};

    if (reader_take_any(reader, relations))
        return add(changes, CHANGE_COMMENT, reader);
    /* COMMENT ON COLUMN locks the column's table too, but nothing of importance waits for it. */
    return changes_add(changes, CHANGE_NO_TABLE, "") == NULL ? ERR_INTERNAL : 0;
}

static int read_refresh(struct changes *changes, struct reader *reader)
{
    bool concurrently;

    if (!reader_take(reader, "materialized view"))
        return 0;
    concurrently = reader_take(reader, "concurrently");
    return add(changes, concurrently ? CHANGE_REFRESH_CONCURRENTLY : CHANGE_REFRESH, reader);
}

/* Session and rights: no table is locked. */
static const char *const quiet[] = {"reset", "grant", "revoke", "notify", "listen", "unlisten", "discard", "checkpoint",
                                    "savepoint", "release", "security label", "load", "deallocate", NULL};

static int read_rest(struct changes *changes, struct reader *reader)
{
    static const char *const transaction[] = {"begin", "start transaction", "commit", "end", "rollback", "abort", NULL};

    if (reader_take(reader, "insert into"))
        return add(changes, CHANGE_INSERT, reader);
    if (reader_take(reader, "update"))
        return read_write(changes, reader, CHANGE_UPDATE);
    if (reader_take(reader, "delete from"))
        return read_write(changes, reader, CHANGE_DELETE);
    if (reader_take(reader, "vacuum"))
        return read_vacuum(changes, reader);
    if (reader_take(reader, "analyze"))
        return add_list(changes, CHANGE_ANALYZE, reader);
    if (reader_take(reader, "cluster"))
        return add(changes, CHANGE_CLUSTER, reader);
    if (reader_take(reader, "refresh"))
        return read_refresh(changes, reader);
    if (reader_take(reader, "lock"))
        return read_lock(changes, reader);
    if (reader_take(reader, "set"))
        return read_set(changes, reader);
    if (reader_take(reader, "comment"))
        return read_comment(changes, reader);
    if (reader_sees(reader, "rollback to") || reader_take_any(reader, quiet))
        return changes_add(changes, CHANGE_NO_TABLE, "") == NULL ? ERR_INTERNAL : 0;
    if (reader_take_any(reader, transaction))
        return changes_add(changes, CHANGE_TRANSACTION, "") == NULL ? ERR_INTERNAL : 0;
    return 0;
}

static int read_statement(struct changes *changes, struct reader *reader)
{
    if (reader_take(reader, "create"))
        return read_create(changes, reader);
    if (reader_take(reader, "drop"))
        return read_drop(changes, reader);
    if (reader_take(reader, "alter"))
        return read_alter(changes, reader);
    if (reader_take(reader, "reindex"))
        return read_reindex(changes, reader);
    if (reader_take(reader, "truncate")) {
        reader_take(reader, "table");
        return add_list(changes, CHANGE_TRUNCATE, reader);
    }
    return read_rest(changes, reader);
}

int changes_read(struct changes *changes, struct span statement)
{
    struct tokens tokens;
    struct reader reader;
    int result = tokens_read(&tokens, statement);

    *changes = (struct changes){NULL, 0};
    if (result != 0)
        return result;
    reader = reader_of(&tokens);
    result = read_statement(changes, &reader);
    if (result == 0 && changes->n == 0 && changes_add(changes, CHANGE_UNKNOWN, "") == NULL)
        result = ERR_INTERNAL;
    tokens_release(&tokens);
    if (result != 0)
        changes_release(changes);
    return result;
}
