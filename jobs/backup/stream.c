#include "jobs/backup/stream.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/proc.h"
#include "core/stop.h"
#include "jobs/backup/cause.h"
#include "jobs/backup/encryption.h"
#include "jobs/backup/growth.h"
#include "jobs/backup/pump.h"

/* Put the pump before 'out'; '*front' is where to write then, the caller's to close. */
static int start_pump(const struct stream_spec *spec, int out, struct stream *stream, int *front)
{
    int pipe[2];
    struct pump pump;

    if (pipe2(pipe, O_CLOEXEC) != 0)
        return fail_errno(ERR_INTERNAL, "cannot make a pipe");
    pump = (struct pump){.in = pipe[0], .other = pipe[1], .out = out, .gzip = spec->gzip, .rate = spec->rate,
                         .name = spec->path};
    stream->pump = pump_start(&pump);
    close(pipe[0]);
    if (stream->pump > 0) {
        *front = pipe[1];
        return 0;
    }
    close(pipe[1]);
    stream->pump = 0;
    return ERR_INTERNAL;
}

/* From the file backwards; each one's end of the pipe is closed here, so that the end of the source ends them all. */
static int start_before(const struct stream_spec *spec, int file, struct stream *stream)
{
    struct spawn source = {.argv = spec->argv, .env = spec->env, .in = SPAWN_NULL, .out = file};
    int front = -1;
    int result = 0;

    if (spec->encrypt_to != NULL) {
        result = encryption_start(spec->encrypt_to, file, &stream->cipher);
        source.out = stream->cipher.in;
    }
    if (result == 0 && (spec->gzip || spec->rate != 0)) {
        result = start_pump(spec, source.out, stream, &front);
        source.out = front;
    }
    if (result == 0)
        result = spawn_start(&source, &stream->source);
    if (front >= 0)
        close(front);
    if (stream->cipher.in >= 0)
        close(stream->cipher.in);
    stream->cipher.in = -1;
    return result;
}

int stream_start(const struct stream_spec *spec, struct stream *stream)
{
    const struct spawn alone = {.argv = spec->argv, .env = spec->env, .in = SPAWN_NULL, .out = SPAWN_NULL,
                                .group = spec->group};
    int result, file;

    *stream = STREAM_INIT;
    if (spec->shown != NULL) /* before there are pipes, whose ends it would hold */
        stream->painter = growth_start(spec->shown, file_base(spec->shown));
    if (spec->path == NULL)
        return spawn_start(&alone, &stream->source);
    file = open(spec->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return file_fail("create", spec->path);
    result = start_before(spec, file, stream);
    close(file);
    return result;
}

int stream_wait(struct stream *stream)
{
    int source = child_wait(&stream->source);
    int pump = stream->pump > 0 ? proc_wait(stream->pump) : 0;
    int cipher = child_wait(&stream->cipher);

    stream->pump = 0;
    growth_end(stream->painter);
    stream->painter = 0;
    if (stop_requested())
        return stop_requested();
    if (cipher != 0)
        return cause_report(&stream->cipher, cipher, ERR_CONFIG);
    if (pump > 128 || pump < 0)
        return fail(ERR_INTERNAL, "the process that compresses was ended by signal %d", pump - 128);
    if (pump != 0)
        return pump;
    return source == 0 ? 0 : cause_report(&stream->source, source, ERR_IO);
}

void stream_release(struct stream *stream)
{
    child_release(&stream->source);
    if (stream->pump > 0) {
        kill(stream->pump, SIGTERM);
        proc_wait(stream->pump);
    }
    child_release(&stream->cipher);
    growth_end(stream->painter);
    stream->pump = stream->painter = 0;
}
