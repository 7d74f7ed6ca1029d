/* names: what the names of migration files say, and which two belong together.
 *
 *   NNN_verb_object.sql    with  NNN_rollback_object.sql or NNN_drop_object.sql
 *   NNN_name.up.sql        with  NNN_name.down.sql
 *   V0001.Name.up.sql      with  V0001.Name.down.sql
 *
 * Numbers have any length and compare as numbers. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_NAMES_H
#define BRIDGEJOB_JOBS_MIGRATE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

enum file_role {
    ROLE_FORWARD,
    ROLE_ROLLBACK,
    ROLE_DROP      /* NNN_drop_x.sql, until file_names_pair() knows which of the two it is */
};

/* What comes first. */
enum file_order {
    ORDER_UNSAID, /* the two agree, or it is an error */
    ORDER_NUMBER, /* numbers as numbers, then names */
    ORDER_TEXT    /* names byte by byte, as LC_ALL=C ls has them */
};

#define PARTNER_NONE SIZE_MAX

/* Spans point into the name. */
struct file_name {
    const char *name;    /* the whole of it; borrowed */
    struct span version; /* "001" */
    struct span title;   /* "create_workflow_steps"; "Name" of V0001.Name.up.sql */
    struct span object;  /* the title without its verb: "workflow_steps"; with .up or .down the title */
    enum file_role role;
    size_t partner;      /* index of the other half, or PARTNER_NONE */
};

/* False when it is no migration's name. */
bool file_name_parse(const char *name, struct file_name *parsed);

/* What the rollback of a forward file is to be called; into 'name', which is returned. */
#define ROLLBACK_NAME_SIZE 280
const char *file_name_of_rollback(const char *forward, char name[ROLLBACK_NAME_SIZE]);

/* For qsort: by number, then by name. */
int file_name_compare(const void *a, const void *b);

/* Find partners and settle ROLE_DROP. By number and object; then, where of one number a
 * single forward and a single rollback are left, those. A drop file that nothing pairs with
 * is a migration itself. */
void file_names_pair(struct file_name *names, size_t n);

/* Compare two numbers of any length as numbers: < 0, 0, > 0. */
int version_compare(struct span a, struct span b);

#endif
