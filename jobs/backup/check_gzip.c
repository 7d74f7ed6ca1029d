#include <stdio.h>

#include "jobs/backup/check_parts.h"
#include "pipe/source.h"

#define CHUNK ((size_t)128 * 1024)

int check_gzip(struct checking *checking, const char *name, const char *path, int in,
               void (*add)(void *scan, const char *bytes, size_t n), void *scan)
{
    char chunk[CHUNK], pipe[32];
    struct source source;
    ssize_t n = 0;
    int result;

    snprintf(pipe, sizeof(pipe), "/proc/self/fd/%d", in);
    result = source_open(&source, path == NULL ? pipe : path);
    if (result != 0)
        return result;
    while (source.gzip && (n = source_read(&source, chunk, sizeof(chunk))) > 0)
        add(scan, chunk, (size_t)n);
    if (!source.gzip)
        check_found(checking, "'%s' is not compressed by gzip", name);
    else if (n < 0 && source.fault == SOURCE_IO)
        result = source_report_io(&source);
    else if (n < 0)
        check_found(checking, "'%s' %s", name, source_fault_text(source.fault));
    source_release(&source);
    return result;
}
