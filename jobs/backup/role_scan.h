/* role_scan: a dump as SQL text, in pieces as they come → the roles it names. For a server that is thrown away, where
 * a role too many does no harm: what only looks like a statement counts, too. */
#ifndef BRIDGEJOB_JOBS_BACKUP_ROLE_SCAN_H
#define BRIDGEJOB_JOBS_BACKUP_ROLE_SCAN_H

#include <stddef.h>

#include "core/buf.h"

struct role_scan {
    struct buf line;  /* what came of the line, up to a few kB */
    struct buf names; /* as in the catalog, each with a NUL behind it */
    size_t n;         /* of them, a thousand at most; none twice */
};

#define ROLE_SCAN_INIT ((struct role_scan){.line = BUF_INIT, .names = BUF_INIT})

void role_scan_release(struct role_scan *scan);

/* A piece of it: for dump_inflate(). Always 0. */
int role_scan_put(void *role_scan, const char *bytes, size_t n);

#endif
