#include "jobs/rollup/definition.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/time.h"

/* UUIDv5 of "bridgejob:rollup" in the name space of URLs (RFC 9562 6.6). */
static const struct uuid rollup_space = {
    {0x0c, 0x9d, 0x9d, 0xba, 0x41, 0xdc, 0x50, 0x21, 0x86, 0xca, 0x2a, 0x7f, 0x86, 0x52, 0x6e, 0x09}};

const char *rollup_type_name(enum rollup_type type)
{
    static const char *const names[] = {
        [ROLLUP_NAMESPACE_GROUPING] = "namespace_grouping",
        [ROLLUP_TIME_WINDOW] = "time_window",
        [ROLLUP_FILE_TYPE_GROUPING] = "file_type_grouping",
        [ROLLUP_SIZE_BUCKETS] = "size_buckets",
        [ROLLUP_WORKFLOW_GROUPING] = "workflow_grouping",
    };

    return names[type];
}

bool definition_is_together(const struct definition *definition)
{
    return definition->type == ROLLUP_TIME_WINDOW;
}

bool definition_is_grouped(const struct definition *definition)
{
    return definition->type != ROLLUP_NAMESPACE_GROUPING && definition->type != ROLLUP_TIME_WINDOW;
}

/* The zone's name is the server's, yet it may hold anything. */
void definition_json(const struct definition *definition, bool cap, char out[DEFINITION_JSON_SIZE])
{
    struct buf json = BUF_INIT;

    buf_printf(&json, "{\"window\":\"%s\",\"type\":\"%s\",\"tz\":", definition->window, definition->type_name);
    buf_add_json_string(&json, span_of(definition->tz));
    if (cap)
        buf_printf(&json, ",\"max_uniques\":%lld", (long long)definition->max_uniques);
    buf_add_char(&json, '}');
    snprintf(out, DEFINITION_JSON_SIZE, "%s", buf_text(&json));
    buf_release(&json);
}

int definition_lock_key(const struct definition *definition)
{
    char text[WINDOW_SIZE_TEXT + DEFINITION_TZ_SIZE + 64];
    int n = snprintf(text, sizeof(text), "%s %s %s", definition->type_name, definition->window, definition->tz);

    return (int)(text_hash(text, (size_t)n) & 0x3fffffff) | 0x40000000;
}

struct uuid definition_bridge_id(const struct definition *definition, struct span name_space, int64_t start)
{
    char name[2048]; /* a name space has at most 255 characters */
    char since[TIME_TEXT_SIZE];
    int n;

    time_format(start, since);
    n = snprintf(name, sizeof(name), "%s %s %s %s %.*s", definition->type_name, definition->window, definition->tz,
                 since, (int)name_space.len, name_space.at);
    return uuid_from_name(&rollup_space, (struct span){name, (size_t)n});
}
