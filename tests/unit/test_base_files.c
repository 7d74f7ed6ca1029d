/* A base backup's files against PostgreSQL's manifest of them. */
#include <stdlib.h>
#include <string.h>

#include "jobs/backup/base_files.h"
#include "unit.h"

#define SUM "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define FILE_OF(path, size, sum)                                                                              \
    "{ \"Path\": \"" path "\", \"Size\": " size ", \"Last-Modified\": \"x\", \"Checksum-Algorithm\": \"SHA256\", " \
    "\"Checksum\": \"" sum "\" }"
#define MANIFEST(files, ranges)                                                                               \
    "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n" files "\n],\n\"WAL-Ranges\": [\n" ranges     \
    "\n],\n\"Manifest-Checksum\": \"x\"}\n"
#define RANGE "{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/2000100\" }"
#define WAL "pg_wal/000000010000000000000002"

/* "path size", each with the sum above. */
static void expect(const char *const *paths, const char *manifest, const char *fault)
{
    struct base_files files = {.at = NULL};
    char wrong[512];

    for (; *paths != NULL; paths++) {
        struct base_file *file = base_files_add(&files, "", *paths);

        assert_non_null(file);
        file->size = strncmp(*paths, "pg_wal/", 7) == 0 ? 16 << 20 : 5;
        memcpy(file->sha256, SUM, sizeof(SUM));
    }
    assert_int_equal(base_files_match(&files, span_of(manifest), wrong, sizeof(wrong)), fault[0] == '\0');
    assert_string_equal(wrong, fault);
    base_files_release(&files);
}

static void test_match(void **state)
{
    static const char *const whole[] = {"b", "backup_manifest", WAL, "a", NULL};
    static const char *const less[] = {"a", WAL, NULL}, *const more[] = {"a", "b", "c", WAL, NULL};
    static const char *const no_wal[] = {"a", "b", NULL}, *const odd[] = {"caf\351", WAL, NULL};
    static const char both[] = MANIFEST(FILE_OF("a", "5", SUM) ",\n" FILE_OF("b", "5", SUM), RANGE);

    (void)state;
    expect(whole, both, "");
    expect(less, both, "'b' is missing in it");
    expect(more, both, "'c' in it is not in its backup_manifest");
    expect(no_wal, both, "there is no WAL in it");
    expect(whole, "", "'backup_manifest' is missing in it");
    expect(whole, "{ \"Files\": [", "its backup_manifest is no JSON");
    expect(whole, "{}", "its backup_manifest has no Files");
    expect(whole, MANIFEST(FILE_OF("a", "6", SUM) "," FILE_OF("b", "5", SUM), RANGE),
           "'a' in it has 5 bytes, and the server sent 6");
    expect(whole, MANIFEST(FILE_OF("a", "5", "00") "," FILE_OF("b", "5", SUM), RANGE),
           "'a' in it is damaged: its SHA-256 is not that of what the server read");
    expect(odd, MANIFEST("{ \"Encoded-Path\": \"636166e9\", \"Size\": 5, \"Checksum-Algorithm\": \"CRC32C\", "
                         "\"Checksum\": \"x\" }", RANGE), "");
}

static void test_wal(void **state)
{
    static const char *const one[] = {WAL, NULL};
    static const char *const two[] = {WAL, "pg_wal/000000010000000000000003", "pg_wal/00000002.history", NULL};
    static const char *const far[] = {"pg_wal/0000000A00000001000000FF", "pg_wal/0000000A0000000200000000", NULL};

    (void)state;
    expect(one, MANIFEST("", RANGE), "");
    expect(one, MANIFEST("", "{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/3000000\" }"), "");
    expect(one, MANIFEST("", "{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/3000001\" }"),
           "'pg_wal/000000010000000000000003' is missing in it: WAL that it needs");
    expect(two, MANIFEST("", "{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/3000001\" }"), "");
    expect(one, MANIFEST("", "{ \"Timeline\": 2, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/2000100\" }"),
           "'pg_wal/000000020000000000000002' is missing in it: WAL that it needs");
    expect(far, MANIFEST("", "{ \"Timeline\": 10, \"Start-LSN\": \"1/FF000028\", \"End-LSN\": \"2/28\" }"), "");
    expect(one, MANIFEST("", "{ \"Timeline\": 1, \"Start-LSN\": \"\", \"End-LSN\": \"0/2000100\" }"),
           "its backup_manifest does not say which WAL it needs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_match), cmocka_unit_test(test_wal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
