#include "jobs/backup/pg_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"

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
