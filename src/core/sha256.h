/* SHA-256 (FIPS 180-4) of bytes as they come, by OpenSSL. */
#ifndef BRIDGEJOB_CORE_SHA256_H
#define BRIDGEJOB_CORE_SHA256_H

#include <stddef.h>

#include "core/text.h"

#define SHA256_HEX_SIZE 65 /* 64 digits, lower case, and a NUL */

struct sha256 {
    struct evp_md_ctx_st *context; /* NULL: memory was out, or it has ended */
};

void sha256_begin(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *bytes, size_t n);
/* The digits of all that was added. 0; -1 when memory was out at any point. The sum is released either way. */
int sha256_end(struct sha256 *sum, char hex[SHA256_HEX_SIZE]);
/* Of a sum that is not wanted any more; safe on one that has ended. */
void sha256_release(struct sha256 *sum);

/* Of bytes that are all there. 0; -1 when memory is out. */
int sha256_of(struct span bytes, char hex[SHA256_HEX_SIZE]);

/* Of all of a regular file, whose position stays where it is. 0; -1 with errno, EINTR when a stop was asked for. '*n',
 * which may be NULL, is how many bytes that were. */
int sha256_of_file(int fd, char hex[SHA256_HEX_SIZE], long long *n);

#endif
