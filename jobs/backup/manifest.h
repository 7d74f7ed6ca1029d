/* manifest: what a backup is, and what must be found in it. A file of JSON beside its data, <id>.json, whose last
 * member is the SHA-256 of everything before it (as PostgreSQL's own backup_manifest, Manual 76). */
#ifndef BRIDGEJOB_JOBS_BACKUP_MANIFEST_H
#define BRIDGEJOB_JOBS_BACKUP_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/sha256.h"

enum backup_kind { BACKUP_LOGICAL, BACKUP_PHYSICAL };
enum backup_format { BACKUP_CUSTOM, BACKUP_DIRECTORY, BACKUP_PLAIN, BACKUP_TAR };

/* One file of it; the manifest itself is none. */
struct backup_file {
    char *name; /* from the backup's directory on: "app_20260131T013000Z.dump", "data/toc.dat" */
    int64_t bytes;
    char sha256[SHA256_HEX_SIZE];
};

/* A table, in the snapshot that was dumped. */
struct backup_table {
    char *schema, *name;
    char *parent_schema, *parent; /* the partitioned table it is a partition of; NULL: none */
    int64_t rows;                 /* -1: not counted (a physical backup, a partitioned table) */
};

/* A migration that is applied in it. */
struct backup_migration {
    char *set;     /* "bridge" */
    char *version; /* "017" */
};

#define MANIFEST_DRILL "drill: "

/* Texts are owned; NULL when unknown. Times are microseconds since 1970 (core/time.h), 0 when there is none. */
struct manifest {
    char *id;
    enum backup_kind kind;
    enum backup_format format;
    char *database;          /* of a physical backup the one that was connected to */
    int64_t created_at;      /* of the snapshot, by the server's clock; of a physical backup its begin */
    int64_t finished_at;
    double elapsed_s;
    char *server_version;    /* "15.20 (Debian 15.20-0+deb12u1)" */
    int64_t server_version_num;
    char *system_identifier;
    char *lsn;               /* where the server stood; of a physical backup where its WAL begins */
    char *end_lsn;           /* of a physical backup: no restore may stop before */
    int64_t timeline;
    char *tool;              /* "pg_dump (PostgreSQL) 15.20" */
    char *encrypted;         /* "age" or "gpg"; NULL: it is not */
    char *recipient;
    int64_t database_bytes;  /* pg_database_size(); of a physical backup of all of them */
    int64_t bytes;           /* of all files */
    int64_t verified_at;     /* when it was last read and found whole; 0: never, or it was found damaged since */
    char *fault;             /* what the last verification found, or why the manifest itself cannot be read; with
                              * MANIFEST_DRILL before it what a drill found, which a verification does not take back */
    bool damaged;            /* the manifest itself cannot be used: only 'fault' and 'id' are set, and 'database' and
                              * 'created_at' as the id has them */
    int64_t drilled_at;      /* when it was last restored by a drill that found nothing wrong */
    double drill_s;          /* how long that took until the database was open */
    struct backup_file *files;
    size_t n_files;
    struct backup_table *tables;
    size_t n_tables;
    struct backup_migration *migrations;
    size_t n_migrations;
};

void manifest_init(struct manifest *manifest);
void manifest_release(struct manifest *manifest);

/* Whether it counts: it was verified, and not found damaged since. */
bool manifest_is_good(const struct manifest *manifest);

/* Whether the last drill could not make a database of it: then only a drill that can makes it count again. */
bool manifest_failed_drill(const struct manifest *manifest);

/* Grow by one, zeroed; NULL, reported, when memory is out. Valid until the next of its kind. */
struct backup_file *manifest_add_file(struct manifest *manifest);
struct backup_table *manifest_add_table(struct manifest *manifest);
struct backup_migration *manifest_add_migration(struct manifest *manifest);

/* Put a text in place of the one that was there. 0 or ERR_INTERNAL, reported. */
int manifest_set(char **text, const char *value);

/* The JSON text, its checksum included, as it stands in the file. */
void manifest_print(const struct manifest *manifest, struct buf *json);

/* Write '<dir>/<id>.json', 'dir' being the backup's own directory: temp, fsync, rename (core/file.h). 0 or an err
 * kind, reported. */
int manifest_write(const struct manifest *manifest, const char *dir);

/* Take apart what manifest_print() made. The manifest has been initialized. NULL, or what is wrong with it: "its
 * checksum does not fit"; then what could be read is not to be relied on. */
const char *manifest_parse(struct manifest *manifest, struct span json);

const char *backup_kind_name(enum backup_kind kind);
const char *backup_format_name(enum backup_format format);

#endif
