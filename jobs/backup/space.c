#include "jobs/backup/space.h"

#include <string.h>
#include <sys/statvfs.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/file.h"
#include "core/log.h"

#define SMALLEST_SHARE 10

static bool is_like(const struct manifest *earlier, const struct manifest *manifest)
{
    return !earlier->damaged && earlier->fault == NULL && earlier->kind == manifest->kind &&
           earlier->format == manifest->format && earlier->database_bytes > 0 && earlier->database != NULL &&
           strcmp(earlier->database, manifest->database) == 0;
}

int64_t space_needed(const struct manifest *manifest, const struct backup_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct manifest *earlier = &list->at[i];

        if (is_like(earlier, manifest))
            return (int64_t)((double)earlier->bytes / (double)earlier->database_bytes *
                             (double)manifest->database_bytes);
    }
    return manifest->database_bytes / SMALLEST_SHARE;
}

static int fail_room(const char *dir, int64_t needed, int64_t available)
{
    struct buf text = BUF_INIT;

    buf_printf(&text, "'%s' has ", dir);
    buf_add_size(&text, available);
    buf_add_text(&text, " left, and the backup is expected to need ");
    buf_add_size(&text, needed);
    fail(ERR_CANTCREATE, "%s", buf_text(&text));
    buf_release(&text);
    log_hint("make room, 'bridgejob backup expire --backup-dir %s --dry-run' shows what may go; or name another "
             "--backup-dir", dir);
    return ERR_CANTCREATE;
}

int space_check(const char *dir, const struct manifest *manifest, int64_t *needed, int64_t *available)
{
    struct backup_list list;
    struct statvfs room;
    int result;

    *needed = *available = 0;
    if (statvfs(dir, &room) != 0)
        return file_fail("look into", dir);
    result = store_list(dir, &list);
    if (result != 0)
        return result;
    *needed = space_needed(manifest, &list);
    *available = (int64_t)(room.f_bavail * room.f_frsize);
    backup_list_release(&list);
    return *available < *needed ? fail_room(dir, *needed, *available) : 0;
}
