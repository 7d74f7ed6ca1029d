/* UUIDs by value. */
#ifndef BRIDGEJOB_CORE_UUID_H
#define BRIDGEJOB_CORE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

struct uuid {
    uint8_t bytes[16];
};

/* The forms PostgreSQL's uuid type takes (Manual 8.12): any case, optional
 * braces, hyphens after any group of four digits or none. 0 or -1. */
int uuid_from_text(struct span text, struct uuid *uuid);

/* "550e8400-e29b-41d4-a716-446655440000" and a NUL. */
#define UUID_TEXT_SIZE 37
void uuid_to_text(const struct uuid *uuid, char out[UUID_TEXT_SIZE]);

/* Version 5 (RFC 9562 5.5): SHA-1 of the name space and the name. */
struct uuid uuid_from_name(const struct uuid *name_space, struct span name);

bool uuid_equal(const struct uuid *a, const struct uuid *b);
int uuid_compare_bytes(const struct uuid *a, const struct uuid *b);

#endif
