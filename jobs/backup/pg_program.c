#include "jobs/backup/pg_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/spawn.h"
#include "core/stop.h"

char *pg_program(const char *bindir, int64_t version_num, const char *name)
{
    char *path = NULL;

    if (bindir != NULL)
        path = file_join(bindir, name);
    else if (asprintf(&path, "/usr/lib/postgresql/%d/bin/%s", (int)(version_num / 10000), name) < 0)
        path = NULL;
    /* Another major version may do: pg_dump reads every older server, and says so when the server is newer. */
    if (path != NULL && bindir == NULL && access(path, X_OK) != 0) {
        free(path);
        path = strdup(name);
    }
    if (path == NULL)
        fail(ERR_INTERNAL, "out of memory");
    return path;
}

/* The first line of what it prints. */
static void read_line(int fd, char line[256])
{
    size_t len = 0;
    ssize_t n;

    while (len < 255 && (n = read(fd, line + len, 255 - len)) > 0)
        len += (size_t)n;
    line[len] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

int pg_program_version(const char *program, char **version)
{
    const char *const argv[] = {program, "--version", NULL};
    const struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_PIPE};
    struct child child;
    char line[256] = "";
    int code;
    int result = spawn_start(&spawn, &child);

    if (result != 0)
        return result;
    read_line(child.out, line);
    code = child_wait(&child);
    child_release(&child);
    if (stop_requested())
        return stop_requested();
    if (code != 0)
        return fail(ERR_CONFIG, "'%s --version' ended with exit code %d", program, code);
    *version = strdup(line);
    return *version == NULL ? fail(ERR_INTERNAL, "out of memory") : 0;
}
