#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/err.h"
#include "jobs/backup/backup_facts.h"
#include "jobs/backup/backup_tables.h"
#include "jobs/backup/encryption.h"
#include "jobs/backup/stream.h"
#include "jobs/backup/take.h"

static const char *ending_of(enum backup_format format)
{
    return format == BACKUP_PLAIN ? ".sql.gz" : ".dump";
}

/* Of a directory pg_dump makes the files itself: the argument that names it, else the file that we make. */
static void name_data(const struct taking *taking, struct buf *data)
{
    const struct draft *draft = taking->draft;

    if (taking->manifest->format == BACKUP_DIRECTORY)
        buf_printf(data, "--file=%s/data", draft->dir);
    else
        buf_printf(data, "%s/%s%s%s", draft->dir, draft->id, ending_of(taking->manifest->format),
                   encryption_ending(taking->options->encrypt_to));
}

static int dump(const struct taking *taking, const char *const *argv, const char *path)
{
    const char *const env[] = {"LC_ALL=C.UTF-8", taking->application, NULL};
    const struct stream_spec spec = {
        .argv = argv,
        .env = env,
        .path = path,
        .shown = taking->quiet ? NULL : taking->draft->dir,
        .gzip = taking->manifest->format == BACKUP_PLAIN,
        .rate = taking->options->rate,
        .encrypt_to = taking->options->encrypt_to,
    };
    struct stream stream;
    int result = stream_start(&spec, &stream);

    if (result == 0)
        result = backup_tables_read(taking->manifest, &stream.source);
    if (result == 0)
        result = stream_wait(&stream);
    stream_release(&stream);
    return result;
}

int take_logical(const struct taking *taking)
{
    bool directory = taking->manifest->format == BACKUP_DIRECTORY;
    struct buf data = BUF_INIT, snapshot = BUF_INIT, jobs = BUF_INIT, wait = BUF_INIT, format = BUF_INIT;
    char name[SNAPSHOT_NAME_SIZE];
    int result = backup_tables_lock();

    if (result == 0)
        result = backup_facts_export(name);
    name_data(taking, &data);
    buf_printf(&snapshot, "--snapshot=%s", result == 0 ? name : "");
    buf_printf(&format, "--format=%s", backup_format_name(taking->manifest->format));
    buf_printf(&wait, "--lock-wait-timeout=%lld", (long long)taking->options->lock_timeout_s * 1000);
    buf_printf(&jobs, "--jobs=%lld", (long long)taking->options->jobs);
    if (result == 0 && !(buf_ok(&data) && buf_ok(&snapshot) && buf_ok(&format) && buf_ok(&wait) && buf_ok(&jobs)))
        result = fail(ERR_INTERNAL, "out of memory");
    if (result == 0) {
        /* No --dbname: a name such as 'a=b' would be taken for a conninfo. PGDATABASE is only a name. What pg_dump
         * wrote is fsynced with all the rest. */
        const char *const argv[] = {taking->program,
                                    buf_text(&format),
                                    buf_text(&snapshot),
                                    buf_text(&wait),
                                    "--no-password",
                                    "--no-sync",
                                    directory ? buf_text(&data) : NULL,
                                    buf_text(&jobs),
                                    NULL};

        result = dump(taking, argv, directory ? NULL : buf_text(&data));
    }
    buf_release(&format);
    buf_release(&wait);
    buf_release(&jobs);
    buf_release(&snapshot);
    buf_release(&data);
    return result;
}
