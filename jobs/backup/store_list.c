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

/* The first good one of a kind from 'i' on; list->n: none. */
static size_t next_good(const struct backup_list *list, int kind, size_t i)
{
    while (i < list->n &&
           (!manifest_is_good(&list->at[i]) || (kind != BACKUP_ANY_KIND && list->at[i].kind != (enum backup_kind)kind)))
        i++;
    return i;
}

/* What cannot be compared is taken for the same. */
static bool is_of_another(const struct manifest *one, const struct manifest *other)
{
    if (one->kind != other->kind)
        return false;
    if (one->kind == BACKUP_LOGICAL)
        return strcmp(one->database, other->database) != 0;
    return one->system_identifier != NULL && other->system_identifier != NULL &&
           strcmp(one->system_identifier, other->system_identifier) != 0;
}

/* With backups of several databases in one directory, the newest may be of another one than is meant. */
static int check_meant(const char *dir, const struct backup_list *list, const struct manifest *latest)
{
    for (size_t i = next_good(list, (int)latest->kind, 0); i < list->n; i = next_good(list, (int)latest->kind, i + 1)) {
        if (!is_of_another(latest, &list->at[i]))
            continue;
        fail(ERR_USAGE, "'latest' of which %s? '%s' and '%s' in '%s' are of two",
             latest->kind == BACKUP_LOGICAL ? "database" : "cluster", latest->id, list->at[i].id, dir);
        store_hint("name one: ", "list", NULL, dir);
        return ERR_USAGE;
    }
    return 0;
}

static int take_latest(const char *dir, int kind, struct backup_list *list, struct manifest *manifest)
{
    size_t i = next_good(list, kind, 0);
    int result;

    if (i >= list->n) {
        fail(ERR_NOINPUT, "there is no verified %sbackup in '%s'",
             kind == BACKUP_ANY_KIND ? "" : kind == BACKUP_LOGICAL ? "logical " : "physical ", dir);
        store_hint("", "list", NULL, dir);
        return ERR_NOINPUT;
    }
    result = check_meant(dir, list, &list->at[i]);
    if (result == 0) {
        *manifest = list->at[i];
        manifest_init(&list->at[i]);
    }
    return result;
}

int store_latest(const char *dir, int kind, struct manifest *manifest)
{
    struct backup_list list;
    int result = store_list(dir, &list);

    if (result == 0)
        result = take_latest(dir, kind, &list, manifest);
    backup_list_release(&list);
    return result;
}

int store_find(const char *dir, const char *id, struct manifest *manifest)
{
    int result;

    if (strcmp(id, "latest") == 0)
        return store_latest(dir, BACKUP_ANY_KIND, manifest);
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
