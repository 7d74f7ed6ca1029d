#include "jobs/backup/drill_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/tree.h"

#define NAME "drill."
#define TRIES 10
#define ANEW ((int64_t)128 << 20) /* an empty cluster and its WAL */

static void sweep_one(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    int lock = path == NULL ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (lock >= 0 && fstat(lock, &st) == 0 && st.st_uid == geteuid() &&
        flock(lock, LOCK_EX | LOCK_NB) == 0 && tree_remove(path) == 0)
        log_info("'%s', left by a drill that was killed, is removed", path);
    if (lock >= 0)
        close(lock);
    free(path);
}

static void sweep(const char *dir)
{
    DIR *entries = opendir(dir);

    if (entries == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (strncmp(entry->d_name, NAME, strlen(NAME)) == 0 && strlen(entry->d_name) == strlen(NAME) + 6)
            sweep_one(dir, entry->d_name);
    closedir(entries);
}

/* What is restored takes about what the original had, and its indexes are built beside it. */
static int check_room(const char *dir, int64_t bytes)
{
    int64_t needed = bytes + bytes / 5 + ANEW;
    struct statvfs disk;
    int64_t room;

    if (statvfs(dir, &disk) != 0)
        return file_fail("look at", dir);
    room = (int64_t)(disk.f_bavail * disk.f_frsize);
    if (room >= needed)
        return 0;
    fail(ERR_CANTCREATE, "'%s' has %lld MB free, and the drill needs some %lld MB", dir, (long long)(room >> 20),
         (long long)(needed >> 20));
    log_hint("name a directory with more room: --work-dir DIR");
    return ERR_CANTCREATE;
}

/* Before it was locked it looked left behind, and may be gone, or another drill removes it. */
static bool is_ours(const struct drill_place *place)
{
    struct stat held, named;

    return place->lock >= 0 && flock(place->lock, LOCK_EX | LOCK_NB) == 0 && fstat(place->lock, &held) == 0 &&
           stat(place->dir, &named) == 0 && held.st_ino == named.st_ino;
}

static void forget(struct drill_place *place)
{
    if (place->lock >= 0)
        close(place->lock);
    free(place->data);
    free(place->dir);
    *place = DRILL_PLACE_INIT;
}

/* 0 made and locked, 1 taken away meanwhile, or an err kind, reported. */
static int make_once(struct drill_place *place, const char *dir)
{
    *place = DRILL_PLACE_INIT;
    if (asprintf(&place->dir, "%s/" NAME "XXXXXX", dir) < 0) {
        place->dir = NULL;
        return fail(ERR_INTERNAL, "out of memory");
    }
    if (mkdtemp(place->dir) == NULL) {
        forget(place);
        return file_fail("create a directory in", dir);
    }
    place->lock = open(place->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!is_ours(place)) {
        forget(place);
        return 1;
    }
    place->data = file_join(place->dir, "data");
    return place->data == NULL ? fail(ERR_INTERNAL, "out of memory") : 0;
}

static int make_in(struct drill_place *place, const char *dir)
{
    int result = 1;

    for (int try = 0; result == 1 && try < TRIES; try++)
        result = make_once(place, dir);
    return result == 1 ? fail(ERR_TEMPFAIL, "other drills keep removing what is made in '%s'", dir) : result;
}

/* The server wants a path that holds wherever it runs. */
int drill_place_make(struct drill_place *place, const char *dir, int64_t bytes)
{
    char *whole = realpath(dir, NULL);
    int result;

    *place = DRILL_PLACE_INIT;
    if (whole == NULL)
        return file_fail("use", dir);
    sweep(whole);
    result = check_room(whole, bytes);
    if (result == 0)
        result = make_in(place, whole);
    free(whole);
    return result;
}

int drill_place_remove(struct drill_place *place)
{
    int result = 0;

    if (place->dir != NULL && tree_remove(place->dir) != 0)
        result = file_fail("remove", place->dir);
    forget(place);
    return result;
}
