#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/restore/recover.h"
#include "jobs/wal/archive.h"
#include "jobs/wal/wal.h"

static int check_archive(const struct recovery *recovery)
{
    const struct manifest *manifest = recovery->manifest;
    uint64_t owner;
    char text[24];
    int result = archive_identity(recovery->wal_dir, &owner);

    if (result == ERR_NOINPUT) {
        fail(ERR_NOINPUT, "'%s' is no WAL archive: there is no '%s' in it", recovery->wal_dir, ARCHIVE_IDENTITY);
        log_hint("bridgejob wal status --wal-dir %s; is the disk mounted?", recovery->wal_dir);
    }
    if (result != 0 || manifest->system_identifier == NULL)
        return result;
    snprintf(text, sizeof(text), "%" PRIu64, owner);
    if (strcmp(text, manifest->system_identifier) == 0)
        return 0;
    fail(ERR_INPUT, "'%s' is the archive of another cluster, %s, and backup '%s' is of %s", recovery->wal_dir, text,
         manifest->id, manifest->system_identifier);
    log_hint("name the archive of the backup's cluster: --wal-dir DIR");
    return ERR_INPUT;
}

static int check_target(const struct recovery *recovery)
{
    char target[TIME_TEXT_SIZE], begin[TIME_TEXT_SIZE];

    time_format(recovery->target, target);
    time_format(recovery->manifest->created_at, begin);
    if (recovery->wal_dir == NULL) {
        fail(ERR_USAGE, "--target-time needs the archive of WAL");
        log_hint("name its directory: --wal-dir DIR, or BRIDGEJOB_WAL_DIR");
        return ERR_USAGE;
    }
    if (recovery->target > time_now())
        return fail(ERR_INPUT, "%s is in the future", target);
    if (recovery->target >= recovery->manifest->created_at)
        return 0;
    fail(ERR_INPUT, "%s is before backup '%s' was begun, at %s", target, recovery->manifest->id, begin);
    log_hint("take an earlier backup: bridgejob backup list");
    return ERR_INPUT;
}

static int check_timeline(const char *timeline)
{
    size_t digits = timeline == NULL ? 0 : strspn(timeline, "0123456789");

    if (timeline == NULL || strcmp(timeline, "latest") == 0 || strcmp(timeline, "current") == 0 ||
        (digits > 0 && digits < 10 && timeline[digits] == '\0'))
        return 0;
    fail(ERR_USAGE, "'--target-timeline' is no timeline: '%s'", timeline);
    log_hint("write latest, current or a number; which there are: bridgejob wal status");
    return ERR_USAGE;
}

int recover_check(const struct recovery *recovery)
{
    int result = check_timeline(recovery->timeline);

    if (result == 0 && recovery->target != 0)
        result = check_target(recovery);
    if (result == 0 && recovery->wal_dir != NULL)
        result = check_archive(recovery);
    return result;
}

/* What stands behind the last 'words' of the log, to the end of the line; NULL when they do not occur. */
static const char *find_last(const char *log, const char *words)
{
    const char *found = NULL;

    for (const char *at = strstr(log, words); at != NULL; at = strstr(at + 1, words))
        found = at + strlen(words);
    return found;
}

/* "2026-11-21 09:46:14.001423+00" */
static void read_time(const char *at, int64_t *us)
{
    size_t n = at == NULL ? 0 : strcspn(at, "\n");
    int64_t read;

    if (n > 0 && time_parse((struct span){at, n}, &read) == 0)
        *us = read;
}

void recover_read_log(const char *log, struct recovered *recovered)
{
    const char *lsn = find_last(log, "LOG:  redo done at ");
    const char *timeline = find_last(log, "LOG:  selected new timeline ID: ");

    *recovered = (struct recovered){.reached = strstr(log, "LOG:  recovery stopping ") != NULL};
    recovered->gap = !recovered->reached && strstr(log, WAL_GAP) != NULL;
    if (lsn != NULL)
        snprintf(recovered->lsn, sizeof(recovered->lsn), "%.*s", (int)strspn(lsn, "0123456789ABCDEF/"), lsn);
    if (timeline != NULL)
        recovered->timeline = strtoll(timeline, NULL, 10);
    read_time(find_last(log, "LOG:  last completed transaction was at log time "), &recovered->transaction_at);
}
