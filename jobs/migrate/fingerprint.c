#include "jobs/migrate/fingerprint.h"

#include "core/buf.h"
#include "core/err.h"

int fingerprint_of(const struct description *description, char fingerprint[FINGERPRINT_SIZE])
{
    struct buf text = BUF_INIT;
    int result;

    description_write(description, &text);
    result = buf_ok(&text) ? checksum_of(buf_span(&text), fingerprint) : fail(ERR_INTERNAL, "out of memory");
    buf_release(&text);
    return result;
}

int fingerprint_take(char fingerprint[FINGERPRINT_SIZE])
{
    struct description description;
    int result = description_take(&description);

    if (result != 0)
        return result;
    result = fingerprint_of(&description, fingerprint);
    description_release(&description);
    return result;
}
