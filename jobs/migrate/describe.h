/* describe: every object of the database in words, so that what differs has a name. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_DESCRIBE_H
#define BRIDGEJOB_JOBS_MIGRATE_DESCRIBE_H

#include <stddef.h>

#include "core/buf.h"

/* Texts point into the description. Kind and object together are unique. */
struct object {
    const char *kind;       /* "table", "column", "index" … */
    const char *parent;     /* the object it goes with, "" when it stands alone */
    const char *name;       /* public.workflow_steps.step_name: schema first, quoted where SQL would */
    const char *definition; /* as SQL has it; never empty */
    const char *file;       /* the migration that made or last changed it; "" when unknown */
};

/* Sorted by kind and name, byte by byte. */
struct description {
    struct buf text;
    struct object *at;
    size_t n;
};

/* Describe schemas, tables, columns and their order, constraints, indexes, views, sequences, routines, triggers,
 * rules, types, policies, statistics, with their comments. Left out: what belongs to an extension, partitions
 * (ingest makes them), the runner's own tables (schema_migrations, schema_migration_…), owners and grants; an
 * index that a constraint stands for. Needs the pinned search_path. Waits 5 s at most for a table that
 * another session has to itself (ERR_TEMPFAIL). 0 or an err kind, reported. */
int description_take(struct description *description);
void description_release(struct description *description);

/* Build one from records in 'description->text': fields end in DESCRIPTION_FIELD, records in DESCRIPTION_RECORD;
 * kind, parent, name, definition, and perhaps file. 0 or ERR_INTERNAL, reported. */
#define DESCRIPTION_FIELD '\x1f'
#define DESCRIPTION_RECORD '\x1e'
int description_index(struct description *description);

/* The records of a description, in its order and without files. */
void description_write(const struct description *description, struct buf *records);

/* The object of that kind and name, or NULL. */
const struct object *description_find(const struct description *description, const char *kind, const char *name);

#endif
