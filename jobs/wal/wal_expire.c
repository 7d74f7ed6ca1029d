#include "jobs/wal/wal_expire.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/stop.h"
#include "jobs/wal/archive.h"
#include "jobs/wal/survey.h"

static bool is_of(const struct manifest *manifest, uint64_t system_identifier)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRIu64, system_identifier);
    return strcmp(manifest->system_identifier, text) == 0;
}

/* Why WAL may not go because of it; NULL. */
static const char *look_at(const struct manifest *manifest, uint64_t system_identifier, struct wal_cutoff *cutoff)
{
    uint64_t position;

    if (manifest->damaged)
        return "its manifest cannot be used, so it may need any of it";
    if (manifest->kind != BACKUP_PHYSICAL)
        return NULL;
    if (manifest->system_identifier == NULL)
        return "its manifest does not say which cluster it is of";
    if (!is_of(manifest, system_identifier))
        return NULL;
    if (manifest->lsn == NULL || wal_position_parse(manifest->lsn, &position) != 0)
        return "its manifest does not say where its WAL begins";
    if (cutoff->backup == NULL || position < cutoff->position) {
        cutoff->backup = manifest;
        cutoff->position = position;
    }
    return NULL;
}

void wal_cutoff_find(const struct manifest *const *kept, size_t n, uint64_t system_identifier,
                     struct wal_cutoff *cutoff)
{
    *cutoff = (struct wal_cutoff){.backup = NULL};
    for (size_t i = 0; cutoff->why == NULL && i < n; i++) {
        cutoff->why = look_at(kept[i], system_identifier, cutoff);
        if (cutoff->why != NULL)
            cutoff->backup = kept[i];
    }
}

bool wal_is_before(const struct wal_name *name, uint32_t segment_size, uint64_t position)
{
    return name->kind != WAL_FOREIGN && name->kind != WAL_HISTORY &&
           wal_number(name, segment_size) < position / segment_size;
}

/* Names of files, owned. */
struct names {
    char **at;
    size_t n, room;
};

static int add_name(struct names *names, const char *file)
{
    if (names->n == names->room) {
        size_t room = names->room == 0 ? 256 : names->room * 2;
        char **grown = reallocarray(names->at, room, sizeof(*grown));

        if (grown == NULL)
            return fail(ERR_INTERNAL, "out of memory");
        names->at = grown;
        names->room = room;
    }
    names->at[names->n] = strdup(file);
    return names->at[names->n] == NULL ? fail(ERR_INTERNAL, "out of memory") : (int)(names->n++, 0);
}

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->at[i]);
    free(names->at);
}

/* By timeline, and there by position: a timeline follows on an older one, so no gap arises between them either. */
static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int find_before(const char *dir, uint32_t segment_size, uint64_t position, struct names *names)
{
    DIR *entries = opendir(dir);
    int result = 0;

    if (entries == NULL)
        return file_fail("open", dir);
    for (const struct dirent *entry; result == 0 && (entry = readdir(entries)) != NULL;) {
        char name[WAL_NAME_SIZE];
        struct wal_name parts;

        if (archive_name(entry->d_name, name, &parts) != WAL_FOREIGN && wal_is_before(&parts, segment_size, position))
            result = add_name(names, entry->d_name);
    }
    closedir(entries);
    if (names->n > 0)
        qsort(names->at, names->n, sizeof(*names->at), by_name);
    return result;
}

static int remove_one(const char *dir, const char *file, bool dry_run, struct wal_expired *expired)
{
    char *path = file_join(dir, file);
    struct stat st = {.st_size = 0};
    int result = 0;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (stat(path, &st) != 0 || (!dry_run && unlink(path) != 0)) {
        if (errno != ENOENT) /* another expiry was here */
            result = file_fail("remove", path);
    } else {
        expired->files++;
        expired->bytes += st.st_size;
    }
    free(path);
    return result;
}

static int remove_before(const char *dir, uint32_t segment_size, bool dry_run, struct wal_expired *expired)
{
    const struct wal_cutoff *cutoff = &expired->cutoff;
    struct names names = {.at = NULL};
    int result = find_before(dir, segment_size, cutoff->position, &names);

    wal_segment_name((uint32_t)cutoff->backup->timeline, cutoff->position / segment_size, segment_size, expired->from);
    for (size_t i = 0; result == 0 && i < names.n; i++) {
        result = remove_one(dir, names.at[i], dry_run, expired);
        if (result == 0)
            result = stop_requested();
    }
    names_release(&names);
    return result;
}

int wal_expire(const char *dir, const struct manifest *const *kept, size_t n, bool dry_run,
               struct wal_expired *expired)
{
    struct survey survey = SURVEY_INIT;
    int result = survey_read(dir, &survey);

    *expired = (struct wal_expired){.files = 0};
    if (result == 0)
        wal_cutoff_find(kept, n, survey.system_identifier, &expired->cutoff);
    if (result == 0 && expired->cutoff.why == NULL && expired->cutoff.backup != NULL && survey.segment_size != 0)
        result = remove_before(dir, survey.segment_size, dry_run, expired);
    survey_release(&survey);
    return result;
}
