#include "core/proc.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void *proc_share(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory != MAP_FAILED ? memory : NULL;
}

void proc_unshare(void *memory, size_t bytes)
{
    if (memory != NULL)
        munmap(memory, bytes);
}

/* MADV_REMOVE, since MADV_DONTNEED drops only this process's view of shared pages. */
void proc_share_trim(void *memory, size_t bytes, size_t from)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t start = (from + page - 1) / page * page;

    if (start < bytes)
        madvise((char *)memory + start, bytes - start, MADV_REMOVE);
}

pid_t proc_fork(int (*body)(void *arg), void *arg)
{
    pid_t parent = getpid();
    pid_t pid;

    fflush(stdout); /* or the child, too, would print what is buffered */
    pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* it died before it could be watched */
        _exit(128 + SIGTERM);
    _exit(body(arg));
}

int proc_wait(pid_t pid)
{
    int status;
    pid_t waited;

    do
        waited = waitpid(pid, &status, 0);
    while (waited < 0 && errno == EINTR);
    if (waited < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int proc_cores(void)
{
    cpu_set_t allowed;
    long online;

    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
        return CPU_COUNT(&allowed);
    online = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than a cpu_set_t holds */
    return online > 0 ? (int)online : 1;
}
