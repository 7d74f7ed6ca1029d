/* spawn: other programs, run as children: no shell, nothing of ours open in them, asked to end when we die. */
#ifndef BRIDGEJOB_CORE_SPAWN_H
#define BRIDGEJOB_CORE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/log.h"

#define SPAWN_NULL (-1) /* /dev/null */
#define SPAWN_PIPE (-2) /* a pipe, its other end in struct child */

struct spawn {
    const char *const *argv; /* argv[0] is looked for in PATH when it has no '/'; NULL at the end */
    const char *const *env;  /* "NAME=value", beside and before what our environment has; NULL at the end. May be
                              * NULL. A password goes here, never into argv, which every user can see */
    const char *dir;         /* where it runs; NULL: where we do */
    int in, out;             /* a descriptor, which stays the caller's, SPAWN_NULL or SPAWN_PIPE. 0, the value of an
                              * initializer that says nothing, is our own standard input: say what is meant */
    bool cleans_up;          /* it is waited for although a stop was asked for */
    int end_with;            /* the signal that asks it to end; 0: SIGTERM */
    bool group;              /* it has processes of its own, which do not end with it: they end with us, too */
};

struct child {
    const char *name; /* argv[0] behind its last '/'; borrowed */
    pid_t pid;        /* 0: none */
    int in;           /* with SPAWN_PIPE: where to write, else -1. The caller may close it and set it to -1 */
    int out;          /* with SPAWN_PIPE: where to read, else -1; likewise */
    int said;         /* a file in memory with its standard error */
    bool cleans_up;
    int end_with;
    bool group;
    pid_t watcher;    /* of a group: the process that ends it when we are killed; 0: none */
};

/* A child that was not started, for child_stop() and child_wait(). */
#define CHILD_INIT ((struct child){.in = -1, .out = -1, .said = -1})

/* Start it. Signals are as a shell leaves them, so SIGPIPE ends it; it is sent 'end_with' when we die. 0; ERR_CONFIG,
 * reported with a hint, when there is no such program; ERR_INTERNAL, reported. */
int spawn_start(const struct spawn *spawn, struct child *child);

/* Whether it has ended with another exit code than 0, or by a signal; child_wait() tells which. */
bool child_has_failed(const struct child *child);

/* Close our ends of the pipes and wait until it ends. When a stop is asked for, it is sent 'end_with' and, 10 s later,
 * SIGKILL, but for one that cleans up. Its exit code, 128 + signal when one ended it; 0 for one that was never
 * started, or was waited for. */
int child_wait(struct child *child);

/* Whether it has ended: child_wait() returns at once then. */
bool child_has_ended(const struct child *child);

/* The same as child_wait(), but it is asked to end at once. Safe on CHILD_INIT and after child_wait(). */
void child_stop(struct child *child);

/* What it wrote to standard error until child_release(), at most the last 16 kB of it, in fresh memory; NULL when
 * memory is out. */
char *child_said(const struct child *child);

/* Log what it said at that level, a message a line: "pg_dump: error: no such table" as "pg_dump: no such table", what
 * it calls a hint or a detail as a hint. Nothing when it said nothing. */
void child_report(const struct child *child, enum log_level level);

/* Stop it, if it runs still, and forget what it said. */
void child_release(struct child *child);

/* Start, wait, report what it said: as warnings when it ended well. 0; ERR_CONFIG when there is no such program;
 * 'otherwise' when its exit code was not 0, reported; stop_requested() when that was the cause. */
int spawn_run(const struct spawn *spawn, int otherwise);

#endif
