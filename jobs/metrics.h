/* metrics: how the last run of a job went, as a file for node_exporter's textfile collector
 * (Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/).
 * Samples bear no time of their own: the collector would take old ones for current. */
#ifndef BRIDGEJOB_JOBS_METRICS_H
#define BRIDGEJOB_JOBS_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"

struct metrics {
    const char *job;      /* value of the label "job" */
    int64_t started;      /* time_now() */
    int64_t ended;
    double elapsed_s;
    int exit_code;
    long long run_id;     /* 0: none */
    struct span tally;    /* JSON object, or empty; its numbers become bridgejob_run_<key> */
};

/* Write the file whole or not at all, for all to read (0644). With a directory for 'path' it is
 * 'bridgejob-<job>.prom' in it. A run that did not succeed keeps the time of the last success that
 * the file told before. 0 or an err kind, reported. */
int metrics_write(const char *path, const struct metrics *metrics);

/* Whether a run with this exit code did its work: 0, or 3, which is done with something to tell. */
bool metrics_is_success(int exit_code);

/* The text itself; 'last_success' is in seconds as text, "" when there is none. */
void metrics_format(const struct metrics *metrics, const char *last_success, struct buf *out);

#endif
