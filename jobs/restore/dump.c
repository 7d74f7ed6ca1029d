#include "jobs/restore/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/stop.h"
#include "jobs/backup/decrypt.h"
#include "jobs/backup/pg_program.h"
#include "jobs/backup/store.h"
#include "pipe/source.h"

#define CHUNK ((size_t)64 * 1024)
#define ARGUMENTS_MOST 16

typedef int dump_put(void *to, const char *bytes, size_t n);

/* Its bytes: a path, or what comes out of the program that decrypts. */
struct bytes {
    char *path;
    int fd; /* -1 when it is read by its path */
    struct child decrypt;
};

#define BYTES_INIT ((struct bytes){.fd = -1, .decrypt = CHILD_INIT})

static int bytes_open(const struct dump *dump, struct bytes *bytes)
{
    const struct manifest *manifest = dump->manifest;
    int file, result;

    *bytes = BYTES_INIT;
    if (manifest->n_files == 0)
        return fail(ERR_INPUT, "backup '%s' has no files", manifest->id);
    bytes->path = store_path(dump->options->backup_dir, manifest->id,
                             manifest->format == BACKUP_DIRECTORY ? "data" : manifest->files[0].name);
    if (bytes->path == NULL || manifest->encrypted == NULL)
        return bytes->path == NULL ? ERR_INTERNAL : 0;
    file = open(bytes->path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return file_fail("read", bytes->path);
    result = decrypt_start(manifest, dump->options->identity, file, &bytes->decrypt);
    bytes->fd = bytes->decrypt.out;
    close(file);
    return result;
}

static void bytes_close(struct bytes *bytes)
{
    if (bytes->decrypt.out >= 0)
        close(bytes->decrypt.out);
    bytes->decrypt.out = bytes->fd = -1;
}

/* After all of it was read: what was decrypted is right only when the program that did it says so. */
static int bytes_end(struct bytes *bytes)
{
    int code = child_wait(&bytes->decrypt);

    if (code == 0 || stop_requested() != 0)
        return stop_requested();
    child_report(&bytes->decrypt, LOG_ERROR);
    return fail(ERR_INPUT, "'%s' cannot be decrypted: '%s' ended with exit code %d", bytes->path, bytes->decrypt.name,
                code);
}

static void bytes_release(struct bytes *bytes)
{
    child_release(&bytes->decrypt);
    free(bytes->path);
    *bytes = BYTES_INIT;
}

static int discard(void *to, const char *bytes, size_t n)
{
    (void)to, (void)bytes, (void)n;
    return 0;
}

/* Everything that comes out of a pipe. */
static int pass_on(int fd, dump_put *put, void *to)
{
    struct pollfd end = {.fd = fd, .events = POLLIN};
    char chunk[CHUNK];
    ssize_t n = 1;
    int result = 0;

    while (result == 0 && n > 0) {
        if (stop_poll(&end, 1, -1) < 0)
            return stop_requested() ? stop_requested() : fail_errno(ERR_IO, "cannot wait for a pipe");
        n = read(fd, chunk, sizeof(chunk));
        if (n < 0)
            return fail_errno(ERR_IO, "cannot read from a pipe");
        if (n > 0)
            result = put(to, chunk, (size_t)n);
    }
    return result;
}

/* Of "… role "app" does not exist": app. */
static bool names_missing_role(const char *said, struct span *role)
{
    const char *at = strstr(said, "role \"");
    const char *end = at == NULL ? NULL : strstr(at, "\" does not exist");

    if (end == NULL)
        return false;
    at += strlen("role \"");
    *role = (struct span){at, (size_t)(end - at)};
    return true;
}

static bool says(const char *said, const char *words)
{
    return strstr(said, words) != NULL;
}

int dump_judge(const struct dump *dump, const struct child *child, int code)
{
    const struct restore_options *options = dump->options;
    char *text = child_said(child);
    const char *said = text == NULL ? "" : text;
    int kind = ERR_INPUT;
    struct span role;

    if (names_missing_role(said, &role)) {
        log_hint("create it: createuser --no-login '%.*s'; or go without owners and privileges: bridgejob restore %s "
                 "--into '%s' --no-owner", (int)role.len, role.at, dump->manifest->id, options->into);
        kind = ERR_CONFIG;
    } else if (says(said, "unsupported version")) {
        log_hint("name the directory of a newer pg_restore: --bindir DIR");
        kind = ERR_CONFIG;
    } else if (says(said, "extension control file") || says(said, "extension \"") ||
               says(said, "shared_preload_libraries")) {
        log_hint("install the package of that extension on the server, and load it as it asks for");
        kind = ERR_CONFIG;
    } else if (says(said, "permission denied") || says(said, "must be owner of") || says(said, "must be superuser")) {
        log_hint("connect as a role that may (-d); or without owners and privileges: --no-owner");
        kind = ERR_NOPERM;
    } else if (says(said, "No space left on device")) {
        log_hint("make room on the server, and run the same command again");
        kind = ERR_IO;
    } else if (says(said, "server closed the connection") || says(said, "terminating connection") ||
               says(said, "could not connect") || says(said, "connection to server")) {
        log_hint("run the same command again when the server is back");
        kind = ERR_TEMPFAIL;
    } else if (says(said, "max_locks_per_transaction")) {
        log_hint("raise max_locks_per_transaction on the server; fewer tables at a time need less");
        kind = ERR_CONFIG;
    } else if (code > 128 || says(said, "out of memory") || says(said, "shared memory") ||
               says(said, "canceling statement")) {
        log_hint("it was ended, or memory ran out: run the same command again when the cause is gone");
        kind = ERR_TEMPFAIL;
    }
    free(text);
    return kind;
}

/* Wait for the program, then for the one before it. pg_restore leaves off reading where nothing is left that it wants,
 * which that one must not take for a failure. After a load the rest is read, so that what decrypts can tell whether all
 * of it was authentic; for a listing of a large backup that would take too long. */
static int end_both(const struct dump *dump, struct bytes *bytes, struct child *child, bool whole)
{
    int code = child_wait(child);
    int result = 0;

    if (stop_requested() != 0)
        return stop_requested();
    child_report(child, code == 0 ? LOG_WARNING : LOG_ERROR);
    if (code != 0) {
        log_error("backup '%s' is not restored: '%s' ended with exit code %d", dump->manifest->id, child->name, code);
        return dump_judge(dump, child, code);
    }
    if (whole && bytes->fd >= 0)
        result = pass_on(bytes->fd, discard, NULL);
    return result == 0 && whole ? bytes_end(bytes) : result;
}

static int run_over(const struct dump *dump, struct bytes *bytes, const char *const *argv, dump_put *put,
                    void *to)
{
    static const char *const env[] = {"PGAPPNAME=bridgejob/restore", NULL};
    const struct spawn spawn = {.argv = argv, .env = env, .in = bytes->fd >= 0 ? bytes->fd : SPAWN_NULL,
                                .out = put == NULL ? SPAWN_NULL : SPAWN_PIPE};
    struct child child = CHILD_INIT;
    int result = spawn_start(&spawn, &child);

    if (result == 0 && put != NULL)
        result = pass_on(child.out, put, to);
    if (result == 0)
        result = end_both(dump, bytes, &child, put == NULL);
    child_release(&child);
    return result;
}

int dump_stream(const struct dump *dump, const char *const *arguments, dump_put *put, void *to)
{
    long long version = dump->version > dump->manifest->server_version_num
                            ? dump->version : (long long)dump->manifest->server_version_num;
    char *program = pg_program(dump->options->bindir, version, "pg_restore");
    const char *argv[ARGUMENTS_MOST + 4] = {program};
    struct bytes bytes = BYTES_INIT;
    size_t n = 1;
    int result = program == NULL ? ERR_INTERNAL : bytes_open(dump, &bytes);

    for (; n <= ARGUMENTS_MOST && arguments[n - 1] != NULL; n++)
        argv[n] = arguments[n - 1];
    if (bytes.fd < 0) {
        argv[n++] = "--";
        argv[n++] = bytes.path;
    }
    if (result == 0)
        result = run_over(dump, &bytes, argv, put, to);
    bytes_release(&bytes);
    free(program);
    return result;
}

static int append(void *to, const char *bytes, size_t n)
{
    buf_add(to, bytes, n);
    return 0;
}

int dump_run(const struct dump *dump, const char *const *arguments, struct buf *output)
{
    int result = dump_stream(dump, arguments, output == NULL ? NULL : append, output);

    if (result == 0 && output != NULL && !buf_ok(output))
        result = fail(ERR_INTERNAL, "out of memory");
    return result;
}

static int inflate_from(const struct dump *dump, const char *path, dump_put *put, void *to)
{
    struct source source;
    char chunk[CHUNK];
    ssize_t n = 0;
    int result = source_open(&source, path);

    if (result != 0)
        return result;
    while (result == 0 && (n = source_read(&source, chunk, sizeof(chunk))) > 0)
        result = stop_requested() != 0 ? stop_requested() : put(to, chunk, (size_t)n);
    if (n < 0 && source.fault == SOURCE_IO)
        result = source_report_io(&source);
    else if (n < 0)
        result = fail(ERR_INPUT, "backup '%s' is damaged: its dump %s", dump->manifest->id,
                      source_fault_text(source.fault));
    source_release(&source);
    return result;
}

int dump_inflate(const struct dump *dump, dump_put *put, void *to)
{
    struct bytes bytes = BYTES_INIT;
    char pipe[32];
    int result = bytes_open(dump, &bytes);

    snprintf(pipe, sizeof(pipe), "/proc/self/fd/%d", bytes.fd);
    if (result == 0)
        result = inflate_from(dump, bytes.fd < 0 ? bytes.path : pipe, put, to);
    bytes_close(&bytes);
    if (result == 0)
        result = bytes_end(&bytes);
    bytes_release(&bytes);
    return result;
}

/* Where the last "WITH TEMPLATE = template0" of a line stands: a name before it may hold the same words. */
void dump_find_locale(const char *script, struct buf *locale)
{
    static const char create[] = "CREATE DATABASE ", with[] = " WITH TEMPLATE = template0";
    const char *line = strncmp(script, create, strlen(create)) == 0 ? script : strstr(script, "\nCREATE DATABASE ");
    const char *tail = NULL;
    const char *end;

    if (line == NULL)
        return;
    end = strstr(line, ";\n");
    for (const char *at = strstr(line, with); at != NULL && end != NULL && at < end; at = strstr(at + 1, with))
        tail = at + strlen(with);
    if (tail != NULL)
        buf_add(locale, tail, (size_t)(end - tail));
}

int dump_locale(const struct dump *dump, struct buf *locale)
{
    static const char *const arguments[] = {"--create", "--schema-only", "--no-tablespaces", "--file=-", NULL};
    struct buf script = BUF_INIT;
    int result;

    if (dump->manifest->format == BACKUP_PLAIN)
        return 0;
    result = dump_run(dump, arguments, &script);
    if (result == 0)
        dump_find_locale(buf_text(&script), locale);
    buf_release(&script);
    return result;
}
