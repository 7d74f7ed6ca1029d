#include "jobs/doctor/advice.h"

#include <math.h>
#include <stdio.h>

#define KB 1024.0
#define MB (1024 * KB)
#define GB (1024 * MB)

/* shared_buffers beyond 8 GB, and work_mem and maintenance_work_mem beyond the guide's figures, are the operator's to
 * measure. 'low' is where the guide's own range ends (50-75 % of the memory for effective_cache_size), or half. */
const struct advice advice_table[] = {
    {.setting = "shared_buffers", .unit = ADVICE_BYTES, .fixed = 8 * GB, .share = 0.25, .low = 0.5, .restart = true,
     .manual = "20.4.1", .why = "a quarter of the memory keeps what is used often"},
    {.setting = "effective_cache_size", .unit = ADVICE_BYTES, .share = 0.75, .low = 0.66, .high = 1.34,
     .manual = "20.7.2", .why = "the planner takes indexes when it knows that they are in memory"},
    {.setting = "work_mem", .unit = ADVICE_BYTES, .fixed = 16 * MB, .share = 0.25, .by_connections = true, .low = 0.5,
     .manual = "20.4.1", .why = "sorts and hashes that do not fit go to disk"},
    {.setting = "maintenance_work_mem", .unit = ADVICE_BYTES, .fixed = 128 * MB, .share = 0.0625, .low = 0.5,
     .manual = "20.4.1", .why = "vacuum and index builds are done in fewer passes"},
    {.setting = "random_page_cost", .unit = ADVICE_NUMBER, .fixed = 1.1, .high = 2,
     .manual = "20.7.2",
     .why = "on an SSD a random read costs little more than the next page; leave it at 4 on a turning disk"},
    {.setting = "effective_io_concurrency", .unit = ADVICE_NUMBER, .fixed = 200, .low = 0.5,
     .manual = "20.4.6", .why = "an SSD answers many reads at once; leave it at 1 on a turning disk"},
    {.setting = "wal_buffers", .unit = ADVICE_BYTES, .fixed = 16 * MB, .low = 0.25, .restart = true,
     .manual = "20.5.1", .why = "writers wait for each other when it is full"},
    {.setting = "checkpoint_completion_target", .unit = ADVICE_NUMBER, .fixed = 0.9, .low = 0.9,
     .manual = "20.5.2", .why = "checkpoints are spread over time, not done at once"},
    {.setting = "max_wal_size", .unit = ADVICE_BYTES, .fixed = 2 * GB, .low = 1,
     .manual = "20.5.2", .why = "a load that fills it forces checkpoints"},
    {.setting = "default_statistics_target", .unit = ADVICE_NUMBER, .fixed = 100, .low = 1,
     .manual = "20.7.4", .why = "plans are as good as the statistics"},
    {.setting = "max_connections", .unit = ADVICE_NUMBER, .fixed = 100, .high = 5, .restart = true,
     .manual = "20.3.1", .why = "each takes memory; beyond some hundreds a pooler does better"},
};

const size_t n_advice = sizeof(advice_table) / sizeof(*advice_table);

double advice_figure(const struct advice *advice, int64_t memory, int64_t connections)
{
    double figure = (double)memory * advice->share;

    if (advice->share <= 0)
        return advice->fixed;
    if (memory <= 0)
        return 0;
    if (advice->by_connections)
        figure /= (double)(connections > 0 ? connections : 1);
    if (advice->by_connections && figure < 4 * MB)
        figure = 4 * MB; /* the server's own default */
    return advice->fixed > 0 && figure > advice->fixed ? advice->fixed : figure;
}

bool advice_is_followed(const struct advice *advice, double figure, double value)
{
    if (figure <= 0)
        return true;
    return (advice->low <= 0 || value >= figure * advice->low * 0.999) &&
           (advice->high <= 0 || value <= figure * advice->high * 1.001);
}

void advice_format(const struct advice *advice, double figure, char out[ADVICE_TEXT])
{
    if (advice->unit == ADVICE_NUMBER)
        snprintf(out, ADVICE_TEXT, "%g", figure);
    else if (figure >= GB && fmod(figure, GB) < 1)
        snprintf(out, ADVICE_TEXT, "%.0fGB", floor(figure / GB));
    else if (figure >= MB)
        snprintf(out, ADVICE_TEXT, "%.0fMB", floor(figure / MB));
    else
        snprintf(out, ADVICE_TEXT, "%.0fkB", floor(figure / KB));
}

const char *advice_end_of_support(int major)
{
    static const char *const ends[] = {"2021-11-11", "2022-11-10", "2023-11-09", "2024-11-14", "2025-11-13",
                                       "2026-11-12", "2027-11-11", "2028-11-09", "2029-11-08", "2030-11-14"};
    const int first = 9; /* 9.6, the last of them */

    if (major < first)
        return ends[0];
    return major < first + (int)(sizeof(ends) / sizeof(*ends)) ? ends[major - first] : NULL;
}

int64_t advice_skew(int64_t before, int64_t server, int64_t after)
{
    if (server < before)
        return server - before;
    return server > after ? server - after : 0;
}
