/* Where the programs of PostgreSQL are: pg_dump, pg_restore, pg_basebackup, initdb, pg_ctl, pg_verifybackup. */
#ifndef BRIDGEJOB_JOBS_BACKUP_PG_PROGRAM_H
#define BRIDGEJOB_JOBS_BACKUP_PG_PROGRAM_H

#include <stdint.h>

/* What to run for 'name', in fresh memory: '<bindir>/<name>' when a directory is given (--bindir), else where Debian
 * has it for that major version (/usr/lib/postgresql/15/bin/pg_dump), else the name alone, for PATH to find.
 * 'version_num' is of the server or the backup, as server_version_num says it (150020); 0: unknown. NULL, reported,
 * when memory is out. */
char *pg_program(const char *bindir, int64_t version_num, const char *name);

/* What 'program' says of its version, "pg_dump (PostgreSQL) 15.20", in fresh memory, so that it is known to be there
 * before anything is done. 0; ERR_CONFIG when it cannot be run; an err kind. Reported. */
int pg_program_version(const char *program, char **version);

#endif
