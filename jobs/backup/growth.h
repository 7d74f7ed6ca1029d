/* growth: on a terminal, how much of a backup there is by now. */
#ifndef BRIDGEJOB_JOBS_BACKUP_GROWTH_H
#define BRIDGEJOB_JOBS_BACKUP_GROWTH_H

#include <sys/types.h>

/* Show the size of all files in 'dir', named 'label', in one line of standard error, from a process of its own, as we
 * wait for others meanwhile. Its pid for growth_end(); 0 off a terminal. */
pid_t growth_start(const char *dir, const char *label);

/* Wipe the line. */
void growth_end(pid_t painter);

#endif
