#include "jobs/migrate/checksum.h"

#include "core/err.h"

int checksum_of(struct span bytes, char checksum[SHA256_HEX_SIZE])
{
    return sha256_of(bytes, checksum) == 0 ? 0 : fail(ERR_INTERNAL, "out of memory");
}
