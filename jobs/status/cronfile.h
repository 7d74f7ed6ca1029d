/* cronfile: the lines of a crontab that run bridgejob. */
#ifndef BRIDGEJOB_JOBS_CRONFILE_H
#define BRIDGEJOB_JOBS_CRONFILE_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/status/cronline.h"
#include "jobs/status/crontab.h"

struct cronfile_line {
    struct crontab_when when;
    struct cronline run;
    int number;             /* from 1 on */
    char zone[64];          /* CRON_TZ in force at the line; "": the machine's */
};

struct cronfile {
    struct cronfile_line *at;
    size_t n;
    int64_t modified;       /* of the file, seconds since 1970: what was due before was due by another file */
    char zone[64];          /* CRON_TZ so far */
};

/* Read a file; 'find' knows the jobs. A line that cannot be read is warned of. 0; ERR_NOINPUT or ERR_INTERNAL,
 * reported. */
int cronfile_read(struct cronfile *file, const char *path, job_finder *find);
void cronfile_release(struct cronfile *file);

/* Let the clock on the wall be the line's, until the next call; NULL: the machine's again. */
void cronfile_zone(const struct cronfile_line *line);

#endif
