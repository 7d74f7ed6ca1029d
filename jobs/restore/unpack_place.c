#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/tree.h"
#include "jobs/restore/unpack.h"

static bool is_empty(const char *path)
{
    DIR *entries = opendir(path);
    bool empty = entries != NULL;

    if (entries == NULL)
        return false;
    for (const struct dirent *entry; empty && (entry = readdir(entries)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(entries);
    return empty;
}

static int refuse(const char *path)
{
    char *mark = file_join(path, UNPACK_MARK);
    bool left = mark != NULL && access(mark, F_OK) == 0;

    fail(ERR_INPUT, "'%s' is not an empty directory%s", path, left ? ": it holds what a killed restore has left" : "");
    if (left)
        log_hint("rm -r '%s' '%s.tablespaces', and run the same command again", path, path);
    else
        log_hint("name a directory that is not there yet: --data-directory DIR");
    free(mark);
    return ERR_INPUT;
}

/* 0 it can be filled, or an err kind, reported. */
static int look_at(const char *path)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return errno == ENOENT ? 0 : file_fail("look at", path);
    return S_ISDIR(st.st_mode) && is_empty(path) ? 0 : refuse(path);
}

static int make_file(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int result = 0;

    if (path == NULL)
        result = fail(ERR_INTERNAL, "out of memory");
    else if (fd < 0)
        result = file_fail("create", path);
    else
        close(fd);
    free(path);
    return result;
}

/* A link's target and the server's settings need the whole path. */
static int settle_paths(struct unpack *unpack, const char *data_directory)
{
    unpack->data = realpath(data_directory, NULL);
    if (unpack->data == NULL)
        return file_fail("find", data_directory);
    if (asprintf(&unpack->tablespaces, "%s.tablespaces", unpack->data) >= 0)
        return look_at(unpack->tablespaces);
    unpack->tablespaces = NULL;
    return fail(ERR_INTERNAL, "out of memory");
}

/* What the databases took when they were copied; the WAL that is replayed comes and goes. */
static int check_room(const struct unpack *unpack)
{
    int64_t needed = unpack->manifest->database_bytes;
    struct statvfs disk;

    if (statvfs(unpack->data, &disk) != 0)
        return file_fail("look at", unpack->data);
    if ((int64_t)(disk.f_bavail * disk.f_frsize) >= needed)
        return 0;
    fail(ERR_CANTCREATE, "'%s' has %lld MB free, and backup '%s' takes %lld MB", unpack->data,
         (long long)(disk.f_bavail * disk.f_frsize >> 20), unpack->manifest->id, (long long)(needed >> 20));
    log_hint("name a directory with more room: --data-directory DIR");
    return ERR_CANTCREATE;
}

int unpack_begin(struct unpack *unpack, const char *data_directory)
{
    int result = look_at(data_directory);

    if (result != 0)
        return result;
    unpack->was_there = access(data_directory, F_OK) == 0;
    result = file_make_dirs(data_directory);
    if (result != 0)
        return result;
    result = settle_paths(unpack, data_directory);
    if (result != 0) {
        if (!unpack->was_there)
            rmdir(data_directory);
        return result;
    }
    unpack->begun = true;
    if (chmod(unpack->data, 0700) != 0)
        return file_fail("make private", unpack->data);
    result = check_room(unpack);
    if (result != 0)
        return result;
    result = make_file(unpack->data, UNPACK_MARK);
    return result != 0 ? result : make_file(unpack->data, "recovery.signal");
}

static int remove_file(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    int result = 0;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if ((unlink(path) != 0 && errno != ENOENT) || file_sync_parent(path) != 0)
        result = file_fail("remove", path);
    free(path);
    return result;
}

int unpack_keep(struct unpack *unpack)
{
    /* 'pg_ctl restart' would take the options that were ours for its own. */
    int result = remove_file(unpack->data, "postmaster.opts");

    if (result == 0)
        result = remove_file(unpack->data, UNPACK_MARK);
    unpack->begun = result != 0;
    return result;
}

void unpack_release(struct unpack *unpack)
{
    if (unpack->begun) {
        tree_remove(unpack->tablespaces);
        tree_remove(unpack->data);
    }
    /* Where a disk is mounted, the directory itself stays anyhow. */
    if (unpack->begun && unpack->was_there)
        mkdir(unpack->data, 0700);
    free(unpack->tablespaces);
    free(unpack->data);
    unpack->data = unpack->tablespaces = NULL;
    unpack->begun = false;
}
