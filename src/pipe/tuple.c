#include "pipe/tuple.h"

#include <endian.h>
#include <string.h>

#include "core/time.h"

#define JSONB_VERSION 1 /* utils/adt/jsonb.c: jsonb_recv */

static void add_be16(struct buf *out, uint16_t value)
{
    uint16_t be = htobe16(value);
    buf_add(out, &be, sizeof(be));
}

static void add_be32(struct buf *out, uint32_t value)
{
    uint32_t be = htobe32(value);
    buf_add(out, &be, sizeof(be));
}

void tuple_start(struct buf *out, int16_t n_fields)
{
    add_be16(out, (uint16_t)n_fields);
}

void tuple_null(struct buf *out)
{
    add_be32(out, UINT32_MAX);
}

void tuple_bool(struct buf *out, bool value)
{
    add_be32(out, 1);
    buf_add_char(out, value ? 1 : 0);
}

void tuple_int(struct buf *out, int64_t value)
{
    if (value == INT64_MIN) {
        tuple_null(out);
        return;
    }
    add_be32(out, 4);
    add_be32(out, (uint32_t)(int32_t)value);
}

void tuple_bigint(struct buf *out, int64_t value)
{
    uint64_t be = htobe64((uint64_t)value);
    add_be32(out, sizeof(be));
    buf_add(out, &be, sizeof(be));
}

void tuple_text(struct buf *out, struct span value)
{
    if (value.at == NULL) {
        tuple_null(out);
        return;
    }
    add_be32(out, (uint32_t)value.len);
    buf_add(out, value.at, value.len);
}

void tuple_json(struct buf *out, struct span value)
{
    if (value.at == NULL) {
        tuple_null(out);
        return;
    }
    add_be32(out, (uint32_t)value.len + 1);
    buf_add_char(out, JSONB_VERSION);
    buf_add(out, value.at, value.len);
}

void tuple_uuid(struct buf *out, const struct uuid *value)
{
    if (value == NULL) {
        tuple_null(out);
        return;
    }
    add_be32(out, sizeof(value->bytes));
    buf_add(out, value->bytes, sizeof(value->bytes));
}

void tuple_time(struct buf *out, int64_t us)
{
    bool infinite = us == INT64_MAX || us == INT64_MIN;
    tuple_bigint(out, infinite ? us : us - TIME_PG_EPOCH);
}
