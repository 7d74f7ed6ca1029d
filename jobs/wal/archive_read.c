#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "jobs/wal/archive.h"
#include "pipe/source.h"

#define CHUNK ((size_t)128 * 1024)

static bool has_header(const struct wal_name *name)
{
    return name->kind == WAL_SEGMENT || name->kind == WAL_PARTIAL;
}

/* Fill the chunk as far as the file goes, so that a header is never cut by a read. Bytes, or -1. */
static ssize_t read_chunk(struct source *source, char *chunk)
{
    size_t n = 0;

    while (n < CHUNK) {
        ssize_t got = source_read(source, chunk + n, CHUNK - n);

        if (got < 0)
            return -1;
        if (got == 0)
            break;
        n += (size_t)got;
    }
    return (ssize_t)n;
}

/* What the first chunk says. The size there should be, 0 when that is not known, goes to '*bytes'. */
static const char *check_begin(const char *chunk, size_t n, const struct wal_name *name, uint64_t system_identifier,
                               int64_t *bytes)
{
    struct wal_header header;
    const char *wrong;

    if (!has_header(name))
        return NULL;
    if (n < WAL_HEADER_SIZE)
        return "it is too short";
    wrong = wal_header_read((const unsigned char *)chunk, &header);
    if (wrong == NULL)
        wrong = wal_header_fits(&header, name);
    if (wrong == NULL && header.system_identifier != system_identifier)
        wrong = "it is of another cluster";
    *bytes = header.segment_size;
    return wrong;
}

static int read_all(struct source *source, char *chunk, const struct wal_name *name, uint64_t system_identifier,
                    const char *target, struct archived *archived)
{
    int64_t wanted = 0;
    ssize_t n;

    while ((n = read_chunk(source, chunk)) > 0) {
        if (archived->bytes == 0)
            archived->wrong = check_begin(chunk, (size_t)n, name, system_identifier, &wanted);
        if (archived->wrong != NULL)
            return ERR_INPUT;
        if (archived->fd >= 0 && file_write_all(archived->fd, chunk, (size_t)n) != 0)
            return file_fail("write", target);
        archived->bytes += n;
    }
    if (n < 0 && source->fault == SOURCE_IO)
        return source_report_io(source);
    if (n < 0)
        archived->wrong = source_fault_text(source->fault);
    else if (archived->bytes == 0 || (has_header(name) && archived->bytes != wanted))
        archived->wrong = archived->bytes == 0 ? "it is empty" : "its size is not that of a segment";
    return archived->wrong == NULL ? 0 : ERR_INPUT;
}

int archive_read(const char *dir, const char *name, uint64_t system_identifier, const char *target,
                 struct archived *archived)
{
    char *path = archive_path(dir, name);
    char *chunk = malloc(CHUNK);
    struct source source = {.fd = -1};
    struct wal_name parts;
    int result = path == NULL || chunk == NULL ? fail(ERR_INTERNAL, "out of memory") : source_open(&source, path);

    archived->bytes = 0;
    archived->wrong = NULL;
    wal_name_parse(name, &parts);
    if (result == 0 && !source.gzip) {
        archived->wrong = "it is no gzip file";
        result = ERR_INPUT;
    }
    if (result == 0)
        result = read_all(&source, chunk, &parts, system_identifier, target, archived);
    source_release(&source);
    free(chunk);
    free(path);
    return result;
}

/* 1 same so far, 0 different, -1 reported; '*n' is how much was compared. */
static int compare_chunk(struct source *archived, int fd, const char *path, char *ours, char *theirs, size_t *n)
{
    ssize_t got = read_chunk(archived, theirs);
    int more;

    *n = got > 0 ? (size_t)got : 0;
    if (got < 0 && archived->fault == SOURCE_IO) {
        source_report_io(archived);
        return -1;
    }
    if (got < 0)
        return 0;
    /* At its end ours must be at its end, too. */
    more = file_read_all(fd, ours, *n == 0 ? 1 : *n);
    if (more < 0 && errno != 0) {
        file_fail("read", path);
        return -1;
    }
    return *n == 0 ? more == 0 : more == 1 && memcmp(ours, theirs, *n) == 0;
}

int archive_equals(const char *path, int fd, const char *source)
{
    struct source archived = {.fd = -1};
    char *chunks = malloc(2 * CHUNK);
    size_t n = 1;
    int same = chunks == NULL ? -1 : 1;

    if (chunks == NULL)
        fail(ERR_INTERNAL, "out of memory");
    else if (source_open(&archived, path) != 0)
        same = -1;
    if (same == 1 && lseek(fd, 0, SEEK_SET) < 0) {
        file_fail("read", source);
        same = -1;
    }
    while (same == 1 && n > 0)
        same = compare_chunk(&archived, fd, source, chunks, chunks + CHUNK, &n);
    source_release(&archived);
    free(chunks);
    return same;
}
