#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "jobs/wal/archive.h"
#include "jobs/wal/wal.h"

/* A file on its way into the archive. */
struct pushed {
    const char *path;
    struct wal_name name;
    int fd;
    uint64_t system_identifier; /* 0: nothing tells */
};

int wal_check_archive(const struct wal_options *options)
{
    if (options->wal_dir != NULL && *options->wal_dir != '\0')
        return 0;
    fail(ERR_USAGE, "the WAL archive is not given");
    log_hint("name its directory with --wal-dir DIR, BRIDGEJOB_WAL_DIR or wal-dir in the configuration file");
    return ERR_USAGE;
}

int wal_refuse_dry_run(const struct run *run)
{
    if (!run->common->dry_run)
        return 0;
    fail(ERR_USAGE, "there is no dry run of '%s': PostgreSQL goes by its exit code", run->job);
    log_hint("leave --dry-run, BRIDGEJOB_DRY_RUN and dry-run in the configuration file away");
    return ERR_USAGE;
}

int wal_check_options(const struct wal_options *options, size_t n, const char *what)
{
    if (options->n_operands != n)
        return fail(ERR_USAGE, "%s must be given, and nothing else", what);
    return wal_check_archive(options);
}

/* "pg_wal/NAME" is beside "global/pg_control", which begins with the system identifier (ControlFileData). */
static void identify_by_control(struct pushed *pushed)
{
    char *path = strdup(pushed->path);
    char *slash = path == NULL ? NULL : strrchr(path, '/');
    char *control = NULL;
    int fd = -1;

    if (slash != NULL) {
        *slash = '\0';
        slash = strrchr(path, '/');
        path[slash == NULL ? 0 : slash + 1 - path] = '\0';
        control = file_join(path, "global/pg_control");
    }
    if (control != NULL)
        fd = open(control, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (file_read_all(fd, &pushed->system_identifier, sizeof(pushed->system_identifier)) != 1)
            pushed->system_identifier = 0;
        close(fd);
    }
    free(control);
    free(path);
}

static int refuse(const struct pushed *pushed, const char *why)
{
    fail(ERR_INPUT, "'%s' is not archived: %s", pushed->path, why);
    log_hint("wal-push belongs into archive_command: bridgejob wal-push --wal-dir DIR %%p");
    return ERR_INPUT;
}

/* A segment is whole, and says itself what it is. */
static int check_segment(struct pushed *pushed)
{
    unsigned char bytes[WAL_HEADER_SIZE];
    struct wal_header header;
    struct stat st;
    const char *wrong;
    int got = file_read_all(pushed->fd, bytes, sizeof(bytes));

    if ((got < 0 && errno != 0) || fstat(pushed->fd, &st) != 0)
        return file_fail("read", pushed->path);
    wrong = got == 1 ? wal_header_read(bytes, &header) : "it is too short";
    if (wrong == NULL && st.st_size != header.segment_size)
        wrong = "its size is not the one its header says";
    if (wrong == NULL)
        wrong = wal_header_fits(&header, &pushed->name);
    if (wrong != NULL)
        return refuse(pushed, wrong);
    pushed->system_identifier = header.system_identifier;
    return 0;
}

static int open_pushed(struct pushed *pushed, const char *path)
{
    *pushed = (struct pushed){.path = path, .fd = -1};
    if (wal_name_parse(file_base(path), &pushed->name) == WAL_FOREIGN)
        return refuse(pushed, "that is no name of a WAL file");
    pushed->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (pushed->fd < 0 && errno == ENOENT)
        return fail_errno(ERR_NOINPUT, "cannot open '%s'", path);
    if (pushed->fd < 0)
        return file_fail("open", path);
    if (pushed->name.kind == WAL_SEGMENT || pushed->name.kind == WAL_PARTIAL)
        return check_segment(pushed);
    identify_by_control(pushed);
    return 0;
}

/* Whether PostgreSQL has archived something before: it keeps a note of each file until that is recycled. */
static bool has_archived(const char *path)
{
    char *place = NULL;
    DIR *notes = NULL;
    bool found = false;

    if (asprintf(&place, "%.*sarchive_status", (int)(file_base(path) - path), path) >= 0) {
        notes = opendir(place);
        free(place);
    }
    for (const struct dirent *note; notes != NULL && !found && (note = readdir(notes)) != NULL;) {
        size_t n = strlen(note->d_name);

        found = n > 5 && strcmp(note->d_name + n - 5, ".done") == 0;
    }
    if (notes != NULL)
        closedir(notes);
    return found;
}

/* A server that has archived before has its archive somewhere: where its disk is not mounted what came now would be
 * hidden when it is, and be a gap in it. */
static int found_archive(const struct pushed *pushed, const char *dir)
{
    bool made = access(dir, F_OK) != 0;
    int result;

    if (pushed->system_identifier == 0)
        return refuse(pushed, "nothing tells which cluster it is of, and the archive is new");
    if (has_archived(pushed->path)) {
        fail(ERR_CONFIG, "'%s' is no WAL archive, and the server has archived elsewhere before", dir);
        log_hint("is the disk mounted? If a new archive begins there: echo %" PRIu64 " >'%s/" ARCHIVE_IDENTITY "'",
                 pushed->system_identifier, dir);
        return ERR_CONFIG;
    }
    result = file_make_dirs(dir);
    if (result == 0 && made && file_sync_parent(dir) != 0)
        result = file_fail("sync the directory of", dir);
    return result != 0 ? result : archive_claim(dir, pushed->system_identifier);
}

/* The archive is of this cluster, or becomes it now. */
static int enter_archive(const struct pushed *pushed, const char *dir)
{
    uint64_t owner = 0;
    int result = archive_identity(dir, &owner);

    if (result == ERR_NOINPUT) {
        result = found_archive(pushed, dir);
        if (result == 0)
            result = archive_identity(dir, &owner);
    }
    if (result != 0 || pushed->system_identifier == 0 || owner == pushed->system_identifier)
        return result;
    fail(ERR_INPUT, "'%s' is of the cluster %" PRIu64 ", and '%s' is the archive of %" PRIu64, pushed->path,
         pushed->system_identifier, dir, owner);
    log_hint("give every cluster an archive of its own, also a new one in place of an old one: --wal-dir DIR");
    return ERR_INPUT;
}

/* Something has the name. The same content is what an archiver that was killed at the wrong moment sends again; then
 * the disk is made sure of, as that may be what the first one did not come to. */
static int meet(const struct pushed *pushed, const char *path)
{
    int same = archive_equals(path, pushed->fd, pushed->path);
    int fd = same == 1 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    int result = 0;

    if (same < 0)
        return ERR_IO;
    if (same == 0) {
        fail(ERR_INPUT, "'%s' is in the archive already, with another content than '%s'", path, pushed->path);
        log_hint("two servers archive to the same place, or '%s' is damaged: move it away when it is", path);
        return ERR_INPUT;
    }
    if (fd < 0 || fsync(fd) != 0 || file_sync_parent(path) != 0)
        result = file_fail("sync", path);
    if (fd >= 0)
        close(fd);
    return result;
}

static int push(const struct pushed *pushed, const char *path)
{
    int result = access(path, F_OK) == 0 ? -1 : archive_write(path, pushed->fd, pushed->path);

    if (result == -1)
        return meet(pushed, path);
    if (result == 0)
        log_debug("'%s' is archived as '%s'", pushed->path, path);
    return result;
}

static int wal_push_check(const void *given)
{
    return wal_check_options(given, 1, "the path of one file");
}

static int wal_push_run(struct run *run, const void *given)
{
    const struct wal_options *options = given;
    struct pushed pushed = {.fd = -1};
    char *path = NULL;
    int result = wal_refuse_dry_run(run);

    if (result == 0)
        result = open_pushed(&pushed, options->operands[0]);
    if (result == 0)
        result = enter_archive(&pushed, options->wal_dir);
    if (result == 0) {
        path = archive_path(options->wal_dir, file_base(pushed.path));
        result = path == NULL ? ERR_INTERNAL : push(&pushed, path);
    }
    if (pushed.fd >= 0)
        close(pushed.fd);
    free(path);
    return result;
}

const struct job wal_push_job = {.name = "wal-push", .check = wal_push_check, .run = wal_push_run};
