#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/sha256.h"
#include "tests/unit/unit.h"

/* FIPS 180-4 and NIST's examples of it. */
static const struct {
    const char *text, *hex;
} known[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_known(void **state)
{
    char hex[SHA256_HEX_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        assert_int_equal(sha256_of(span_of(known[i].text), hex), 0);
        assert_string_equal(hex, known[i].hex);
    }
}

/* A million times 'a', in pieces of every size. */
static void test_pieces(void **state)
{
    static char as[1000];
    struct sha256 sum;
    char hex[SHA256_HEX_SIZE];
    size_t left = 1000000;

    (void)state;
    memset(as, 'a', sizeof(as));
    sha256_begin(&sum);
    for (size_t piece = 0; left > 0; piece = (piece + 1) % sizeof(as)) {
        size_t n = piece < left ? piece : left;

        sha256_add(&sum, as, n);
        left -= n;
    }
    assert_int_equal(sha256_end(&sum, hex), 0);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    sha256_release(&sum);
    assert_int_equal(sha256_end(&sum, hex), -1);
}

/* All of a file, wherever its position is, which stays. */
static void test_file(void **state)
{
    char path[] = "/tmp/bridgejob-sha256-XXXXXX";
    char hex[SHA256_HEX_SIZE];
    int fd = mkstemp(path);
    long long n = -1;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(sha256_of_file(fd, hex, NULL), 0);
    assert_string_equal(hex, known[0].hex);
    assert_int_equal(write(fd, "abc", 3), 3);
    assert_int_equal(sha256_of_file(fd, hex, &n), 0);
    assert_string_equal(hex, known[1].hex);
    assert_int_equal(n, 3);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 3);
    close(fd);
    assert_int_equal(sha256_of_file(fd, hex, &n), -1);
    assert_int_equal(errno, EBADF);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
