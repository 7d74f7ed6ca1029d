/* files: the migrations of a directory, or of a set the binary carries, read and paired as
 * names.h says. What is no migration is listed, never run. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_FILES_H
#define BRIDGEJOB_JOBS_MIGRATE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"
#include "jobs/migrate/checksum.h"

struct migration_file {
    char *name;                   /* NULL: there is none */
    char *text;                   /* NUL-terminated, without a byte order mark */
    size_t len;
    char checksum[SHA256_HEX_SIZE]; /* of the file as it is */
};

struct migration {
    char *version;                /* the number as written: "001" */
    char *title;                  /* "create_workflow_executions" */
    struct migration_file forward;
    struct migration_file rollback;
    bool embedded;                /* of a set the binary carries, and read from there */
};

struct ignored_file {
    char *name;
    const char *why;              /* "it is not named as a migration" */
};

/* Sorted: number, then file name. */
struct migrations {
    struct migration *at;
    size_t n;
    bool embedded;                /* a set the binary carries */
    struct ignored_file *ignored; /* files that are no migrations */
    size_t n_ignored;
};

/* The sets the binary carries: the tables of this program, and those of the profile mbflow (ingest). They share the
 * history; the names of their files differ. */
enum embedded_set { SET_BRIDGE, SET_MBFLOW, SET_COUNT };

/* Read a directory, or with NULL a set the binary carries. 0; ERR_NOINPUT when there is
 * no such directory or no migration in it; ERR_IO, ERR_INPUT. Reported. */
int migrations_read(struct migrations *set, enum embedded_set embedded, const char *dir);
void migrations_release(struct migrations *set);

/* The migration whose forward file has that name, or NULL. */
const struct migration *migrations_find(const struct migrations *set, const char *file);

/* Whether that file, which is none of these, is of an embedded set none of whose files are: then it is not missing
 * here, but another set's. */
bool migrations_are_beside(const struct migrations *set, const char *file);

#endif
