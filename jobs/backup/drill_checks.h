/* drill_checks: is a database that came back sound? In a session of a superuser in it, on a server that is thrown away:
 * what these checks change there is not put back. */
#ifndef BRIDGEJOB_JOBS_BACKUP_DRILL_CHECKS_H
#define BRIDGEJOB_JOBS_BACKUP_DRILL_CHECKS_H

#include <stdbool.h>

#include "jobs/backup/drill_result.h"

/* Whether the session's role is a superuser. 0 or an err kind, reported. */
int drill_is_superuser(bool *super);

/* Make a role that may do nothing; one that is there is left. 0 or an err kind, reported. */
int drill_make_role(const char *name);

/* The name of the n-th database of the cluster (from 0 on) that is no template; "" behind the last. The same errors. */
#define DRILL_DATABASE_SIZE 64
int drill_fetch_database(long long n, char name[DRILL_DATABASE_SIZE]);

/* Validate every foreign key and CHECK anew; let amcheck, where the server has it, go through every table and B-tree
 * index (Manual F.1). 0; ERR_INPUT: something is wrong, noted; or another err kind, reported. */
int drill_check_database(struct drill_result *result);

/* Run `rollup --verify` for each rollup that the database keeps: by this very program, in a process of its own. 0;
 * ERR_FINDINGS: windows differ, noted, which is the data's fault and not the backup's; another err kind, reported. */
int drill_check_rollups(struct drill_result *result);

#endif
