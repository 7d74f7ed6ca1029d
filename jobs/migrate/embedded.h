/* The migrations the binary carries: made by tools/embed from migrations/ and
 * migrations/mbflow/ at build time. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_EMBEDDED_H
#define BRIDGEJOB_JOBS_MIGRATE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* without folder, as 001_create_workflow_executions.sql */
    const char *text; /* the file's bytes; a NUL follows them */
    size_t len;       /* without that NUL */
};

/* Sorted by name, byte by byte. */
extern const struct embedded_file embedded_files[];
extern const size_t n_embedded_files;
extern const struct embedded_file embedded_mbflow[];
extern const size_t n_embedded_mbflow;

#endif
