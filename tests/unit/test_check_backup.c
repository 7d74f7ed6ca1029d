/* A backup with anything in it changed is told from a whole one. */
#include <string.h>

#include "jobs/backup/check_backup.h"
#include "stored.h"

#define ID "app_20260131T013000Z"

static const struct backup_options no_options;

struct fixture {
    struct stored stored;
    struct manifest manifest;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    stored_begin(&fixture->stored);
    manifest_init(&fixture->manifest);
    stored_make(&fixture->stored, &fixture->manifest, ID);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    stored_end(&fixture->stored);
    manifest_release(&fixture->manifest);
    free(fixture);
    return 0;
}

/* 'fault' is what it begins with. */
static void expect(struct fixture *fixture, const char *fault)
{
    struct backup_check check;

    assert_int_equal(backup_check(fixture->stored.path, &fixture->manifest, &no_options, &check), 0);
    if (fault[0] == 0 || strncmp(check.fault, fault, strlen(fault)) != 0)
        assert_string_equal(check.fault, fault);
}

static void put(const char *path, const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(file_write_all(fd, bytes, n), 0);
    close(fd);
}

static size_t get(const char *path, unsigned char *bytes, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, bytes, size);

    assert_true(n > 0);
    close(fd);
    return (size_t)n;
}

static void test_whole(void **state)
{
    struct fixture *fixture = *state;
    struct backup_check check;

    assert_int_equal(backup_check(fixture->stored.path, &fixture->manifest, &no_options, &check), 0);
    assert_string_equal(check.fault, "");
    assert_true(check.contents);
}

static void test_every_byte(void **state)
{
    struct fixture *fixture = *state;
    unsigned char bytes[4096];
    size_t n = get(fixture->stored.file, bytes, sizeof(bytes));

    for (size_t i = 0; i < n; i++) {
        bytes[i] ^= 0x10;
        put(fixture->stored.file, bytes, n);
        expect(fixture, "'" ID ".sql.gz' is damaged: its SHA-256 is not the manifest's");
        bytes[i] ^= 0x10;
    }
    for (size_t i = 0; i < n; i++) {
        put(fixture->stored.file, bytes, i);
        expect(fixture, "'" ID ".sql.gz' is cut: it has ");
    }
    put(fixture->stored.file, bytes, n + 1);
    expect(fixture, "'" ID ".sql.gz' is too long: it has ");
}

/* What was made wrong, and is as it was made. */
static void test_made_wrong(void **state)
{
    static const struct {
        const char *dump, *fault;
    } cases[] = {
        {"", "the dump is not whole: pg_dump's last line is missing"},
        {"COPY public.\"o'dd\" (a) FROM stdin;\n1\n2\n", "the dump is not whole: it ends among the rows of a table"},
        {"COPY public.\"o'dd\" (a) FROM stdin;\n1\n\\.\n-- PostgreSQL database dump complete\n",
         "table 'public.o'dd' has 1 rows in the dump, and the manifest says 2"},
        {"-- PostgreSQL database dump complete\n",
         "table 'public.o'dd' has 0 rows in the dump, and the manifest says 2"},
    };
    struct fixture *fixture = *state;
    unsigned char bytes[4096];
    size_t n;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        stored_gzip(fixture->stored.file, cases[i].dump);
        stored_take(&fixture->manifest, fixture->stored.file, ID ".sql.gz");
        expect(fixture, cases[i].fault);
    }
    stored_gzip(fixture->stored.file, STORED_DUMP);
    n = get(fixture->stored.file, bytes, sizeof(bytes));
    put(fixture->stored.file, bytes, n - 3);
    stored_take(&fixture->manifest, fixture->stored.file, ID ".sql.gz");
    expect(fixture, "'" ID ".sql.gz' is cut: the gzip data");
    bytes[n - 6] ^= 1; /* of its checksum */
    put(fixture->stored.file, bytes, n);
    stored_take(&fixture->manifest, fixture->stored.file, ID ".sql.gz");
    expect(fixture, "'" ID ".sql.gz' is damaged: the gzip data");
    put(fixture->stored.file, STORED_DUMP, strlen(STORED_DUMP));
    stored_take(&fixture->manifest, fixture->stored.file, ID ".sql.gz");
    expect(fixture, "'" ID ".sql.gz' is not compressed by gzip");
}

/* pg_dump writes in the database's encoding, and the manifest has UTF-8. */
static void test_other_encoding(void **state)
{
    struct fixture *fixture = *state;
    struct backup_check check;

    assert_int_equal(manifest_set(&fixture->manifest.tables[0].name, "caf\303\251"), 0);
    stored_gzip(fixture->stored.file, "COPY public.\"caf\351\" (a) FROM stdin;\n1\n2\n\\.\n"
                                      "-- PostgreSQL database dump complete\n");
    stored_take(&fixture->manifest, fixture->stored.file, ID ".sql.gz");
    assert_int_equal(backup_check(fixture->stored.path, &fixture->manifest, &no_options, &check), 0);
    assert_string_equal(check.fault, "");
    stored_gzip(fixture->stored.file, "COPY public.\"caf\351\" (a) FROM stdin;\n1\n\\.\n"
                                      "-- PostgreSQL database dump complete\n");
    stored_take(&fixture->manifest, fixture->stored.file, ID ".sql.gz");
    expect(fixture, "table 'public.caf\303\251' has 0 rows in the dump, and the manifest says 2");
}

static void test_files(void **state)
{
    struct fixture *fixture = *state;
    char other[800];

    snprintf(other, sizeof(other), "%s/" ID ".json.Ab3dE9.tmp", fixture->stored.path);
    put(other, "x", 1); /* what a killed run left of the manifest */
    expect(fixture, "");
    snprintf(other, sizeof(other), "%s/x%%s\n", fixture->stored.path);
    put(other, "x", 1);
    expect(fixture, "'x%s\n' is not in the manifest");
    assert_int_equal(unlink(other), 0);
    assert_int_equal(unlink(fixture->stored.file), 0);
    expect(fixture, "'" ID ".sql.gz' is missing");
    assert_int_equal(mkdir(fixture->stored.file, 0700), 0);
    expect(fixture, "'" ID ".sql.gz' is no file");
    fixture->manifest.damaged = true;
    assert_int_equal(manifest_set(&fixture->manifest.fault, "the manifest cannot be used: it is empty"), 0);
    expect(fixture, "the manifest cannot be used: it is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_made_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_encoding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
