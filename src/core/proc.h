/* Child processes that share memory with their parent. */
#ifndef BRIDGEJOB_CORE_PROC_H
#define BRIDGEJOB_CORE_PROC_H

#include <stddef.h>
#include <sys/types.h>

/* Memory that parent and children forked later see at the same address; pages
 * cost nothing until touched. NULL with errno. */
void *proc_share(size_t bytes);
void proc_unshare(void *memory, size_t bytes);

/* Give back the pages of shared memory from 'from' on (rounded up to a page), so
 * that one giant line does not stay resident for ever. */
void proc_share_trim(void *memory, size_t bytes, size_t from);

/* Fork a child that runs body(arg) and leaves with _exit(its result): no atexit
 * handler of the parent runs twice. The child dies with its parent (SIGTERM by
 * PR_SET_PDEATHSIG). Its pid, or -1 with errno. */
pid_t proc_fork(int (*body)(void *arg), void *arg);

/* Wait for a child. Its exit code; 128 + signal when one killed it; -1 with errno. */
int proc_wait(pid_t pid);

/* How many processors this process may run on, at least 1. */
int proc_cores(void);

#endif
