/* Backups in a directory, for tests of what reads them: a plain dump of one table each. */
#ifndef BRIDGEJOB_TESTS_UNIT_STORED_H
#define BRIDGEJOB_TESTS_UNIT_STORED_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/err.h"
#include "core/file.h"
#include "core/tree.h"
#include "jobs/backup/manifest.h"
#include "unit.h"

#define STORED_DUMP                                                                                                \
    "SET a = 1;\nCOPY public.\"o'dd\" (a) FROM stdin;\n1\n2\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n"

struct stored {
    char dir[64];    /* the directory of backups; "" is before stored_begin() */
    char path[300];  /* of the backup made last */
    char file[700];  /* its data */
};

static inline void stored_begin(struct stored *stored)
{
    *stored = (struct stored){.dir = "/tmp/bridgejob_stored_XXXXXX"};
    assert_non_null(mkdtemp(stored->dir));
}

static inline void stored_end(const struct stored *stored)
{
    assert_int_equal(tree_remove(stored->dir), 0);
}

static inline void stored_gzip(const char *path, const char *text)
{
    gzFile out = gzopen(path, "wb");

    assert_non_null(out);
    assert_int_equal(gzwrite(out, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(out), Z_OK);
}

/* Take a file into the manifest as it is now. */
static inline void stored_take(struct manifest *manifest, const char *path, const char *name)
{
    struct backup_file *file = manifest->n_files > 0 ? &manifest->files[0] : manifest_add_file(manifest);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    long long n = 0;

    assert_true(fd >= 0);
    assert_int_equal(manifest_set(&file->name, name), 0);
    assert_int_equal(sha256_of_file(fd, file->sha256, &n), 0);
    file->bytes = manifest->bytes = n;
    close(fd);
}

/* Make <dir>/<id>/ with <id>.sql.gz and its manifest, which the caller initialized, may have set facts of, and
 * releases. */
static inline void stored_make(struct stored *stored, struct manifest *manifest, const char *id)
{
    struct backup_table *table = manifest_add_table(manifest);
    char name[280];

    snprintf(stored->path, sizeof(stored->path), "%s/%s", stored->dir, id);
    snprintf(name, sizeof(name), "%s.sql.gz", id);
    snprintf(stored->file, sizeof(stored->file), "%s/%s", stored->path, name);
    assert_int_equal(mkdir(stored->path, 0700), 0);
    stored_gzip(stored->file, STORED_DUMP);
    manifest->format = BACKUP_PLAIN;
    assert_int_equal(manifest_set(&manifest->id, id), 0);
    assert_int_equal(manifest_set(&manifest->database, "app"), 0);
    assert_int_equal(manifest_set(&table->schema, "public"), 0);
    assert_int_equal(manifest_set(&table->name, "o'dd"), 0);
    table->rows = 2;
    stored_take(manifest, stored->file, name);
    assert_int_equal(manifest_write(manifest, stored->path), 0);
}

#endif
