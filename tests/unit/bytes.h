/* Files of given bytes, plain or gzip, for tests of what reads them. */
#ifndef BRIDGEJOB_TESTS_UNIT_BYTES_H
#define BRIDGEJOB_TESTS_UNIT_BYTES_H

#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "core/buf.h"
#include "core/file.h"

/* A regular file without a name, and a path that opens it from its start. */
struct bytes_file {
    int fd;
    char path[40];
};

static inline void bytes_file_make(struct bytes_file *file, const void *bytes, size_t n)
{
    file->fd = memfd_create("bytes", MFD_CLOEXEC);
    assert_true(file->fd >= 0);
    assert_int_equal(file_write_all(file->fd, bytes, n), 0);
    snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
}

static inline void bytes_file_release(struct bytes_file *file)
{
    close(file->fd);
}

/* Append a gzip member. */
static inline void bytes_add_gzip(struct buf *out, const void *bytes, size_t n, int level)
{
    z_stream z = {.avail_in = (uInt)n};

    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_out = (uInt)deflateBound(&z, n) + 64;
    z.next_out = (unsigned char *)buf_reserve(out, z.avail_out);
    assert_non_null(z.next_out);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len += z.total_out;
    deflateEnd(&z);
}

/* Bytes that do not compress: the same in every run. */
static inline void bytes_add_noise(struct buf *out, size_t n)
{
    uint32_t state = 7;

    for (size_t i = 0; i < n; i++) {
        state = state * 1664525U + 1013904223U;
        buf_add_char(out, (char)(state >> 24));
    }
}

#endif
