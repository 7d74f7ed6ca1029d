#include "jobs/migrate/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "jobs/migrate/embedded.h"
#include "jobs/migrate/names.h"

/* Names before anything is read. */
struct name_list {
    struct file_name *at; /* their names are owned */
    size_t n;
};

static int out_of_memory(void)
{
    return fail(ERR_INTERNAL, "out of memory");
}

static int add_ignored(struct migrations *set, const char *name, const char *why)
{
    struct ignored_file *grown = realloc(set->ignored, (set->n_ignored + 1) * sizeof(*grown));

    if (grown == NULL)
        return out_of_memory();
    set->ignored = grown;
    grown[set->n_ignored] = (struct ignored_file){strdup(name), why};
    return grown[set->n_ignored++].name == NULL ? out_of_memory() : 0;
}

/* With 'set', a name that is none of a migration is noted there. */
static int add_name(struct name_list *list, struct migrations *set, const char *name)
{
    struct file_name *grown;
    struct file_name parsed;
    char *copy;

    if (!file_name_parse(name, &parsed))
        return set == NULL ? 0 : add_ignored(set, name, "it is not named as a migration");
    grown = realloc(list->at, (list->n + 1) * sizeof(*grown));
    if (grown == NULL)
        return out_of_memory();
    list->at = grown;
    copy = strdup(name);
    if (copy == NULL)
        return out_of_memory();
    file_name_parse(copy, &list->at[list->n]);
    list->at[list->n++].name = copy;
    return 0;
}

static void name_list_release(struct name_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free((void *)(uintptr_t)list->at[i].name);
    free(list->at);
}

static int add_entry(struct name_list *list, struct migrations *set, const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    struct stat about;
    int result;

    if (path == NULL)
        return out_of_memory();
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        result = add_ignored(set, name, "it is no regular file");
    else
        result = add_name(list, set, name);
    free(path);
    return result;
}

static int list_directory(struct name_list *list, struct migrations *set, const char *dir)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, NULL, alphasort);
    int result = 0;

    if (n < 0) {
        fail_errno(ERR_NOINPUT, "'%s' cannot be read", dir);
        log_hint("name the directory of the migrations with --dir, or leave it out for the built-in ones");
        return ERR_NOINPUT;
    }
    for (int i = 0; i < n; i++) {
        if (result == 0 && *entries[i]->d_name != '.')
            result = add_entry(list, set, dir, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return result;
}

static const struct {
    const struct embedded_file *files;
    const size_t *n;
} embedded_sets[SET_COUNT] = {
    [SET_BRIDGE] = {embedded_files, &n_embedded_files},
    [SET_MBFLOW] = {embedded_mbflow, &n_embedded_mbflow},
};

static const struct embedded_file *find_embedded(enum embedded_set embedded, const char *name)
{
    for (size_t i = 0; i < *embedded_sets[embedded].n; i++) {
        if (strcmp(embedded_sets[embedded].files[i].name, name) == 0)
            return &embedded_sets[embedded].files[i];
    }
    return NULL;
}

static int list_embedded(struct name_list *list, enum embedded_set embedded)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < *embedded_sets[embedded].n; i++)
        result = add_name(list, NULL, embedded_sets[embedded].files[i].name);
    return result;
}

static int read_path(const char *path, struct buf *bytes)
{
    FILE *in = fopen(path, "rbe");
    char piece[8192];
    size_t n;
    int result = 0;

    if (in == NULL)
        return fail_errno(errno == EACCES ? ERR_NOPERM : ERR_NOINPUT, "'%s' cannot be read", path);
    while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
        buf_add(bytes, piece, n);
    if (ferror(in))
        result = fail_errno(ERR_IO, "'%s' cannot be read", path);
    fclose(in);
    return result;
}

static int read_from_directory(const char *dir, const char *name, struct buf *bytes)
{
    char *path = file_join(dir, name);
    int result = path == NULL ? out_of_memory() : read_path(path, bytes);

    free(path);
    return result;
}

/* Where a set is read from: a directory, or with NULL one of the binary's own. */
struct place {
    enum embedded_set embedded;
    const char *dir;
};

/* psql skips a byte order mark, too. */
static struct span without_mark(struct span text)
{
    return text.len >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0 ? (struct span){text.at + 3, text.len - 3} : text;
}

static int keep_text(struct migration_file *file, const char *name, struct buf *bytes)
{
    struct span text = without_mark((struct span){buf_text(bytes), bytes->len});

    file->name = strdup(name);
    file->text = strdup(text.at);
    file->len = text.len;
    if (!buf_ok(bytes) || file->name == NULL || file->text == NULL)
        return out_of_memory();
    if (strlen(file->text) != file->len) {
        fail(ERR_INPUT, "'%s' holds a NUL byte: it is not SQL", name);
        log_hint("save it as UTF-8; from UTF-16: iconv -f UTF-16 -t UTF-8");
        return ERR_INPUT;
    }
    return checksum_of(buf_span(bytes), file->checksum);
}

static int load(struct migration_file *file, const struct place *place, const char *name)
{
    const struct embedded_file *embedded = place->dir == NULL ? find_embedded(place->embedded, name) : NULL;
    struct buf bytes = BUF_INIT;
    int result = 0;

    if (embedded != NULL)
        buf_add(&bytes, embedded->text, embedded->len);
    else
        result = read_from_directory(place->dir, name, &bytes);
    if (result == 0)
        result = keep_text(file, name, &bytes);
    buf_release(&bytes);
    return result;
}

static int add_migration(struct migrations *set, const struct place *place, const struct name_list *list, size_t i)
{
    const struct file_name *forward = &list->at[i];
    struct migration *added = &set->at[set->n++];

    added->embedded = set->embedded;
    added->version = strndup(forward->version.at, forward->version.len);
    added->title = strndup(forward->title.at, forward->title.len);
    if (added->version == NULL || added->title == NULL)
        return out_of_memory();
    if (forward->partner != PARTNER_NONE) {
        int result = load(&added->rollback, place, list->at[forward->partner].name);
        if (result != 0)
            return result;
    }
    return load(&added->forward, place, forward->name);
}

static int build(struct migrations *set, const struct place *place, struct name_list *list)
{
    int result = 0;

    qsort(list->at, list->n, sizeof(*list->at), file_name_compare);
    file_names_pair(list->at, list->n);
    set->at = calloc(list->n, sizeof(*set->at));
    if (set->at == NULL)
        return out_of_memory();
    for (size_t i = 0; result == 0 && i < list->n; i++) {
        if (list->at[i].role == ROLE_FORWARD)
            result = add_migration(set, place, list, i);
        else if (list->at[i].partner == PARTNER_NONE)
            result = add_ignored(set, list->at[i].name, "it is a rollback of no migration here");
    }
    return result;
}

int migrations_read(struct migrations *set, enum embedded_set embedded, const char *dir)
{
    const struct place place = {embedded, dir};
    struct name_list list = {NULL, 0};
    int result;

    *set = (struct migrations){.embedded = dir == NULL};
    result = dir == NULL ? list_embedded(&list, embedded) : list_directory(&list, set, dir);
    if (result == 0 && list.n == 0) {
        result = fail(ERR_NOINPUT, "there is no migration in '%s'", dir == NULL ? "the binary" : dir);
        log_hint("files are named NNN_verb_object.sql, with NNN_rollback_object.sql beside them");
    } else if (result == 0) {
        result = build(set, &place, &list);
    }
    name_list_release(&list);
    if (result != 0)
        migrations_release(set);
    return result;
}

void migrations_release(struct migrations *set)
{
    for (size_t i = 0; i < set->n; i++) {
        struct migration *at = &set->at[i];
        free(at->version);
        free(at->title);
        free(at->forward.name);
        free(at->forward.text);
        free(at->rollback.name);
        free(at->rollback.text);
    }
    for (size_t i = 0; i < set->n_ignored; i++)
        free(set->ignored[i].name);
    free(set->at);
    free(set->ignored);
    *set = (struct migrations){0};
}

const struct migration *migrations_find(const struct migrations *set, const char *file)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->at[i].forward.name, file) == 0)
            return &set->at[i];
    }
    return NULL;
}

bool migrations_are_beside(const struct migrations *set, const char *file)
{
    for (int embedded = 0; embedded < SET_COUNT; embedded++) {
        if (find_embedded((enum embedded_set)embedded, file) == NULL)
            continue;
        for (size_t i = 0; i < set->n; i++) {
            if (find_embedded((enum embedded_set)embedded, set->at[i].forward.name) != NULL)
                return false;
        }
        return true;
    }
    return false;
}
