#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "jobs/wal/archive.h"
#include "jobs/wal/survey.h"
#include "jobs/wal/wal.h"

int wal_fetch_exit_code(int result)
{
    return result == 0 || result == ERR_NOINPUT || result >= ERR_ABORT_RECOVERY ? result : ERR_ABORT_RECOVERY;
}

/* A directory that is no archive, as where a disk is not mounted, must not pass for one that ends here. */
static int enter_archive(const char *dir, uint64_t *system_identifier)
{
    int result = archive_identity(dir, system_identifier);

    if (result != ERR_NOINPUT)
        return result;
    fail(ERR_CONFIG, "'%s' is no WAL archive: there is no '%s' in it", dir, ARCHIVE_IDENTITY);
    log_hint("run 'bridgejob wal status --wal-dir %s'; is the disk mounted?", dir);
    return ERR_CONFIG;
}

/* 0 it is there; ERR_NOINPUT, which is nothing to complain of: PostgreSQL asks for what comes next until it is not
 * there. */
static int look(const char *dir, const char *name)
{
    char *path = archive_path(dir, name);
    struct stat st;
    int result = path == NULL ? ERR_INTERNAL : 0;

    if (path != NULL && stat(path, &st) != 0) {
        if (errno != ENOENT)
            result = file_fail("open", path);
        else
            result = ERR_NOINPUT;
    }
    free(path);
    return result;
}

/* Whether 'name' is in the directory the target is in ('up' "") or the one above that ("../"). */
static bool is_beside(const char *target, const char *up, const char *name)
{
    char *path = NULL;
    bool there = false;

    if (asprintf(&path, "%.*s%s%s", (int)(file_base(target) - target), target, up, name) >= 0) {
        there = access(path, F_OK) == 0;
        free(path);
    }
    return there;
}

static int report_gap(const struct wal_options *options)
{
    if (options->accept_gap) {
        log_warning("'%s' " WAL_GAP " '%s'", options->operands[0], options->wal_dir);
        return ERR_NOINPUT;
    }
    fail(ERR_INPUT, "'%s' " WAL_GAP " '%s'", options->operands[0], options->wal_dir);
    log_hint("recovery stops here, for what comes behind it would be lost in silence: look for the file in pg_wal of "
             "the old server, or recover up to the gap with --accept-gap in restore_command");
    return ERR_INPUT;
}

/* A segment that is missing although the archive goes on behind it is not where the WAL ends: recovery would end there
 * early, in silence. A standby does not end; it waits, and asks its primary. And PostgreSQL may have it in pg_wal. */
static int look_for_gap(const struct wal_options *options, const struct wal_name *name)
{
    struct survey survey = SURVEY_INIT;
    const char *text = options->operands[0], *target = options->operands[1];
    int result;

    if (name->kind != WAL_SEGMENT || is_beside(target, "", text) ||
        is_beside(target, "../", "standby.signal"))
        return ERR_NOINPUT;
    result = survey_read(options->wal_dir, &survey);
    if (result == 0)
        result = ERR_NOINPUT;
    if (result == ERR_NOINPUT && survey.segment_size != 0 && survey_misses(&survey, name))
        result = report_gap(options);
    survey_release(&survey);
    return result;
}

static int report_damage(const char *dir, const char *name, const char *wrong)
{
    fail(ERR_INPUT, "'%s/%s.gz' cannot be used: %s", dir, name, wrong);
    log_hint("recovery stops here, for what comes behind it would be lost in silence: put another copy of the file in "
             "its place, or restore to a time before it");
    return ERR_INPUT;
}

/* Written beside its place and renamed, so PostgreSQL never sees a part of it. It is not fsynced: after a crash
 * PostgreSQL asks for it again. */
static int fetch(const char *dir, const char *name, const char *target, uint64_t system_identifier)
{
    struct archived archived = {.fd = -1};
    char *temp = NULL;
    int result;

    if (asprintf(&temp, "%s.tmp", target) < 0)
        return fail(ERR_INTERNAL, "out of memory");
    archived.fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (archived.fd < 0) {
        result = file_fail("create", temp);
        goto out;
    }
    result = archive_read(dir, name, system_identifier, target, &archived);
    if (archived.wrong != NULL)
        result = report_damage(dir, name, archived.wrong);
    if (close(archived.fd) != 0 && result == 0)
        result = file_fail("write", target);
    if (result == 0 && rename(temp, target) != 0)
        result = file_fail("put in place", target);
    if (result != 0)
        unlink(temp);
out:
    free(temp);
    return result;
}

static int wal_fetch_check(const void *given)
{
    const struct wal_options *options = given;
    int result = wal_check_options(options, 2, "a file's name and the path to put it at");
    struct wal_name name;

    if (result == 0 && wal_name_parse(options->operands[0], &name) == WAL_FOREIGN) {
        fail(ERR_USAGE, "'%s' is no name of a WAL file", options->operands[0]);
        log_hint("wal-fetch belongs into restore_command: bridgejob wal-fetch --wal-dir DIR %%f %%p");
        return ERR_USAGE;
    }
    return result;
}

static int wal_fetch_run(struct run *run, const void *given)
{
    const struct wal_options *options = given;
    const char *name = options->operands[0];
    uint64_t system_identifier = 0;
    struct wal_name parts;
    int result = wal_refuse_dry_run(run);

    if (result == 0)
        result = enter_archive(options->wal_dir, &system_identifier);
    if (result == 0)
        result = look(options->wal_dir, name);
    if (result == ERR_NOINPUT) {
        wal_name_parse(name, &parts);
        result = look_for_gap(options, &parts);
    }
    if (result == ERR_NOINPUT)
        log_info("'%s' is not in the archive '%s'", name, options->wal_dir);
    if (result == 0)
        result = fetch(options->wal_dir, name, options->operands[1], system_identifier);
    return result;
}

const struct job wal_fetch_job = {.name = "wal-fetch", .check = wal_fetch_check, .run = wal_fetch_run};
