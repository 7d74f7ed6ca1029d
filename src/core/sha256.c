#include "core/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/stop.h"

#define CHUNK ((size_t)64 * 1024)

void sha256_begin(struct sha256 *sum)
{
    sum->context = EVP_MD_CTX_new();
    if (sum->context != NULL && EVP_DigestInit_ex(sum->context, EVP_sha256(), NULL) != 1)
        sha256_release(sum);
}

void sha256_add(struct sha256 *sum, const void *bytes, size_t n)
{
    if (sum->context != NULL && EVP_DigestUpdate(sum->context, bytes, n) != 1)
        sha256_release(sum);
}

int sha256_end(struct sha256 *sum, char hex[SHA256_HEX_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    int result = -1;

    if (sum->context != NULL && EVP_DigestFinal_ex(sum->context, digest, &n) == 1)
        result = 0;
    for (unsigned i = 0; i < n && 2 * i + 2 < SHA256_HEX_SIZE; i++)
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    sha256_release(sum);
    return result;
}

void sha256_release(struct sha256 *sum)
{
    EVP_MD_CTX_free(sum->context);
    sum->context = NULL;
}

int sha256_of(struct span bytes, char hex[SHA256_HEX_SIZE])
{
    struct sha256 sum;

    sha256_begin(&sum);
    sha256_add(&sum, bytes.at, bytes.len);
    return sha256_end(&sum, hex);
}

int sha256_of_file(int fd, char hex[SHA256_HEX_SIZE], long long *n)
{
    char chunk[CHUNK];
    struct sha256 sum;
    ssize_t got = 0;
    off_t at = 0;

    sha256_begin(&sum);
    while (!stop_requested()) {
        got = pread(fd, chunk, sizeof(chunk), at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        sha256_add(&sum, chunk, (size_t)got);
        at += got;
    }
    if (n != NULL)
        *n = at;
    if (got == 0 && !stop_requested()) {
        errno = ENOMEM;
        return sha256_end(&sum, hex);
    }
    sha256_release(&sum);
    if (stop_requested())
        errno = EINTR;
    return -1;
}
