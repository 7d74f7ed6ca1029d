/* archive: the directory WAL is archived in. Each file is <name>.gz, written under another name, fsynced, and given its
 * name only when nothing has it (Manual 26.3.1: an archive must never overwrite). What is being written is
 * <name>.gz.tmp, locked (flock(2)). The file 'system-identifier', made by the first push, says whose archive it is. */
#ifndef BRIDGEJOB_JOBS_WAL_ARCHIVE_H
#define BRIDGEJOB_JOBS_WAL_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/wal/segment.h"

#define ARCHIVE_IDENTITY "system-identifier"

/* Whose archive it is. 0; ERR_NOINPUT when that file is not there, not reported; ERR_INPUT, ERR_IO …, reported. */
int archive_identity(const char *dir, uint64_t *system_identifier);

/* Say whose archive it is, unless somebody did before. 0 or an err kind, reported. */
int archive_claim(const char *dir, uint64_t system_identifier);

/* '<dir>/<name>.gz' in fresh memory; NULL, reported, when memory is out. */
char *archive_path(const char *dir, const char *name);

/* What a file in the archive's directory is: "NAME.gz" → NAME, taken apart. WAL_FOREIGN: none of the archive's. */
enum wal_kind archive_name(const char *file, char name[WAL_NAME_SIZE], struct wal_name *parts);

/* What is read of a file from the archive. */
struct archived {
    int fd;               /* where to write the content; -1: nowhere, it is only checked */
    int64_t bytes;        /* of the content */
    const char *wrong;    /* what is the matter with it; NULL: nothing, so far as it can be told without replaying it */
};

/* Read a file of the archive to its end: gzip whole, of a segment the header as its name and the archive say, the size
 * as the header says. 0; ERR_INPUT, not reported: 'wrong' tells; ERR_NOINPUT, ERR_NOPERM, ERR_IO, reported, when it
 * cannot be read; ERR_CANTCREATE or ERR_IO, reported with 'target', when it cannot be written; stop_requested(). */
int archive_read(const char *dir, const char *name, uint64_t system_identifier, const char *target,
                 struct archived *archived);

/* Whether the archive's file has the same content as 'fd', read from its begin: 1 it has, 0 it has not or is damaged;
 * -1, reported, when one of them cannot be read. */
int archive_equals(const char *path, int fd, const char *source);

/* Write what 'fd' holds (read from its begin) to '<dir>/<name>.gz'. 0; -1 when that name is taken meanwhile, not
 * reported; an err kind, reported. */
int archive_write(const char *path, int fd, const char *source);

#endif
