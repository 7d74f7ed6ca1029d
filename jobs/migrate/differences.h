/* differences: what tells two descriptions of a catalog apart, object by object. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_DIFFERENCES_H
#define BRIDGEJOB_JOBS_MIGRATE_DIFFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "jobs/migrate/describe.h"

struct difference {
    const struct object *was; /* NULL: it is extra */
    const struct object *is;  /* NULL: it is gone; both: their definitions differ */
};

struct differences {
    struct difference *at;
    size_t n;
};

/* Of a table that is gone or extra only the table is named, not what goes with it; of a column that is, not the order
 * of the columns. Objects point into the descriptions. 0, or ERR_INTERNAL, reported. */
int differences_find(struct differences *differences, const struct description *was, const struct description *is);
void differences_release(struct differences *differences);

/* The object it is about: what is there now, or was. */
const struct object *difference_object(const struct difference *difference);

/* What is the matter, on one line, without the object: "is gone; it was: CREATE INDEX …". Long definitions are cut. */
void difference_say(const struct difference *difference, struct buf *text);

/* The same with kind and name in front: "index public.i is gone; it was: CREATE INDEX …". */
void difference_say_all(const struct difference *difference, struct buf *text);

#endif
