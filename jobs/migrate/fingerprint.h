/* fingerprint: the catalog in one number, so that drift and an incomplete rollback show. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_FINGERPRINT_H
#define BRIDGEJOB_JOBS_MIGRATE_FINGERPRINT_H

#include "jobs/migrate/checksum.h"
#include "jobs/migrate/describe.h"

#define FINGERPRINT_SIZE SHA256_HEX_SIZE

/* Of every object that description_take() describes. 0 or an err kind, reported. */
int fingerprint_take(char fingerprint[FINGERPRINT_SIZE]);

/* Of a description that was taken. 0 or ERR_INTERNAL, reported. */
int fingerprint_of(const struct description *description, char fingerprint[FINGERPRINT_SIZE]);

#endif
