#include "bytes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "capture.h"
#include "core/err.h"
#include "core/time.h"
#include "jobs/ingest/identity.h"

#define BLOCK 65536

static struct bytes_file file;

static void set(size_t at, char c)
{
    assert_int_equal(pwrite(file.fd, &c, 1, (off_t)at), 1);
}

static void set_time(long seconds, long nanoseconds)
{
    const struct timespec times[] = {{seconds, nanoseconds}, {seconds, nanoseconds}};

    assert_int_equal(futimens(file.fd, times), 0);
}

static struct ledger_file identity(void)
{
    struct ledger_file known;
    bool regular = false;

    assert_int_equal(identity_read(file.path, &known, &regular), 0);
    assert_true(regular);
    assert_string_equal(known.content, "");
    return known;
}

static void test_small(void **state)
{
    struct ledger_file known;

    (void)state;
    bytes_file_make(&file, "hello", 5);
    set_time(1760529601, 234567891);
    known = identity();
    assert_string_equal(known.name, file.path);
    assert_int_equal(known.size, 5);
    assert_true(known.modified == INT64_C(1760529601234567));
    /* printf '5 hellohello' | sha256sum; printf hello | sha256sum */
    assert_string_equal(known.fingerprint, "ace66a155a1f43ce6ec997003071d3852148560063663561b86a12eb50ff18f2");
    assert_int_equal(identity_read_all(file.path, &known), 0);
    assert_string_equal(known.content, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    bytes_file_release(&file);
    bytes_file_make(&file, "", 0);
    known = identity();
    assert_int_equal(known.size, 0);
    assert_int_equal(identity_read_all(file.path, &known), 0);
    assert_string_equal(known.content, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    bytes_file_release(&file);
}

/* A profile makes another fingerprint, the same each time. */
static void test_profile(void **state)
{
    struct ledger_file known;

    (void)state;
    bytes_file_make(&file, "hello", 5);
    known = identity();
    identity_set_profile(&known, "mbflow");
    /* printf 'mbflow ace66a155a1f43ce6ec997003071d3852148560063663561b86a12eb50ff18f2' | sha256sum */
    assert_string_equal(known.fingerprint, "453d41e1772785ff59d027ed73a514081689fc6bd4e09b6f494446453590de5e");
    bytes_file_release(&file);
}

/* A byte of the first or last block, or the size, makes another fingerprint; one in between only other content. */
static void test_large(void **state)
{
    static const struct {
        size_t at;
        bool seen;
    } changes[] = {
        {0, true}, {BLOCK - 1, true}, {BLOCK, false}, {2 * BLOCK - 1, false}, {2 * BLOCK, true}, {3 * BLOCK - 1, true},
    };
    struct ledger_file before, after;
    struct buf noise;

    (void)state;
    buf_init(&noise);
    bytes_add_noise(&noise, 3 * BLOCK);
    bytes_file_make(&file, noise.data, noise.len);
    before = identity();
    assert_int_equal(identity_read_all(file.path, &before), 0);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        set(changes[i].at, (char)(noise.data[changes[i].at] + 1));
        after = identity();
        assert_int_equal(strcmp(before.fingerprint, after.fingerprint) != 0, changes[i].seen);
        assert_int_equal(identity_read_all(file.path, &after), 0);
        assert_string_not_equal(before.content, after.content);
        set(changes[i].at, noise.data[changes[i].at]);
    }
    after = identity();
    assert_int_equal(identity_read_all(file.path, &after), 0);
    assert_string_equal(before.fingerprint, after.fingerprint);
    assert_string_equal(before.content, after.content);
    bytes_file_release(&file);

    bytes_file_make(&file, noise.data, BLOCK); /* both ends are the same, but not the size */
    before = identity();
    bytes_file_release(&file);
    bytes_file_make(&file, noise.data, BLOCK);
    assert_int_equal(file_write_all(file.fd, noise.data, BLOCK), 0);
    after = identity();
    assert_string_not_equal(before.fingerprint, after.fingerprint);
    bytes_file_release(&file);
    buf_release(&noise);
}

static void test_holds(void **state)
{
    struct ledger_file known;

    (void)state;
    bytes_file_make(&file, "hello", 5);
    set_time(1760529601, 5000);
    known = identity();
    assert_true(identity_holds(file.path, &known));
    set_time(1760529601, 6000);
    assert_false(identity_holds(file.path, &known));
    set_time(1760529601, 5000);
    assert_true(identity_holds(file.path, &known));
    assert_int_equal(file_write_all(file.fd, "!", 1), 0);
    set_time(1760529601, 5000);
    assert_false(identity_holds(file.path, &known));
    known = identity();
    known.inode++; /* another file in its place */
    assert_false(identity_holds(file.path, &known));
    bytes_file_release(&file);
    assert_false(identity_holds("/nowhere/x", &known));
}

/* What is no regular file has no identity and is not read for one. */
static void test_irregular(void **state)
{
    static const char *const paths[] = {"-", "/dev/zero", "/tmp"};

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct ledger_file known;
        bool regular = true;

        assert_int_equal(identity_read(paths[i], &known, &regular), 0);
        assert_false(regular);
        assert_string_equal(known.fingerprint, "");
        assert_int_equal(known.size, 0);
        assert_string_equal(known.name, paths[i]);
        assert_true(time_now() - known.modified < 60 * TIME_SECOND);
    }
}

static void test_missing(void **state)
{
    struct capture capture;
    struct ledger_file known;
    bool regular = true;
    int rc, rc_all;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    rc = identity_read("/nowhere/x", &known, &regular);
    rc_all = identity_read_all("/nowhere/y", &known);
    capture_end(&capture);
    assert_int_equal(rc, ERR_NOINPUT);
    assert_int_equal(rc_all, ERR_NOINPUT);
    assert_non_null(strstr(capture.text, "cannot open '/nowhere/x': No such file or directory\n"));
    assert_non_null(strstr(capture.text, "cannot open '/nowhere/y': No such file or directory\n"));
}

/* The first 31 bits of the fingerprint below the top bit, which no lock of ours has. */
static void test_lock_keys(void **state)
{
    static const struct {
        const char *fingerprint;
        int key;
    } cases[] = {
        {"00000000ffffffff", INT32_MIN},
        {"00000001ffffffff", INT32_MIN + 1},
        {"7fffffff00000000", -1},
        {"ffffffff00000000", -1},
        {"80000010abcdef01", INT32_MIN + 16},
        {"12345678abcdef01", INT32_MIN + 0x12345678},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ledger_file known = {.size = 1};

        snprintf(known.fingerprint, sizeof(known.fingerprint), "%s", cases[i].fingerprint);
        assert_int_equal(identity_lock_key(&known), cases[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_profile),     cmocka_unit_test(test_large),   cmocka_unit_test(test_holds),
        cmocka_unit_test(test_irregular), cmocka_unit_test(test_missing), cmocka_unit_test(test_lock_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
