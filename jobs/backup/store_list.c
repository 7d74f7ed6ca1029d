#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "jobs/backup/check_backup.h"
#include "jobs/backup/store_parts.h"

/* A manifest names each file once; more than this is none of ours. */
#define MANIFEST_MOST ((off_t)256 << 20)

/* What is wrong with the file, in errno's words or ours; NULL: nothing, and its bytes are in 'json'. */
static const char *slurp(const char *path, struct buf *json)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    const char *wrong = NULL;
    struct stat st;
    char *room;

    if (fd < 0)
        return errno == ENOENT ? "it is missing" : "it cannot be opened";
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > MANIFEST_MOST)
        wrong = "it is no file of that kind";
    else if (st.st_size > 0) {
        room = buf_reserve(json, (size_t)st.st_size);
        if (room == NULL || file_read_all(fd, room, (size_t)st.st_size) != 1)
            wrong = "it cannot be read";
        else
            json->len = (size_t)st.st_size;
    }
    close(fd);
    return wrong;
}

/* Read the manifest of a backup; what is wrong with it becomes its fault. 0 or ERR_INTERNAL, reported. */
static int read_manifest(const char *dir, const char *id, struct manifest *manifest)
{
    struct buf json = BUF_INIT, path = BUF_INIT, fault = BUF_INIT;
    const char *wrong;
    int result = 0;

    buf_printf(&path, "%s/%s/%s.json", dir, id, id);
    wrong = slurp(buf_text(&path), &json);
    if (wrong == NULL)
        wrong = manifest_parse(manifest, buf_span(&json));
    if (wrong == NULL && strcmp(manifest->id, id) != 0)
        wrong = "it is of another backup";
    if (wrong != NULL) {
        manifest_release(manifest);
        buf_printf(&fault, "the manifest cannot be used: %s", wrong);
        result = manifest_set(&manifest->id, id);
        if (result == 0)
            result = manifest_set(&manifest->fault, buf_text(&fault));
        if (result == 0)
            result = store_read_id(id, manifest);
        manifest->damaged = true;
    }
    buf_release(&fault);
    buf_release(&path);
    buf_release(&json);
    return result;
}

static int newest_first(const void *one, const void *other)
{
    const struct manifest *a = one, *b = other;

    if (a->created_at != b->created_at)
        return a->created_at < b->created_at ? 1 : -1;
    return strcmp(b->id, a->id);
}

/* What shows without reading it: a manifest can say verified long after its data is gone. */
static int glance(const char *dir, struct manifest *manifest)
{
    char *path = store_path(dir, manifest->id, NULL);
    struct backup_check check = {.contents = false};
    int result = path == NULL ? ERR_INTERNAL : backup_glance(path, manifest, &check);

    free(path);
    return result == 0 && check.fault[0] != '\0' ? manifest_set(&manifest->fault, check.fault) : result;
}

/* A backup is a directory with a name of ours; 'lost+found' is none. */
static bool is_backup(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    struct stat st;
    bool is = path != NULL && store_is_id(name) && store_time_in(name) != NULL && stat(path, &st) == 0 &&
              S_ISDIR(st.st_mode);

    free(path);
    return is;
}

static int read_backup(const char *dir, const char *id, struct manifest *manifest)
{
    int result = read_manifest(dir, id, manifest);

    return result == 0 && manifest_is_good(manifest) ? glance(dir, manifest) : result;
}

/* One that is being removed while we look is none. */
static int take(struct backup_list *list, const char *dir, const char *id)
{
    struct manifest *grown = reallocarray(list->at, list->n + 1, sizeof(*grown));
    int result;

    if (grown == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    list->at = grown;
    grown += list->n++;
    manifest_init(grown);
    result = read_backup(dir, id, grown);
    if (result == 0 && grown->fault != NULL && !is_backup(dir, id)) {
        manifest_release(grown);
        list->n--;
    }
    return result;
}

int store_list(const char *dir, struct backup_list *list)
{
    DIR *entries = opendir(dir);
    int result = 0;

    *list = (struct backup_list){NULL, 0};
    if (entries == NULL)
        return errno == ENOENT ? 0 : fail_errno(ERR_NOINPUT, "cannot read directory '%s'", dir);
    for (const struct dirent *entry; result == 0 && (entry = readdir(entries)) != NULL;)
        if (is_backup(dir, entry->d_name))
            result = take(list, dir, entry->d_name);
    closedir(entries);
    if (result != 0)
        backup_list_release(list);
    else if (list->n > 1)
        qsort(list->at, list->n, sizeof(*list->at), newest_first);
    return result;
}

void backup_list_release(struct backup_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        manifest_release(&list->at[i]);
    free(list->at);
    *list = (struct backup_list){NULL, 0};
}

static int find_latest(const char *dir, struct manifest *manifest)
{
    struct backup_list list;
    int result = store_list(dir, &list);
    size_t i = 0;

    if (result != 0)
        return result;
    while (i < list.n && !manifest_is_good(&list.at[i]))
        i++;
    if (i == list.n) {
        result = fail(ERR_NOINPUT, "there is no verified backup in '%s'", dir);
        store_hint("", "list", NULL, dir);
    } else {
        *manifest = list.at[i];
        manifest_init(&list.at[i]);
    }
    backup_list_release(&list);
    return result;
}

int store_find(const char *dir, const char *id, struct manifest *manifest)
{
    int result;

    if (strcmp(id, "latest") == 0)
        return find_latest(dir, manifest);
    if (!is_backup(dir, id)) {
        fail(ERR_NOINPUT, "there is no backup '%s' in '%s'", id, dir);
        store_hint("", "list", NULL, dir);
        return ERR_NOINPUT;
    }
    result = read_manifest(dir, id, manifest);
    if (result != 0 || !manifest->damaged)
        return result;
    fail(ERR_INPUT, "backup '%s': %s", id, manifest->fault);
    store_hint("use another one: ", "list", NULL, dir);
    return ERR_INPUT;
}
