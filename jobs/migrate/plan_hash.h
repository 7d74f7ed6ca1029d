/* plan_hash: what an up would run, and on what, in one number: what was looked at is what is run. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_PLAN_HASH_H
#define BRIDGEJOB_JOBS_MIGRATE_PLAN_HASH_H

#include "jobs/migrate/checksum.h"
#include "jobs/migrate/course.h"

/* Of the files in their order, their checksums and their rollbacks', the history, and the catalog as it is. 0 or an err
 * kind, reported. */
int plan_hash(const struct standing *standing, const struct course *course, char hash[SHA256_HEX_SIZE]);

/* Refuse another plan than 'wanted', naming the one there is. 0; ERR_CONFIG or another err kind, reported. */
int plan_insist(const struct standing *standing, const struct course *course, const char *wanted);

#endif
