#include "jobs/backup/base_files.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "pipe/json.h"
#include "pipe/pointer.h"

#define WAL "pg_wal/"

/* One comparison. */
struct matching {
    struct base_files *files;
    struct json_members members; /* of one element of a list */
    struct buf text;
    char *wrong;
    size_t size;
};

void base_files_release(struct base_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        free(files->at[i].path);
    free(files->at);
    *files = (struct base_files){.at = NULL};
}

struct base_file *base_files_add(struct base_files *files, const char *prefix, const char *name)
{
    struct base_file *file;

    /* Room doubles: there may be a hundred thousand. */
    if ((files->n & (files->n + 1)) == 0) {
        file = reallocarray(files->at, 2 * (files->n + 1), sizeof(*file));
        files->failed = files->failed || file == NULL;
        files->at = file == NULL ? files->at : file;
    }
    if (files->failed)
        return NULL;
    file = &files->at[files->n];
    *file = (struct base_file){.known = false};
    if (asprintf(&file->path, "%s%s", prefix, name) < 0) {
        files->failed = true;
        return NULL;
    }
    files->n++;
    return file;
}

static int by_path(const void *one, const void *other)
{
    return strcmp(((const struct base_file *)one)->path, ((const struct base_file *)other)->path);
}

static struct base_file *find(const struct base_files *files, const char *path)
{
    union { const char *given; char *key; } same = {.given = path}; /* it is only compared */
    const struct base_file wanted = {.path = same.key};

    return files->n == 0 ? NULL : bsearch(&wanted, files->at, files->n, sizeof(wanted), by_path);
}

/* The first thing that is wrong is what is said. */
static void say(struct matching *matching, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct matching *matching, const char *fmt, ...)
{
    va_list args;

    if (matching->wrong[0] != '\0')
        return;
    va_start(args, fmt);
    vsnprintf(matching->wrong, matching->size, fmt, args);
    va_end(args);
}

/* A text of the element, in matching->text; "" when there is none of that name. */
static const char *text_of(struct matching *matching, const char *key)
{
    const struct json_member *member = json_find(&matching->members, key);
    struct buf scratch = BUF_INIT;

    buf_reset(&matching->text);
    if (member != NULL && member->type == JSON_STRING)
        buf_add_span(&matching->text, json_string(member->value, &scratch));
    buf_release(&scratch);
    return buf_text(&matching->text);
}

static int64_t number_of(const struct matching *matching, const char *key)
{
    const struct json_member *member = json_find(&matching->members, key);
    char digits[32] = "";
    int64_t value = -1;

    if (member != NULL)
        snprintf(digits, sizeof(digits), "%.*s", (int)member->value.len, member->value.at);
    return text_parse_int64(digits, &value) == 0 ? value : -1;
}

/* A path that is no UTF-8 stands there in hexadecimal digits. */
static const char *path_of(struct matching *matching)
{
    const char *digits;
    size_t n;
    unsigned byte;

    if (json_find(&matching->members, "Path") != NULL)
        return text_of(matching, "Path");
    digits = text_of(matching, "Encoded-Path");
    n = strlen(digits) / 2;
    for (size_t i = 0; i < n && sscanf(digits + 2 * i, "%2x", &byte) == 1; i++)
        matching->text.data[i] = (char)byte;
    matching->text.len = n;
    return buf_text(&matching->text);
}

static void match_file(struct matching *matching)
{
    const char *path = path_of(matching);
    struct base_file *file = find(matching->files, path);
    int64_t size = number_of(matching, "Size");

    if (file == NULL) {
        say(matching, "'%s' is missing in it", path);
        return;
    }
    file->known = true;
    if (file->size != size)
        say(matching, "'%s' in it has %lld bytes, and the server sent %lld", path, (long long)file->size,
            (long long)size);
    else if (strcmp(text_of(matching, "Checksum-Algorithm"), "SHA256") == 0 &&
             strcmp(text_of(matching, "Checksum"), file->sha256) != 0)
        say(matching, "'%s' in it is damaged: its SHA-256 is not that of what the server read", file->path);
}

/* "16/B374D848" */
static bool read_lsn(const char *text, uint64_t *lsn)
{
    unsigned high, low;
    char more;

    if (sscanf(text, "%8X/%8X%c", &high, &low, &more) != 2)
        return false;
    *lsn = (uint64_t)high << 32 | low;
    return true;
}

/* All segments are of one size. */
static uint64_t segment_size(const struct base_files *files)
{
    size_t n = sizeof(WAL) - 1;

    for (size_t i = 0; i < files->n; i++) {
        const char *name = files->at[i].path + n;

        if (strncmp(files->at[i].path, WAL, n) == 0 && strspn(name, "0123456789ABCDEF") == 24 && name[24] == '\0')
            return (uint64_t)files->at[i].size;
    }
    return 0;
}

static void match_segments(struct matching *matching, unsigned timeline, uint64_t start, uint64_t end)
{
    uint64_t size = segment_size(matching->files);
    char path[64];

    if (size == 0 || (size & (size - 1)) != 0) {
        say(matching, "there is no WAL in it");
        return;
    }
    for (uint64_t segment = start / size; segment * size < end; segment++) {
        uint64_t of_file = (UINT64_C(1) << 32) / size; /* as XLogFileName() counts (xlog_internal.h) */

        snprintf(path, sizeof(path), WAL "%08X%08X%08X", timeline, (unsigned)(segment / of_file),
                 (unsigned)(segment % of_file));
        if (find(matching->files, path) == NULL)
            say(matching, "'%s' is missing in it: WAL that it needs", path);
    }
}

static void match_range(struct matching *matching)
{
    uint64_t start = 0, end = 0;
    bool whole = read_lsn(text_of(matching, "Start-LSN"), &start);

    whole = read_lsn(text_of(matching, "End-LSN"), &end) && whole;
    if (whole)
        match_segments(matching, (unsigned)number_of(matching, "Timeline"), start, end);
    else
        say(matching, "its backup_manifest does not say which WAL it needs");
}

static void each(struct matching *matching, const struct json_members *top, const char *key,
                 void (*match)(struct matching *matching))
{
    const struct json_member *list = json_find(top, key);

    if (list == NULL || list->type != JSON_ARRAY) {
        say(matching, "its backup_manifest has no %s", key);
        return;
    }
    for (struct span element = pointer_next(list->value, SPAN_NONE); element.at != NULL;
         element = pointer_next(list->value, element)) {
        if (json_type_of(element) == JSON_OBJECT && json_object_members(element, &matching->members) == 0)
            match(matching);
    }
}

/* The manifest itself is in none, and WAL is in its own list. */
static void match_rest(struct matching *matching)
{
    for (size_t i = 0; i < matching->files->n; i++) {
        const struct base_file *file = &matching->files->at[i];

        if (!file->known && strncmp(file->path, WAL, sizeof(WAL) - 1) != 0 &&
            strcmp(file->path, "backup_manifest") != 0)
            say(matching, "'%s' in it is not in its backup_manifest", file->path);
    }
}

bool base_files_match(struct base_files *files, struct span manifest, char *wrong, size_t size)
{
    struct matching matching = {.files = files, .wrong = wrong, .size = size};
    struct json_members top = {.n = 0};
    enum json_type type;
    size_t at;

    wrong[0] = '\0';
    if (files->n > 1)
        qsort(files->at, files->n, sizeof(*files->at), by_path);
    if (manifest.len == 0)
        say(&matching, "'backup_manifest' is missing in it");
    else if (json_check(manifest, &type, &top, &at) != JSON_OK || type != JSON_OBJECT)
        say(&matching, "its backup_manifest is no JSON");
    else {
        each(&matching, &top, "Files", match_file);
        each(&matching, &top, "WAL-Ranges", match_range);
        match_rest(&matching);
    }
    json_members_release(&matching.members);
    json_members_release(&top);
    buf_release(&matching.text);
    return wrong[0] == '\0';
}
