#include "jobs/ingest/maps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

static int fail_word(const char *word)
{
    struct buf names = BUF_INIT;
    for (size_t i = 0; i < n_embedded_maps; i++)
        buf_printf(&names, "%s%.*s", i == 0 ? "" : ", ", (int)strcspn(embedded_maps[i].name, "."),
                   embedded_maps[i].name);
    int rc = fail(ERR_USAGE, "no map '%s' is built in", word);
    log_hint("these are: %s; a file is named with a '/' or a '.': ./%s", buf_text(&names), word);
    buf_release(&names);
    return rc;
}

static int load_embedded(const char *word, struct map *map)
{
    for (size_t i = 0; i < n_embedded_maps; i++) {
        const struct embedded_file *file = &embedded_maps[i];
        if (strncmp(file->name, word, strlen(word)) == 0 && strcmp(file->name + strlen(word), ".json") == 0)
            return map_parse(map, file->name, (struct span){file->text, file->len});
    }
    return fail_word(word);
}

static int fail_open(const char *path)
{
    int rc = fail_errno(errno == EACCES ? ERR_NOPERM : errno == ENOENT || errno == ENOTDIR ? ERR_NOINPUT : ERR_IO,
                        "cannot open map '%s'", path);
    log_hint("name a file, or one of the maps that are built in: bridgejob help ingest");
    return rc;
}

int maps_load(const char *named, struct map *map)
{
    char text[MAP_BYTES + 1]; /* one more than a map may have, so that a longer file is refused and not cut */
    if (strpbrk(named, "/.") == NULL)
        return load_embedded(named, map);
    FILE *file = fopen(named, "re");
    if (file == NULL)
        return fail_open(named);
    size_t len = fread(text, 1, sizeof(text), file);
    int rc = ferror(file) ? fail_errno(ERR_IO, "cannot read map '%s'", named)
                          : map_parse(map, named, (struct span){text, len});
    fclose(file);
    return rc;
}
