/* What check_backup.c, check_dump.c, check_gzip.c and check_tar.c share. */
#ifndef BRIDGEJOB_JOBS_BACKUP_CHECK_PARTS_H
#define BRIDGEJOB_JOBS_BACKUP_CHECK_PARTS_H

#include "core/spawn.h"
#include "jobs/backup/check_backup.h"

/* A check under way. */
struct checking {
    const char *path;
    const struct manifest *manifest;
    const struct backup_options *options;
    struct backup_check *check;
};

/* Note what is wrong, unless something is noted already. Always 0: it was found out. */
int check_found(struct checking *checking, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Wait for a program that has read 'name', whose sums are right. That it failed is a fault of the backup; but for what
 * says nothing about it: it was killed, is too old, or has another key. 0, or an err kind, reported. */
int check_ended_well(struct checking *checking, struct child *child, const char *name);

/* Give what a gzip file holds to 'add', to its end: the file 'path', or with NULL what comes out of the descriptor
 * 'in'; 'name' is what a fault calls it. 0, also when it is cut or damaged, which is noted; an err kind, reported, when
 * it cannot be read. */
int check_gzip(struct checking *checking, const char *name, const char *path, int in,
               void (*add)(void *scan, const char *bytes, size_t n), void *scan);

/* The contents of a dump: its tables and their rows. 0, or an err kind, reported. */
int check_dump(struct checking *checking);

/* The contents of a physical backup's archives. 0, or an err kind, reported. */
int check_tars(struct checking *checking);

#endif
