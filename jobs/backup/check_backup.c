#include "jobs/backup/check_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/stop.h"
#include "core/tree.h"
#include "jobs/backup/check_parts.h"
#include "jobs/backup/decrypt.h"

int check_found(struct checking *checking, const char *fmt, ...)
{
    struct backup_check *check = checking->check;
    va_list args;

    if (check->fault[0] != '\0')
        return 0;
    va_start(args, fmt);
    vsnprintf(check->fault, sizeof(check->fault), fmt, args);
    va_end(args);
    return 0;
}

static const struct backup_file *find_file(const struct manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->n_files; i++) {
        if (strcmp(manifest->files[i].name, name) == 0)
            return &manifest->files[i];
    }
    return NULL;
}

/* The manifest itself, and one that a killed run was writing anew (core/file.h). */
static bool is_manifest(const char *id, const char *name)
{
    size_t n = strlen(id), tail = strlen(name);

    return strncmp(name, id, n) == 0 && strncmp(name + n, ".json", 5) == 0 &&
           (name[n + 5] == '\0' || (name[n + 5] == '.' && strcmp(name + tail - 4, ".tmp") == 0));
}

static int check_expected(const char *name, void *context)
{
    struct checking *checking = context;

    if (is_manifest(checking->manifest->id, name) || find_file(checking->manifest, name) != NULL)
        return 0;
    return check_found(checking, "'%s' is not in the manifest", name);
}

static int check_size(struct checking *checking, const struct backup_file *file, const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? check_found(checking, "'%s' is missing", file->name)
                                                   : file_fail("read", path);
    if (!S_ISREG(st.st_mode))
        return check_found(checking, "'%s' is no file", file->name);
    if (st.st_size != file->bytes)
        return check_found(checking, "'%s' %s: it has %lld bytes, and the manifest says %lld", file->name,
                           st.st_size < file->bytes ? "is cut" : "is too long", (long long)st.st_size,
                           (long long)file->bytes);
    return 0;
}

static int check_sum(struct checking *checking, const struct backup_file *file, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char sum[SHA256_HEX_SIZE] = "";
    int result = 0;

    if (fd < 0)
        return file_fail("read", path);
    if (sha256_of_file(fd, sum, NULL) != 0)
        result = stop_requested() ? stop_requested() : file_fail("read", path);
    else if (strcmp(sum, file->sha256) != 0)
        check_found(checking, "'%s' is damaged: its SHA-256 is not the manifest's", file->name);
    close(fd);
    return result;
}

/* Sizes first: that tells the commonest damage by its name, and of all files within moments. */
static int check_files(struct checking *checking,
                       int (*check)(struct checking *checking, const struct backup_file *file, const char *path))
{
    const struct manifest *manifest = checking->manifest;
    int result = 0;

    for (size_t i = 0; result == 0 && checking->check->fault[0] == '\0' && i < manifest->n_files; i++) {
        char *path = file_join(checking->path, manifest->files[i].name);

        result = path == NULL ? fail(ERR_INTERNAL, "out of memory") : check(checking, &manifest->files[i], path);
        free(path);
    }
    return result;
}

static int check_all(struct checking *checking)
{
    int result = check_files(checking, check_size);

    if (result == 0 && checking->manifest->n_files == 0)
        check_found(checking, "it has no files");
    if (result == 0)
        result = tree_visit(checking->path, check_expected, checking);
    return result == 0 ? check_files(checking, check_sum) : result;
}

int backup_glance(const char *path, const struct manifest *manifest, struct backup_check *check)
{
    struct checking checking = {.path = path, .manifest = manifest, .check = check};

    *check = (struct backup_check){.contents = false};
    return check_files(&checking, check_size);
}

int backup_check(const char *path, const struct manifest *manifest, const struct backup_options *options,
                 struct backup_check *check)
{
    struct checking checking = {.path = path, .manifest = manifest, .options = options, .check = check};
    int result;

    *check = (struct backup_check){.contents = false};
    if (manifest->damaged)
        return check_found(&checking, "%s", manifest->fault);
    result = check_all(&checking);
    if (result != 0 || check->fault[0] != '\0' || !decrypt_possible(manifest, options->identity))
        return result;
    check->contents = true;
    return manifest->kind == BACKUP_PHYSICAL ? check_tars(&checking) : check_dump(&checking);
}
