#include "jobs/restore/load_dump.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "jobs/backup/pg_program.h"

static int start(struct psql *psql, const char *program, const char *database)
{
    const char *const argv[] = {program, "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-",
                                NULL};
    char name[128];
    const char *const env[] = {"PGAPPNAME=bridgejob/restore", name, NULL};
    const struct spawn spawn = {.argv = argv, .env = env, .in = SPAWN_PIPE, .out = SPAWN_NULL};

    snprintf(name, sizeof(name), "PGDATABASE=%s", database);
    return spawn_start(&spawn, &psql->child);
}

int psql_start(struct psql *psql, const struct dump *dump, const char *database)
{
    char *program = pg_program(dump->options->bindir, dump->version, "psql");
    int result = program == NULL ? ERR_INTERNAL : 0;

    *psql = (struct psql){.dump = dump, .child = CHILD_INIT};
    if (result == 0)
        result = start(psql, program, database);
    psql->child.name = "psql"; /* 'program' goes */
    free(program);
    return result;
}

/* A pipe that poll(2) says can be written to takes so many bytes without a wait (pipe(7), PIPE_BUF); a wait would not
 * end when a stop is asked for. */
int psql_put(void *to, const char *bytes, size_t n)
{
    struct psql *psql = to;
    struct pollfd end = {.fd = psql->child.in, .events = POLLOUT};

    while (n > 0) {
        ssize_t written;

        if (stop_poll(&end, 1, -1) < 0)
            return stop_requested() ? stop_requested() : fail_errno(ERR_IO, "cannot wait for a pipe");
        written = write(psql->child.in, bytes, n < PIPE_BUF ? n : PIPE_BUF);
        if (written < 0 && errno != EINTR)
            return errno == EPIPE ? -1 : fail_errno(ERR_IO, "cannot write to a pipe");
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        }
    }
    return 0;
}

int psql_end(struct psql *psql)
{
    int code = child_wait(&psql->child);

    if (stop_requested() != 0)
        return stop_requested();
    child_report(&psql->child, code == 0 ? LOG_WARNING : LOG_ERROR);
    if (code == 0)
        return 0;
    log_error("backup '%s' is not restored: 'psql' ended with exit code %d", psql->dump->manifest->id, code);
    return dump_judge(psql->dump, &psql->child, code);
}

void psql_release(struct psql *psql)
{
    child_release(&psql->child);
}

static int load_plain(const struct dump *dump, const char *database)
{
    struct psql psql = PSQL_INIT;
    int result = psql_start(&psql, dump, database);

    if (result == 0)
        result = dump_inflate(dump, psql_put, &psql);
    if (result == 0 || result == -1)
        result = psql_end(&psql);
    psql_release(&psql);
    return result == -1 ? ERR_INPUT : result;
}

static int load_custom(const struct dump *dump, const char *database)
{
    bool parallel = dump->options->jobs > 1;
    char target[128], jobs[32];
    const char *arguments[8] = {"--exit-on-error", "--no-password", target};
    size_t n = 3;

    snprintf(target, sizeof(target), "--dbname=%s", database);
    snprintf(jobs, sizeof(jobs), "--jobs=%lld", (long long)dump->options->jobs);
    if (parallel && dump->manifest->encrypted != NULL)
        log_info("what is decrypted on the way is loaded by one process: '--jobs' does nothing");
    else if (parallel)
        arguments[n++] = jobs;
    if (dump->options->no_owner) {
        arguments[n++] = "--no-owner";
        arguments[n++] = "--no-privileges";
    }
    return dump_run(dump, arguments, NULL);
}

int load_all(const struct dump *dump, const char *database)
{
    return dump->manifest->format == BACKUP_PLAIN ? load_plain(dump, database) : load_custom(dump, database);
}
