/* cronline: the command of a line of a crontab: which of our jobs it runs, and how. Pure. */
#ifndef BRIDGEJOB_JOBS_CRONLINE_H
#define BRIDGEJOB_JOBS_CRONLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/job.h"

struct cronline {
    char job[51];           /* as in job_runs: "ingest", "prune nodes"; of one that is unknown, its first word */
    char command[256];      /* what to type to run it by hand; "" when it is too long, or not for everybody to read */
    int64_t splay_s;        /* its --splay, 0 when it has none */
    bool known;             /* there is such a job */
    bool recorded;          /* its runs leave a row in job_runs */
};

/* Read the command of a line, as crontab(5) has it: what stands behind a bare '%' is its input. Our program may stand
 * behind environment, nice, flock, cd and the like. 'has_user': the first word is the user (/etc/crontab,
 * /etc/cron.d). 0, or -1 when it runs no job of ours. A word that looks like a command of ours and is none counts as
 * a job that is unknown. */
int cronline_parse(const char *command, bool has_user, job_finder *find, struct cronline *line);

#endif
