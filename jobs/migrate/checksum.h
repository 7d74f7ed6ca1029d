/* checksum: what tells one text from another. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_CHECKSUM_H
#define BRIDGEJOB_JOBS_MIGRATE_CHECKSUM_H

#include "core/sha256.h"

/* 0, or ERR_INTERNAL, reported. */
int checksum_of(struct span bytes, char checksum[SHA256_HEX_SIZE]);

#endif
