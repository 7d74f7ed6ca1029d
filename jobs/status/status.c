#include "jobs/status/status.h"

#include "jobs/health/health_parts.h"
#include "jobs/status/status_parts.h"

#define NODE_GROUPS 10

static int look(struct sections *sections, const struct status_options *options, job_finder *find)
{
    const struct health_options nodes = {.limit = NODE_GROUPS, .stale_after_s = options->stale_after_s};
    int result = status_jobs(sections, options, find);

    if (result == 0)
        result = status_migrations(sections);
    if (result == 0)
        result = status_rollup(sections, options);
    if (result == 0)
        result = status_rejects(sections, options);
    if (result == 0)
        result = status_backups(sections, options);
    return result == 0 ? health_nodes(sections, &nodes) : result;
}

static int run_status(struct run *run, const void *options)
{
    struct sections sections;
    int result;

    sections_init(&sections, run->common);
    result = look(&sections, options, run->find_job);
    if (result == 0)
        result = sections_print(&sections);
    sections_release(&sections);
    return result;
}

const struct job status_job = {.name = "status", .needs = NEEDS_DB | READS_ONLY, .run = run_status};
