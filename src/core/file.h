/* Files that are whole or not there: temp, fsync, rename, fsync of the directory
 * (OpenBSD rpki-client output.c). */
#ifndef BRIDGEJOB_CORE_FILE_H
#define BRIDGEJOB_CORE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* A file being written. Everything is private (0600) from the first byte.
 * Errors stick: file_commit() reports the first. */
struct file_out {
    int fd;               /* -1 when closed */
    int error;            /* errno of the first failed write, or 0 */
    char *path;           /* final name; owned */
    char *temp;           /* the name it has until committed; owned */
};

/* Create '<path>.<random>.tmp' beside 'path', and hold its lock (flock(2)) until it is closed, so that what a killed
 * process left behind can be told from what is being written. 0, or an err kind, reported. */
int file_create(struct file_out *out, const char *path);
void file_write(struct file_out *out, const void *bytes, size_t n);
/* fsync, rename to 'path', fsync the directory. 0, ERR_IO or ERR_CANTCREATE
 * (ENOSPC), reported; the temp file is gone when it fails. */
int file_commit(struct file_out *out);
/* Drop what was written; safe on a committed or zeroed struct. */
void file_discard(struct file_out *out);

/* Write all of it, riding over EINTR and short writes. 0, or -1 with errno. */
int file_write_all(int fd, const void *bytes, size_t n);

/* Read exactly n bytes: 1 done, 0 clean end before the first byte, -1 with errno
 * (EPIPE-like early end gives errno 0). */
int file_read_all(int fd, void *bytes, size_t n);

/* Make a directory and its parents, 0700. 0, or an err kind, reported. */
int file_make_dirs(const char *path);

/* fsync the directory that holds 'path'. 0, or -1 with errno. */
int file_sync_parent(const char *path);

/* Report "cannot <doing> '<path>'" for errno, with the command that shows the cause: ERR_NOPERM, ERR_CANTCREATE when
 * the disk is full, else ERR_IO. */
int file_fail(const char *doing, const char *path);

/* "dir/name" in fresh memory; NULL when memory is out. 'dir' may end in '/'. */
char *file_join(const char *dir, const char *name);

/* What stands behind the last '/'. */
const char *file_base(const char *path);

#endif
