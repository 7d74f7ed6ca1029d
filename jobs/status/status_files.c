#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/err.h"
#include "core/file.h"
#include "core/time.h"
#include "jobs/status/status_parts.h"

static const struct column reject_columns[] = {
    {"directory", CELL_TEXT}, {"files", CELL_NUMBER}, {"bytes", CELL_NUMBER}, {"oldest", CELL_TEXT},
};

/* What was found of one kind of file in a directory. */
struct found {
    const char *dir;
    const char *ending;
    bool skip_retried;       /* files that were loaded again do not count */
    size_t n;
    int64_t bytes;
    int64_t oldest;          /* seconds since 1970 */
    char *oldest_path;       /* owned */
};

static bool ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name), tail = strlen(ending);

    return len > tail && strcmp(name + len - tail, ending) == 0;
}

static int take_file(struct found *found, const char *name)
{
    char *path = file_join(found->dir, name);
    bool retried = false;
    struct stat info;
    int result = 0;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        goto out;
    if (found->skip_retried)
        result = status_was_retried(name, info.st_mtime, &retried);
    if (result != 0 || retried)
        goto out;
    if (found->n == 0 || info.st_mtime < found->oldest) {
        char *before = found->oldest_path;

        found->oldest = info.st_mtime;
        found->oldest_path = path;
        path = before;
    }
    found->bytes += info.st_size;
    found->n++;
out:
    free(path);
    return result;
}

/* A directory that is not there holds nothing. */
static int look_into(struct found *found)
{
    DIR *dir = opendir(found->dir);
    struct dirent *entry;
    int result = 0;

    if (dir == NULL)
        return errno == ENOENT ? 0 : fail_errno(ERR_NOINPUT, "cannot read directory '%s'", found->dir);
    while (result == 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.' && ends_with(entry->d_name, found->ending))
            result = take_file(found, entry->d_name);
    }
    closedir(dir);
    return result;
}

static void add_time(struct table *table, int64_t seconds)
{
    char text[TIME_TEXT_SIZE];

    time_format(seconds * TIME_SECOND, text);
    table_add(table, seconds == 0 ? NULL : text);
}

static void find_rejects(struct sections *sections, const struct found *found)
{
    struct buf what = BUF_INIT, statement = BUF_INIT;

    buf_printf(&what, "%zu file%s of refused lines, %lld bytes", found->n, found->n == 1 ? "" : "s",
               (long long)found->bytes);
    buf_add_text(&statement, "bridgejob ingest --retry-rejects ");
    buf_add_shell_word(&statement, found->oldest_path);
    sections_find(sections, "rejects_waiting", found->dir, buf_text(&what),
                  "these lines are in no table; mend them and load them again, or remove the files",
                  buf_text(&statement));
    buf_release(&statement);
    buf_release(&what);
}

int status_rejects(struct sections *sections, const struct status_options *options)
{
    struct table *table = sections_begin_single(sections, "rejects", reject_columns,
                                                sizeof(reject_columns) / sizeof(*reject_columns));
    struct found found = {.dir = options->rejects_dir, .ending = ".rej", .skip_retried = true};
    int result = look_into(&found);

    if (result == 0) {
        table_add(table, found.dir);
        table_add_int(table, (long long)found.n);
        table_add_int(table, found.bytes);
        add_time(table, found.oldest);
    }
    if (result == 0 && found.n > 0)
        find_rejects(sections, &found);
    free(found.oldest_path);
    return result;
}
