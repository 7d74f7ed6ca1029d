/* load_dump: a whole logical backup into a database that is empty. */
#ifndef BRIDGEJOB_JOBS_RESTORE_LOAD_DUMP_H
#define BRIDGEJOB_JOBS_RESTORE_LOAD_DUMP_H

#include "jobs/restore/dump.h"

/* Load it all, with as many processes as options->jobs says. 0; ERR_INPUT when pg_restore or psql fails at anything,
 * reported; or another err kind. The name is one that libpq does not take for a connection string. */
int load_all(const struct dump *dump, const char *database);

/* psql, that runs SQL it is given in pieces and stops at the first statement that fails. */
struct psql {
    const struct dump *dump;
    struct child child;
};

#define PSQL_INIT ((struct psql){.child = CHILD_INIT})

/* Start it in a database, whatever its name. 0 or an err kind, reported. */
int psql_start(struct psql *psql, const struct dump *dump, const char *database);
/* Give it a piece. 0; -1, not reported, when it has ended: psql_end() tells why; an err kind, reported. */
int psql_put(void *psql, const char *bytes, size_t n);
/* That was all. 0; ERR_INPUT when a statement failed, reported; or another err kind. */
int psql_end(struct psql *psql);
/* Safe at any point. What it was given and had no COMMIT is undone. */
void psql_release(struct psql *psql);

#endif
