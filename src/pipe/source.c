#include "pipe/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"

#define SOURCE_CHUNK ((size_t)256 * 1024)
#define GZIP_WINDOW (15 + 16) /* largest window, gzip header only (zlib.h: inflateInit2) */

static bool starts_gzip(const unsigned char *bytes, size_t n)
{
    return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; /* RFC 1952 2.3.1 */
}

static ssize_t give_up(struct source *source, enum source_fault fault)
{
    source->fault = fault;
    source->ended = true;
    return -1;
}

/* Read more of the file behind what is left of the chunk. Bytes added; 0 at the end; -1. */
static ssize_t refill(struct source *source)
{
    if (source->in_len > 0 && source->in_at > 0)
        memmove(source->in, source->in + source->in_at, source->in_len);
    source->in_at = 0;
    struct pollfd fd = {.fd = source->fd, .events = POLLIN};
    ssize_t n = -1;
    errno = EINTR;
    while (n < 0 && errno == EINTR && !stop_requested())
        if (stop_poll(&fd, 1, -1) > 0) /* a pipe may have nothing for long */
            n = read(source->fd, source->in + source->in_len, SOURCE_CHUNK - source->in_len);
    if (n < 0) {
        source->error = errno;
        return give_up(source, SOURCE_IO);
    }
    source->in_len += (size_t)n;
    source->bytes_read += n;
    return n;
}

/* Have at least 'n' bytes in the chunk unless the file ends before. 0, or -1. */
static int peek(struct source *source, size_t n)
{
    while (source->in_len < n) {
        ssize_t got = refill(source);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
    }
    return 0;
}

static int start(struct source *source)
{
    source->fault = SOURCE_FINE;
    source->ended = false;
    source->bytes_read = source->bytes_out = 0;
    source->in_at = source->in_len = 0;
    if (peek(source, 2) < 0)
        return 0; /* the first read reports it */
    source->gzip = starts_gzip(source->in, source->in_len);
    if (source->gzip && inflateInit2(&source->z, GZIP_WINDOW) != Z_OK)
        return fail(ERR_INTERNAL, "out of memory for gzip");
    return 0;
}

/* A pipe opens when somebody opens its other end; a signal that asks to stop ends that (EINTR). */
static int open_file(const char *path)
{
    int fd;
    do
        fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR && !stop_requested());
    return fd;
}

int source_report_open(const char *path)
{
    if (errno == EINTR)
        return stop_requested();
    enum err kind = errno == ENOENT || errno == ENOTDIR ? ERR_NOINPUT : errno == EACCES ? ERR_NOPERM : ERR_IO;
    int result = fail_errno(kind, "cannot open '%s'", path);
    log_hint("run 'ls -l %s' to see whether it is there and who may read it", path);
    return result;
}

int source_open(struct source *source, const char *path)
{
    *source = (struct source){.path = path, .fd = -1, .trusted = -1};
    if (strcmp(path, "-") == 0) {
        source->fd = dup(STDIN_FILENO);
    } else {
        source->fd = open_file(path);
    }
    if (source->fd < 0)
        return source_report_open(path);
    source->begin = lseek(source->fd, 0, SEEK_CUR);
    if (source->begin < 0) /* a pipe */
        source->begin = 0;
    source->in = malloc(SOURCE_CHUNK);
    if (source->in == NULL) {
        source_release(source);
        return fail(ERR_INTERNAL, "out of memory");
    }
    return start(source);
}

void source_release(struct source *source)
{
    if (source->gzip)
        inflateEnd(&source->z);
    if (source->fd >= 0)
        close(source->fd);
    free(source->in);
    *source = (struct source){.fd = -1, .trusted = -1};
}

/* Behind a member: another one, zero padding and the end, the end, or garbage.
 * 1 another member, 0 the end, -1 a fault. */
static int next_member(struct source *source)
{
    for (;;) {
        if (peek(source, 2) < 0)
            return -1;
        if (source->in_len == 0)
            return 0;
        const unsigned char *next = source->in + source->in_at;
        if (starts_gzip(next, source->in_len))
            return inflateReset(&source->z) == Z_OK ? 1 : (int)give_up(source, SOURCE_DAMAGED);
        /* gzip(1) takes zeros behind the last member for tape padding. */
        if (next[0] != 0)
            return (int)give_up(source, source->in_len == 1 && next[0] == 0x1f ? SOURCE_CUT : SOURCE_GARBAGE);
        source->in_at++;
        source->in_len--;
    }
}

/* One step of inflate into 'out': bytes made (perhaps 0), or -1. '*member' tells that a
 * member ended, its checksum and length right. */
static ssize_t inflate_some(struct source *source, char *out, size_t cap, bool *member)
{
    ssize_t got = 1;
    *member = false;
    if (source->in_len == 0 && (got = refill(source)) < 0)
        return -1;
    source->z.next_in = source->in + source->in_at;
    source->z.avail_in = (uInt)source->in_len;
    source->z.next_out = (unsigned char *)out;
    source->z.avail_out = (uInt)(cap < SOURCE_CHUNK ? cap : SOURCE_CHUNK);
    uInt room = source->z.avail_out;
    int rc = inflate(&source->z, Z_NO_FLUSH);
    source->in_at += source->in_len - source->z.avail_in;
    source->in_len = source->z.avail_in;
    ssize_t made = (ssize_t)(room - source->z.avail_out);
    *member = rc == Z_STREAM_END;
    /* What was made before a fault comes first: it shows again in the next call. Behind the file's last
     * byte, too, inflate may still hold what found no room in 'out' before. */
    if (made > 0 || *member)
        return made;
    if (rc != Z_OK && rc != Z_BUF_ERROR)
        return give_up(source, SOURCE_DAMAGED);
    return got == 0 ? give_up(source, SOURCE_CUT) : 0;
}

static ssize_t read_gzip(struct source *source, char *out, size_t cap)
{
    for (;;) {
        bool member;
        ssize_t n = inflate_some(source, out, cap, &member);
        if (n < 0)
            return -1;
        if (member) {
            int more = next_member(source);
            if (more <= 0)
                source->ended = true;
            /* What this member gave comes first; a fault behind it waits for the next call. */
            if (n == 0 && more <= 0)
                return more;
        }
        if (n > 0)
            return n;
    }
}

static ssize_t read_plain(struct source *source, char *out, size_t cap)
{
    if (source->in_len == 0) {
        ssize_t got = refill(source);
        if (got <= 0) {
            source->ended = true;
            return got;
        }
    }
    size_t n = source->in_len < cap ? source->in_len : cap;
    memcpy(out, source->in + source->in_at, n);
    source->in_at += n;
    source->in_len -= n;
    return (ssize_t)n;
}

ssize_t source_read(struct source *source, char *out, size_t cap)
{
    if (source->trusted >= 0) {
        int64_t left = source->trusted - source->bytes_out;
        if (left <= 0)
            return source->fault == SOURCE_FINE ? 0 : -1;
        cap = (int64_t)cap < left ? cap : (size_t)left;
    }
    if (source->ended)
        return source->fault == SOURCE_FINE ? 0 : -1;
    ssize_t n = source->gzip ? read_gzip(source, out, cap) : read_plain(source, out, cap);
    if (n > 0)
        source->bytes_out += n;
    return n;
}

int source_report_io(const struct source *source)
{
    errno = source->error;
    return source_report_read(source->path);
}

int source_report_read(const char *path)
{
    if (stop_requested())
        return stop_requested();
    fail_errno(ERR_IO, "cannot read '%s'", path);
    log_hint("run 'dmesg' to see what the disk says, and run the command again when it is well");
    return ERR_IO;
}

static void verify_members(struct source *source, struct source_check *check)
{
    static char scratch[SOURCE_CHUNK];
    int64_t out = 0;
    for (int more = 1; more > 0;) {
        bool member = false;
        ssize_t n = inflate_some(source, scratch, sizeof(scratch), &member);
        if (n < 0)
            break;
        out += n;
        if (member) {
            check->members++;
            check->trusted = out;
            more = next_member(source);
        }
    }
    check->fault = source->fault;
    check->at = source->bytes_read - (int64_t)source->in_len;
    if (check->fault == SOURCE_CUT)
        check->trusted = out;
}

int source_verify(struct source *source, struct source_check *check)
{
    *check = (struct source_check){.trusted = -1};
    struct stat st;
    if (!source->gzip || fstat(source->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    check->trusted = 0;
    verify_members(source, check);
    if (check->fault == SOURCE_IO)
        return source_report_io(source);
    inflateEnd(&source->z);
    source->gzip = false;
    if (lseek(source->fd, source->begin, SEEK_SET) < 0)
        return fail_errno(ERR_IO, "cannot rewind '%s'", source->path);
    int rc = start(source);
    if (source->gzip) /* the checksums have been compared; once is enough */
        inflateValidate(&source->z, 0);
    if (check->fault != SOURCE_FINE) {
        source->trusted = check->trusted;
        source->fault = check->fault;
    }
    return rc;
}

const char *source_fault_text(enum source_fault fault)
{
    switch (fault) {
    case SOURCE_FINE: return "is whole";
    case SOURCE_CUT: return "is cut: the gzip data ends in the middle";
    case SOURCE_DAMAGED: return "is damaged: the gzip data or its checksum is wrong";
    case SOURCE_GARBAGE: return "has bytes behind its gzip data that are no gzip";
    case SOURCE_IO: return "cannot be read to its end";
    }
    return "is in an unknown state";
}
