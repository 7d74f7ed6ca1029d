#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "core/err.h"
#include "core/proc.h"
#include "core/time.h"
#include "jobs/backup/pump.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

#define BYTES ((size_t)300000)

static char *content; /* that does not compress to nothing */

static int setup(void **state)
{
    unsigned x = 1;

    (void)state;
    content = malloc(BYTES);
    for (size_t i = 0; content != NULL && i < BYTES; i++) {
        x = x * 1103515245 + 12345;
        content[i] = (char)('a' + (x >> 16) % 16);
    }
    return content == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    free(content);
    return 0;
}

static int file_of(size_t n)
{
    int fd = memfd_create("pump", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, n), n);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Pump that many bytes into a file, and hold what is in it against them. */
static void check(size_t n, bool gzip, int64_t rate)
{
    struct pump pump = {.in = file_of(n), .out = file_of(0), .other = -1, .gzip = gzip, .rate = rate, .name = "x"};
    char *back = malloc(n + 1);
    int result;

    assert_non_null(back);
    result = pump_run(&pump);
    assert_int_equal(result, 0);
    lseek(pump.out, 0, SEEK_SET);
    if (gzip) {
        gzFile in = gzdopen(dup(pump.out), "rb");

        assert_int_equal(gzread(in, back, (unsigned)n + 1), n);
        assert_int_equal(gzdirect(in), 0);
        assert_int_equal(gzclose(in), Z_OK);
    } else {
        assert_int_equal(read(pump.out, back, n + 1), n);
    }
    assert_memory_equal(back, content, n);
    free(back);
    close(pump.in);
    close(pump.out);
}

static void test_content(void **state)
{
    const size_t sizes[] = {0, 1, 65535, 65536, 65537, BYTES};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        check(sizes[i], false, 0);
        check(sizes[i], true, 0);
    }
}

/* 300,000 bytes at 1 MB a second take 0.29 s; a busy machine may take longer, never less. */
static void test_rate(void **state)
{
    int64_t begun = time_monotonic();

    (void)state;
    check(BYTES, false, 1 << 20);
    assert_true(time_monotonic() - begun > TIME_SECOND * 25 / 100);
}

static void test_full_disk(void **state)
{
    struct pump pump = {.in = file_of(1000), .out = open("/dev/full", O_WRONLY | O_CLOEXEC), .other = -1,
                        .name = "the dump"};
    struct capture capture;
    const char *said;
    int result;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    result = pump_run(&pump);
    said = capture_end(&capture);
    assert_int_equal(result, ERR_CANTCREATE);
    assert_non_null(strstr(said, "cannot write 'the dump': No space left on device"));
    close(pump.in);
    close(pump.out);
}

/* In a process of its own, between two pipes. */
static void test_process(void **state)
{
    int in[2], out[2];
    struct pump pump;
    char text[8] = "";
    pid_t pid;

    (void)state;
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    pump = (struct pump){.in = in[0], .other = in[1], .out = out[1], .name = "x"};
    pid = pump_start(&pump);
    assert_true(pid > 0);
    close(in[0]);
    close(out[1]);
    assert_int_equal(write(in[1], "hello", 5), 5);
    close(in[1]); /* the pump holds no copy of it, or would wait for itself */
    assert_int_equal(read(out[0], text, 8), 5);
    assert_string_equal(text, "hello");
    assert_int_equal(read(out[0], text, 8), 0);
    assert_int_equal(proc_wait(pid), 0);
    close(out[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_process),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
