/* target: which server is meant, in the form ECPG can connect to. The parts of a conninfo
 * go into this process's PG* environment, so that children (pg_dump …) connect alike. */
#ifndef BRIDGEJOB_DB_TARGET_H
#define BRIDGEJOB_DB_TARGET_H

/* As session_target(). A service file in force is read here and written out into the
 * environment too: libpq would let it override the very parts the user gave with -d. */
int target_resolve(const char *dbname);

/* From now on another database of the same server, for this process and its children. 0 or ERR_INTERNAL, reported. */
int target_use_database(const char *name);

/* The text for CONNECT TO: ECPG's URL form, holding only the options that have no
 * environment variable (keepalives …). Valid until the next target_resolve(). */
const char *target_url(void);

#endif
