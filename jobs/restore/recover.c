#include "jobs/restore/recover.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/restore/controldata.h"
#include "jobs/wal/archive.h"

/* What the server is told: texts that live as long as it is being started. */
struct settings {
    struct buf command, target, timeline, prepared;
};

static void add_quoted(struct buf *setting, const char *text)
{
    buf_add_char(setting, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_add_text(setting, "'\\'");
        if (*text == '%')
            buf_add_char(setting, '%');
        buf_add_char(setting, *text);
    }
    buf_add_char(setting, '\'');
}

/* What is set for us is not meant for the program's many runs under the server: they neither ping nor count. */
void recover_add_command(struct buf *setting, const char *program, const char *wal_dir)
{
    buf_add_text(setting, "BRIDGEJOB_PING= BRIDGEJOB_METRICS_FILE= BRIDGEJOB_SPLAY= BRIDGEJOB_TIMEOUT= "
                          "BRIDGEJOB_DRY_RUN= BRIDGEJOB_VERBOSE= exec ");
    add_quoted(setting, program);
    buf_add_text(setting, " wal-fetch --quiet --accept-gap --config /dev/null --wal-dir ");
    add_quoted(setting, wal_dir);
    buf_add_text(setting, " %f %p");
}

static int add_restore_command(const struct recovery *recovery, struct buf *setting)
{
    char program[PATH_MAX] = "";
    char *wal_dir;

    buf_add_text(setting, "restore_command=");
    if (recovery->wal_dir == NULL) {
        buf_add_text(setting, "false"); /* there must be one */
        return 0;
    }
    wal_dir = realpath(recovery->wal_dir, NULL);
    if (wal_dir == NULL)
        return file_fail("find", recovery->wal_dir);
    if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0) {
        free(wal_dir);
        return fail_errno(ERR_INTERNAL, "cannot find this program");
    }
    recover_add_command(setting, program, wal_dir);
    free(wal_dir);
    return 0;
}

static int fill(const struct recovery *recovery, const struct cluster *cluster, struct settings *settings)
{
    struct controldata control;
    char time[TIME_TEXT_SIZE];
    int result = controldata_read(cluster->bindir, cluster->version_num, cluster->data, &control);

    if (result != 0)
        return result;
    time_format(recovery->target, time);
    buf_add_text(&settings->target, "recovery_target_time=");
    if (recovery->target != 0) /* on its command line the server knows no abbreviation of a zone, not even Z */
        buf_printf(&settings->target, "%.*s+00", (int)strcspn(time, "Z"), time);
    buf_printf(&settings->timeline, "recovery_target_timeline=%s",
               recovery->timeline == NULL ? "latest" : recovery->timeline);
    /* Those that were prepared and not committed come back, and need their places. */
    buf_printf(&settings->prepared, "max_prepared_transactions=%" PRId64, control.max_prepared_transactions);
    result = add_restore_command(recovery, &settings->command);
    if (result == 0 && !(buf_ok(&settings->target) && buf_ok(&settings->timeline) &&
                        buf_ok(&settings->prepared) && buf_ok(&settings->command)))
        result = fail(ERR_INTERNAL, "out of memory");
    return result;
}

/* What postgresql.auto.conf may have of an earlier recovery is emptied first: two targets would be one too many. With
 * archiving on and no command the history of the new timeline waits for the one that the server is then given. */
static int start(struct cluster *cluster, struct settings *settings)
{
    const char *const all[] = {
        "recovery_target=", "recovery_target_name=", "recovery_target_lsn=", "recovery_target_xid=",
        buf_text(&settings->timeline), "recovery_target_inclusive=on", "recovery_target_action=promote",
        "archive_mode=on", buf_text(&settings->target), buf_text(&settings->prepared), buf_text(&settings->command),
        NULL};

    return cluster_start(cluster, all);
}

static void time_text(int64_t us, char text[TIME_TEXT_SIZE])
{
    if (us == 0)
        snprintf(text, TIME_TEXT_SIZE, "-");
    else
        time_format(us, text);
}

static int report_range(const struct recovery *recovery, const char *log, const struct recovered *recovered)
{
    char target[TIME_TEXT_SIZE], from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
    bool early = strstr(log, "requested recovery stop point is before consistent recovery point") != NULL;

    time_text(recovery->target, target);
    time_text(recovery->manifest->finished_at, from);
    time_text(recovered->transaction_at, to);
    if (early) {
        fail(ERR_INPUT, "%s is before backup '%s' was finished, at %s", target, recovery->manifest->id, from);
        log_hint("take an earlier backup: bridgejob backup list");
    } else if (recovered->gap) {
        fail(ERR_INPUT, "the archive has a gap before %s: the last transaction before the gap is of %s", target, to);
        log_hint("see what is missing: bridgejob wal status --wal-dir %s; for what there is leave --target-time away",
                 recovery->wal_dir);
    } else if (recovered->transaction_at == 0) {
        fail(ERR_INPUT, "the WAL ends before %s: no transaction is in it", target);
        log_hint("see what is archived: bridgejob wal status --wal-dir %s", recovery->wal_dir);
    } else {
        fail(ERR_INPUT, "the WAL ends before %s: the last transaction in it is of %s", target, to);
        log_hint("possible is from %s to %s; for all there is leave --target-time away", from, to);
    }
    return ERR_INPUT;
}

/* What wal-fetch said, which knows most; else what the server said. */
static int report_failure(const struct cluster *cluster, const char *log)
{
    static const char error[] = "bridgejob wal-fetch: error: ", hint[] = "bridgejob wal-fetch: hint: ";
    char *copy = strdup(log);
    char *rest = copy;
    bool said = false;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (strncmp(line, error, sizeof(error) - 1) == 0) {
            log_error("%s", line + sizeof(error) - 1);
            said = true;
        } else if (said && strncmp(line, hint, sizeof(hint) - 1) == 0) {
            log_hint("%s", line + sizeof(hint) - 1);
        }
    }
    free(copy);
    return said ? ERR_INPUT : cluster_report(cluster, ERR_INPUT);
}

static int explain(const struct recovery *recovery, const struct cluster *cluster, const char *log,
                   const struct recovered *recovered)
{
    if (recovery->target != 0 &&
        (strstr(log, "requested recovery stop point is before consistent recovery point") != NULL ||
         strstr(log, "recovery ended before configured recovery target was reached") != NULL))
        return report_range(recovery, log, recovered);
    return report_failure(cluster, log);
}

int recover_run(const struct recovery *recovery, struct cluster *cluster, struct recovered *recovered)
{
    struct settings settings = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
    int result = fill(recovery, cluster, &settings);
    char *log = NULL;

    *recovered = (struct recovered){.reached = false};
    if (result == 0)
        result = start(cluster, &settings);
    if (result == 0)
        result = cluster_await(cluster);
    if (result <= 0) {
        log = child_said(&cluster->server);
        recover_read_log(log == NULL ? "" : log, recovered);
    }
    if (result < 0)
        result = explain(recovery, cluster, log == NULL ? "" : log, recovered);
    free(log);
    buf_release(&settings.command);
    buf_release(&settings.target);
    buf_release(&settings.timeline);
    buf_release(&settings.prepared);
    return result;
}
