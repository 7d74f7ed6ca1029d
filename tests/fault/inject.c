/* inject: system calls that fail on purpose, for a program that is started with LD_PRELOAD.
 *
 *   INJECT        write, read, pread, fsync, rename
 *                                 fails with INJECT_ERROR (ENOSPC or EIO) where the file's name holds INJECT_NAME
 *                 statvfs         says that there is no room in a file system whose path holds INJECT_NAME
 *                 commit-lost     COMMIT never leaves: the connection breaks before it. Only a COMMIT
 *                                 behind a statement that names INJECT_NAME counts
 *                 answer-lost     the same COMMIT happens: the connection breaks when its answer is there
 *                 answer-stop     the same, and the process stops itself (SIGSTOP)
 *                 copy-stop       the process stops itself (SIGSTOP) in the middle of a COPY
 *   INJECT_IN     parent or child: of which process; without it, of all
 *   INJECT_SKIP   calls that go well before, of each process
 *   INJECT_ONCE   a file to be made by the first call that fails: no other will
 *   INJECT_CLOCK  the machine's clock is so many seconds ahead */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_WITHIN_MS 20000

static pid_t parent;
static long passed;

__attribute__((constructor)) static void note_parent(void)
{
    parent = getpid();
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static bool in_this_process(void)
{
    const char *in = setting("INJECT_IN");
    return *in == '\0' || (strcmp(in, "parent") == 0) == (getpid() == parent);
}

/* Whether this call, one of those that INJECT names, is to fail. */
static bool is_due(void)
{
    const char *once = setting("INJECT_ONCE");
    if (!in_this_process() || passed++ < strtol(setting("INJECT_SKIP"), NULL, 10))
        return false;
    if (*once == '\0')
        return true;
    int fd = open(once, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool is_named(const char *path)
{
    return strstr(path, setting("INJECT_NAME")) != NULL;
}

static bool fails(const char *call, const char *path)
{
    if (strcmp(setting("INJECT"), call) != 0 || !is_named(path) || !is_due())
        return false;
    errno = strcmp(setting("INJECT_ERROR"), "ENOSPC") == 0 ? ENOSPC : EIO;
    return true;
}

static bool fails_at(const char *call, int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    if (n < 0)
        return false;
    path[n] = '\0';
    return fails(call, path);
}

/* POSIX wants dlsym()'s result taken this way (dlsym, RATIONALE). */
#define REAL(name) *(void **)&real = dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *bytes, size_t n)
{
    ssize_t (*real)(int, const void *, size_t);
    REAL("write");
    return fails_at("write", fd) ? -1 : real(fd, bytes, n);
}

ssize_t read(int fd, void *bytes, size_t n)
{
    ssize_t (*real)(int, void *, size_t);
    REAL("read");
    return fails_at("read", fd) ? -1 : real(fd, bytes, n);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t offset)
{
    ssize_t (*real)(int, void *, size_t, off_t);
    REAL("pread");
    return fails_at("pread", fd) ? -1 : real(fd, bytes, n, offset);
}

int fsync(int fd)
{
    int (*real)(int);
    REAL("fsync");
    return fails_at("fsync", fd) ? -1 : real(fd);
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    REAL("rename");
    return fails("rename", to) ? -1 : real(from, to);
}

int statvfs(const char *path, struct statvfs *found)
{
    int (*real)(const char *, struct statvfs *);
    REAL("statvfs");
    int result = real(path, found);
    if (result == 0 && strcmp(setting("INJECT"), "statvfs") == 0 && is_named(path) && is_due())
        found->f_bavail = 0;
    return result;
}

/* Take the answer off, as the network would that loses it: what is in the socket could still be read. */
static void lose_answer(int fd)
{
    char lost[4096];
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    poll(&answer, 1, ANSWER_WITHIN_MS);
    while (recv(fd, lost, sizeof(lost), MSG_DONTWAIT) > 0)
        continue;
    shutdown(fd, SHUT_RDWR);
}

/* A simple query of the protocol: 'Q', its length in four bytes, its text. */
static bool is_commit(const char *message, size_t n)
{
    static bool named;
    const char *name = setting("INJECT_NAME");
    if (memmem(message, n, name, strlen(name)) != NULL)
        named = true;
    bool commit = named && n >= 11 && message[0] == 'Q' && strncasecmp(message + 5, "commit", 6) == 0;
    named = named && !commit;
    return commit;
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int);
    const char *what = setting("INJECT");
    REAL("send");
    if (strcmp(what, "copy-stop") == 0 && n > 0 && *(const char *)bytes == 'd' && is_due())
        raise(SIGSTOP);
    bool lost = strcmp(what, "commit-lost") == 0, stops = strcmp(what, "answer-stop") == 0;
    bool unanswered = stops || strcmp(what, "answer-lost") == 0;
    if ((!lost && !unanswered) || !is_commit(bytes, n) || !is_due())
        return real(fd, bytes, n, flags);
    if (lost) {
        shutdown(fd, SHUT_RDWR);
        errno = ECONNRESET;
        return -1;
    }
    ssize_t sent = real(fd, bytes, n, flags);
    lose_answer(fd);
    if (stops)
        raise(SIGSTOP);
    return sent;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += strtol(setting("INJECT_CLOCK"), NULL, 10);
    return result;
}
