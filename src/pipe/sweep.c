#include "pipe/sweep.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"

#define GRACE_S 60 /* between the making of a file and its locking there is a moment */

static bool take_ending(const char *name, size_t *n, const char *ending)
{
    size_t len = strlen(ending);
    if (*n < len || memcmp(name + *n - len, ending, len) != 0)
        return false;
    *n -= len;
    return true;
}

/* "<file>.<run>.rej.XXXXXX.tmp", "<file>.<run>-<copy>.rej.jsonl.XXXXXX.tmp" */
static bool is_leftover(const char *name)
{
    size_t n = strlen(name);
    if (!take_ending(name, &n, ".tmp") || n < 7 || name[n - 7] != '.')
        return false;
    n -= 7;
    take_ending(name, &n, ".jsonl");
    if (!take_ending(name, &n, ".rej"))
        return false;
    size_t end = n;
    while (n > 0 && (isdigit((unsigned char)name[n - 1]) || name[n - 1] == '-'))
        n--;
    return n < end && n > 1 && name[n - 1] == '.';
}

/* A lock that can be had has no holder. */
static bool is_given_up(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mtime < time(NULL) - GRACE_S &&
           flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void sweep_file(int dir, const char *name)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (is_given_up(fd) && unlinkat(dir, name, 0) == 0)
        log_debug("removed '%s', which a killed run left", name);
    close(fd);
}

void sweep_rejects(const char *dir)
{
    DIR *entries = opendir(dir);
    if (entries == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (is_leftover(entry->d_name))
            sweep_file(dirfd(entries), entry->d_name);
    closedir(entries);
}
