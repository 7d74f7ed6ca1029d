/* cause: why a program of PostgreSQL, age or gpg failed. All their failures have the exit code 1; what they said
 * tells them apart. They are run with LC_ALL=C.UTF-8, so they say it in English. */
#ifndef BRIDGEJOB_JOBS_BACKUP_CAUSE_H
#define BRIDGEJOB_JOBS_BACKUP_CAUSE_H

#include "core/spawn.h"

/* The err kind of what was said: ERR_CANTCREATE for a full disk, ERR_IO, ERR_NOPERM, ERR_CONFIG for a version that
 * does not fit, ERR_TEMPFAIL where the same may succeed later, ERR_UNAVAILABLE for a server that refuses;
 * 'otherwise' for everything else. '*hint', which may be NULL, is what to do about it; NULL when nobody knows. */
int cause_of(const char *said, int otherwise, const char **hint);

/* Report that the child, which was waited for, ended with 'code' (not 0): what it said, then that it failed, then
 * the hint. Returns the kind; a child that was ended because a stop was asked for is not reported, and the kind is
 * stop_requested(). */
int cause_report(const struct child *child, int code, int otherwise);

#endif
