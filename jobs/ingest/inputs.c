#include "jobs/ingest/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"

static int add(struct inputs *inputs, char *path)
{
    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < inputs->n; i++) {
        if (strcmp(inputs->paths[i], path) == 0) {
            free(path);
            return 0;
        }
    }
    if (inputs->n == inputs->cap) {
        size_t cap = inputs->cap == 0 ? 64 : 2 * inputs->cap;
        char **paths = realloc(inputs->paths, cap * sizeof(*paths));
        if (paths == NULL) {
            free(path);
            return fail(ERR_INTERNAL, "out of memory");
        }
        inputs->paths = paths;
        inputs->cap = cap;
    }
    inputs->paths[inputs->n++] = path;
    return 0;
}

static bool ends_in(const char *name, size_t len, const char *ending)
{
    size_t n = strlen(ending);
    return len > n && memcmp(name + len - n, ending, n) == 0;
}

static int is_log(const struct dirent *entry)
{
    const char *name = entry->d_name;
    size_t len = strlen(name);
    if (name[0] == '.' || ends_in(name, len, ".rej.jsonl")) /* our own records are no events */
        return 0;
    if (ends_in(name, len, ".gz"))
        len -= 3;
    return ends_in(name, len, ".ndjson") || ends_in(name, len, ".jsonl") || ends_in(name, len, ".json");
}

static int add_directory(struct inputs *inputs, const char *dir)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, is_log, alphasort);
    if (n < 0)
        return fail_errno(errno == EACCES ? ERR_NOPERM : ERR_IO, "cannot read the directory '%s'", dir);
    int rc = 0;
    for (int i = 0; i < n; i++) {
        struct stat st;
        char *path = file_join(dir, entries[i]->d_name);
        if (path != NULL && stat(path, &st) == 0 && !S_ISREG(st.st_mode))
            free(path);
        else if (rc == 0)
            rc = add(inputs, path);
        else
            free(path);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int inputs_add(struct inputs *inputs, const char *operand)
{
    struct stat st;
    if (strcmp(operand, "-") == 0)
        return add(inputs, strdup(operand));
    if (stat(operand, &st) != 0) {
        int rc = fail_errno(errno == EACCES ? ERR_NOPERM : ERR_NOINPUT, "cannot open '%s'", operand);
        log_hint("name files, directories, or '-' for standard input: bridgejob help ingest");
        return rc;
    }
    return S_ISDIR(st.st_mode) ? add_directory(inputs, operand) : add(inputs, strdup(operand));
}

int inputs_collect(struct inputs *inputs, const char *const *operands, size_t n)
{
    int worst = 0;
    *inputs = (struct inputs){0};
    for (size_t i = 0; i < n; i++)
        worst = err_worst(worst, inputs_add(inputs, operands[i]));
    return worst;
}

void inputs_release(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->n; i++)
        free(inputs->paths[i]);
    free(inputs->paths);
    *inputs = (struct inputs){0};
}
