/* Members of an archive, whatever pieces it comes in; and what is none. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "jobs/backup/tar_scan.h"
#include "unit.h"

static void note_begin(void *context, const char *name, char type, int64_t size)
{
    buf_printf(context, "%s %c %lld ", name, type, (long long)size);
}

static void note_bytes(void *context, const char *bytes, size_t n)
{
    buf_add(context, bytes, n);
}

static void note_end(void *context)
{
    buf_add_text(context, ";");
}

static void seal(char *block)
{
    unsigned sum = 0;

    memset(block + 148, ' ', 8);
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
}

/* A member behind what is there; its content is 'bytes', rounded up to a block. */
static void add(struct buf *tar, const char *name, char type, const char *bytes)
{
    char block[TAR_BLOCK] = "";
    unsigned n = (unsigned)strlen(bytes);

    snprintf(block, 100, "%s", name);
    snprintf(block + 124, 12, "%011o", n);
    block[156] = type;
    memcpy(block + 257, "ustar\00000", 8);
    seal(block);
    buf_add(tar, block, sizeof(block));
    buf_add_text(tar, bytes);
    while (tar->len % TAR_BLOCK != 0)
        buf_add_char(tar, '\0');
}

static void finish(struct buf *tar, int blocks)
{
    for (int i = 0; i < blocks * TAR_BLOCK; i++)
        buf_add_char(tar, '\0');
}

static void expect(struct span tar, size_t piece, const char *members, const char *wrong)
{
    struct buf seen = BUF_INIT;
    const struct tar_reader reader = {note_begin, note_bytes, note_end, &seen};
    struct tar_scan scan;
    const char *found;

    tar_scan_init(&scan, &reader);
    for (size_t at = 0; at < tar.len; at += piece)
        tar_scan_add(&scan, tar.at + at, tar.len - at < piece ? tar.len - at : piece);
    found = tar_scan_end(&scan);
    if (members != NULL)
        assert_string_equal(buf_text(&seen), members);
    assert_string_equal(found == NULL ? "" : found, wrong);
    buf_release(&seen);
}

static void make(struct buf *tar)
{
    add(tar, "base/", '5', "");
    add(tar, "base/1", '0', "hello");
    add(tar, "empty", '0', "");
    add(tar, "pg_tblspc/16384", '2', "");
    add(tar, "old", '\0', "x");
    finish(tar, 2);
}

#define MEMBERS "base/ 5 0 ;base/1 0 5 hello;empty 0 0 ;pg_tblspc/16384 2 0 ;old 0 1 x;"

static void test_members(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 7, 100, 511, 512, 513, 5000};
    struct buf tar = BUF_INIT;

    (void)state;
    make(&tar);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
        expect(buf_span(&tar), pieces[i], MEMBERS, "");
    finish(&tar, 18); /* as tar(1) fills up a record */
    expect(buf_span(&tar), 700, MEMBERS, "");
    buf_release(&tar);
}

static void test_cut(void **state)
{
    struct buf tar = BUF_INIT;

    (void)state;
    make(&tar);
    expect(SPAN(""), 1, "", "its end is missing");
    for (size_t n = 1; n < tar.len; n++) {
        /* Blocks 0; 1 and 2; 3; 4; 5 and 6 are members, 7 and 8 the end. */
        bool between = n % TAR_BLOCK == 0 && n != 2 * TAR_BLOCK && n != 6 * TAR_BLOCK;

        expect((struct span){tar.data, n}, 512, NULL, between ? "its end is missing" : "it ends within a member");
    }
    buf_release(&tar);
}

static void test_damaged(void **state)
{
    struct buf tar = BUF_INIT;

    (void)state;
    make(&tar);
    for (size_t i = 0; i < 345; i++) {
        tar.data[TAR_BLOCK + i] ^= 1;
        if (i < 148 || i > 155) /* behind the digits of the sum nothing means anything */
            expect(buf_span(&tar), TAR_BLOCK, "base/ 5 0 ;", "the header of a member is damaged");
        tar.data[TAR_BLOCK + i] ^= 1;
    }
    tar.data[tar.len - 1] = 1;
    expect(buf_span(&tar), 512, MEMBERS, "the header of a member is damaged");
    buf_release(&tar);
}

/* More than 8 GB: base 256. */
static void test_large(void **state)
{
    struct buf tar = BUF_INIT;

    (void)state;
    add(&tar, "large", '0', "");
    memcpy(tar.data + 124, "\200\0\0\0\0\0\0\003\0\0\0\001", 12);
    seal(tar.data);
    expect(buf_span(&tar), 512, "large 0 12884901889 ", "it ends within a member");
    buf_release(&tar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_members), cmocka_unit_test(test_cut),
                                       cmocka_unit_test(test_damaged), cmocka_unit_test(test_large)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
