/* tar_scan: a tar archive, in pieces as they come → its members and their bytes. Reads the ustar form that PostgreSQL
 * writes (POSIX.1-2017, pax, "ustar Interchange Format"; src/port/tar.c): no long names by extension. */
#ifndef BRIDGEJOB_JOBS_BACKUP_TAR_SCAN_H
#define BRIDGEJOB_JOBS_BACKUP_TAR_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAR_BLOCK 512

/* What is told of a member; all but 'take' come once. Its type: '0' file, '2' link, '5' directory. */
struct tar_reader {
    void (*begin)(void *context, const char *name, char type, int64_t size);
    void (*take)(void *context, const char *bytes, size_t n);
    void (*end)(void *context);
    void *context;
};

struct tar_scan {
    struct tar_reader reader;
    char block[TAR_BLOCK]; /* of a header, as far as it came */
    size_t filled;
    int64_t left;          /* bytes of the member's content to come */
    size_t padding;        /* bytes to come up to the next block */
    int zeros;             /* blocks of zeros: two end the archive */
    bool damaged;          /* a header is none */
};

void tar_scan_init(struct tar_scan *scan, const struct tar_reader *reader);
void tar_scan_add(struct tar_scan *scan, const char *bytes, size_t n);

/* All of it came: NULL, or what is wrong: "it ends within a member". */
const char *tar_scan_end(const struct tar_scan *scan);

#endif
