#include "jobs/ingest/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/stop.h"
#include "core/time.h"
#include "pipe/source.h"

#define BLOCK ((size_t)64 * 1024)

static int64_t modified_at(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * TIME_SECOND + st->st_mtim.tv_nsec / 1000;
}

static void to_hex(const unsigned char *digest, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* Digest up to 'n' bytes from 'offset' on. 0, or -1 with errno. */
static int digest_part(EVP_MD_CTX *digest, int fd, off_t offset, size_t n)
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
        EVP_DigestUpdate(digest, block, (size_t)got);
        offset += got;
        n -= (size_t)got;
    }
    return 0;
}

/* SHA-256 of the size and the ends of the file, or of all of it. */
static int digest_file(int fd, int64_t size, bool all, char out[LEDGER_SHA256_SIZE])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    char head[32];
    int rc = -1;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        goto out;
    if (all) {
        rc = digest_part(digest, fd, 0, SIZE_MAX);
    } else {
        int n = snprintf(head, sizeof(head), "%lld ", (long long)size);
        EVP_DigestUpdate(digest, head, (size_t)n);
        off_t last = size > (int64_t)BLOCK ? (off_t)(size - (int64_t)BLOCK) : 0;
        rc = digest_part(digest, fd, 0, BLOCK);
        if (rc == 0)
            rc = digest_part(digest, fd, last, BLOCK);
    }
    if (rc == 0 && EVP_DigestFinal_ex(digest, sum, &len) == 1)
        to_hex(sum, len, out);
    else
        rc = -1;
out:
    EVP_MD_CTX_free(digest);
    return rc;
}

static int read_digest(const char *path, struct ledger_file *file, bool all)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return source_report_open(path);
    int rc = digest_file(fd, file->size, all, all ? file->content : file->fingerprint);
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
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    char text[LEDGER_SHA256_SIZE + 32];
    int n = snprintf(text, sizeof(text), "%.20s %s", profile, file->fingerprint);
    if (EVP_Digest(text, (size_t)n, sum, &len, EVP_sha256(), NULL) == 1)
        to_hex(sum, len, file->fingerprint);
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
