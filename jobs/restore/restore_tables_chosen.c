#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "jobs/restore/restore_tables.h"

/* "name" or "schema.name"; names may hold dots themselves, so the whole is compared. */
static bool is_meant(const struct backup_table *table, const char *wanted)
{
    size_t n = strlen(table->schema);

    return strcmp(table->name, wanted) == 0 ||
           (strncmp(wanted, table->schema, n) == 0 && wanted[n] == '.' && strcmp(wanted + n + 1, table->name) == 0);
}

static bool is_part_of(const struct backup_table *part, const struct backup_table *whole)
{
    return part->parent != NULL && part->parent_schema != NULL && strcmp(part->parent, whole->name) == 0 &&
           strcmp(part->parent_schema, whole->schema) == 0;
}

static bool has_chosen_parent(const struct manifest *manifest, const bool *chosen, const struct backup_table *part)
{
    for (size_t i = 0; i < manifest->n_tables; i++)
        if (chosen[i] && is_part_of(part, &manifest->tables[i]))
            return true;
    return false;
}

/* Partitions, and theirs. */
static void add_parts(const struct manifest *manifest, bool *chosen)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < manifest->n_tables; i++) {
            if (!chosen[i] && has_chosen_parent(manifest, chosen, &manifest->tables[i]))
                changed = chosen[i] = true;
        }
    }
}

/* 0; ERR_NOINPUT: there is none; ERR_USAGE: there are several, in different schemas. Reported. */
static int choose_one(const struct manifest *manifest, const char *wanted, bool *chosen)
{
    const struct backup_table *first = NULL;

    for (size_t i = 0; i < manifest->n_tables; i++) {
        const struct backup_table *table = &manifest->tables[i];

        if (!is_meant(table, wanted))
            continue;
        if (first != NULL) {
            fail(ERR_USAGE, "'%s' may be '%s.%s' or '%s.%s'", wanted, first->schema, first->name, table->schema,
                 table->name);
            log_hint("say which: --table %s.%s", first->schema, first->name);
            return ERR_USAGE;
        }
        first = table;
        chosen[i] = true;
    }
    if (first != NULL)
        return 0;
    fail(ERR_NOINPUT, "there is no table '%s' in backup '%s'", wanted, manifest->id);
    log_hint("names are as the catalog has them, without quotes; all of them are under 'tables' in the manifest");
    return ERR_NOINPUT;
}

bool *tables_chosen(const struct manifest *manifest, const struct text_list *wanted, int *kind)
{
    bool *chosen = calloc(manifest->n_tables + 1, sizeof(*chosen));

    *kind = 0;
    if (chosen == NULL) {
        *kind = fail(ERR_INTERNAL, "out of memory");
        return NULL;
    }
    for (size_t i = 0; *kind == 0 && i < wanted->n; i++)
        *kind = choose_one(manifest, wanted->at[i], chosen);
    if (*kind == 0) {
        add_parts(manifest, chosen);
        return chosen;
    }
    free(chosen);
    return NULL;
}
