#include "jobs/migrate/lint.h"

#include <stdlib.h>
#include <string.h>

#include "jobs/migrate/tokens.h"

#define NAME_MOST 63   /* bytes; the server cuts the rest off (Manual 4.1.1) */
#define NAME_ADVISED 48 /* leaves room for what Citus appends to names of shards */

static const struct rule
    missing_rollback = {"missing-rollback", "there is no rollback file: down stops here",
                        "write NNN_rollback_object.sql beside it"},
    concurrent_creation = {"require-concurrent-index-creation", "writes to the table wait until the index is built",
                           "CREATE INDEX CONCURRENTLY, in a file of its own with '-- bridgejob: no-transaction'"},
    concurrent_deletion = {"require-concurrent-index-deletion", "reads and writes wait for the lock, and behind it",
                           "DROP INDEX CONCURRENTLY, in a file of its own with '-- bridgejob: no-transaction'"},
    concurrent_reindex = {"require-concurrent-reindex", "writes to the table wait until the index is built",
                          "REINDEX CONCURRENTLY, in a file of its own with '-- bridgejob: no-transaction'"},
    concurrent_detach = {"require-concurrent-partition-detach", "reads and writes of the whole table wait for the lock",
                         "DETACH PARTITION … CONCURRENTLY, in a file with '-- bridgejob: no-transaction'"},
    concurrent_refresh = {"require-concurrent-refresh", "nobody can read the view until it is made anew",
                          "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index"},
    concurrent_in_transaction = {"ban-concurrent-index-creation-in-transaction",
                                 "the server refuses it inside a transaction, and the file runs in one",
                                 "put it into a file of its own with '-- bridgejob: no-transaction'"},
    required_field = {"adding-required-field", "a column that is NOT NULL without a default fails where there are rows",
                      "add it with a default, or nullable: fill it, then make it NOT NULL"},
    volatile_default = {"adding-field-with-default", "the default is computed for every row: the table is written anew",
                        "add the column, then set the default, then fill it in batches"},
    default_unknown = {"adding-field-with-default",
                       "whether the default is computed for every row, and the table written anew, cannot be told",
                       "add the column, then set the default, then fill it in batches"},
    inline_constraint = {"adding-field-with-constraint",
                         "the constraint is made with the column while reads and writes wait",
                         "add the column first; then the constraint as NOT VALID, or from a concurrent index"},
    column_type = {"changing-column-type", "the table is written anew while reads and writes wait",
                   "add a column of the new type, fill it in batches, change over, drop the old one"},
    column_type_unknown = {"changing-column-type", "whether the table is written anew cannot be told from here",
                           "try it on a copy of the table and compare pg_relation_filenode()"},
    not_valid = {"constraint-missing-not-valid", "all rows are checked while reads and writes wait",
                 "add it as NOT VALID, then VALIDATE CONSTRAINT in a file of its own"},
    foreign_key = {"adding-foreign-key-constraint", "all rows are checked while writes to both tables wait",
                   "add it as NOT VALID, then VALIDATE CONSTRAINT in a file of its own"},
    unique = {"disallowed-unique-constraint", "its index is built while reads and writes wait",
              "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX"},
    primary_key = {"adding-primary-key-constraint", "its index is built while reads and writes wait",
                   "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY USING INDEX"},
    exclude = {"adding-exclusion-constraint", "its index is built while reads and writes wait",
               "make it when nobody uses the table: there is no concurrent way"},
    validate_in_transaction = {"validate-after-lock",
                               "earlier locks of the transaction are held while all rows are checked",
                               "VALIDATE CONSTRAINT in a file of its own"},
    not_null = {"adding-not-nullable-field", "all rows are checked while reads and writes wait",
                "ADD CHECK (column IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL, then drop the check"},
    drop_column = {"ban-drop-column", "programs that still read the column fail, and its data is lost",
                   "stop using it everywhere first; drop it in a later release"},
    drop_table = {"ban-drop-table", "programs that still use the table fail, and its data is lost",
                  "stop using it everywhere first; drop it in a later release"},
    truncate = {"ban-truncate", "all rows are lost, and no rollback file brings them back",
                "say in the file why that is wanted"},
    truncate_cascade = {"ban-truncate-cascade", "it empties every table that refers to this one too",
                        "name each table that is meant"},
    rename_column = {"renaming-column", "programs that use the old name fail at once",
                     "add a column of the new name, write both, change over, drop the old one"},
    rename_table = {"renaming-table", "programs that use the old name fail at once",
                    "keep the old name as a view of the new table until nobody uses it"},
    change_schema = {"changing-schema", "programs that use the old name fail at once",
                     "keep the old name as a view of the new table until nobody uses it"},
    rewrite = {"ban-table-rewrite", "the table is written anew while reads and writes wait",
               "do it in a maintenance window, or with pg_repack"},
    lock_timeout = {"require-lock-timeout",
                    "without a limit, everybody who comes behind this statement waits as long as it does",
                    "leave lock_timeout alone: --lock-timeout sets it, and tries again"},
    transaction = {"transaction-nesting", "the file begins or ends a transaction itself",
                   "take BEGIN and COMMIT out: each file runs in a transaction of its own"},
    no_where = {"update-without-where", "every row is written, and all of them stay locked until the transaction ends",
                "change them in batches, each in a transaction of its own"},
    hides = {"if-not-exists-hides", "it is there already: IF NOT EXISTS does nothing, whatever that looks like",
             "take IF NOT EXISTS out, or drop what is there first"},
    robust = {"prefer-robust-stmts", "outside a transaction, a file that is stopped halfway runs this a second time",
              "say IF NOT EXISTS"},
    name_cut = {"identifier-too-long", "a name of more than 63 bytes is cut by the server",
                "choose a shorter one"},
    name_long = {"identifier-too-long", "a name of more than 48 bytes leaves no room for what Citus appends",
                 "choose a shorter one"};

static void find(const struct lint *lint, const struct rule *rule, bool warning, const char *object)
{
    lint->found(lint->context, rule, warning, object);
}

/* Whatever the size of the table, unless nobody uses it yet. */
static const struct rule *rule_of_use(const struct change *change)
{
    switch (change->kind) {
    case CHANGE_DROP_COLUMN:
        return &drop_column;
    case CHANGE_DROP_TABLE:
        return &drop_table;
    case CHANGE_RENAME_COLUMN:
        return &rename_column;
    case CHANGE_RENAME_TABLE:
        return &rename_table;
    case CHANGE_SET_SCHEMA:
        return &change_schema;
    case CHANGE_TRUNCATE:
        return (change->flags & FLAG_CASCADE) != 0 ? &truncate_cascade : &truncate;
    default:
        return NULL;
    }
}

static const struct rule *rule_of_new_column(const struct effect *effect)
{
    if (effect->work == WORK_UNKNOWN)
        return &default_unknown;
    if (effect->work == WORK_REWRITE)
        return &volatile_default;
    return effect->work == WORK_SCAN ? &inline_constraint : NULL;
}

/* What the size of the table makes worse. */
static const struct rule *rule_of_size(const struct lint *lint, const struct change *change,
                                       const struct effect *effect)
{
    bool scans = effect->work != WORK_NONE;

    switch (change->kind) {
    case CHANGE_CREATE_INDEX:
        return &concurrent_creation;
    case CHANGE_DROP_INDEX:
        return &concurrent_deletion;
    case CHANGE_REINDEX:
        return &concurrent_reindex;
    case CHANGE_DETACH:
        return &concurrent_detach;
    case CHANGE_REFRESH:
        return &concurrent_refresh;
    case CHANGE_ADD_COLUMN:
        return rule_of_new_column(effect);
    case CHANGE_COLUMN_TYPE:
        return effect->work == WORK_REWRITE ? &column_type : scans ? &column_type_unknown : NULL;
    case CHANGE_ADD_CHECK:
        return scans ? &not_valid : NULL;
    case CHANGE_ADD_FOREIGN_KEY:
        return scans ? &foreign_key : NULL;
    case CHANGE_ADD_UNIQUE:
        return scans ? &unique : NULL;
    case CHANGE_ADD_PRIMARY_KEY:
        return scans && (change->flags & FLAG_USING_INDEX) == 0 ? &primary_key : NULL;
    case CHANGE_ADD_EXCLUDE:
        return &exclude;
    case CHANGE_VALIDATE:
        return lint->in_transaction ? &validate_in_transaction : NULL;
    case CHANGE_SET_NOT_NULL:
        return scans ? &not_null : NULL;
    case CHANGE_UPDATE:
    case CHANGE_DELETE:
        return (change->flags & FLAG_WHERE) == 0 ? &no_where : NULL;
    case CHANGE_REWRITE:
    case CHANGE_VACUUM_FULL:
    case CHANGE_CLUSTER:
        return &rewrite;
    default:
        return NULL;
    }
}

/* What does not depend on any table. */
static void lint_words(const struct lint *lint, const struct change *change, const struct facts *facts)
{
    bool makes = change->kind == CHANGE_CREATE_TABLE || change->kind == CHANGE_CREATE_INDEX ||
                 change->kind == CHANGE_CREATE_INDEX_CONCURRENTLY || change->kind == CHANGE_ADD_COLUMN;
    bool concurrent = change->kind == CHANGE_CREATE_INDEX_CONCURRENTLY ||
                      change->kind == CHANGE_DROP_INDEX_CONCURRENTLY || change->kind == CHANGE_REINDEX_CONCURRENTLY ||
                      change->kind == CHANGE_DETACH_CONCURRENTLY || change->kind == CHANGE_VACUUM ||
                      change->kind == CHANGE_VACUUM_FULL;

    if (concurrent && lint->in_transaction)
        find(lint, &concurrent_in_transaction, true, change->table);
    if (change->kind == CHANGE_NO_LOCK_TIMEOUT)
        find(lint, &lock_timeout, true, "lock_timeout");
    if (change->kind == CHANGE_TRANSACTION)
        find(lint, &transaction, false, NULL);
    if (facts->made_exists)
        find(lint, &hides, true, change->made);
    if (makes && !lint->in_transaction && (change->flags & FLAG_IF_NOT_EXISTS) == 0)
        find(lint, &robust, false, change->made);
}

void lint_change(const struct lint *lint, const struct change *change, const struct facts *facts,
                 const struct effect *effect)
{
    const struct rule *of_use = rule_of_use(change);
    const struct rule *of_size = rule_of_size(lint, change, effect);
    bool empty = facts->rows == 0 && !facts->big;
    bool required = change->kind == CHANGE_ADD_COLUMN && (change->flags & FLAG_NOT_NULL) != 0 &&
                    (change->flags & (FLAG_DEFAULT | FLAG_GENERATED)) == 0;

    lint_words(lint, change, facts);
    if (facts->made_here || facts->made_exists || (!facts->exists && !facts->out_of_sight))
        return;
    if (of_use != NULL)
        find(lint, of_use, true, change->table);
    if (of_size != NULL)
        find(lint, of_size, facts->big || facts->out_of_sight, change->table);
    if (required)
        find(lint, &required_field, !empty, change->made);
}

void lint_file(const struct lint *lint, const struct migration *migration)
{
    if (migration->rollback.name == NULL)
        find(lint, &missing_rollback, true, migration->forward.name);
}

void lint_names(const struct lint *lint, struct span statement, const struct change *change)
{
    struct tokens tokens;
    const char *dot = strrchr(change->made, '.');
    const char *made = dot == NULL ? change->made : dot + 1;

    if (tokens_read(&tokens, statement) != 0)
        return;
    for (size_t i = 0; i < tokens.n; i++) {
        const struct token *token = &tokens.at[i];
        size_t quotes = token->kind == TOKEN_NAME ? 2 : 0;
        bool is_made = strlen(made) == token->text.len && memcmp(made, token->text.at, token->text.len) == 0;
        char name[CHANGE_NAME_SIZE] = "";
        if ((token->kind != TOKEN_WORD && token->kind != TOKEN_NAME) || token->text.len - quotes <= NAME_ADVISED)
            continue;
        memcpy(name, token->text.at, token->text.len < sizeof(name) ? token->text.len : sizeof(name) - 1);
        if (token->text.len - quotes > NAME_MOST)
            find(lint, &name_cut, true, name);
        else if (is_made)
            find(lint, &name_long, false, name);
    }
    tokens_release(&tokens);
}
