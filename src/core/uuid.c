#include "core/uuid.h"

#include <string.h>
#include <uuid/uuid.h>

/* Bit 4 says that it is a hexadecimal digit, bits 0 to 3 which. */
#define DIGIT 0x10

static const uint8_t hex[256] = {
    ['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13, ['4'] = 0x14, ['5'] = 0x15, ['6'] = 0x16, ['7'] = 0x17,
    ['8'] = 0x18, ['9'] = 0x19, ['a'] = 0x1a, ['b'] = 0x1b, ['c'] = 0x1c, ['d'] = 0x1d, ['e'] = 0x1e, ['f'] = 0x1f,
    ['A'] = 0x1a, ['B'] = 0x1b, ['C'] = 0x1c, ['D'] = 0x1d, ['E'] = 0x1e, ['F'] = 0x1f,
};

/* Step for step PostgreSQL's string_to_uuid() (utils/adt/uuid.c). */
int uuid_from_text(struct span text, struct uuid *uuid)
{
    const char *at = text.at;
    const char *end;

    if (text.len < 32)
        return -1;
    end = at + text.len;
    if (*at == '{') {
        if (end[-1] != '}')
            return -1;
        at++;
        end--;
    }
    for (int i = 0; i < 16; i++) {
        unsigned high;
        unsigned low;

        if (end - at < 2)
            return -1;
        high = hex[(unsigned char)at[0]];
        low = hex[(unsigned char)at[1]];
        if (!(high & low & DIGIT))
            return -1;
        uuid->bytes[i] = (uint8_t)((high & 0xf) << 4 | (low & 0xf));
        at += 2;
        if (i % 2 == 1 && i < 15 && at < end && *at == '-')
            at++;
    }
    return at == end ? 0 : -1;
}

void uuid_to_text(const struct uuid *uuid, char out[UUID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[uuid->bytes[i] >> 4];
        *out++ = digits[uuid->bytes[i] & 0xf];
    }
    *out = '\0';
}

struct uuid uuid_from_name(const struct uuid *name_space, struct span name)
{
    struct uuid uuid;

    uuid_generate_sha1(uuid.bytes, name_space->bytes, name.len > 0 ? name.at : "", name.len);
    return uuid;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

int uuid_compare_bytes(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}
