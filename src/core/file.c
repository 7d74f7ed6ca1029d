#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"

/* Report 'cannot <doing> <path>' with the kind that errno stands for ('otherwise'
 * when it is nothing special), and the command that shows the cause. */
static int report(enum err otherwise, const char *doing, const char *path)
{
    int cause = errno;
    char *parent = strdup(path);
    const char *where = ".";
    int kind;

    if (parent != NULL && strrchr(parent, '/') != NULL) {
        *(strrchr(parent, '/') + 1) = '\0';
        where = parent;
    }
    errno = cause;
    if (cause == EACCES || cause == EPERM || cause == EROFS) {
        kind = fail_errno(ERR_NOPERM, "cannot %s '%s'", doing, path);
        log_hint("run 'ls -ld %s' to see who may write there", where);
    } else if (cause == ENOSPC || cause == EDQUOT) {
        kind = fail_errno(ERR_CANTCREATE, "cannot %s '%s'", doing, path);
        log_hint("run 'df -h %s' to see how full the disk is, make room, and run the command again", where);
    } else {
        kind = fail_errno(otherwise, "cannot %s '%s'", doing, path);
        log_hint("run 'ls -ld %s' to see whether the directory is there", where);
    }
    free(parent);
    return kind;
}

int file_fail(const char *doing, const char *path)
{
    return report(ERR_IO, doing, path);
}

int file_create(struct file_out *out, const char *path)
{
    static const char suffix[] = ".tmp";
    int kind;

    *out = (struct file_out){.fd = -1};
    out->path = strdup(path);
    if (out->path == NULL || asprintf(&out->temp, "%s.XXXXXX%s", path, suffix) < 0) {
        out->temp = NULL; /* asprintf() leaves it undefined */
        kind = fail(ERR_INTERNAL, "out of memory");
        goto failed;
    }
    out->fd = mkostemps(out->temp, (int)sizeof(suffix) - 1, O_CLOEXEC);
    if (out->fd < 0) {
        kind = report(ERR_CANTCREATE, "create", path);
        goto failed;
    }
    flock(out->fd, LOCK_EX | LOCK_NB); /* without it the file is only never taken for left behind */
    return 0;

failed:
    free(out->path);
    free(out->temp);
    *out = (struct file_out){.fd = -1};
    return kind;
}

void file_write(struct file_out *out, const void *bytes, size_t n)
{
    if (out->error == 0 && file_write_all(out->fd, bytes, n) != 0)
        out->error = errno;
}

/* Everything up to a durable file under its temporary name; 0, or -1 with errno. */
static int finish(struct file_out *out)
{
    int fd = out->fd;

    if (out->error != 0) {
        errno = out->error;
        return -1;
    }
    if (fsync(fd) != 0)
        return -1;
    out->fd = -1; /* closed also when close() fails */
    return close(fd);
}

int file_commit(struct file_out *out)
{
    int kind = 0;

    if (finish(out) != 0)
        kind = report(ERR_IO, "write", out->path);
    else if (rename(out->temp, out->path) != 0)
        kind = report(ERR_IO, "put in place", out->path);
    if (kind != 0) {
        file_discard(out);
        return kind;
    }
    if (file_sync_parent(out->path) != 0)
        kind = report(ERR_IO, "sync the directory of", out->path);
    free(out->path);
    free(out->temp);
    *out = (struct file_out){.fd = -1};
    return kind;
}

void file_discard(struct file_out *out)
{
    if (out->temp == NULL)
        return;
    if (out->fd >= 0)
        close(out->fd);
    unlink(out->temp);
    free(out->path);
    free(out->temp);
    *out = (struct file_out){.fd = -1};
}

int file_write_all(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;

    while (n > 0) {
        ssize_t written = write(fd, at, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        at += written;
        n -= (size_t)written;
    }
    return 0;
}

int file_read_all(int fd, void *bytes, size_t n)
{
    char *at = bytes;
    size_t got = 0;

    while (got < n) {
        ssize_t more = read(fd, at + got, n - got);

        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return -1;
        if (more == 0) {
            errno = 0;
            return got == 0 ? 0 : -1;
        }
        got += (size_t)more;
    }
    return 1;
}

static int make_dir(const char *path)
{
    struct stat found;

    if (mkdir(path, 0700) == 0)
        return 0;
    if (errno != EEXIST)
        return -1;
    if (stat(path, &found) != 0)
        return -1;
    errno = ENOTDIR;
    return S_ISDIR(found.st_mode) ? 0 : -1;
}

int file_make_dirs(const char *path)
{
    char *parents = strdup(path);
    char *slash;
    int kind = 0;

    if (parents == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    slash = strchr(parents + (parents[0] == '/'), '/');
    for (; kind == 0 && slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (make_dir(parents) != 0)
            kind = report(ERR_CANTCREATE, "create directory", parents);
        *slash = '/';
    }
    if (kind == 0 && make_dir(path) != 0)
        kind = report(ERR_CANTCREATE, "create directory", path);
    free(parents);
    return kind;
}

int file_sync_parent(const char *path)
{
    char *parent = strdup(path);
    char *slash;
    int result = -1;
    int cause;
    int fd;

    if (parent == NULL)
        return -1;
    slash = strrchr(parent, '/');
    if (slash != NULL)
        slash[1] = '\0';
    fd = open(slash != NULL ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        goto out;
    result = fsync(fd);
    if (result != 0 && errno == EINVAL) /* a file system that cannot sync directories */
        result = 0;
    cause = errno;
    close(fd);
    errno = cause;

out:
    free(parent);
    return result;
}

char *file_join(const char *dir, const char *name)
{
    size_t len = strlen(dir);
    char *joined;

    if (asprintf(&joined, "%s%s%s", dir, len == 0 || dir[len - 1] == '/' ? "" : "/", name) < 0)
        return NULL;
    return joined;
}

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
