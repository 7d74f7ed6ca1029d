/* scratch: a database for the length of one run, on the server of the session. It is named after the session that
 * made it, bridgejob_prove_<pid>_<start>: so one that a killed run left is known by its session being gone. */
#ifndef BRIDGEJOB_DB_SCRATCH_H
#define BRIDGEJOB_DB_SCRATCH_H

#define SCRATCH_NAME_SIZE 64

/* Create an empty one, with the encoding and locale of the session's database, from template0. Needs CREATEDB. 0;
 * ERR_NOPERM or another err kind, reported. */
int scratch_create(char name[SCRATCH_NAME_SIZE]);

/* Drop it, whoever is connected to it. 0 or an err kind, reported. */
int scratch_drop(const char *name);

/* Drop those of sessions that are gone, where this role may. 0 or an err kind, reported. */
int scratch_sweep(void);

#endif
