#include "jobs/backup/pump.h"

#include <errno.h>
#include <unistd.h>

#include <zlib.h>

#include "core/err.h"
#include "core/file.h"
#include "core/proc.h"
#include "core/stop.h"
#include "core/time.h"

#define CHUNK ((size_t)64 * 1024)
#define GZIP_WINDOW (15 + 16) /* zlib.h, deflateInit2: gzip's header and trailer */
#define NAP_US (TIME_SECOND / 100)

struct flow {
    const struct pump *pump;
    z_stream zip;
    int64_t started, taken; /* time_monotonic(), bytes */
    unsigned char read[CHUNK], zipped[CHUNK];
};

static int put(const struct flow *flow, const unsigned char *bytes, size_t n)
{
    if (n == 0 || file_write_all(flow->pump->out, bytes, n) == 0)
        return 0;
    if (stop_requested())
        return stop_requested();
    return errno == EPIPE ? ERR_IO : file_fail("write", flow->pump->name);
}

/* 'flush' is Z_FINISH for the end. */
static int zip(struct flow *flow, size_t n, int flush)
{
    int result = 0;

    flow->zip.next_in = flow->read;
    flow->zip.avail_in = (uInt)n;
    do {
        flow->zip.next_out = flow->zipped;
        flow->zip.avail_out = (uInt)CHUNK;
        if (deflate(&flow->zip, flush) == Z_STREAM_ERROR)
            return fail(ERR_INTERNAL, "cannot compress: %s", flow->zip.msg == NULL ? "zlib" : flow->zip.msg);
        result = put(flow, flow->zipped, CHUNK - flow->zip.avail_out);
    } while (result == 0 && flow->zip.avail_out == 0);
    return result;
}

/* Sleep until the average since the start is the rate again. */
static void slow_down(const struct flow *flow)
{
    int64_t rate = flow->pump->rate;

    if (rate == 0)
        return;
    for (;;) {
        int64_t ahead = (int64_t)((double)flow->taken / (double)rate * (double)TIME_SECOND) -
                        (time_monotonic() - flow->started);

        if (ahead < NAP_US || stop_requested())
            return;
        stop_poll(NULL, 0, (int)(ahead / 1000 < 1000 ? ahead / 1000 : 1000));
    }
}

static int move_all(struct flow *flow)
{
    const struct pump *pump = flow->pump;
    int result = 0;

    while (result == 0) {
        ssize_t n = read(pump->in, flow->read, sizeof(flow->read));

        if (stop_requested())
            return stop_requested();
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_fail("read what becomes", pump->name);
        if (n == 0)
            return pump->gzip ? zip(flow, 0, Z_FINISH) : 0;
        result = pump->gzip ? zip(flow, (size_t)n, Z_NO_FLUSH) : put(flow, flow->read, (size_t)n);
        flow->taken += n;
        slow_down(flow);
    }
    return result;
}

int pump_run(const struct pump *pump)
{
    struct flow flow = {.pump = pump, .started = time_monotonic()};
    int result;

    if (pump->gzip && deflateInit2(&flow.zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                                   Z_DEFAULT_STRATEGY) != Z_OK)
        return fail(ERR_INTERNAL, "out of memory");
    result = move_all(&flow);
    if (pump->gzip)
        deflateEnd(&flow.zip);
    return result;
}

static int run_in_child(void *arg)
{
    const struct pump *pump = arg;

    if (pump->other >= 0)
        close(pump->other);
    return pump_run(pump);
}

pid_t pump_start(struct pump *pump)
{
    pid_t pid = proc_fork(run_in_child, pump);

    if (pid < 0)
        fail_errno(ERR_INTERNAL, "cannot start a process");
    return pid;
}
