#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "jobs/backup/base_files.h"
#include "jobs/backup/check_parts.h"
#include "jobs/backup/decrypt.h"
#include "jobs/backup/tar_scan.h"

#define MANIFEST "backup_manifest"

/* What was read of the archives so far. */
struct reading_tars {
    struct checking *checking;
    struct base_files files;
    char prefix[64];         /* of the members of this archive, from the data directory on */
    struct base_file *file;  /* the member under way; NULL: none that is looked at */
    struct sha256 sum;
    bool summing, keeping;
    struct buf manifest;     /* PostgreSQL's */
};

static void begin(void *context, const char *name, char type, int64_t size)
{
    struct reading_tars *reading = context;

    reading->summing = reading->keeping = false;
    if (type != '0')
        return;
    reading->file = base_files_add(&reading->files, reading->prefix, name);
    if (reading->file == NULL)
        return;
    reading->file->size = size;
    reading->keeping = strcmp(reading->file->path, MANIFEST) == 0;
    reading->summing = true;
    sha256_begin(&reading->sum);
}

static void take(void *context, const char *bytes, size_t n)
{
    struct reading_tars *reading = context;

    if (reading->summing)
        sha256_add(&reading->sum, bytes, n);
    if (reading->keeping)
        buf_add(&reading->manifest, bytes, n);
}

static void end(void *context)
{
    struct reading_tars *reading = context;

    if (reading->summing && sha256_end(&reading->sum, reading->file->sha256) != 0)
        reading->files.failed = true;
    reading->summing = false;
}

static void add_to_scan(void *scan, const char *bytes, size_t n)
{
    tar_scan_add(scan, bytes, n);
}

static int scan_encrypted(struct reading_tars *reading, struct tar_scan *scan, const char *name, const char *path)
{
    const struct checking *checking = reading->checking;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct child child = CHILD_INIT;
    int result;

    if (fd < 0)
        return file_fail("read", path);
    result = decrypt_start(checking->manifest, checking->options->identity, fd, &child);
    close(fd);
    if (result == 0)
        result = check_gzip(reading->checking, name, NULL, child.out, add_to_scan, scan);
    if (result == 0)
        result = check_ended_well(reading->checking, &child, name);
    child_release(&child);
    return result;
}

static int scan_tar(struct reading_tars *reading, const char *name)
{
    const struct tar_reader reader = {.begin = begin, .take = take, .end = end, .context = reading};
    struct checking *checking = reading->checking;
    char *path = file_join(checking->path, name);
    struct tar_scan scan;
    int result;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    tar_scan_init(&scan, &reader);
    if (checking->manifest->encrypted != NULL)
        result = scan_encrypted(reading, &scan, name, path);
    else
        result = check_gzip(checking, name, path, -1, add_to_scan, &scan);
    if (result == 0 && checking->check->contents && tar_scan_end(&scan) != NULL)
        check_found(checking, "'%s' is no whole archive: %s", name, tar_scan_end(&scan));
    sha256_release(&reading->sum);
    free(path);
    return result;
}

static int read_manifest(struct reading_tars *reading)
{
    char *path = file_join(reading->checking->path, MANIFEST);
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    char chunk[4096];
    ssize_t n = 1;
    int result = 0;

    while (fd >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0)
        buf_add(&reading->manifest, chunk, (size_t)n);
    if (fd < 0 || n < 0)
        result = file_fail("read", path == NULL ? MANIFEST : path);
    if (fd >= 0)
        close(fd);
    free(path);
    return result;
}

/* What pg_basebackup calls its archives: base, pg_wal, and the number of each tablespace (Manual, pg_basebackup). */
static int read_file(struct reading_tars *reading, const char *name)
{
    int digits = (int)strspn(name, "0123456789");

    if (strcmp(name, MANIFEST) == 0)
        return read_manifest(reading);
    if (strncmp(name, "pg_wal.", 7) == 0)
        snprintf(reading->prefix, sizeof(reading->prefix), "pg_wal/");
    else if (digits > 0)
        snprintf(reading->prefix, sizeof(reading->prefix), "pg_tblspc/%.*s/", digits, name);
    else
        reading->prefix[0] = '\0';
    return scan_tar(reading, name);
}

static void compare(struct reading_tars *reading)
{
    char wrong[sizeof(reading->checking->check->fault)];

    if (!base_files_match(&reading->files, buf_span(&reading->manifest), wrong, sizeof(wrong)))
        check_found(reading->checking, "the base backup is not whole: %s", wrong);
}

int check_tars(struct checking *checking)
{
    struct reading_tars reading = {.checking = checking};
    int result = 0;

    for (size_t i = 0; result == 0 && checking->check->fault[0] == '\0' && i < checking->manifest->n_files; i++)
        result = read_file(&reading, checking->manifest->files[i].name);
    if (result == 0 && (reading.files.failed || !buf_ok(&reading.manifest)))
        result = fail(ERR_INTERNAL, "out of memory");
    if (result == 0 && checking->check->contents && checking->check->fault[0] == '\0')
        compare(&reading);
    base_files_release(&reading.files);
    buf_release(&reading.manifest);
    return result;
}
