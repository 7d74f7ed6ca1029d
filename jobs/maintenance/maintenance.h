/* What vacuum and reindex have in common: their options. */
#ifndef BRIDGEJOB_JOBS_MAINTENANCE_MAINTENANCE_H
#define BRIDGEJOB_JOBS_MAINTENANCE_MAINTENANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

struct maintenance_options {
    struct text_list tables;  /* --table; none: chosen by need */
    bool all;                 /* every table, needed or not */
    int64_t parallel;         /* the server's workers for the indexes of one table; 0: as the server is set */
    const char *between;      /* "HH:MM-HH:MM", or NULL */
    int64_t max_duration_s;   /* 0: none */
    int64_t lock_timeout_s;   /* at least 1 */
    bool analyze_only;        /* vacuum only */
    bool freeze;              /* vacuum only */
};

/* What is wrong with them that no option table can tell, reported. For struct job's check. 0 or ERR_USAGE. */
int maintenance_check(const void *options);

#endif
