#include "jobs/migrate/change_table.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "jobs/migrate/lexical.h"

/* Begins what may stand behind a column's type (Manual: CREATE TABLE, column_constraint). */
static const char *const column_words[] = {"not",        "null",       "default",   "primary", "unique",
                                           "check",      "references", "generated", "collate", "constraint",
                                           "deferrable", "initially",  "storage",   "compression", "using", NULL};

static bool sees_any(const struct reader *reader, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (reader_sees(reader, *words))
            return true;
    }
    return false;
}

/* What goes up to the next of those words outside parentheses. */
static struct span take_up_to_column_word(struct reader *reader)
{
    const struct token *from = reader->at;
    int depth = from < reader->end ? from->depth : 0;

    while (reader->at < reader->end && !(reader->at->depth == depth && sees_any(reader, column_words)))
        reader->at++;
    return reader_text(from, reader->at);
}

static bool is_serial(struct span type)
{
    return lexical_is(type, "serial") || lexical_is(type, "bigserial") || lexical_is(type, "smallserial") ||
           lexical_is(type, "serial4") || lexical_is(type, "serial8") || lexical_is(type, "serial2");
}

static int add_referenced(struct changes *changes, struct reader *reader)
{
    char table[CHANGE_NAME_SIZE];

    if (!reader_take_path(reader, table, sizeof(table)))
        return 0;
    return changes_add(changes, CHANGE_REFERENCED, table) == NULL ? ERR_INTERNAL : 0;
}

/* DEFAULT's expression may hold words that elsewhere end it (NULL, NOT): one token at least is its. */
static void read_default(struct change *change, struct reader *reader)
{
    const struct token *from = reader->at;

    change->flags |= FLAG_DEFAULT;
    if (reader->at < reader->end)
        reader->at++;
    take_up_to_column_word(reader);
    change->expression = reader_text(from, reader->at);
}

/* One constraint of a new column. */
static int read_column_constraint(struct changes *changes, size_t i, struct reader *reader)
{
    struct change *change = &changes->at[i];

    if (reader_take(reader, "not null")) {
        change->flags |= FLAG_NOT_NULL;
    } else if (reader_take(reader, "default")) {
        read_default(change, reader);
    } else if (reader_take(reader, "generated")) {
        change->flags |= FLAG_GENERATED;
    } else if (reader_take(reader, "primary key") || reader_take(reader, "unique")) {
        change->flags |= FLAG_INDEXED;
    } else if (reader_take(reader, "check")) {
        change->flags |= FLAG_CHECKED;
    } else if (reader_take(reader, "references")) {
        change->flags |= FLAG_CHECKED;
        return add_referenced(changes, reader);
    } else {
        reader->at++;
    }
    return 0;
}

/* Behind ADD [COLUMN] [IF NOT EXISTS] name. */
static int read_column(struct changes *changes, struct reader *reader)
{
    size_t i = changes->n - 1;
    int result = 0;

    changes->at[i].type = take_up_to_column_word(reader);
    if (is_serial(changes->at[i].type))
        changes->at[i].flags |= FLAG_GENERATED;
    while (result == 0 && reader->at < reader->end)
        result = read_column_constraint(changes, i, reader);
    return result;
}

static bool is_constraint(const struct reader *reader)
{
    static const char *const words[] = {"constraint", "primary key", "unique", "check", "foreign key", "exclude", NULL};

    return sees_any(reader, words);
}

static enum change_kind constraint_kind(struct reader *reader)
{
    return reader_take(reader, "primary key")   ? CHANGE_ADD_PRIMARY_KEY
           : reader_take(reader, "unique")      ? CHANGE_ADD_UNIQUE
           : reader_take(reader, "check")       ? CHANGE_ADD_CHECK
           : reader_take(reader, "foreign key") ? CHANGE_ADD_FOREIGN_KEY
           : reader_take(reader, "exclude")     ? CHANGE_ADD_EXCLUDE
                                                : CHANGE_UNKNOWN;
}

/* Behind ADD. */
static int read_constraint(struct changes *changes, struct reader *reader)
{
    struct change *change = &changes->at[changes->n - 1];
    struct reader ahead;

    if (reader_take(reader, "constraint"))
        reader_take_path(reader, change->made, sizeof(change->made));
    change->kind = constraint_kind(reader);
    ahead = *reader;
    if (reader_seek(&ahead, "not valid"))
        change->flags |= FLAG_NOT_VALID;
    if (reader_take(reader, "using index"))
        change->flags |= FLAG_USING_INDEX;
    if (change->kind == CHANGE_ADD_FOREIGN_KEY && reader_seek(reader, "references"))
        return add_referenced(changes, reader);
    return 0;
}

static int read_add(struct changes *changes, struct reader *reader)
{
    struct change *change = &changes->at[changes->n - 1];

    if (is_constraint(reader))
        return read_constraint(changes, reader);
    change->kind = CHANGE_ADD_COLUMN;
    reader_take(reader, "column");
    if (reader_take(reader, "if not exists"))
        change->flags |= FLAG_IF_NOT_EXISTS;
    if (reader_take_path(reader, change->made, sizeof(change->made)))
        return read_column(changes, reader);
    change->kind = CHANGE_UNKNOWN;
    return 0;
}

static void read_alter_column(struct change *change, struct reader *reader)
{
    reader_take(reader, "column");
    if (!reader_take_path(reader, change->made, sizeof(change->made)))
        return;
    if (reader_take(reader, "set data type") || reader_take(reader, "type")) {
        change->kind = CHANGE_COLUMN_TYPE;
        change->type = take_up_to_column_word(reader);
        if (reader_seek(reader, "using"))
            change->flags |= FLAG_USING;
    } else if (reader_take(reader, "set not null")) {
        change->kind = CHANGE_SET_NOT_NULL;
    } else if (reader_take(reader, "set statistics") || reader_take(reader, "reset")) {
        change->kind = CHANGE_COLUMN_STATISTICS;
    } else if (reader_take(reader, "set") || reader_take(reader, "drop") || reader_take(reader, "add")) {
        change->kind = CHANGE_COLUMN_OTHER;
        if (reader_take_sign(reader, '('))
            change->kind = CHANGE_COLUMN_STATISTICS;
    }
}

static void read_drop(struct change *change, struct reader *reader)
{
    change->kind = CHANGE_DROP_COLUMN;
    if (reader_take(reader, "constraint"))
        change->kind = CHANGE_DROP_CONSTRAINT;
    else
        reader_take(reader, "column");
    reader_take(reader, "if exists");
    reader_take_path(reader, change->made, sizeof(change->made));
}

static void read_set(struct change *change, struct reader *reader)
{
    static const char *const rewrites[] = {"tablespace", "logged", "unlogged", "access method", NULL};

    if (reader_take_any(reader, rewrites))
        change->kind = CHANGE_REWRITE;
    else if (reader_take(reader, "schema"))
        change->kind = CHANGE_SET_SCHEMA;
    else if (reader_take_sign(reader, '(') || reader_take(reader, "without cluster"))
        change->kind = CHANGE_PARAMETERS;
    else
        change->kind = CHANGE_TABLE_OTHER;
}

static void read_rename(struct change *change, struct reader *reader)
{
    change->kind = CHANGE_RENAME_COLUMN;
    if (reader_take(reader, "to"))
        change->kind = CHANGE_RENAME_TABLE;
    else if (reader_take(reader, "constraint"))
        change->kind = CHANGE_RENAME_CONSTRAINT;
    else
        reader_take(reader, "column");
    reader_take_path(reader, change->made, sizeof(change->made));
}

/* ENABLE and DISABLE; ATTACH and DETACH PARTITION; what stays in the catalog. */
static void read_other_action(struct change *change, struct reader *reader)
{
    static const char *const catalog[] = {"owner", "inherit", "no inherit", "of", "not of", "replica identity", NULL};

    if (reader_take(reader, "enable") || reader_take(reader, "disable")) {
        change->kind = CHANGE_RULES;
        if (reader_take(reader, "trigger") || reader_take(reader, "replica trigger") ||
            reader_take(reader, "always trigger"))
            change->kind = CHANGE_TRIGGERS;
    } else if (reader_take(reader, "force") || reader_take(reader, "no force")) {
        change->kind = CHANGE_RULES;
    } else if (reader_take(reader, "cluster on") || reader_take(reader, "reset")) {
        change->kind = CHANGE_PARAMETERS;
    } else if (reader_take(reader, "attach partition")) {
        change->kind = CHANGE_ATTACH;
        reader_take_path(reader, change->made, sizeof(change->made));
    } else if (reader_take(reader, "detach partition")) {
        reader_take_path(reader, change->made, sizeof(change->made));
        change->kind = reader_seek(reader, "concurrently") ? CHANGE_DETACH_CONCURRENTLY : CHANGE_DETACH;
    } else if (reader_take_any(reader, catalog)) {
        change->kind = CHANGE_TABLE_OTHER;
    }
}

static int read_action(struct changes *changes, const char *table, struct reader *reader)
{
    struct change *change = changes_add(changes, CHANGE_UNKNOWN, table);

    if (change == NULL)
        return ERR_INTERNAL;
    change->action = reader_text(reader->at, reader->end);
    if (reader_take(reader, "add"))
        return read_add(changes, reader);
    if (reader_take(reader, "alter constraint"))
        change->kind = CHANGE_TABLE_OTHER;
    else if (reader_take(reader, "alter"))
        read_alter_column(change, reader);
    else if (reader_take(reader, "drop"))
        read_drop(change, reader);
    else if (reader_take(reader, "rename"))
        read_rename(change, reader);
    else if (reader_take(reader, "set"))
        read_set(change, reader);
    else if (reader_take(reader, "validate constraint"))
        change->kind = CHANGE_VALIDATE;
    else
        read_other_action(change, reader);
    return 0;
}

int read_alter_table(struct changes *changes, struct reader *reader)
{
    char table[CHANGE_NAME_SIZE];
    struct reader action;
    int result = 0;

    reader_take(reader, "if exists");
    reader_take(reader, "only");
    if (!reader_take_path(reader, table, sizeof(table)))
        return 0;
    reader_take_sign(reader, '*');
    while (result == 0 && reader_take_item(reader, &action))
        result = read_action(changes, table, &action);
    return result;
}

/* Foreign keys in the body lock the tables they lead to. */
static int read_references(struct changes *changes, struct reader *reader)
{
    int result = 0;

    while (result == 0 && reader->at < reader->end) {
        if (reader_take(reader, "references"))
            result = add_referenced(changes, reader);
        else
            reader->at++;
    }
    return result;
}

int read_create_table(struct changes *changes, struct reader *reader)
{
    bool if_not_exists = reader_take(reader, "if not exists");
    char made[CHANGE_NAME_SIZE];
    char parent[CHANGE_NAME_SIZE];
    struct change *change;
    struct reader ahead;

    if (!reader_take_path(reader, made, sizeof(made)))
        return 0;
    change = changes_add(changes, CHANGE_CREATE_TABLE, "");
    if (change == NULL)
        return ERR_INTERNAL;
    snprintf(change->made, sizeof(change->made), "%s", made);
    change->flags |= if_not_exists ? FLAG_IF_NOT_EXISTS : 0;
    if (reader_take(reader, "partition of") && reader_take_path(reader, parent, sizeof(parent))) {
        change->kind = CHANGE_CREATE_PARTITION;
        snprintf(change->table, sizeof(change->table), "%s", parent);
    }
    ahead = *reader;
    if (reader_seek(&ahead, "as"))
        change->kind = CHANGE_CREATE_TABLE_AS;
    return read_references(changes, reader);
}
