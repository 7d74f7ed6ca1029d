#include "jobs/in_child.h"

#include <signal.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/proc.h"
#include "core/stop.h"
#include "db/session.h"

struct call {
    int (*body)(void *arg);
    void *arg;
};

struct task {
    const char *job;
    const char *database;
    struct call call;
};

static volatile pid_t child;

static void pass_on(void)
{
    if (child > 0)
        kill(child, SIGTERM);
}

static int run_in_child(void *arg)
{
    const struct call *call = arg;

    child = 0;
    stop_after(0); /* the parent watches the clock */
    stop_on_signal(NULL);
    return call->body(call->arg);
}

int in_child(int (*body)(void *arg), void *arg)
{
    struct call call = {body, arg};
    int result;

    stop_on_signal(pass_on);
    child = proc_fork(run_in_child, &call);
    if (child < 0)
        return fail_errno(ERR_INTERNAL, "cannot start a process");
    if (stop_requested() != 0)
        pass_on();
    result = proc_wait(child);
    child = 0;
    if (stop_requested() != 0)
        return stop_requested();
    return result >= 0 && result < 128 ? result : fail(ERR_INTERNAL, "a process of this run has died");
}

static int run_in_database(void *arg)
{
    const struct task *task = arg;
    int result = session_use_database(task->database);

    if (result == 0)
        result = session_open(task->job, 0);
    if (result == 0)
        result = task->call.body(task->call.arg);
    session_close();
    return result;
}

int in_database(const char *job, const char *database, int (*body)(void *arg), void *arg)
{
    struct task task = {job, database, {body, arg}};

    return in_child(run_in_database, &task);
}
