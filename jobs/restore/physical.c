#include "jobs/restore/physical.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/backup/store.h"

#define DATE_LENGTH ((size_t)10) /* 2026-01-31 */

static int make_recovery(const struct restore_options *options, const struct manifest *manifest,
                         struct recovery *recovery)
{
    const char *wal_dir = options->wal_dir;
    bool date; /* a date alone is its midnight in UTC */

    *recovery = (struct recovery){.manifest = manifest, .timeline = options->target_timeline};
    if (wal_dir != NULL && *wal_dir != '\0')
        recovery->wal_dir = wal_dir;
    if (options->target_time == NULL || time_parse_or_ago(options->target_time, &recovery->target, &date) == 0)
        return 0;
    fail(ERR_USAGE, "'--target-time' is no time: '%s'", options->target_time);
    log_hint("write it as 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+01:00, or how long ago: 30m");
    return ERR_USAGE;
}

/* Who reads it off a clock on the wall means another time than who reads it off a log in UTC. */
static void say_zone(const char *time, int64_t us)
{
    size_t n = time == NULL ? 0 : strlen(time);
    char text[TIME_TEXT_SIZE];

    if (n < DATE_LENGTH || !isdigit((unsigned char)time[n - 1]) || strpbrk(time + DATE_LENGTH, "+-") != NULL)
        return;
    time_format(us, text);
    log_warning("'%s' names no zone, and is taken for %s", time, text);
}

int physical_check(const struct restore_options *options, const struct manifest *manifest)
{
    struct recovery recovery;
    int result = cluster_check_user();

    if (result == 0)
        result = make_recovery(options, manifest, &recovery);
    if (result == 0)
        say_zone(options->target_time, recovery.target);
    return result != 0 ? result : recover_check(&recovery);
}

int physical_open(const struct restore_options *options, const struct manifest *manifest, struct physical *physical)
{
    char *backup = store_path(options->backup_dir, manifest->id, NULL);
    struct recovery recovery = {.target = 0};
    int result = backup == NULL ? ERR_INTERNAL : make_recovery(options, manifest, &recovery);

    physical->unpack = (struct unpack){.manifest = manifest, .backup = backup, .identity = options->identity,
                                       .bindir = options->bindir};
    physical->target = recovery.target;
    if (result == 0)
        result = unpack_begin(&physical->unpack, options->data_directory);
    if (result == 0)
        result = unpack_run(&physical->unpack);
    physical->unpacked = result == 0;
    physical->cluster.bindir = options->bindir;
    physical->cluster.version_num = manifest->server_version_num;
    physical->cluster.data = physical->unpack.data;
    if (result == 0)
        result = recover_run(&recovery, &physical->cluster, &physical->recovered);
    free(backup);
    physical->unpack.backup = NULL;
    return result;
}

int physical_keep(struct physical *physical)
{
    int result = cluster_stop(&physical->cluster);

    return result != 0 ? result : unpack_keep(&physical->unpack);
}

void physical_release(struct physical *physical)
{
    cluster_release(&physical->cluster);
    unpack_release(&physical->unpack);
}
