/* in_child: work that needs a session of its own, in a process of its own: one process has one session (session.h).
 * The parent's session outlives it, and cleans up behind it. */
#ifndef BRIDGEJOB_JOBS_IN_CHILD_H
#define BRIDGEJOB_JOBS_IN_CHILD_H

/* Run body(arg) in a child and wait for it. A request to stop is passed on to it, and from then on cancels no
 * statement of the parent, whose next ones clean up. What the child finds out comes back by memory both see
 * (core/proc.h). What body returned; stop_requested() when that is not 0; ERR_INTERNAL, reported, when it died. */
int in_child(int (*body)(void *arg), void *arg);

/* The same with a session, as that of a job, in another database of the same server. */
int in_database(const char *job, const char *database, int (*body)(void *arg), void *arg);

#endif
