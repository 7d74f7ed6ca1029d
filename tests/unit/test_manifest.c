/* What is printed comes back the same, and nothing else passes for it. */
#include <string.h>

#include "core/time.h"
#include "jobs/backup/manifest.h"
#include "unit.h"

#define HOSTILE "o'd\"d\\ %s\n\t\001; DROP caf\303\251"

static void fill_lists(struct manifest *manifest)
{
    struct backup_file *file = manifest_add_file(manifest);
    struct backup_table *table = manifest_add_table(manifest);
    struct backup_migration *migration = manifest_add_migration(manifest);

    manifest_set(&file->name, "data/" HOSTILE);
    file->bytes = INT64_MAX;
    memset(file->sha256, 'a', SHA256_HEX_SIZE - 1);
    manifest_set(&table->schema, HOSTILE);
    manifest_set(&table->name, "{\"sha256\": [");
    manifest_set(&table->parent_schema, "public");
    manifest_set(&table->parent, HOSTILE);
    table->rows = -1;
    table = manifest_add_table(manifest);
    manifest_set(&table->schema, "public");
    manifest_set(&table->name, "t");
    table->rows = 12345678901;
    manifest_set(&migration->set, "bridge");
    manifest_set(&migration->version, "017");
}

static void fill(struct manifest *manifest)
{
    manifest_init(manifest);
    manifest_set(&manifest->id, "app_20260131T013000Z");
    manifest_set(&manifest->database, HOSTILE);
    manifest_set(&manifest->server_version, "15.20");
    manifest_set(&manifest->encrypted, "age");
    manifest->kind = BACKUP_PHYSICAL;
    manifest->format = BACKUP_TAR;
    manifest->created_at = 1769823000 * TIME_SECOND + 1;
    manifest->elapsed_s = 1.25;
    manifest->drill_s = 123456.5;
    manifest->verified_at = manifest->created_at + 5;
    manifest->database_bytes = 1;
    manifest->timeline = 3;
    fill_lists(manifest);
}

static void test_round(void **state)
{
    struct manifest manifest, again;
    struct buf json = BUF_INIT, second = BUF_INIT;

    (void)state;
    fill(&manifest);
    manifest_print(&manifest, &json);
    manifest_init(&again);
    assert_null(manifest_parse(&again, buf_span(&json)));
    assert_string_equal(again.database, HOSTILE);
    assert_null(again.lsn);
    assert_null(again.fault);
    assert_int_equal(again.created_at, manifest.created_at);
    assert_int_equal(again.finished_at, 0);
    assert_int_equal(again.kind, BACKUP_PHYSICAL);
    assert_int_equal(again.format, BACKUP_TAR);
    assert_int_equal(again.n_tables, 2);
    assert_int_equal(again.tables[1].rows, 12345678901);
    assert_null(again.tables[1].parent);
    assert_string_equal(again.files[0].name, "data/" HOSTILE);
    manifest_print(&again, &second);
    assert_true(span_equal(buf_span(&json), buf_span(&second)));
    buf_release(&second);
    buf_release(&json);
    manifest_release(&again);
    manifest_release(&manifest);
}

static const char *parse(const char *bytes, size_t n)
{
    struct manifest manifest;
    const char *wrong;

    manifest_init(&manifest);
    wrong = manifest_parse(&manifest, (struct span){bytes, n});
    manifest_release(&manifest);
    return wrong;
}

/* But for the line's end, which is no part of it. */
static void test_every_byte(void **state)
{
    struct manifest manifest;
    struct buf json = BUF_INIT;

    (void)state;
    fill(&manifest);
    manifest_print(&manifest, &json);
    assert_null(parse(json.data, json.len));
    for (size_t i = 0; i + 1 < json.len; i++) {
        assert_non_null(parse(json.data, i));
        for (int bit = 0; bit < 8; bit++) {
            json.data[i] = (char)(json.data[i] ^ (1 << bit));
            if (parse(json.data, json.len) == NULL) /* a blank for a newline, behind the sum */
                assert_true(i + 3 >= json.len);
            json.data[i] = (char)(json.data[i] ^ (1 << bit));
        }
    }
    buf_release(&json);
    manifest_release(&manifest);
}

/* Put another text in place of a part, and the right sum behind it. */
static const char *parse_changed(const char *part, const char *other)
{
    struct manifest manifest;
    struct buf json = BUF_INIT, changed = BUF_INIT;
    char sum[SHA256_HEX_SIZE];
    const char *at, *wrong;

    fill(&manifest);
    manifest_print(&manifest, &json);
    at = strstr(buf_text(&json), part);
    assert_non_null(at);
    buf_add(&changed, json.data, (size_t)(at - json.data));
    buf_add_text(&changed, other);
    buf_add_text(&changed, at + strlen(part));
    changed.len -= strlen("  \"sha256\": \"\"\n}\n") + SHA256_HEX_SIZE - 1;
    assert_int_equal(sha256_of(buf_span(&changed), sum), 0);
    buf_printf(&changed, "  \"sha256\": \"%s\"\n}\n", sum);
    wrong = parse(changed.data, changed.len);
    buf_release(&changed);
    buf_release(&json);
    manifest_release(&manifest);
    return wrong;
}

static void test_wrong(void **state)
{
    static const char *const outside[] = {"\"/etc/passwd\"", "\"../x\"", "\"a/../../x\"", "\"a/..\"", "\"..\"", "\"\"",
                                          "null", "7", "\"a\\/..\\/b\""};
    static const char *const inside[] = {"\"..a\"", "\"a/..b\"", "\"a../b\"", "\".a\""};

    (void)state;
    assert_string_equal(parse("", 0), "it is empty");
    assert_string_equal(parse("{", 1), "it is cut or no JSON");
    assert_string_equal(parse("[]", 2), "it is cut or no JSON");
    assert_string_equal(parse("{}", 2), "its checksum does not fit");
    assert_null(parse_changed("\"timeline\": 3", "\"timeline\": 4"));
    assert_string_equal(parse_changed("\"manifest_version\": 1", "\"manifest_version\": 2"),
                        "it was written by a newer version of this program");
    assert_string_equal(parse_changed("\"timeline\": 3", "\"timeline\": \"3\""),
                        "a member of it is not as it should be");
    assert_string_equal(parse_changed("\"kind\": \"physical\"", "\"kind\": \"spiritual\""),
                        "a member of it is not as it should be");
    assert_string_equal(parse_changed("\"id\": ", "\"di\": "), "a member of it is not as it should be");
    assert_string_equal(parse_changed("\"schema\": ", "\"schema\": null, \"x\": "),
                        "a member of it is not as it should be");
    assert_string_equal(parse_changed("\"database\": ", "\"database\": null, \"x\": "),
                        "a member of it is not as it should be");
    assert_string_equal(parse_changed("\"version\": \"017\"", "\"version\": 17"),
                        "a member of it is not as it should be");
    for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++)
        assert_non_null(parse_changed("\"data/o'd\\\"d\\\\ %s\\n\\t\\u0001; DROP caf\303\251\"", outside[i]));
    for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++)
        assert_null(parse_changed("\"data/o'd\\\"d\\\\ %s\\n\\t\\u0001; DROP caf\303\251\"", inside[i]));
}

static void test_good(void **state)
{
    struct manifest manifest;

    (void)state;
    fill(&manifest);
    assert_true(manifest_is_good(&manifest));
    manifest.damaged = true;
    assert_false(manifest_is_good(&manifest));
    manifest.damaged = false;
    manifest_set(&manifest.fault, "x");
    assert_false(manifest_is_good(&manifest));
    manifest_set(&manifest.fault, NULL);
    manifest.verified_at = 0;
    assert_false(manifest_is_good(&manifest));
    manifest_release(&manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round), cmocka_unit_test(test_every_byte),
                                       cmocka_unit_test(test_wrong), cmocka_unit_test(test_good)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
