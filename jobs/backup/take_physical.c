#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "db/session.h"
#include "jobs/backup/backup_tables.h"
#include "jobs/backup/encryption.h"
#include "jobs/backup/stream.h"
#include "jobs/backup/take.h"

#define MOST_ARGUMENTS 16
#define LSN_DIGITS "0123456789ABCDEFabcdef/"

/* The LSN behind 'words'; NULL in '*lsn' stays when it is not there. What is left of the line follows. */
static const char *find_lsn(const char *said, const char *words, char **lsn)
{
    const char *at = strstr(said, words);
    size_t len;

    if (at == NULL)
        return NULL;
    at += strlen(words);
    len = strspn(at, LSN_DIGITS);
    if (len == 0)
        return NULL;
    free(*lsn);
    *lsn = strndup(at, len);
    return at + len;
}

int take_positions(const char *said, struct manifest *manifest)
{
    static const char timeline[] = " on timeline ";
    const char *behind = find_lsn(said, "write-ahead log start point: ", &manifest->lsn);
    const char *end = find_lsn(said, "write-ahead log end point: ", &manifest->end_lsn);

    if (behind == NULL || end == NULL || manifest->lsn == NULL || manifest->end_lsn == NULL)
        return fail(ERR_INTERNAL, "pg_basebackup did not say where the WAL of the backup begins and ends");
    if (strncmp(behind, timeline, strlen(timeline)) == 0 && isdigit((unsigned char)behind[strlen(timeline)]))
        manifest->timeline = strtoll(behind + strlen(timeline), NULL, 10);
    return 0;
}

static int run(const struct taking *taking, const char *const *argv, const char *path)
{
    const char *const env[] = {"LC_ALL=C.UTF-8", taking->application, NULL};
    const struct stream_spec spec = {
        .argv = argv,
        .env = env,
        .group = true, /* the process that receives the WAL would go on for ever, and hold it back at the server */
        .path = path,
        .shown = taking->quiet ? NULL : taking->draft->dir,
        .gzip = true,
        .encrypt_to = taking->options->encrypt_to,
    };
    struct stream stream;
    char *said = NULL;
    int result = stream_start(&spec, &stream);

    if (result == 0)
        result = stream_wait(&stream);
    if (result == 0)
        said = child_said(&stream.source);
    if (result == 0)
        result = take_positions(said == NULL ? "" : said, taking->manifest);
    free(said);
    stream_release(&stream);
    return result;
}

/* As one stream the WAL is fetched at the end, from the server's own directory: it must still be there then, so a
 * backup that takes long needs wal_keep_size. Into files it streams beside the data, held by a replication slot. */
int take_physical(const struct taking *taking)
{
    bool stream = taking->options->encrypt_to != NULL;
    struct buf into = BUF_INIT, path = BUF_INIT, label = BUF_INIT, rate = BUF_INIT;
    int result = backup_tables_read(taking->manifest, NULL);

    session_rollback(); /* or the snapshot would hold VACUUM up for as long as the backup takes */
    buf_printf(&into, "--pgdata=%s", stream ? "-" : taking->draft->dir);
    buf_printf(&path, "%s/base.tar.gz%s", taking->draft->dir, encryption_ending(taking->options->encrypt_to));
    buf_printf(&label, "--label=bridgejob %s", taking->draft->id);
    buf_printf(&rate, "--max-rate=%lld", (long long)taking->options->rate / 1024);
    if (result == 0 && !(buf_ok(&into) && buf_ok(&path) && buf_ok(&label) && buf_ok(&rate)))
        result = fail(ERR_INTERNAL, "out of memory");
    if (result == 0) {
        const char *argv[MOST_ARGUMENTS] = {taking->program, "--format=tar", "--checkpoint=fast", "--no-password",
                                            "--no-sync", "--verbose", "--manifest-checksums=SHA256",
                                            buf_text(&into), buf_text(&label),
                                            stream ? "--wal-method=fetch" : "--wal-method=stream"};
        size_t n = 10;

        if (!stream)
            argv[n++] = "--gzip"; /* else the pump compresses */
        if (taking->options->rate != 0)
            argv[n++] = buf_text(&rate);
        result = run(taking, argv, stream ? buf_text(&path) : NULL);
    }
    buf_release(&rate);
    buf_release(&label);
    buf_release(&path);
    buf_release(&into);
    return result;
}
