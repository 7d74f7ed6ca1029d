/* The tables that --table names. */
#ifndef BRIDGEJOB_JOBS_MAINTENANCE_TABLES_H
#define BRIDGEJOB_JOBS_MAINTENANCE_TABLES_H

#include "core/buf.h"
#include "core/text.h"

/* Find them: a name is compared as it is, with and without its schema, and as SQL would quote it; it is never parsed,
 * so whatever stands in it is inert. '*oids' becomes the array of their oids and of their partitions', for SQL:
 * "{0,16384,16390}". 0; ERR_NOINPUT when one is no table, reported; or an err kind. */
int tables_find(const struct text_list *names, struct buf *oids);

#endif
