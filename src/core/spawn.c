#include "core/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/stop.h"

#define SAID_MOST ((off_t)16 * 1024)
#define PATIENCE_MS 10000 /* between SIGTERM and SIGKILL */

/* What the child's descriptors 0 and 1 become; 'ours' is the other end of a pipe. */
struct end {
    int theirs;
    int ours;
    bool made; /* 'theirs' is to be closed here */
};

static int make_end(struct end *end, int wish, bool to_child)
{
    int fds[2];

    *end = (struct end){.theirs = wish, .ours = -1, .made = wish < 0};
    if (wish == SPAWN_NULL) {
        end->theirs = open("/dev/null", O_RDWR | O_CLOEXEC);
        return end->theirs < 0 ? -1 : 0;
    }
    if (wish != SPAWN_PIPE)
        return 0;
    if (pipe2(fds, O_CLOEXEC) != 0)
        return -1;
    end->theirs = fds[to_child ? 0 : 1];
    end->ours = fds[to_child ? 1 : 0];
    return 0;
}

static void close_end(const struct end *end)
{
    if (end->made && end->theirs >= 0)
        close(end->theirs);
}

/* As a shell would leave them: a handler of ours is gone with exec anyway, what is ignored or blocked is not. */
static void reset_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child. 0, or -1 with errno; dup2() onto itself would leave the flag that closes it. */
static int put_at(int fd, int place)
{
    if (fd == place)
        return fcntl(fd, F_SETFD, 0);
    return dup2(fd, place) < 0 ? -1 : 0;
}

/* "NAME=value" into the environment. 0 or -1. */
static int set_variable(const char *text)
{
    char *name = strdup(text);
    char *value = name == NULL ? NULL : strchr(name, '=');
    int result = -1;

    if (value != NULL) {
        *value++ = '\0';
        result = setenv(name, value, 1);
    }
    free(name);
    return result;
}

static int set_environment(const char *const *env)
{
    for (; env != NULL && *env != NULL; env++)
        if (set_variable(*env) != 0)
            return -1;
    return 0;
}

static int end_with(int signal_number)
{
    return signal_number == 0 ? SIGTERM : signal_number;
}

/* What is wrong goes through 'trouble', a pipe that a successful exec closes. */
static _Noreturn void become(const struct spawn *spawn, int in, int out, int said, int trouble, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, end_with(spawn->end_with));
    if (spawn->group)
        setpgid(0, 0);
    if (getppid() == parent && (spawn->dir == NULL || chdir(spawn->dir) == 0) && set_environment(spawn->env) == 0 &&
        put_at(in, STDIN_FILENO) == 0 && put_at(out, STDOUT_FILENO) == 0 && put_at(said, STDERR_FILENO) == 0) {
        reset_signals();
        /* exec changes no argument; its prototype is older than const. */
        union { const char *const *ours; char *const *theirs; } argv = {.ours = spawn->argv};
        execvp(spawn->argv[0], argv.theirs);
    }
    file_write_all(trouble, &errno, sizeof(errno));
    _exit(127);
}

static int report_start(const char *program, int cause)
{
    errno = cause;
    if (cause != ENOENT && cause != EACCES)
        return fail_errno(ERR_INTERNAL, "cannot run '%s'", program);
    fail_errno(ERR_CONFIG, "cannot run '%s'", program);
    log_hint("install the package it is in, or put its directory into PATH; 'apt-file search bin/%s' names the package",
             file_base(program));
    return ERR_CONFIG;
}

/* 0, or the errno of what went wrong in parent or child. */
static int fork_into(const struct spawn *spawn, const struct end *in, const struct end *out, struct child *child)
{
    pid_t parent = getpid();
    int trouble[2];
    int cause = 0;

    if (pipe2(trouble, O_CLOEXEC) != 0)
        return errno;
    child->pid = fork();
    if (child->pid == 0)
        become(spawn, in->theirs, out->theirs, child->said, trouble[1], parent);
    cause = child->pid < 0 ? errno : 0;
    close(trouble[1]);
    if (cause == 0 && file_read_all(trouble[0], &cause, sizeof(cause)) != 1)
        cause = 0;
    close(trouble[0]);
    if (cause != 0 && child->pid > 0)
        waitpid(child->pid, NULL, 0);
    if (cause != 0)
        child->pid = 0;
    return cause;
}

/* What the kernel sends at our death ends the group, or that we are dead already. All signals are blocked, so none is
 * lost and no other counts; and it holds no end of a pipe. */
static _Noreturn void watch(const struct child *child, pid_t parent)
{
    sigset_t death;
    int number;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    sigemptyset(&death);
    sigaddset(&death, SIGTERM);
    while (getppid() == parent && sigwait(&death, &number) != 0)
        ;
    kill(-child->pid, child->end_with);
    _exit(0);
}

/* When it cannot be made, what is lost is only this care. */
static void start_watcher(struct child *child)
{
    pid_t parent = getpid();
    sigset_t all, before;
    pid_t pid;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid = fork();
    if (pid == 0)
        watch(child, parent);
    sigprocmask(SIG_SETMASK, &before, NULL);
    child->watcher = pid > 0 ? pid : 0;
}

static void stop_watcher(struct child *child)
{
    if (child->watcher <= 0)
        return;
    kill(child->watcher, SIGKILL);
    waitpid(child->watcher, NULL, 0);
    child->watcher = 0;
}

int spawn_start(const struct spawn *spawn, struct child *child)
{
    struct end in = {.theirs = -1, .ours = -1}, out = {.theirs = -1, .ours = -1};
    int cause = 0;

    *child = CHILD_INIT;
    child->name = file_base(spawn->argv[0]);
    child->cleans_up = spawn->cleans_up;
    child->group = spawn->group;
    child->end_with = end_with(spawn->end_with);
    child->said = memfd_create("said", MFD_CLOEXEC);
    if (child->said < 0 || make_end(&in, spawn->in, true) != 0 || make_end(&out, spawn->out, false) != 0)
        cause = errno;
    if (cause == 0)
        cause = fork_into(spawn, &in, &out, child);
    close_end(&in);
    close_end(&out);
    child->in = in.ours;
    child->out = out.ours;
    if (cause == 0 && child->group)
        start_watcher(child);
    if (cause == 0)
        return 0;
    child_release(child);
    return report_start(spawn->argv[0], cause);
}

static void close_pipes(struct child *child)
{
    if (child->in >= 0)
        close(child->in);
    if (child->out >= 0)
        close(child->out);
    child->in = child->out = -1;
}

/* Until it has ended, or 'timeout_ms' is over, or a stop is asked for. */
static void await(pid_t pid, int timeout_ms, bool stoppable)
{
    struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};

    if (ended.fd < 0)
        return;
    if (stoppable)
        stop_poll(&ended, 1, timeout_ms);
    else
        while (poll(&ended, 1, timeout_ms) < 0 && errno == EINTR)
            ;
    close(ended.fd);
}

static int collect(struct child *child)
{
    int status = 0;

    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (child->group)
        kill(-child->pid, child->end_with); /* what it left behind */
    stop_watcher(child);
    child->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool child_has_ended(const struct child *child)
{
    siginfo_t info = {.si_pid = 0};

    return child->pid <= 0 || (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                               info.si_pid == child->pid);
}

bool child_has_failed(const struct child *child)
{
    siginfo_t info = {.si_pid = 0};

    return child->pid > 0 && waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == child->pid && (info.si_code != CLD_EXITED || info.si_status != 0);
}

static void end_soon(const struct child *child)
{
    pid_t all = child->group ? -child->pid : child->pid;

    kill(all, child->end_with);
    await(child->pid, PATIENCE_MS, false);
    if (!child_has_ended(child))
        kill(all, SIGKILL);
}

int child_wait(struct child *child)
{
    close_pipes(child);
    if (child->pid <= 0)
        return 0;
    await(child->pid, -1, !child->cleans_up);
    if (stop_requested() && !child->cleans_up && !child_has_ended(child))
        end_soon(child);
    return collect(child);
}

void child_stop(struct child *child)
{
    close_pipes(child);
    if (child->pid <= 0)
        return;
    end_soon(child);
    collect(child);
}

char *child_said(const struct child *child)
{
    char *text = malloc((size_t)SAID_MOST + 1);
    struct stat all;
    ssize_t n = 0;

    if (text == NULL)
        return NULL;
    if (fstat(child->said, &all) == 0)
        n = pread(child->said, text, (size_t)SAID_MOST, all.st_size > SAID_MOST ? all.st_size - SAID_MOST : 0);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

/* Whether the text begins with it; then it moves behind. */
static bool take(const char **text, const char *prefix)
{
    size_t n = strlen(prefix);

    if (strncmp(*text, prefix, n) != 0)
        return false;
    *text += n;
    return true;
}

static void report_line(const struct child *child, const char *line, enum log_level level)
{
    if (take(&line, child->name))
        take(&line, ": ");
    if (take(&line, "hint: ") || take(&line, "detail: ")) {
        log_hint("%s", line);
        return;
    }
    if (!take(&line, "error: "))
        take(&line, "warning: ");
    if (level == LOG_ERROR)
        log_error("%s: %s", child->name, line);
    else
        log_warning("%s: %s", child->name, line);
}

void child_report(const struct child *child, enum log_level level)
{
    char *said = child_said(child);
    char *rest = said;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
        if (line[0] != '\0')
            report_line(child, line, level);
    free(said);
}

void child_release(struct child *child)
{
    child_stop(child);
    if (child->said >= 0)
        close(child->said);
    child->said = -1;
}

int spawn_run(const struct spawn *spawn, int otherwise)
{
    struct child child;
    int result = spawn_start(spawn, &child);
    int code;

    if (result != 0)
        return result;
    code = child_wait(&child);
    if (code != 0 && stop_requested() && !child.cleans_up) {
        result = stop_requested();
    } else {
        child_report(&child, code == 0 ? LOG_WARNING : LOG_ERROR);
        if (code != 0)
            result = fail((enum err)otherwise, "'%s' ended with exit code %d", child.name, code);
    }
    child_release(&child);
    return result;
}
