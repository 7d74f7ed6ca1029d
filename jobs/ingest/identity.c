#include "jobs/ingest/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/sha256.h"
#include "core/stop.h"
#include "core/time.h"
#include "pipe/source.h"

#define BLOCK ((size_t)64 * 1024)

static int64_t modified_at(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * TIME_SECOND + st->st_mtim.tv_nsec / 1000;
}

/* Digest up to 'n' bytes from 'offset' on. 0, or -1 with errno. */
static int digest_part(struct sha256 *sum, int fd, off_t offset, size_t n)
{
    unsigned char block[BLOCK];
    while (n > 0) {
        ssize_t got = pread(fd, block, n < BLOCK ? n : BLOCK, offset);
        if (got < 0 && errno == EINTR && !stop_requested())
            continue;
        if (stop_requested())
            return -1;
        if (got <= 0)
            return (int)got;
        sha256_add(sum, block, (size_t)got);
        offset += got;
        n -= (size_t)got;
    }
    return 0;
}

/* SHA-256 of the size and the ends of the file. 0, or -1 with errno. */
static int digest_ends(int fd, int64_t size, char out[SHA256_HEX_SIZE])
{
    off_t last = size > (int64_t)BLOCK ? (off_t)(size - (int64_t)BLOCK) : 0;
    struct sha256 sum;
    char head[32];
    int n = snprintf(head, sizeof(head), "%lld ", (long long)size);
    sha256_begin(&sum);
    sha256_add(&sum, head, (size_t)n);
    if (digest_part(&sum, fd, 0, BLOCK) == 0 && digest_part(&sum, fd, last, BLOCK) == 0)
        return sha256_end(&sum, out);
    sha256_release(&sum);
    return -1;
}

static int read_digest(const char *path, struct ledger_file *file, bool all)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return source_report_open(path);
    int rc = all ? sha256_of_file(fd, file->content, NULL) : digest_ends(fd, file->size, file->fingerprint);
    if (rc != 0)
        rc = source_report_read(path);
    close(fd);
    return rc;
}

int identity_read(const char *path, struct ledger_file *file, bool *regular)
{
    struct stat st;
    *file = (struct ledger_file){.name = path, .modified = time_now()};
    *regular = false;
    if (strcmp(path, "-") == 0)
        return 0;
    if (stat(path, &st) != 0)
        return source_report_open(path);
    if (!S_ISREG(st.st_mode))
        return 0;
    *regular = true;
    file->size = st.st_size;
    file->modified = modified_at(&st);
    file->inode = st.st_ino;
    return read_digest(path, file, false);
}

void identity_set_profile(struct ledger_file *file, const char *profile)
{
    char text[SHA256_HEX_SIZE + 32];
    int n = snprintf(text, sizeof(text), "%.20s %s", profile, file->fingerprint);
    sha256_of((struct span){text, (size_t)n}, file->fingerprint);
}

int identity_read_all(const char *path, struct ledger_file *file)
{
    return read_digest(path, file, true);
}

bool identity_holds(const char *path, const struct ledger_file *file)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_size == file->size && modified_at(&st) == file->modified &&
           st.st_ino == file->inode;
}

int identity_lock_key(const struct ledger_file *file)
{
    unsigned long key = strtoul((char[9]){file->fingerprint[0], file->fingerprint[1], file->fingerprint[2],
                                          file->fingerprint[3], file->fingerprint[4], file->fingerprint[5],
                                          file->fingerprint[6], file->fingerprint[7], '\0'}, NULL, 16);
    return (int)(int32_t)(uint32_t)(key | 0x80000000UL);
}
