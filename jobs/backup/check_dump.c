#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/spawn.h"
#include "core/stop.h"
#include "jobs/backup/check_parts.h"
#include "jobs/backup/decrypt.h"
#include "jobs/backup/dump_scan.h"
#include "jobs/backup/pg_program.h"

#define CHUNK ((size_t)128 * 1024)
#define SIGNALLED 128 /* child_wait() */

/* How many rows of each table of the manifest were found; -1: none of its name. */
struct counted {
    const struct backup_table *table;
    long long rows;
};

struct counts {
    struct counted *at; /* by schema and name */
    size_t n;
    long long renamed;  /* rows of tables of other names, which are not all ASCII */
};

static int by_name(const void *one, const void *other)
{
    const struct backup_table *a = ((const struct counted *)one)->table, *b = ((const struct counted *)other)->table;
    int order = strcmp(a->schema, b->schema);

    return order != 0 ? order : strcmp(a->name, b->name);
}

static int begin_counts(struct counts *counts, const struct manifest *manifest)
{
    counts->n = manifest->n_tables;
    counts->at = calloc(counts->n + 1, sizeof(*counts->at));
    if (counts->at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < counts->n; i++)
        counts->at[i] = (struct counted){.table = &manifest->tables[i], .rows = -1};
    qsort(counts->at, counts->n, sizeof(*counts->at), by_name);
    return 0;
}

static bool is_ascii(const char *text)
{
    while (*text > 0 && *text < 0x7f)
        text++;
    return *text == '\0';
}

/* A dump is in the database's encoding (Manual 24.3), and the manifest in UTF-8: such names may differ. */
static bool may_differ(const char *schema, const char *name)
{
    return !is_ascii(schema) || !is_ascii(name);
}

static void count_table(void *context, const char *schema, const char *name, long long rows)
{
    struct counts *counts = context;
    size_t low = 0, high = counts->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(counts->at[middle].table->schema, schema);

        if (order == 0)
            order = strcmp(counts->at[middle].table->name, name);
        if (order == 0) {
            counts->at[middle].rows = rows;
            return;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (may_differ(schema, name))
        counts->renamed += rows;
}

/* A table that had no rows may be without COPY. Those that are under other names in the dump are counted together:
 * their rows are taken from what is left until it does not do. */
static void compare_counts(struct checking *checking, struct counts *counts)
{
    for (size_t i = 0; i < counts->n; i++) {
        const struct backup_table *table = counts->at[i].table;
        long long rows = counts->at[i].rows;

        if (rows < 0 && table->rows > 0 && table->rows <= counts->renamed && may_differ(table->schema, table->name)) {
            counts->renamed -= table->rows;
            continue;
        }
        if (table->rows >= 0 && rows != table->rows && (rows >= 0 || table->rows > 0))
            check_found(checking, "table '%s.%s' has %lld rows in the dump, and the manifest says %lld", table->schema,
                        table->name, rows < 0 ? 0 : rows, (long long)table->rows);
    }
}

/* Everything that comes out of a pipe. 0, or an err kind, reported. */
static int scan_pipe(struct dump_scan *scan, int fd)
{
    char chunk[CHUNK];
    struct pollfd end = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;

    while (n > 0) {
        if (stop_poll(&end, 1, -1) < 0)
            return stop_requested() ? stop_requested() : fail_errno(ERR_IO, "cannot wait for a pipe");
        n = read(fd, chunk, sizeof(chunk));
        if (n > 0)
            dump_scan_add(scan, chunk, (size_t)n);
    }
    return n == 0 ? 0 : fail_errno(ERR_IO, "cannot read from a pipe");
}

/* Why a program that ended with an error did, in its first words. */
static void first_said(const struct child *child, char *text, size_t size)
{
    char *said = child_said(child);
    const char *at = said == NULL ? "" : said;
    size_t n = strlen(child->name);

    if (strncmp(at, child->name, n) == 0 && strncmp(at + n, ": ", 2) == 0)
        at += n + 2;
    if (strncmp(at, "error: ", 7) == 0)
        at += 7;
    snprintf(text, size, "%.*s", (int)strcspn(at, "\n"), at);
    free(said);
}

/* What to type when the program is what failed: its bytes had the right sums. NULL: the backup is. */
static const char *find_remedy(const char *program, const char *why)
{
    bool damage = strstr(why, "unexpected EOF") != NULL || strstr(why, "authenticate") != NULL; /* age's words for it */

    if (strstr(why, "unsupported version") != NULL)
        return "name the directory of a newer one: --bindir DIR";
    if ((strcmp(program, "age") == 0 || strcmp(program, "gpg") == 0) && !damage)
        return "name the file with the identity it was encrypted for: --identity FILE; gpg asks its agent";
    return NULL;
}

/* Somebody ended it, as the kernel does when memory is short; a program that crashes may have read what crashes it. */
static bool was_killed(int code)
{
    return code == SIGNALLED + SIGKILL || code == SIGNALLED + SIGTERM || code == SIGNALLED + SIGINT ||
           code == SIGNALLED + SIGHUP;
}

static int fail_killed(const struct child *child, int code, const char *name)
{
    fail(ERR_TEMPFAIL, "'%s' is not checked: %s was ended by signal %d", name, child->name, code - SIGNALLED);
    log_hint("run it again; when memory was short, 'dmesg' says so");
    return ERR_TEMPFAIL;
}

/* gpg has the key, and nobody to unlock it: as when it was not here, the contents are not read. What its reader made
 * of nothing is no fault. */
static bool was_locked(struct checking *checking, const struct child *child)
{
    char *said = strcmp(child->name, "gpg") == 0 ? child_said(child) : NULL;
    bool locked = said != NULL && strstr(said, "decryption failed: No secret key") != NULL;

    if (locked)
        *checking->check = (struct backup_check){.contents = false};
    free(said);
    return locked;
}

int check_ended_well(struct checking *checking, struct child *child, const char *name)
{
    int code = child_wait(child);
    const char *remedy;
    char why[256] = "";

    if (stop_requested())
        return stop_requested();
    if (code == SIGNALLED + SIGPIPE && checking->check->fault[0] != '\0')
        return 0; /* who read from it found enough */
    if (was_killed(code))
        return fail_killed(child, code, name);
    if (code == 0 || was_locked(checking, child))
        return 0;
    first_said(child, why, sizeof(why));
    remedy = find_remedy(child->name, why);
    if (remedy == NULL)
        return check_found(checking, "%s cannot read '%s': %s", child->name, name, why);
    fail(ERR_CONFIG, "%s cannot read '%s': %s", child->name, name, why);
    log_hint("%s", remedy);
    return ERR_CONFIG;
}

static int run_pg_restore(struct checking *checking, struct dump_scan *scan, const char *program, const char *path,
                          int in)
{
    const char *name = checking->manifest->files[0].name;
    const char *const argv[] = {program, "--data-only", "--file", "-", "--", path, NULL};
    const struct spawn spawn = {.argv = argv, .in = path == NULL ? in : SPAWN_NULL, .out = SPAWN_PIPE};
    struct child child = CHILD_INIT;
    int result = spawn_start(&spawn, &child);

    if (result == 0)
        result = scan_pipe(scan, child.out);
    if (result == 0)
        result = check_ended_well(checking, &child, checking->manifest->format == BACKUP_DIRECTORY ? "data" : name);
    child_release(&child);
    return result;
}

/* pg_restore reads the table of contents, then the data, and all that is compressed is data. */
static int scan_archive(struct checking *checking, struct dump_scan *scan, const char *path, int in)
{
    char *program = pg_program(checking->options->bindir, checking->manifest->server_version_num, "pg_restore");
    int result = program == NULL ? ERR_INTERNAL : run_pg_restore(checking, scan, program, path, in);

    free(program);
    return result;
}

static void add_to_scan(void *scan, const char *bytes, size_t n)
{
    dump_scan_add(scan, bytes, n);
}

static int scan_file(struct checking *checking, struct dump_scan *scan, const char *path, int in)
{
    if (checking->manifest->format == BACKUP_PLAIN)
        return check_gzip(checking, checking->manifest->files[0].name, path, in, add_to_scan, scan);
    return scan_archive(checking, scan, path, in);
}

/* An encrypted backup is one file. */
static int scan_encrypted(struct checking *checking, struct dump_scan *scan, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct child child = CHILD_INIT;
    int result;

    if (fd < 0)
        return file_fail("read", path);
    result = decrypt_start(checking->manifest, checking->options->identity, fd, &child);
    close(fd);
    if (result == 0)
        result = scan_file(checking, scan, NULL, child.out);
    if (result == 0)
        result = check_ended_well(checking, &child, checking->manifest->files[0].name);
    child_release(&child);
    return result;
}

static int scan_dump(struct checking *checking, struct dump_scan *scan)
{
    const struct manifest *manifest = checking->manifest;
    bool directory = manifest->format == BACKUP_DIRECTORY;
    char *path = file_join(checking->path, directory ? "data" : manifest->files[0].name);
    int result;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (manifest->encrypted != NULL)
        result = scan_encrypted(checking, scan, path);
    else
        result = scan_file(checking, scan, path, -1);
    free(path);
    return result;
}

int check_dump(struct checking *checking)
{
    struct counts counts = {.at = NULL};
    struct dump_scan scan;
    int result = begin_counts(&counts, checking->manifest);

    dump_scan_init(&scan, count_table, &counts);
    if (result == 0)
        result = scan_dump(checking, &scan);
    if (result == 0 && checking->check->contents && checking->check->fault[0] == '\0') {
        const char *wrong = dump_scan_end(&scan);

        if (wrong != NULL)
            check_found(checking, "the dump is not whole: %s", wrong);
        else
            compare_counts(checking, &counts);
    }
    dump_scan_release(&scan);
    free(counts.at);
    return result;
}
