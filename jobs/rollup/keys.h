/* keys: the windows a rollup looks at, as rows for the temporary table 'rollup_keys'. */
#ifndef BRIDGEJOB_JOBS_KEYS_H
#define BRIDGEJOB_JOBS_KEYS_H

#include <stdint.h>

#include "core/buf.h"
#include "core/table.h"
#include "core/window.h"
#include "jobs/rollup/definition.h"

struct keys {
    const struct definition *definition; /* borrowed */
    struct table *listing;               /* or NULL: each key also becomes a row of it, with 'why' */
    const char *why;
    struct buf rows;                     /* binary COPY: namespace, window_start, window_end, bridge_id */
    long long n;
    long long namespaces;                /* changes of it: how many when they come in order */
    int64_t first;                       /* earliest start, when n > 0 */
    int64_t last;                        /* latest end */
    int64_t previous_start;
    struct buf previous_namespace;
};

void keys_init(struct keys *keys, const struct definition *definition);
void keys_release(struct keys *keys);

/* One more window, unless it is that of the call before. */
void keys_add(struct keys *keys, struct span name_space, struct window window);

/* With rows for so many bytes, a reader of many windows copies them and goes on with none. */
#define KEYS_ENOUGH (INT64_C(4) << 20)

/* COPY them into rollup_keys; those that wait for a rollup into rollup_pending. 0 or an err kind, noted. */
int keys_copy(const struct keys *keys);
int keys_copy_pending(const struct keys *keys);

#endif
