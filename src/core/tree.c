#include "core/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* fts(3) wants its paths writable and never writes to them. */
static FTS *open_tree(const char *path)
{
    union { const char *ours; char *theirs; } root = {.ours = path};
    char *const paths[] = {root.theirs, NULL};

    return fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
}

static bool is_error(const FTSENT *entry)
{
    return entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS;
}

static int remove_entry(const FTSENT *entry)
{
    if (entry->fts_info == FTS_D)
        return 0; /* comes again as FTS_DP, when it is empty */
    if (is_error(entry) && entry->fts_errno == ENOENT)
        return 0;
    if (is_error(entry)) {
        errno = entry->fts_errno;
        return -1;
    }
    return entry->fts_info == FTS_DP ? rmdir(entry->fts_accpath) : unlink(entry->fts_accpath);
}

int tree_remove(const char *path)
{
    FTS *tree = open_tree(path);
    int result = 0;
    int cause = 0;

    if (tree == NULL)
        return -1;
    for (const FTSENT *entry; (entry = fts_read(tree)) != NULL;) {
        if (remove_entry(entry) != 0 && result == 0) {
            result = -1;
            cause = errno;
        }
    }
    fts_close(tree);
    errno = cause;
    return result;
}

static int make_durable(const char *path, bool directory)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int result;

    if (fd < 0)
        return file_fail("open", path);
    result = fchmod(fd, directory ? 0700 : 0600) == 0 && fsync(fd) == 0 ? 0 : file_fail("write", path);
    close(fd);
    return result;
}

int tree_make_durable(const char *path)
{
    FTS *tree = open_tree(path);
    int result = 0;

    if (tree == NULL)
        return file_fail("read", path);
    for (const FTSENT *entry; result == 0 && (entry = fts_read(tree)) != NULL;) {
        errno = entry->fts_errno;
        if (is_error(entry))
            result = file_fail("read", entry->fts_path);
        else if (entry->fts_info == FTS_F || entry->fts_info == FTS_DP)
            result = make_durable(entry->fts_accpath, entry->fts_info == FTS_DP);
    }
    fts_close(tree);
    return result;
}

int tree_visit(const char *path, int (*visit)(const char *name, void *context), void *context)
{
    FTS *tree = open_tree(path);
    size_t root = strlen(path);
    int result = 0;

    if (tree == NULL)
        return file_fail("read", path);
    for (const FTSENT *entry; result == 0 && (entry = fts_read(tree)) != NULL;) {
        const char *name = entry->fts_path + root;

        errno = entry->fts_errno;
        if (is_error(entry))
            result = file_fail("read", entry->fts_path);
        else if (entry->fts_info == FTS_F)
            result = visit(name + strspn(name, "/"), context);
    }
    fts_close(tree);
    return result;
}
