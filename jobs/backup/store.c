#include "jobs/backup/store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/time.h"
#include "core/tree.h"
#include "jobs/backup/store_parts.h"

#define DRAFT_ENDING ".tmp"
#define GONE_ENDING ".gone"
#define MOST_A_SECOND 1000

/* "app", "my=2Fapp": what a file name and a command line take as it is. */
static void escape_name(struct buf *id, const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;

        if (c < 0x80 && (isalnum(c) || c == '_' || ((c == '-' || c == '.') && at != name)))
            buf_add_char(id, *at);
        else
            buf_printf(id, "=%02X", c);
    }
}

static void add_time(struct buf *id, int64_t us)
{
    time_t seconds = (time_t)(us / 1000000);
    struct tm utc;
    char text[32];

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof(text), "_%Y%m%dT%H%M%SZ", &utc);
    buf_add_text(id, text);
}

void store_command(struct buf *text, const char *command, const char *id, const char *dir)
{
    buf_printf(text, "bridgejob backup %s ", command);
    if (id != NULL) {
        buf_add_shell_word(text, id);
        buf_add_char(text, ' ');
    }
    buf_add_text(text, "--backup-dir ");
    buf_add_shell_word(text, dir);
}

void store_hint(const char *words, const char *command, const char *id, const char *dir)
{
    struct buf text = BUF_INIT;

    store_command(&text, command, id, dir);
    log_hint("%s%s", words, buf_text(&text));
    buf_release(&text);
}

char *store_path(const char *dir, const char *id, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s%s%s", dir, id, name == NULL ? "" : "/", name == NULL ? "" : name) >= 0)
        return path;
    fail(ERR_INTERNAL, "out of memory");
    return NULL;
}

/* Open a directory and lock it: its descriptor, or -1. Whoever locks it in the moment before takes it for left behind
 * and removes it: then it is gone here, or the lock cannot be had, or it is another one by now. */
static int lock_dir(const char *path, int operation)
{
    int lock = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat held, named;

    if (lock < 0)
        return -1;
    if (flock(lock, operation | LOCK_NB) == 0 && fstat(lock, &held) == 0 && lstat(path, &named) == 0 &&
        held.st_ino == named.st_ino && held.st_dev == named.st_dev)
        return lock;
    close(lock);
    return -1;
}

/* 0 made and locked, 1 its name is taken, or an err kind, reported. */
static int make_draft(struct draft *draft, const char *dir)
{
    struct stat taken;

    store_discard(draft);
    draft->path = store_path(dir, draft->id, NULL);
    if (draft->path == NULL || asprintf(&draft->dir, "%s" DRAFT_ENDING, draft->path) < 0) {
        draft->dir = NULL;
        return draft->path == NULL ? ERR_INTERNAL : fail(ERR_INTERNAL, "out of memory");
    }
    if (mkdir(draft->dir, 0700) == 0)
        draft->lock = lock_dir(draft->dir, LOCK_EX);
    else if (errno != EEXIST)
        return file_fail("create directory", draft->dir);
    if (draft->lock >= 0)
        return lstat(draft->path, &taken) == 0;
    free(draft->dir); /* whoever has it: it is not ours to remove */
    draft->dir = NULL;
    return 1;
}

int store_begin(struct draft *draft, const char *dir, const char *database, int64_t created_at)
{
    struct buf id = BUF_INIT;
    int result = file_make_dirs(dir);

    escape_name(&id, database);
    add_time(&id, created_at);
    for (int try = 1; result == 0 || result == 1; try++) {
        if (try > MOST_A_SECOND)
            result = fail(ERR_CANTCREATE, "every name for a backup of '%s' made now is taken in '%s'", database, dir);
        else if (try == 1)
            snprintf(draft->id, sizeof(draft->id), "%s", buf_text(&id));
        else
            snprintf(draft->id, sizeof(draft->id), "%s_%d", buf_text(&id), try);
        if (try <= MOST_A_SECOND)
            result = make_draft(draft, dir);
        if (result == 0)
            break;
    }
    if (result != 0)
        store_discard(draft);
    buf_release(&id);
    return result;
}

int store_publish(struct draft *draft, const struct manifest *manifest)
{
    int result = manifest_write(manifest, draft->dir);

    if (result == 0)
        result = tree_make_durable(draft->dir);
    if (result != 0)
        return result;
    /* The name was free when the draft was made, and whoever makes another draft of this name finds ours. And no
     * directory that holds anything is ever replaced (POSIX, rename); RENAME_NOREPLACE is unknown to NFS. */
    if (rename(draft->dir, draft->path) != 0)
        return file_fail("put in place", draft->path);
    free(draft->dir);
    draft->dir = NULL;
    return file_sync_parent(draft->path) == 0 ? 0 : file_fail("sync the directory of", draft->path);
}

void store_discard(struct draft *draft)
{
    if (draft->dir != NULL)
        tree_remove(draft->dir);
    if (draft->lock >= 0)
        close(draft->lock);
    free(draft->dir);
    free(draft->path);
    draft->dir = draft->path = NULL;
    draft->lock = -1;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), tail = strlen(ending);

    return n > tail && strcmp(name + n - tail, ending) == 0;
}

bool store_is_id(const char *name)
{
    return name[0] != '.' && !ends_with(name, DRAFT_ENDING) && !ends_with(name, GONE_ENDING) &&
           strchr(name, '/') == NULL && strlen(name) < BACKUP_ID_SIZE;
}

const char *store_time_in(const char *name)
{
    const char *time = strrchr(name, 'T');
    bool is = time != NULL && time - name > 9 && time[-9] == '_' && strspn(time - 8, "0123456789") == 8 &&
              strspn(time + 1, "0123456789") == 6 && time[7] == 'Z';

    return is ? time - 9 : NULL;
}

/* The reverse of escape_name(). */
static void unescape_name(struct buf *name, const char *id, const char *end)
{
    for (const char *at = id; at < end; at++) {
        unsigned byte;

        if (*at == '=' && end - at > 2 && sscanf(at + 1, "%2X", &byte) == 1 && byte != 0) {
            buf_add_char(name, (char)byte);
            at += 2;
        } else {
            buf_add_char(name, *at);
        }
    }
}

int store_read_id(const char *id, struct manifest *manifest)
{
    const char *time = store_time_in(id);
    struct buf name = BUF_INIT, said = BUF_INIT;
    int result;

    if (time == NULL)
        return 0;
    unescape_name(&name, id, time);
    buf_printf(&said, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", time + 1, time + 5, time + 7, time + 10, time + 12, time + 14);
    if (time_parse(buf_span(&said), &manifest->created_at) != 0)
        manifest->created_at = 0;
    result = manifest_set(&manifest->database, buf_text(&name));
    buf_release(&said);
    buf_release(&name);
    return result;
}

static bool is_leftover(const char *name)
{
    return (ends_with(name, DRAFT_ENDING) || ends_with(name, GONE_ENDING)) && store_time_in(name) != NULL;
}

static void sweep_one(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    int lock = path == NULL ? -1 : lock_dir(path, LOCK_EX);

    if (lock >= 0 && tree_remove(path) == 0)
        log_debug("removed '%s', which a killed run left", path);
    if (lock >= 0)
        close(lock);
    free(path);
}

void store_sweep(const char *dir)
{
    DIR *entries = opendir(dir);

    if (entries == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (is_leftover(entry->d_name))
            sweep_one(dir, entry->d_name);
    closedir(entries);
}

int store_hold(const char *dir, const char *id)
{
    char *path = store_path(dir, id, NULL);
    int lock = path == NULL ? -1 : lock_dir(path, LOCK_SH);

    if (path != NULL && lock < 0)
        fail(ERR_NOINPUT, "backup '%s' is gone, or is being removed", id);
    free(path);
    return lock;
}

/* Out of the way by one rename, so that half of it never looks like a backup. */
static int remove_locked(const char *path, const char *dir, const char *id)
{
    char *gone = NULL;
    int result = 0;

    if (asprintf(&gone, "%s/%s" GONE_ENDING, dir, id) < 0)
        return fail(ERR_INTERNAL, "out of memory");
    if (rename(path, gone) != 0)
        result = file_fail("remove", path);
    else if (file_sync_parent(gone) != 0 || tree_remove(gone) != 0)
        result = file_fail("remove", gone);
    free(gone);
    return result;
}

int store_remove(const char *dir, const char *id)
{
    char *path = store_path(dir, id, NULL);
    int lock = path == NULL ? -1 : lock_dir(path, LOCK_EX);
    int result = path == NULL ? ERR_INTERNAL : 0;

    if (result == 0 && lock < 0 && errno == ENOENT) {
        free(path);
        return 0;
    }
    if (result == 0 && lock < 0)
        result = fail(ERR_TEMPFAIL, "backup '%s' is in use: somebody verifies or restores it", id);
    if (result == 0)
        result = remove_locked(path, dir, id);
    if (lock >= 0)
        close(lock);
    free(path);
    return result;
}
