/* names: what the names of migration files say, and which two belong together.
 *
 *   NNN_verb_object.sql    with  NNN_rollback_object.sql or NNN_drop_object.sql
 *   NNN_name.up.sql        with  NNN_name.down.sql
 *   V0001.Name.up.sql      with  V0001.Name.down.sql
 *   NNN_name_up.sql        with  NNN_name_down.sql          (or _undo, _revert, _rollback)
 *   NNN_name.sql           with  NNN_undo_name.sql          (or revert_, down_)
 *   NNN.do.name.sql        with  NNN.undo.name.sql          (Postgrator)
 *   V1.2__name.sql         with  U1.2__name.sql             (Flyway; V1_2__name.sql is the same number)
 *
 * Numbers have any length and compare as numbers, part by part: 1.2 before 1.10. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_NAMES_H
#define BRIDGEJOB_JOBS_MIGRATE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

enum file_role {
    ROLE_FORWARD,
    ROLE_ROLLBACK,
    ROLE_EITHER    /* NNN_drop_x.sql, NNN_x_down.sql, until file_names_pair() knows which of the two it is */
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

/* Find partners and settle ROLE_EITHER. By number and object; then, where of one number a
 * single forward and a single rollback are left, those. One that may be
 * either and that nothing pairs with is a migration itself. */
void file_names_pair(struct file_name *names, size_t n);

/* Whether a text is a number of that kind: digits, with '.' or '_' among them. */
bool version_is(const char *text);

/* Compare two numbers of any length as numbers, part by part, a part that is not there as 0: < 0, 0, > 0. */
int version_compare(struct span a, struct span b);

#endif
