/* checksum: what tells one text from another. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_CHECKSUM_H
#define BRIDGEJOB_JOBS_MIGRATE_CHECKSUM_H

#include "core/text.h"

#define CHECKSUM_SIZE 65 /* SHA-256 in hex, and a NUL */

/* 0, or ERR_INTERNAL, reported. */
int checksum_of(struct span bytes, char checksum[CHECKSUM_SIZE]);

#endif
