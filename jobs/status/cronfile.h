/* cronfile: the lines of a crontab that run bridgejob. */
#ifndef BRIDGEJOB_JOBS_CRONFILE_H
#define BRIDGEJOB_JOBS_CRONFILE_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/status/crontab.h"

struct cronfile_line {
    struct crontab_when when;
    char job[51];           /* as in job_runs: "ingest", "prune nodes" */
    char zone[64];          /* CRON_TZ in force at the line; "": the machine's */
    int64_t splay_s;        /* its --splay, 0 when it has none */
};

struct cronfile {
    struct cronfile_line *at;
    size_t n;
    int64_t modified;       /* of the file, seconds since 1970: what was due before was due by another file */
};

/* Which job a command line runs, and its --splay; also behind a user's name (/etc/cron.d), nice, flock and the like.
 * 0, or -1 when it runs no command of ours. */
int cronfile_command(const char *command, struct cronfile_line *line);

/* Read a file. A line that cannot be read is warned of. 0; ERR_NOINPUT or ERR_INTERNAL, reported. */
int cronfile_read(struct cronfile *file, const char *path);
void cronfile_release(struct cronfile *file);

/* Let the clock on the wall be the line's, until the next call; NULL: the machine's again. */
void cronfile_zone(const struct cronfile_line *line);

#endif
