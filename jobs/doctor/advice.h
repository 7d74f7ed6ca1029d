/* advice: what a setting should be, and until when a version is supported. Pure. */
#ifndef BRIDGEJOB_JOBS_ADVICE_H
#define BRIDGEJOB_JOBS_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADVICE_TEXT 64

enum advice_unit { ADVICE_BYTES, ADVICE_NUMBER };

/* A row of the guide's table (Configuration Tuning). */
struct advice {
    const char *setting;
    const char *why;
    const char *manual;      /* where the PostgreSQL manual describes it (of version 15) */
    double fixed;            /* the guide's figure; the most of a scaled one, 0: no bound */
    double share;            /* of the machine's memory; 0: not scaled */
    double low, high;        /* fine from low to high times what is advised; 0: no such bound */
    enum advice_unit unit;
    bool by_connections;     /* the share is divided by max_connections */
    bool restart;            /* takes effect when the server is restarted */
};

extern const struct advice advice_table[];
extern const size_t n_advice;

/* The figure for a machine with 'memory' bytes; 0 when it depends on that and memory is 0. */
double advice_figure(const struct advice *advice, int64_t memory, int64_t connections);

bool advice_is_followed(const struct advice *advice, double figure, double value);

/* As postgresql.conf takes it: "1433MB", "0.9". */
void advice_format(const struct advice *advice, double figure, char out[ADVICE_TEXT]);

/* The last day the PostgreSQL project makes fixes for a major version, as "2027-11-11"; NULL when it is not known
 * here (https://www.postgresql.org/support/versioning/). */
const char *advice_end_of_support(int major);

/* How far the server's clock is off, for sure: its answer came between two readings of ours. Microseconds; 0 when it
 * may be right. */
int64_t advice_skew(int64_t before, int64_t server, int64_t after);

#endif
