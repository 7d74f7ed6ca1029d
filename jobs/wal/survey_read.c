#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/wal/archive.h"
#include "jobs/wal/survey.h"
#include "pipe/source.h"

#define HISTORY_MOST ((size_t)64 * 1024)

/* An archive while it is looked through. */
struct looking {
    const char *dir;
    struct survey *survey;
    size_t room; /* for segments */
};

/* The begin of a file, inflated: bytes, 0 when it cannot be read. */
static size_t read_begin(const char *path, char *bytes, size_t cap)
{
    struct source source;
    size_t n = 0;
    ssize_t got = 1;

    if (source_open(&source, path) != 0)
        return 0;
    while (n < cap && (got = source_read(&source, bytes + n, cap - n)) > 0)
        n += (size_t)got;
    source_release(&source);
    return n;
}

/* How large the segments are, by the first that says so. */
static void learn_size(struct survey *survey, const char *path)
{
    char bytes[WAL_HEADER_SIZE];
    struct wal_header header;

    if (survey->segment_size == 0 && read_begin(path, bytes, sizeof(bytes)) == sizeof(bytes) &&
        wal_header_read((const unsigned char *)bytes, &header) == NULL)
        survey->segment_size = header.segment_size;
}

/* Its number is only known when the size of segments is: till then it is log and segment. */
static int add_segment(struct looking *looking, const struct wal_name *name, const struct stat *st)
{
    struct survey *survey = looking->survey;

    if (survey->n_segments == looking->room) {
        size_t room = looking->room == 0 ? 1024 : looking->room * 2;
        struct survey_segment *grown = reallocarray(survey->segments, room, sizeof(*grown));

        if (grown == NULL)
            return fail(ERR_INTERNAL, "out of memory");
        survey->segments = grown;
        looking->room = room;
    }
    survey->segments[survey->n_segments++] = (struct survey_segment){
        .timeline = name->timeline,
        .number = (uint64_t)name->log << 32 | name->seg,
        .bytes = st->st_size,
        .at = st->st_mtim.tv_sec * TIME_SECOND + st->st_mtim.tv_nsec / 1000,
    };
    return 0;
}

static int add_history(struct looking *looking, const struct wal_name *name, const char *path)
{
    char *text = malloc(HISTORY_MOST);
    size_t n;
    int result;

    if (text == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    n = read_begin(path, text, HISTORY_MOST);
    result = survey_add_history(looking->survey, name->timeline, (struct span){text, n});
    free(text);
    return result;
}

static int add_file(struct looking *looking, const char *file)
{
    char name[WAL_NAME_SIZE];
    struct wal_name parts;
    enum wal_kind kind = archive_name(file, name, &parts);
    struct stat st;
    char *path;
    int result = 0;

    if (kind != WAL_SEGMENT && kind != WAL_HISTORY)
        return 0;
    path = file_join(looking->dir, file);
    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (kind == WAL_HISTORY) {
        result = add_history(looking, &parts, path);
    } else if (stat(path, &st) == 0) {
        learn_size(looking->survey, path);
        result = add_segment(looking, &parts, &st);
    }
    free(path);
    return result;
}

static void number_segments(struct survey *survey)
{
    for (size_t i = 0; i < survey->n_segments; i++) {
        struct wal_name name = {.log = (uint32_t)(survey->segments[i].number >> 32),
                                .seg = (uint32_t)survey->segments[i].number};

        survey->segments[i].number = wal_number(&name, survey->segment_size);
    }
}

static int read_all(struct looking *looking)
{
    DIR *entries = opendir(looking->dir);
    int result = 0;

    if (entries == NULL)
        return file_fail("open", looking->dir);
    errno = 0;
    for (const struct dirent *entry; result == 0 && (entry = readdir(entries)) != NULL;)
        result = add_file(looking, entry->d_name);
    closedir(entries);
    return result;
}

int survey_read(const char *dir, struct survey *survey)
{
    struct looking looking = {.dir = dir, .survey = survey};
    int result = archive_identity(dir, &survey->system_identifier);

    if (result == ERR_NOINPUT) {
        fail(ERR_NOINPUT, "'%s' is no WAL archive: there is no '%s' in it", dir, ARCHIVE_IDENTITY);
        log_hint("set archive_command = 'bridgejob wal-push --wal-dir %s %%p' in postgresql.conf; is the disk mounted?",
                 dir);
        return ERR_NOINPUT;
    }
    if (result == 0)
        result = read_all(&looking);
    if (result == 0 && survey->n_segments > 0 && survey->segment_size == 0)
        return fail(ERR_INPUT, "no segment in '%s' has a header that can be read", dir);
    if (result == 0)
        number_segments(survey);
    return result == 0 ? survey_conclude(survey) : result;
}
