#include "jobs/ingest/after.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "jobs/ingest/identity.h"

#define COPIES_AT_MOST 10000

/* The directory of "move:DIR", or NULL. */
static const char *move_target(const char *after)
{
    return strncmp(after, "move:", 5) == 0 && after[5] != '\0' ? after + 5 : NULL;
}

int after_check(const char *after)
{
    if (after == NULL || strcmp(after, "keep") == 0 || strcmp(after, "delete") == 0 || move_target(after) != NULL)
        return 0;
    int rc = fail(ERR_USAGE, "'--after' must be keep, delete or move:DIR, not '%s'", after);
    log_hint("try 'bridgejob help ingest'");
    return rc;
}

static int report_move(const char *path, const char *dir)
{
    bool elsewhere = errno == EXDEV;
    int rc = fail_errno(ERR_CANTCREATE, "cannot move '%s' to '%s'", path, dir);
    if (elsewhere)
        log_hint("name a directory on the same file system: --after move:DIR only renames");
    return rc;
}

static int move_file(const char *path, const char *dir)
{
    struct buf name;
    int rc = file_make_dirs(dir);
    bool moved = false;
    buf_init(&name);
    for (int copy = 1; rc == 0 && !moved; copy++) {
        buf_reset(&name);
        buf_printf(&name, "%s/%s", dir, file_base(path));
        if (copy > 1)
            buf_printf(&name, ".%d", copy);
        moved = buf_ok(&name) && renameat2(AT_FDCWD, path, AT_FDCWD, buf_text(&name), RENAME_NOREPLACE) == 0;
        if (!moved && (errno != EEXIST || copy == COPIES_AT_MOST))
            rc = report_move(path, dir);
    }
    if (moved && file_sync_parent(buf_text(&name)) != 0)
        rc = fail_errno(ERR_IO, "cannot sync '%s'", dir);
    buf_release(&name);
    return rc;
}

int after_done(const char *after, const char *path, const struct ledger_file *file)
{
    if (after == NULL || strcmp(after, "keep") == 0)
        return 0;
    if (!identity_holds(path, file)) {
        log_warning("'%s' was written to since it was read: it stays (--after %s)", path, after);
        log_hint("run the same command again: what is in the tables is skipped");
        return ERR_FINDINGS;
    }
    if (strcmp(after, "delete") == 0)
        return unlink(path) == 0 ? 0 : fail_errno(ERR_IO, "cannot delete '%s'", path);
    return move_file(path, move_target(after));
}
