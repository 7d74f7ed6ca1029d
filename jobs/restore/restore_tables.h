/* restore_tables: some tables of a logical backup, with their partitions, into a database: all of it in one
 * transaction. A table that is not there is made, with its indexes, constraints, triggers and privileges; of one that
 * is there only the rows are restored, and it has to be empty, or is emptied. */
#ifndef BRIDGEJOB_JOBS_RESTORE_RESTORE_TABLES_H
#define BRIDGEJOB_JOBS_RESTORE_RESTORE_TABLES_H

#include <stdbool.h>

#include "jobs/restore/dump.h"

struct table_restore {
    const struct dump *dump;
    const char *database;
    bool anew;     /* the database was made for it: what the tables need is made too */
    bool empty;    /* empty tables that are not */
    bool dry_run;
    long long tables, rows; /* counted afterwards, in the same transaction */
};

/* Which tables of the manifest options->tables means: "name", or "schema.name"; partitions come with their table. A new
 * array, one flag a table; NULL, reported, when there is no such table, or several ('*kind' is the err kind). */
bool *tables_chosen(const struct manifest *manifest, const struct text_list *wanted, int *kind);

/* Restore them: for in_database(), with a struct in memory both processes see. 0; ERR_INPUT: a table is not empty, or a
 * statement fails, reported: nothing has changed; or another err kind. */
int tables_restore(void *table_restore);

#endif
