#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "core/tree.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/backup/backup_facts.h"
#include "jobs/backup/check_backup.h"
#include "jobs/backup/copy_to.h"
#include "jobs/backup/created.h"
#include "jobs/backup/encryption.h"
#include "jobs/backup/pg_program.h"
#include "jobs/backup/space.h"
#include "jobs/backup/take.h"

struct creation {
    struct run *run;
    const struct backup_options *options;
    struct manifest manifest;
    struct draft draft;
    struct created created;
    char *program;
};

static enum backup_format format_of(const struct backup_options *options)
{
    if (options->kind == BACKUP_PHYSICAL)
        return BACKUP_TAR;
    if (options->dump_format != BACKUP_AUTO)
        return (enum backup_format)options->dump_format;
    return options->jobs > 1 ? BACKUP_DIRECTORY : BACKUP_CUSTOM;
}

static int check_create(const void *given)
{
    const struct backup_options *options = given;
    enum backup_format format = format_of(options);

    if (options->kind == BACKUP_PHYSICAL)
        return 0;
    if (options->jobs > 1 && format != BACKUP_DIRECTORY) {
        fail(ERR_USAGE, "several jobs can only dump into a directory, not as '%s'", backup_format_name(format));
        log_hint("leave --dump-format out, or --jobs");
        return ERR_USAGE;
    }
    if (options->encrypt_to != NULL && format == BACKUP_DIRECTORY) {
        fail(ERR_USAGE, "a directory of files cannot be encrypted: only one stream is never on disk in the clear");
        log_hint("with --encrypt-to use --dump-format custom, and --jobs 1");
        return ERR_USAGE;
    }
    if (options->rate != 0 && format == BACKUP_DIRECTORY) {
        fail(ERR_USAGE, "a dump into a directory cannot be slowed down: pg_dump writes the files itself");
        log_hint("with --rate use --dump-format custom, and --jobs 1");
        return ERR_USAGE;
    }
    return 0;
}

static int read_facts(struct creation *creation)
{
    struct manifest *manifest = &creation->manifest;
    int result = backup_facts_begin(creation->options->lock_timeout_s);

    manifest->kind = creation->options->kind;
    manifest->format = format_of(creation->options);
    if (result == 0)
        result = backup_facts_read(manifest);
    if (result == 0)
        result = backup_facts_read_migrations(manifest);
    if (result == 0 && creation->options->encrypt_to != NULL)
        result = manifest_set(&manifest->encrypted, encryption_of(creation->options->encrypt_to));
    return result != 0 ? result : manifest_set(&manifest->recipient, creation->options->encrypt_to);
}

static int find_program(struct creation *creation)
{
    const char *name = creation->options->kind == BACKUP_PHYSICAL ? "pg_basebackup" : "pg_dump";

    creation->program = pg_program(creation->options->bindir, creation->manifest.server_version_num, name);
    if (creation->program == NULL)
        return ERR_INTERNAL;
    return pg_program_version(creation->program, &creation->manifest.tool);
}

/* A dry run looks at the room only where there is a directory to look at. */
static int check_room(struct creation *creation)
{
    const char *dir = creation->options->backup_dir;
    struct created *created = &creation->created;

    if (creation->run->common->dry_run && access(dir, F_OK) != 0)
        return 0;
    return space_check(dir, &creation->manifest, &created->needed, &created->available);
}

static int take(struct creation *creation)
{
    struct buf application = BUF_INIT;
    struct taking taking = {
        .options = creation->options,
        .draft = &creation->draft,
        .manifest = &creation->manifest,
        .program = creation->program,
        .quiet = creation->run->common->quiet,
    };
    int64_t begun = time_monotonic();
    int result;

    buf_printf(&application, "PGAPPNAME=bridgejob/%s#%lld", creation->run->job, creation->run->id);
    taking.application = buf_text(&application);
    result = creation->manifest.kind == BACKUP_PHYSICAL ? take_physical(&taking) : take_logical(&taking);
    session_rollback();
    creation->created.dump_s = (double)(time_monotonic() - begun) / (double)TIME_SECOND;
    buf_release(&application);
    return result;
}

/* What is read here may still come from memory. Once it is on disk memory forgets it, so that the check that follows
 * reads what the disk gives back. */
static int sum_up(const char *name, void *context)
{
    struct creation *creation = context;
    struct backup_file *file = manifest_add_file(&creation->manifest);
    char *path = file_join(creation->draft.dir, name);
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    long long bytes = 0;
    int result = file == NULL || path == NULL ? ERR_INTERNAL : manifest_set(&file->name, name);

    if (result == 0 && (fd < 0 || sha256_of_file(fd, file->sha256, &bytes) != 0 || fsync(fd) != 0))
        result = stop_requested() ? stop_requested() : file_fail("read", path);
    if (result == 0) {
        posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        file->bytes = bytes;
        creation->manifest.bytes += bytes;
    }
    if (fd >= 0)
        close(fd);
    free(path);
    return result;
}

static int verify(struct creation *creation)
{
    struct manifest *manifest = &creation->manifest;
    struct backup_check check;
    int64_t begun = time_monotonic();
    int result = tree_visit(creation->draft.dir, sum_up, creation);

    if (result == 0)
        result = backup_check(creation->draft.dir, manifest, creation->options, &check);
    if (result != 0)
        return result;
    if (check.fault[0] != '\0') {
        fail(ERR_INPUT, "what was dumped is not whole, and thrown away: %s", check.fault);
        log_hint("run it again; when it comes back, look at the disk and the memory of this machine: dmesg");
        return ERR_INPUT;
    }
    manifest->verified_at = manifest->finished_at = time_now();
    manifest->elapsed_s = run_elapsed_s(creation->run);
    creation->created.contents = check.contents;
    creation->created.verify_s = (double)(time_monotonic() - begun) / (double)TIME_SECOND;
    return 0;
}

/* From here on it is there. */
static int publish(struct creation *creation)
{
    struct created *created = &creation->created;
    int result = stop_requested();

    if (result == 0)
        result = store_publish(&creation->draft, &creation->manifest);
    if (result != 0)
        return result;
    created->path = creation->draft.path;
    if (creation->options->copy_to != NULL)
        result = copy_to_run(creation->options->copy_to, created->path, &creation->manifest);
    return err_worst(result, created_print(created, creation->run));
}

static int make(struct creation *creation)
{
    const char *dir = creation->options->backup_dir;
    int result = store_begin(&creation->draft, dir, creation->manifest.database, creation->manifest.created_at);

    if (result == 0)
        result = manifest_set(&creation->manifest.id, creation->draft.id);
    if (result == 0)
        result = take(creation);
    if (result == 0)
        result = verify(creation);
    if (result == 0)
        result = publish(creation);
    store_discard(&creation->draft);
    return result;
}

static int run_create(struct run *run, const void *given)
{
    const struct backup_options *options = given;
    struct creation creation = {.run = run, .options = options, .draft = DRAFT_INIT};
    bool dry = run->common->dry_run;
    int result = dry ? 0 : file_make_dirs(options->backup_dir);

    manifest_init(&creation.manifest);
    creation.created = (struct created){.manifest = &creation.manifest, .dir = options->backup_dir};
    if (result == 0 && !dry)
        store_sweep(options->backup_dir);
    if (result == 0)
        result = read_facts(&creation);
    if (result == 0)
        result = find_program(&creation);
    if (result == 0)
        result = check_room(&creation);
    if (result == 0)
        result = dry ? created_print(&creation.created, run) : make(&creation);
    manifest_release(&creation.manifest);
    free(creation.program);
    return result;
}

const struct job backup_create_job = {
    .name = "backup create",
    .needs = NEEDS_DB | NEEDS_LOCK,
    .lock_key = LOCK_BACKUP,
    .check = check_create,
    .run = run_create,
};
