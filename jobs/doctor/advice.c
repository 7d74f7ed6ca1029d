#include "jobs/doctor/advice.h"

#include <math.h>
#include <stdio.h>

#define KB 1024.0
#define MB (1024 * KB)
#define GB (1024 * MB)

/* shared_buffers beyond 8 GB, and work_mem and maintenance_work_mem beyond the guide's figures, are the operator's to
 * measure. 'low' is where the guide's own range ends (50-75 % of the memory for effective_cache_size), or half. */
const struct advice advice_table[] = {
    {"shared_buffers", ADVICE_BYTES, 8 * GB, 0.25, false, 0.5, 0, true,
     "a quarter of the memory keeps what is used often"},
    {"effective_cache_size", ADVICE_BYTES, 0, 0.75, false, 0.66, 1.34, false,
     "the planner takes indexes when it knows that they are in memory"},
    {"work_mem", ADVICE_BYTES, 16 * MB, 0.25, true, 0.5, 0, false, "sorts and hashes that do not fit go to disk"},
    {"maintenance_work_mem", ADVICE_BYTES, 128 * MB, 0.0625, false, 0.5, 0, false,
     "vacuum and index builds are done in fewer passes"},
    {"random_page_cost", ADVICE_NUMBER, 1.1, 0, false, 0, 2, false,
     "on an SSD a random read costs little more than the next page; leave it at 4 on a turning disk"},
    {"effective_io_concurrency", ADVICE_NUMBER, 200, 0, false, 0.5, 0, false,
     "an SSD answers many reads at once; leave it at 1 on a turning disk"},
    {"wal_buffers", ADVICE_BYTES, 16 * MB, 0, false, 0.25, 0, true, "writers wait for each other when it is full"},
    {"checkpoint_completion_target", ADVICE_NUMBER, 0.9, 0, false, 0.9, 0, false,
     "checkpoints are spread over time, not done at once"},
    {"max_wal_size", ADVICE_BYTES, 2 * GB, 0, false, 1, 0, false, "a load that fills it forces checkpoints"},
    {"default_statistics_target", ADVICE_NUMBER, 100, 0, false, 1, 0, false, "plans are as good as the statistics"},
    {"max_connections", ADVICE_NUMBER, 100, 0, false, 0, 5, true,
     "each takes memory; beyond some hundreds a pooler does better"},
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
    static const char *const ends[] = {"2025-11-13", "2026-11-12", "2027-11-11", "2028-11-09", "2029-11-08",
                                       "2030-11-14"};
    const int first = 13;

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
