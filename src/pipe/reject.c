#include "pipe/reject.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"

void reject_init(struct reject *reject, const char *dir, const char *file, long long run)
{
    *reject = (struct reject){.dir = dir, .file = file, .run = run};
    reject->lines.fd = reject->records.fd = -1;
    buf_init(&reject->record);
}

/* The name refused lines go by: of a file of refused lines that of its origin, so that retrying does
 * not pile up endings ("a.ndjson.7.rej" → "a.ndjson"). */
static struct span origin(const char *file)
{
    struct span name = span_of(strcmp(file, "-") == 0 ? "stdin" : file_base(file));
    size_t n = name.len;
    if (n < 6 || memcmp(name.at + n - 4, ".rej", 4) != 0)
        return name;
    n -= 4;
    while (n > 0 && ((name.at[n - 1] >= '0' && name.at[n - 1] <= '9') || name.at[n - 1] == '-'))
        n--;
    return n > 1 && name.at[n - 1] == '.' ? (struct span){name.at, n - 1} : name;
}

/* What comes behind the file's name at most: run, copy, ".rej.jsonl", ".XXXXXX.tmp". */
#define ENDING_MAX 48L

/* The origin's name, shortened when the directory takes no name that long ({NAME_MAX}: POSIX, limits.h): its
 * beginning, in whole characters, and a hash of all of it, so that two long names stay two. */
static void add_origin(struct buf *out, const struct reject *reject)
{
    struct span name = origin(reject->file);
    long name_max = pathconf(reject->dir, _PC_NAME_MAX);
    size_t room = (size_t)((name_max > 2 * ENDING_MAX ? name_max : NAME_MAX) - ENDING_MAX);
    if (name.len <= room) {
        buf_add_span(out, name);
        return;
    }
    size_t kept = room - 17;
    while (kept > 0 && ((unsigned char)name.at[kept] & 0xc0) == 0x80)
        kept--;
    buf_add(out, name.at, kept);
    buf_printf(out, "~%016llx", (unsigned long long)text_hash(name.at, name.len));
}

/* '<dir>/<file>.<run>.rej'; a second file of the same name in one run gets '-2' behind the
 * run, and so on. NULL when memory is out. */
static char *free_path(const struct reject *reject)
{
    struct buf name;
    char *path = NULL;
    buf_init(&name);
    for (int copy = 1; path == NULL; copy++) {
        buf_reset(&name);
        add_origin(&name, reject);
        buf_printf(&name, ".%lld", reject->run);
        if (copy > 1)
            buf_printf(&name, "-%d", copy);
        buf_add_text(&name, ".rej");
        path = buf_ok(&name) ? file_join(reject->dir, buf_text(&name)) : NULL;
        if (path == NULL)
            break;
        if (access(path, F_OK) == 0) {
            free(path);
            path = NULL;
        }
    }
    buf_release(&name);
    return path;
}

static int open_files(struct reject *reject)
{
    struct buf name;
    int rc = file_make_dirs(reject->dir);
    if (rc != 0)
        return rc;
    char *path = free_path(reject);
    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    buf_init(&name);
    buf_printf(&name, "%s.jsonl", path);
    rc = file_create(&reject->lines, path);
    if (rc == 0)
        rc = file_create(&reject->records, buf_text(&name));
    reject->open = rc == 0;
    buf_release(&name);
    free(path);
    return rc;
}

static void write_record(struct reject *reject, int64_t line, int64_t offset, int64_t length, enum reason reason,
                         const char *detail, const char *sqlstate)
{
    struct buf *record = &reject->record;
    buf_reset(record);
    buf_add_text(record, "{\"file\":");
    buf_add_json_string(record, span_of(reject->file));
    buf_printf(record, ",\"line\":%lld,\"offset\":%lld,\"length\":%lld,\"reason\":\"%s\",\"detail\":", (long long)line,
               (long long)offset, (long long)length, reason_name(reason));
    buf_add_json_string(record, span_of(detail));
    if (sqlstate != NULL)
        buf_printf(record, ",\"sqlstate\":\"%s\"", sqlstate);
    buf_add_text(record, "}\n");
    file_write(&reject->records, record->data, record->len);
}

/* 0, or the err kind when the disk took no more: known at once, not only at the end. */
static int written(struct reject *reject)
{
    errno = reject->lines.error != 0 ? reject->lines.error : reject->records.error;
    if (errno == 0)
        return 0;
    reject->open = false; /* a part of them is not to be taken for all */
    int rc = fail_errno(errno == ENOSPC || errno == EDQUOT ? ERR_CANTCREATE : ERR_IO,
                        "cannot write refused lines of '%s'", reject->file);
    log_hint("run 'df -h %s' to see how full the disk is, make room, and run the command again", reject->dir);
    return rc;
}

int reject_line(struct reject *reject, int64_t line, int64_t offset, struct span raw, enum reason reason,
                const char *detail, const char *sqlstate)
{
    reject->count++;
    reject->by_reason[reason]++;
    if (reject->dir == NULL)
        return 0;
    int rc = reject->open ? 0 : open_files(reject);
    if (rc != 0)
        return rc;
    file_write(&reject->lines, raw.at, raw.len);
    file_write(&reject->lines, "\n", 1);
    write_record(reject, line, offset, (int64_t)raw.len, reason, detail, sqlstate);
    return written(reject);
}

int reject_piece(struct reject *reject, const struct line *piece, int64_t offset, int64_t length)
{
    if (piece->last_piece) {
        reject->count++;
        reject->by_reason[REASON_LINE_TOO_LONG]++;
    }
    if (reject->dir == NULL)
        return 0;
    int rc = reject->open ? 0 : open_files(reject);
    if (rc != 0)
        return rc;
    file_write(&reject->lines, piece->raw.at, piece->raw.len);
    if (piece->last_piece) {
        file_write(&reject->lines, "\n", 1);
        write_record(reject, piece->number, offset, length, REASON_LINE_TOO_LONG, "longer than --max-line", NULL);
    }
    return written(reject);
}

int reject_commit(struct reject *reject)
{
    if (!reject->open)
        return 0;
    reject->open = false;
    char *path = strdup(reject->lines.path);
    int rc = file_commit(&reject->lines);
    if (rc == 0 && (rc = file_commit(&reject->records)) != 0 && path != NULL)
        unlink(path); /* both or none */
    free(path);
    return rc;
}

void reject_release(struct reject *reject)
{
    file_discard(&reject->lines);
    file_discard(&reject->records);
    buf_release(&reject->record);
}
