/* tuple: values → PostgreSQL's binary COPY format (Manual: COPY, Binary Format), field
 * by field into one buffer. No escaping, no text to parse on the server. */
#ifndef BRIDGEJOB_PIPE_TUPLE_H
#define BRIDGEJOB_PIPE_TUPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/uuid.h"

void tuple_start(struct buf *out, int16_t n_fields);
void tuple_null(struct buf *out);
void tuple_bool(struct buf *out, bool value);
void tuple_int(struct buf *out, int64_t value);          /* INTEGER; NUMBER_ABSENT (INT64_MIN) is NULL */
void tuple_bigint(struct buf *out, int64_t value);       /* BIGINT */
void tuple_text(struct buf *out, struct span value);     /* absent is NULL */
void tuple_json(struct buf *out, struct span value);     /* JSONB; absent is NULL */
void tuple_uuid(struct buf *out, const struct uuid *value); /* NULL is NULL */
/* TIMESTAMPTZ from microseconds since 1970; INT64_MAX and INT64_MIN are infinity and -infinity. */
void tuple_time(struct buf *out, int64_t us);

#endif
