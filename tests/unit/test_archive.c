#include "jobs/wal/archive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/tree.h"
#include "jobs/wal/wal.h"
#include "unit.h"

#define SEGMENT "000000010000000000000003"
#define SIZE (1U << 20)
#define SYSTEM UINT64_C(42)

static char dir[] = "/tmp/bridgejob-archive-test.XXXXXX";
static char *path;

static int make_dir(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    if (mkdtemp(dir) == NULL)
        return -1;
    path = archive_path(dir, SEGMENT);
    return path == NULL ? -1 : 0;
}

static int remove_dir(void **state)
{
    (void)state;
    free(path);
    return tree_remove(dir);
}

/* A segment with a header of its own, and something behind it. */
static int make_segment(uint64_t number, uint64_t system_identifier, char filling)
{
    unsigned char *bytes = malloc(SIZE);
    const uint16_t words[2] = {0xD110, 2};
    const uint32_t timeline = 1, size = SIZE;
    const uint64_t position = number * SIZE;
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

    assert_non_null(bytes);
    memset(bytes, filling, SIZE);
    memcpy(bytes, words, sizeof(words));
    memcpy(bytes + 4, &timeline, sizeof(timeline));
    memcpy(bytes + 8, &position, sizeof(position));
    memcpy(bytes + 24, &system_identifier, sizeof(system_identifier));
    memcpy(bytes + 32, &size, sizeof(size));
    assert_int_equal(file_write_all(fd, bytes, SIZE), 0);
    free(bytes);
    return fd;
}

static void put(uint64_t number, uint64_t system_identifier)
{
    int fd = make_segment(number, system_identifier, 'x');

    unlink(path);
    assert_int_equal(archive_write(path, fd, "a segment"), 0);
    close(fd);
}

static int read_back(struct archived *archived)
{
    archived->fd = -1;
    return archive_read(dir, SEGMENT, SYSTEM, NULL, archived);
}

static void expect_wrong(const char *wrong)
{
    struct archived archived;

    assert_int_equal(read_back(&archived), ERR_INPUT);
    assert_string_equal(archived.wrong, wrong);
}

static void test_written_and_read(void **state)
{
    int fd = make_segment(3, SYSTEM, 'x'), other = make_segment(3, SYSTEM, 'y');
    struct archived archived;
    char temp[200];
    struct stat st;

    (void)state;
    assert_int_equal(archive_write(path, fd, "a segment"), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    snprintf(temp, sizeof(temp), "%s.tmp", path);
    assert_int_equal(access(temp, F_OK), -1);
    assert_int_equal(read_back(&archived), 0);
    assert_int_equal(archived.bytes, SIZE);
    /* The name is taken: what is there stays. */
    assert_int_equal(archive_write(path, other, "another"), -1);
    assert_int_equal(access(temp, F_OK), -1);
    assert_int_equal(archive_equals(path, fd, "a segment"), 1);
    assert_int_equal(archive_equals(path, other, "another"), 0);
    assert_int_equal(ftruncate(fd, SIZE - 1), 0);
    assert_int_equal(archive_equals(path, fd, "a shorter one"), 0);
    assert_int_equal(ftruncate(fd, SIZE + 1), 0);
    assert_int_equal(archive_equals(path, fd, "a longer one"), 0);
    close(fd);
    close(other);
}

/* What a killed push left is used again; what another one is writing is not touched. */
static void test_temporary_files(void **state)
{
    int fd = make_segment(3, SYSTEM, 'x');
    struct log_held held = {.error = ""};
    struct archived archived;
    char temp[200];
    int left;

    (void)state;
    unlink(path);
    snprintf(temp, sizeof(temp), "%s.tmp", path);
    left = open(temp, O_RDWR | O_CREAT, 0600);
    assert_int_equal(ftruncate(left, (off_t)4 * SIZE), 0);
    assert_int_equal(flock(left, LOCK_EX), 0);
    log_hold(&held);
    assert_int_equal(archive_write(path, fd, "a segment"), ERR_TEMPFAIL);
    log_hold(NULL);
    assert_int_equal(access(temp, F_OK), 0);
    assert_int_equal(access(path, F_OK), -1);
    close(left);
    assert_int_equal(archive_write(path, fd, "a segment"), 0);
    assert_int_equal(read_back(&archived), 0);
    close(fd);
}

static void change_byte(off_t at)
{
    int fd = open(path, O_RDWR);
    unsigned char byte;

    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

/* Cut at, and changed in, every byte of it: never taken for whole. What may change are the bytes of gzip's header that
 * mean nothing (RFC 1952 2.3), and some by which the same content comes out. */
static void test_every_byte_damaged(void **state)
{
    int fd = make_segment(3, SYSTEM, 'x');
    struct stat st;

    (void)state;
    put(3, SYSTEM);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < 20000);
    for (off_t at = 0; at < st.st_size; at += at < 64 || at > st.st_size - 16 ? 1 : 97) {
        struct archived archived;

        change_byte(at);
        if (read_back(&archived) != ERR_INPUT && archive_equals(path, fd, "a segment") != 1)
            fail_msg("a change of byte %lld goes unnoticed", (long long)at);
        change_byte(at);
    }
    assert_int_equal(read_back(&(struct archived){.fd = -1}), 0);
    for (off_t at = st.st_size - 1; at >= 0; at -= at < 64 || at > st.st_size - 16 ? 1 : 97) {
        struct archived archived;

        assert_int_equal(truncate(path, at), 0);
        if (read_back(&archived) != ERR_INPUT)
            fail_msg("a cut at byte %lld goes unnoticed", (long long)at);
    }
    close(fd);
}

static void test_what_is_wrong(void **state)
{
    int fd;

    (void)state;
    put(4, SYSTEM);
    expect_wrong("its header is that of another segment");
    put(3, SYSTEM + 1);
    expect_wrong("it is of another cluster");
    put(3, SYSTEM);
    assert_int_equal(truncate(path, 100), 0);
    expect_wrong("is cut: the gzip data ends in the middle");
    assert_int_equal(truncate(path, 0), 0);
    expect_wrong("it is no gzip file");

    fd = make_segment(3, SYSTEM, 'x');
    assert_int_equal(ftruncate(fd, SIZE / 2), 0);
    unlink(path);
    assert_int_equal(archive_write(path, fd, "half"), 0);
    expect_wrong("its size is not that of a segment");
    assert_int_equal(ftruncate(fd, 20), 0);
    unlink(path);
    assert_int_equal(archive_write(path, fd, "less"), 0);
    expect_wrong("it is too short");
    assert_int_equal(ftruncate(fd, 0), 0);
    unlink(path);
    assert_int_equal(archive_write(path, fd, "nothing"), 0);
    expect_wrong("it is empty");
    close(fd);
}

static void test_whose_archive(void **state)
{
    struct log_held held = {.error = ""};
    uint64_t owner = 0;
    char *identity = file_join(dir, ARCHIVE_IDENTITY);
    int fd;

    (void)state;
    assert_int_equal(archive_identity(dir, &owner), ERR_NOINPUT);
    assert_int_equal(archive_claim(dir, UINT64_MAX), 0);
    assert_int_equal(archive_claim(dir, 7), 0); /* it stays whose it is */
    assert_int_equal(archive_identity(dir, &owner), 0);
    assert_true(owner == UINT64_MAX);
    fd = open(identity, O_WRONLY | O_TRUNC);
    assert_int_equal(file_write_all(fd, "nobody's\n", 9), 0);
    log_hold(&held);
    assert_int_equal(archive_identity(dir, &owner), ERR_INPUT);
    log_hold(NULL);
    assert_non_null(strstr(held.error, "does not say which cluster the archive is of"));
    close(fd);
    free(identity);
}

static void test_exit_codes(void **state)
{
    (void)state;
    assert_int_equal(wal_fetch_exit_code(0), 0);
    assert_int_equal(wal_fetch_exit_code(ERR_NOINPUT), ERR_NOINPUT);
    assert_int_equal(wal_fetch_exit_code(ERR_USAGE), 126);
    assert_int_equal(wal_fetch_exit_code(ERR_INPUT), 126);
    assert_int_equal(wal_fetch_exit_code(ERR_CONFIG), 126);
    assert_int_equal(wal_fetch_exit_code(ERR_TEMPFAIL), 126);
    assert_int_equal(wal_fetch_exit_code(ERR_TERMINATED), 143);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_and_read), cmocka_unit_test(test_temporary_files),
        cmocka_unit_test(test_every_byte_damaged), cmocka_unit_test(test_what_is_wrong),
        cmocka_unit_test(test_whose_archive), cmocka_unit_test(test_exit_codes),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
