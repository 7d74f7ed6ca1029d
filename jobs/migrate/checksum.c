#include "jobs/migrate/checksum.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "core/err.h"

int checksum_of(struct span bytes, char checksum[CHECKSUM_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (EVP_Digest(bytes.at, bytes.len, digest, &n, EVP_sha256(), NULL) != 1)
        return fail(ERR_INTERNAL, "no checksum could be made");
    for (unsigned i = 0; i < n && 2 * i + 2 < CHECKSUM_SIZE; i++)
        snprintf(checksum + (size_t)2 * i, 3, "%02x", digest[i]);
    return 0;
}
