#include "jobs/rollup/keys.h"

#include "core/time.h"
#include "db/copy.h"
#include "db/session.h"
#include "pipe/tuple.h"

void keys_init(struct keys *keys, const struct definition *definition)
{
    *keys = (struct keys){.definition = definition, .rows = BUF_INIT, .previous_namespace = BUF_INIT};
}

void keys_release(struct keys *keys)
{
    buf_release(&keys->rows);
    buf_release(&keys->previous_namespace);
}

static void list(struct keys *keys, struct span name_space, struct window window)
{
    char time[TIME_TEXT_SIZE];
    struct buf text = BUF_INIT;

    buf_add_span(&text, name_space);
    table_add(keys->listing, buf_text(&text));
    time_format(window.start, time);
    table_add(keys->listing, time);
    time_format(window.end, time);
    table_add(keys->listing, time);
    table_add(keys->listing, keys->why);
    buf_release(&text);
}

void keys_add(struct keys *keys, struct span name_space, struct window window)
{
    bool same_namespace = keys->n > 0 && span_equal(buf_span(&keys->previous_namespace), name_space);
    struct uuid id;

    if (same_namespace && keys->previous_start == window.start)
        return;
    if (!same_namespace) {
        keys->namespaces++;
        buf_reset(&keys->previous_namespace);
        buf_add_span(&keys->previous_namespace, name_space);
    }
    keys->previous_start = window.start;
    if (keys->n == 0 || window.start < keys->first)
        keys->first = window.start;
    if (keys->n == 0 || window.end > keys->last)
        keys->last = window.end;
    keys->n++;
    id = definition_bridge_id(keys->definition, name_space, window.start);
    tuple_start(&keys->rows, 4);
    tuple_text(&keys->rows, name_space);
    tuple_time(&keys->rows, window.start);
    tuple_time(&keys->rows, window.end);
    tuple_uuid(&keys->rows, &id);
    if (keys->listing != NULL)
        list(keys, name_space, window);
}

static int copy_to(const struct keys *keys, const char *statement)
{
    long long taken;

    if (!buf_ok(&keys->rows) || !buf_ok(&keys->previous_namespace))
        return session_keep("53200", "this program is out of memory", "");
    return keys->rows.len == 0 ? 0 : copy_in(statement, keys->rows.data, keys->rows.len, &taken);
}

int keys_copy(const struct keys *keys)
{
    return copy_to(keys, "COPY rollup_keys FROM STDIN (FORMAT binary)");
}

int keys_copy_pending(const struct keys *keys)
{
    return copy_to(keys, "COPY rollup_pending FROM STDIN (FORMAT binary)");
}
