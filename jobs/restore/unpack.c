#include "jobs/restore/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/spawn.h"
#include "core/stop.h"
#include "jobs/backup/cause.h"
#include "jobs/backup/decrypt.h"
#include "jobs/backup/pg_program.h"

#define ENDING ".tar.gz"

/* What a file of the backup is unpacked into. */
enum part { PART_NONE, PART_BASE, PART_WAL, PART_TABLESPACE, PART_MANIFEST };

static const char *const english[] = {"LC_ALL=C.UTF-8", NULL};

static enum part part_of(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    if (strncmp(name, "base" ENDING, sizeof("base" ENDING) - 1) == 0)
        return PART_BASE; /* encrypted, too */
    if (strcmp(name, "pg_wal" ENDING) == 0)
        return PART_WAL;
    if (strcmp(name, "backup_manifest") == 0)
        return PART_MANIFEST;
    return digits > 0 && strcmp(name + digits, ENDING) == 0 ? PART_TABLESPACE : PART_NONE;
}

/* Where it goes, in fresh memory; NULL, reported. A tablespace is called by its number. */
static char *place_of(const struct unpack *unpack, const char *name)
{
    char *place = NULL;
    int n = -1;

    switch (part_of(name)) {
    case PART_BASE: n = asprintf(&place, "%s", unpack->data); break;
    case PART_WAL: n = asprintf(&place, "%s/pg_wal", unpack->data); break;
    case PART_MANIFEST: n = asprintf(&place, "%s/backup_manifest", unpack->data); break;
    case PART_TABLESPACE:
        n = asprintf(&place, "%s/%.*s", unpack->tablespaces, (int)strspn(name, "0123456789"), name);
        break;
    case PART_NONE: break;
    }
    if (n >= 0)
        return place;
    fail(ERR_INTERNAL, "out of memory");
    return NULL;
}

/* tar(1) is what reads tar; what it unpacks was checked by its sum before. */
static int run_tar(const char *const *argv, int in, struct child *cipher)
{
    const struct spawn spawn = {.argv = argv, .env = english, .in = in, .out = SPAWN_NULL};
    struct child tar = CHILD_INIT;
    int result = spawn_start(&spawn, &tar);
    int code, cipher_code;

    if (cipher->out >= 0)
        close(cipher->out);
    cipher->out = -1;
    if (result != 0)
        return result;
    code = child_wait(&tar);
    cipher_code = child_wait(cipher);
    /* One that was not let finish is not to blame. */
    if (cipher_code != 0 && cipher_code != 128 + SIGPIPE)
        result = cause_report(cipher, cipher_code, ERR_INPUT);
    else if (code != 0)
        result = cause_report(&tar, code, ERR_INPUT);
    child_release(&tar);
    return result != 0 ? result : stop_requested();
}

static int untar(const struct unpack *unpack, const char *path, const char *place)
{
    const char *const argv[] = {"tar", "--extract", "--gzip", "--file=-", "--preserve-permissions", "--directory",
                                place, NULL};
    struct child cipher = CHILD_INIT;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int result = fd < 0 ? file_fail("open", path) : file_make_dirs(place);

    if (result == 0 && unpack->manifest->encrypted != NULL)
        result = decrypt_start(unpack->manifest, unpack->identity, fd, &cipher);
    if (result == 0)
        result = run_tar(argv, cipher.out >= 0 ? cipher.out : fd, &cipher);
    child_release(&cipher);
    if (fd >= 0)
        close(fd);
    return result;
}

static int copy(const char *path, const char *place)
{
    const char *const argv[] = {"cp", "--", path, place, NULL};
    const struct spawn spawn = {.argv = argv, .env = english, .in = SPAWN_NULL, .out = SPAWN_NULL};

    return spawn_run(&spawn, ERR_IO);
}

static int unpack_file(const struct unpack *unpack, const char *name)
{
    char *path = file_join(unpack->backup, name);
    char *place = path == NULL ? NULL : place_of(unpack, name);
    int result = place == NULL ? ERR_INTERNAL : 0;

    if (result == 0 && part_of(name) == PART_MANIFEST)
        result = copy(path, place);
    else if (result == 0)
        result = untar(unpack, path, place);
    free(place);
    free(path);
    return result;
}

/* The base first: the others go into directories it makes. */
static int unpack_files(const struct unpack *unpack)
{
    const struct manifest *manifest = unpack->manifest;
    int result = 0;

    for (int base = 1; base >= 0; base--) {
        for (size_t i = 0; result == 0 && i < manifest->n_files; i++) {
            const char *name = manifest->files[i].name;

            if (part_of(name) == PART_NONE)
                result = fail(ERR_INPUT, "'%s' in backup '%s' is not what a physical backup has", name, manifest->id);
            else if ((part_of(name) == PART_BASE) == (base == 1))
                result = unpack_file(unpack, name);
        }
    }
    return result;
}

/* In the base a tablespace is a link to where it was; that may be where the server that was backed up has it still. */
static int link_tablespace(const struct unpack *unpack, const char *name)
{
    char *target = place_of(unpack, name);
    char *link = NULL;
    int result = 0;

    if (target == NULL || asprintf(&link, "%s/pg_tblspc/%s", unpack->data, file_base(target)) < 0) {
        free(target);
        return fail(ERR_INTERNAL, "out of memory");
    }
    if ((unlink(link) != 0 && errno != ENOENT) || symlink(target, link) != 0)
        result = file_fail("make the link", link);
    free(link);
    free(target);
    return result;
}

/* As the server writes and reads it: a backslash before a backslash or the end of a line (Manual 55.4, BASE_BACKUP). */
static void add_map_line(struct buf *map, const char *target)
{
    buf_printf(map, "%s ", file_base(target));
    for (const char *at = target; *at != '\0'; at++) {
        if (*at == '\\' || *at == '\n' || *at == '\r')
            buf_add_char(map, '\\');
        buf_add_char(map, *at);
    }
    buf_add_char(map, '\n');
}

static int write_map(const struct unpack *unpack, const struct buf *map)
{
    char *path = file_join(unpack->data, "tablespace_map");
    struct file_out out;
    int result = path == NULL ? fail(ERR_INTERNAL, "out of memory") : file_create(&out, path);

    if (result == 0) {
        file_write(&out, map->data, map->len);
        result = file_commit(&out);
    }
    free(path);
    return result;
}

/* When recovery begins, the server makes the links anew by this file. */
static int map_tablespaces(const struct unpack *unpack)
{
    const struct manifest *manifest = unpack->manifest;
    struct buf map = BUF_INIT;
    int result = 0;

    for (size_t i = 0; result == 0 && i < manifest->n_files; i++) {
        char *target;

        if (part_of(manifest->files[i].name) != PART_TABLESPACE)
            continue;
        target = place_of(unpack, manifest->files[i].name);
        if (target == NULL)
            result = ERR_INTERNAL;
        else
            add_map_line(&map, target);
        free(target);
    }
    if (result == 0 && !buf_ok(&map))
        result = fail(ERR_INTERNAL, "out of memory");
    if (result == 0 && map.len > 0)
        result = write_map(unpack, &map);
    buf_release(&map);
    return result;
}

static int link_tablespaces(const struct unpack *unpack)
{
    const struct manifest *manifest = unpack->manifest;
    int result = 0;

    for (size_t i = 0; result == 0 && i < manifest->n_files; i++)
        if (part_of(manifest->files[i].name) == PART_TABLESPACE)
            result = link_tablespace(unpack, manifest->files[i].name);
    return result;
}

/* Every file against PostgreSQL's own checksums, and the WAL that makes it consistent. */
static int verify(const struct unpack *unpack)
{
    static const char ignore[] = "--ignore=" UNPACK_MARK;
    char *program = pg_program(unpack->bindir, unpack->manifest->server_version_num, "pg_verifybackup");
    const char *const argv[] = {program, "--quiet", "--exit-on-error", ignore, ".", NULL};
    /* It passes a path on to a shell, and not every path comes through that. */
    const struct spawn spawn = {.argv = argv, .env = english, .dir = unpack->data, .in = SPAWN_NULL, .out = SPAWN_NULL};
    int result = program == NULL ? ERR_INTERNAL : spawn_run(&spawn, ERR_INPUT);

    if (result == ERR_INPUT)
        log_hint("use another backup: bridgejob backup list");
    free(program);
    return result;
}

/* A standby's backup has its signal, which would beat the one for recovery. */
static int remove_standby_signal(const struct unpack *unpack)
{
    char *path = file_join(unpack->data, "standby.signal");
    int result = 0;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (unlink(path) != 0 && errno != ENOENT)
        result = file_fail("remove", path);
    free(path);
    return result;
}

int unpack_run(const struct unpack *unpack)
{
    int result = unpack_files(unpack);

    if (result == 0)
        result = link_tablespaces(unpack);
    if (result == 0)
        result = verify(unpack);
    if (result == 0)
        result = map_tablespaces(unpack);
    return result != 0 ? result : remove_standby_signal(unpack);
}
