#include "jobs/backup/copy_to.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/spawn.h"
#include "core/stop.h"

/* 0, or what it ended with; ERR_INTERNAL when it was not even started. */
static int run_for(const char *command, const char *file, const char *variable)
{
    const char *const argv[] = {"/bin/sh", "-c", command, "bridgejob", file, NULL};
    const char *const env[] = {variable, NULL};
    const struct spawn spawn = {.argv = argv, .env = env, .in = SPAWN_NULL, .out = STDERR_FILENO};
    struct child child;
    int code = spawn_start(&spawn, &child);

    if (code != 0)
        return code;
    code = child_wait(&child);
    if (!stop_requested())
        child_report(&child, LOG_WARNING);
    child_release(&child);
    return code;
}

static int copy_one(const char *command, const char *path, const char *name, const char *variable)
{
    char *file = file_join(path, name);
    int code;

    if (file == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    code = run_for(command, file, variable);
    if (code != 0 && !stop_requested()) {
        log_warning("'%s' is not copied, nor what comes behind it: the command of --copy-to ended with exit code %d",
                    file, code);
        log_hint("the backup itself is whole; copy '%s' when the cause is gone", path);
    }
    free(file);
    if (stop_requested())
        return stop_requested();
    return code == 0 ? 0 : ERR_FINDINGS;
}

int copy_to_run(const char *command, const char *path, const struct manifest *manifest)
{
    struct buf variable = BUF_INIT, last = BUF_INIT;
    int result = 0;

    buf_printf(&variable, "BRIDGEJOB_BACKUP_ID=%s", manifest->id);
    buf_printf(&last, "%s.json", manifest->id);
    if (!buf_ok(&variable) || !buf_ok(&last))
        result = fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < manifest->n_files && result == 0; i++)
        result = copy_one(command, path, manifest->files[i].name, buf_text(&variable));
    if (result == 0)
        result = copy_one(command, path, buf_text(&last), buf_text(&variable));
    buf_release(&last);
    buf_release(&variable);
    return result;
}
