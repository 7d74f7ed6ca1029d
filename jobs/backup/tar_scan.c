#include "jobs/backup/tar_scan.h"

#include <stdio.h>
#include <string.h>

/* Where the fields of a header stand, and how long they are. */
enum { NAME_AT = 0, NAME_SIZE = 100, SIZE_AT = 124, SIZE_SIZE = 12, SUM_AT = 148, SUM_SIZE = 8, TYPE_AT = 156,
       PREFIX_AT = 345, PREFIX_SIZE = 155 };

void tar_scan_init(struct tar_scan *scan, const struct tar_reader *reader)
{
    *scan = (struct tar_scan){.reader = *reader};
}

/* Octal digits; or, of sizes from 8 GB on, base 256 behind a byte with the highest bit (GNU tar, src/port/tar.c). */
static int64_t number(const char *at, size_t n)
{
    uint64_t value = 0;
    size_t i = 0;

    if (((unsigned char)at[0] & 0x80) != 0) {
        for (i = 1; i < n; i++)
            value = value << 8 | (unsigned char)at[i];
        return (int64_t)(value & INT64_MAX);
    }
    while (i < n && at[i] == ' ')
        i++;
    for (; i < n && at[i] >= '0' && at[i] <= '7'; i++)
        value = value << 3 | (uint64_t)(at[i] - '0');
    return (int64_t)(value & INT64_MAX);
}

/* The sum of all bytes, those of the sum itself taken for blanks. */
static bool sum_fits(const char *block)
{
    int64_t sum = 0;

    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= SUM_AT && i < SUM_AT + SUM_SIZE ? ' ' : (unsigned char)block[i];
    return sum == number(block + SUM_AT, SUM_SIZE);
}

static bool is_zero(const char *block)
{
    for (size_t i = 0; i < TAR_BLOCK; i++)
        if (block[i] != 0)
            return false;
    return true;
}

static void begin_member(struct tar_scan *scan)
{
    const char *block = scan->block;
    char name[PREFIX_SIZE + NAME_SIZE + 2];
    char type = block[TYPE_AT] == 0 ? '0' : block[TYPE_AT];
    bool prefixed = block[PREFIX_AT] != 0;

    snprintf(name, sizeof(name), "%.*s%s%.*s", prefixed ? PREFIX_SIZE : 0, block + PREFIX_AT, prefixed ? "/" : "",
             NAME_SIZE, block + NAME_AT);
    scan->left = strchr("125", type) == NULL ? number(block + SIZE_AT, SIZE_SIZE) : 0; /* links and directories */
    scan->padding = (size_t)(-(uint64_t)scan->left % TAR_BLOCK);
    scan->reader.begin(scan->reader.context, name, type, scan->left);
    if (scan->left == 0)
        scan->reader.end(scan->reader.context);
}

/* Behind the two blocks of zeros there may be more of them, and nothing else. */
static void end_block(struct tar_scan *scan)
{
    scan->filled = 0;
    if (is_zero(scan->block))
        scan->zeros++;
    else if (scan->zeros > 0 || !sum_fits(scan->block))
        scan->damaged = true;
    else
        begin_member(scan);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t take_content(struct tar_scan *scan, const char *bytes, size_t n)
{
    if ((uint64_t)scan->left < n)
        n = (size_t)scan->left;
    scan->reader.take(scan->reader.context, bytes, n);
    scan->left -= (int64_t)n;
    if (scan->left == 0)
        scan->reader.end(scan->reader.context);
    return n;
}

static size_t take_block(struct tar_scan *scan, const char *bytes, size_t n)
{
    n = least(n, TAR_BLOCK - scan->filled);
    memcpy(scan->block + scan->filled, bytes, n);
    scan->filled += n;
    if (scan->filled == TAR_BLOCK)
        end_block(scan);
    return n;
}

void tar_scan_add(struct tar_scan *scan, const char *bytes, size_t n)
{
    while (n > 0 && !scan->damaged) {
        size_t used;

        if (scan->left > 0) {
            used = take_content(scan, bytes, n);
        } else if (scan->padding > 0) {
            used = least(n, scan->padding);
            scan->padding -= used;
        } else {
            used = take_block(scan, bytes, n);
        }
        bytes += used;
        n -= used;
    }
}

const char *tar_scan_end(const struct tar_scan *scan)
{
    if (scan->damaged)
        return "the header of a member is damaged";
    if (scan->left > 0 || scan->padding > 0 || scan->filled > 0)
        return "it ends within a member";
    return scan->zeros < 2 ? "its end is missing" : NULL;
}
