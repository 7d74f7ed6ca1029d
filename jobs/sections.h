/* sections: what a job that looks at things prints: named tables, and the findings, each with what is the matter, why
 * it matters and what to type. Table: one section after the other, those without rows left out. JSON: one object, a
 * key a section, then "findings". CSV is one table, so it is the findings. */
#ifndef BRIDGEJOB_JOBS_SECTIONS_H
#define BRIDGEJOB_JOBS_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/table.h"
#include "jobs/job.h"

#define SECTIONS_MAX 10

/* Bytes of a cell that is fetched. Two quoted identifiers with a dot between take 261 (Manual 4.1.1). */
#define CELL_SIZE 640

/* At most so many rows are fetched of anything; those with findings come first. */
#define SECTION_ROWS 100

/* The last cells of a fetched row: name of the finding ("" is none), what, why, statement. */
#define FINDING_CELLS 4

struct section {
    const char *name;           /* JSON key and heading; borrowed */
    bool single;                /* one row: an object in JSON, not an array */
    struct table table;
};

struct sections {
    const struct common_options *common; /* borrowed */
    struct section at[SECTIONS_MAX];
    size_t n;
    struct table findings;      /* finding, subject, what, why, statement */
};

void sections_init(struct sections *sections, const struct common_options *common);
void sections_release(struct sections *sections);

/* Begin a section; columns are borrowed. The table takes its rows. */
struct table *sections_begin(struct sections *sections, const char *name, const struct column *columns,
                             size_t n_columns);
struct table *sections_begin_single(struct sections *sections, const char *name, const struct column *columns,
                                    size_t n_columns);

/* Names are words with underscores, as documented; texts are copied; 'statement' may be NULL. A command of ours that
 * names no database is given that of --dbname, or '...' where that holds a password. */
void sections_find(struct sections *sections, const char *finding, const char *subject, const char *what,
                   const char *why, const char *statement);

/* Take rows as SQL fetched them: 'n' rows of cells of CELL_SIZE bytes, first those of the section's columns (an empty
 * one is absent), then FINDING_CELLS; the finding's subject is the first cell. Only the first 'shown' go to the
 * section, findings of all of them are kept. 'table' may be NULL: then a row is subject and finding. */
void sections_take(struct sections *sections, struct table *table, char *rows, size_t n, size_t shown);

/* Print; with --quiet and without findings nothing, with --quiet and as a table only the findings. As a table, which
 * is for people, at most SECTION_ALIKE findings of one name, and how many more there are.
 * 0; ERR_FINDINGS; or an err kind, reported. */
#define SECTION_ALIKE 5
int sections_print(const struct sections *sections);

#endif
