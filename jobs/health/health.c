#include "jobs/health/health.h"

#include "core/err.h"
#include "db/session.h"
#include "jobs/health/health_parts.h"
#include "jobs/sections.h"

static int run_health(struct run *run, const void *options)
{
    static int (*const parts[])(struct sections *, const struct health_options *) = {
        health_database, health_nodes, health_tables, health_connections,
        health_queries, health_waits, health_replication};
    struct sections sections;
    int result = 0;

    sections_init(&sections, run->common);
    for (size_t i = 0; result == 0 && i < sizeof(parts) / sizeof(*parts); i++)
        result = parts[i](&sections, options);
    if (result == 0)
        result = sections_print(&sections);
    sections_release(&sections);
    return result;
}

const struct job health_job = {.name = "health", .needs = NEEDS_DB | READS_ONLY, .run = run_health};
