#include "jobs/migrate/in_scratch.h"

#include <signal.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/proc.h"
#include "core/stop.h"
#include "db/scratch.h"
#include "db/session.h"

struct task {
    const char *job;
    const char *database;
    int (*body)(void *arg);
    void *arg;
};

static volatile pid_t child;

static void pass_on(void)
{
    if (child > 0)
        kill(child, SIGTERM);
}

static int run_in_child(void *arg)
{
    const struct task *task = arg;
    int result = session_use_database(task->database);

    child = 0;
    stop_after(0); /* the parent watches the clock */
    if (result == 0)
        result = session_open(task->job, 0);
    if (result == 0)
        result = task->body(task->arg);
    session_close();
    return result;
}

/* From here on nothing may cancel the parent's statement, which is the one that cleans up. */
static int run_child(struct task *task)
{
    int result;

    stop_on_signal(pass_on);
    child = proc_fork(run_in_child, task);
    if (child < 0)
        return fail_errno(ERR_INTERNAL, "cannot start a process");
    if (stop_requested() != 0)
        pass_on();
    result = proc_wait(child);
    child = 0;
    if (stop_requested() != 0)
        return stop_requested();
    return result >= 0 && result < 128 ? result : fail(ERR_INTERNAL, "the process in the scratch database has died");
}

int in_scratch(const char *job, int (*body)(void *arg), void *arg)
{
    char database[SCRATCH_NAME_SIZE];
    struct task task = {job, database, body, arg};
    int result = scratch_sweep();

    if (result == 0)
        result = scratch_create(database);
    if (result != 0)
        return result;
    result = run_child(&task);
    return err_worst(result, scratch_drop(database));
}
