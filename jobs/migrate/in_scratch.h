/* in_scratch: work done in a database of its own, which is gone afterwards, whatever happens. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_IN_SCRATCH_H
#define BRIDGEJOB_JOBS_MIGRATE_IN_SCRATCH_H

/* Sweep what killed runs left, create a database, and run body(arg) in a child process with a session in it, named
 * after 'job'. The session of this process stays as it is. What asks this process to stop is passed on. The body's
 * result; or an err kind, reported. */
int in_scratch(const char *job, int (*body)(void *arg), void *arg);

#endif
