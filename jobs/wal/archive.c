#include "jobs/wal/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/stop.h"

#define CHUNK ((size_t)128 * 1024)
/* A segment must be done before the next one is full: level 1 keeps up with more WAL than a disk takes. */
#define LEVEL "wb1"

char *archive_path(const char *dir, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s.gz", dir, name) >= 0)
        return path;
    fail(ERR_INTERNAL, "out of memory");
    return NULL;
}

enum wal_kind archive_name(const char *file, char name[WAL_NAME_SIZE], struct wal_name *parts)
{
    size_t n = strlen(file);

    if (n < 4 || n - 3 >= WAL_NAME_SIZE || strcmp(file + n - 3, ".gz") != 0)
        return WAL_FOREIGN;
    memcpy(name, file, n - 3);
    name[n - 3] = '\0';
    return wal_name_parse(name, parts);
}

static int read_identity(const char *path, uint64_t *system_identifier)
{
    FILE *file = fopen(path, "re");
    char text[32] = "";
    char *end = text;

    if (file == NULL)
        return errno == ENOENT ? ERR_NOINPUT : file_fail("open", path);
    if (fgets(text, sizeof(text), file) != NULL)
        *system_identifier = strtoull(text, &end, 10);
    fclose(file);
    if (end != text && *end == '\n')
        return 0;
    fail(ERR_INPUT, "'%s' does not say which cluster the archive is of", path);
    log_hint("write the database system identifier into it, as pg_controldata prints it");
    return ERR_INPUT;
}

int archive_identity(const char *dir, uint64_t *system_identifier)
{
    char *path = file_join(dir, ARCHIVE_IDENTITY);
    int result = path == NULL ? fail(ERR_INTERNAL, "out of memory") : read_identity(path, system_identifier);

    free(path);
    return result;
}

/* Open '<path>.tmp' and lock it, so that of two pushes of one file one writes; what a killed one left is used again. */
static int open_temp(const char *temp, const char *path, int *fd)
{
    struct stat held, named;
    bool locked;

    *fd = open(temp, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0)
        return file_fail("create", path);
    locked = flock(*fd, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno != EWOULDBLOCK) {
        fail_errno(ERR_IO, "cannot lock '%s'", temp);
        log_hint("its file system must know flock(2): on NFS the lock service has to run");
        return ERR_IO;
    }
    if (!locked || fstat(*fd, &held) != 0 || stat(temp, &named) != 0 || held.st_ino != named.st_ino)
        return fail(ERR_TEMPFAIL, "'%s' is being written by another process", path);
    return ftruncate(*fd, 0) == 0 ? 0 : file_fail("write", path);
}

/* Give a file its name when nothing has it. 0, or -1 with errno. Not all file systems can rename so; all that can hold
 * an archive can link. */
static int take_name(const char *temp, const char *path)
{
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return 0;
    if ((errno != EINVAL && errno != ENOSYS) || link(temp, path) != 0)
        return -1;
    unlink(temp);
    return 0;
}

static int publish(int fd, const char *temp, const char *path)
{
    if (fsync(fd) != 0)
        return file_fail("write", path);
    if (take_name(temp, path) != 0)
        return errno == EEXIST ? -1 : file_fail("put in place", path);
    return file_sync_parent(path) == 0 ? 0 : file_fail("sync the directory of", path);
}

static int fill(int fd, int source, const char *path, const char *source_path)
{
    char *chunk = malloc(CHUNK);
    int copy = dup(fd);
    gzFile gzip = copy < 0 ? NULL : gzdopen(copy, LEVEL);
    ssize_t n = 0;
    int result = 0;

    if (chunk == NULL || gzip == NULL)
        result = fail(ERR_INTERNAL, "out of memory");
    else if (lseek(source, 0, SEEK_SET) < 0)
        result = file_fail("read", source_path);
    while (result == 0 && chunk != NULL && (n = read(source, chunk, CHUNK)) > 0) {
        if (gzwrite(gzip, chunk, (unsigned)n) != n)
            result = file_fail("write", path);
        else
            result = stop_requested();
    }
    if (n < 0)
        result = file_fail("read", source_path);
    if (gzip == NULL && copy >= 0)
        close(copy);
    if (gzip != NULL && gzclose(gzip) != Z_OK && result == 0)
        result = file_fail("write", path);
    free(chunk);
    return result;
}

/* One that another process writes is not ours to remove: then the lock was not got. */
static int write_file(const char *path, int (*put)(int fd, const char *path, const void *what), const void *what)
{
    char *temp;
    int fd = -1;
    int result;

    if (asprintf(&temp, "%s.tmp", path) < 0)
        return fail(ERR_INTERNAL, "out of memory");
    result = open_temp(temp, path, &fd);
    if (result == 0) {
        result = put(fd, path, what);
        if (result == 0)
            result = publish(fd, temp, path);
        if (result != 0)
            unlink(temp);
    }
    if (fd >= 0)
        close(fd);
    free(temp);
    return result;
}

struct content {
    int fd;
    const char *path;
};

static int put_content(int fd, const char *path, const void *what)
{
    const struct content *content = what;

    return fill(fd, content->fd, path, content->path);
}

int archive_write(const char *path, int fd, const char *source)
{
    const struct content content = {fd, source};

    return write_file(path, put_content, &content);
}

static int put_identity(int fd, const char *path, const void *what)
{
    const uint64_t *system_identifier = what;

    return dprintf(fd, "%" PRIu64 "\n", *system_identifier) > 0 ? 0 : file_fail("write", path);
}

int archive_claim(const char *dir, uint64_t system_identifier)
{
    char *path = file_join(dir, ARCHIVE_IDENTITY);
    int result = -1; /* somebody did before, or does now */

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (access(path, F_OK) != 0)
        result = write_file(path, put_identity, &system_identifier);
    if (result == 0)
        log_info("'%s' is a new archive, of the cluster with the system identifier %" PRIu64, dir, system_identifier);
    free(path);
    return result == -1 ? 0 : result;
}
