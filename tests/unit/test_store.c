/* The directory of backups: what has a name is whole, and nobody removes what is in use. */
#include <dirent.h>
#include <string.h>
#include <sys/file.h>

#include "capture.h"
#include "core/time.h"
#include "jobs/backup/store.h"
#include "jobs/backup/store_parts.h"
#include "stored.h"

static struct stored stored;

static int set_up(void **state)
{
    (void)state;
    stored_begin(&stored);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stored_end(&stored);
    return 0;
}

static int64_t at(const char *text)
{
    int64_t us = 0;

    assert_int_equal(time_parse(span_of(text), &us), 0);
    return us;
}

static bool is_there(const char *name)
{
    char path[400];

    snprintf(path, sizeof(path), "%s/%s", stored.dir, name);
    return access(path, F_OK) == 0;
}

static void make_dir(const char *name)
{
    char path[400];

    snprintf(path, sizeof(path), "%s/%s", stored.dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make(const char *id, const char *created_at, bool verified)
{
    struct manifest manifest;

    manifest_init(&manifest);
    manifest.created_at = at(created_at);
    manifest.verified_at = verified ? manifest.created_at : 0;
    stored_make(&stored, &manifest, id);
    manifest_release(&manifest);
}

static void test_names(void **state)
{
    static const struct {
        const char *database, *id;
    } cases[] = {
        {"app", "app_20260131T013000Z"},
        {"my app", "my=20app_20260131T013000Z"},
        {"../x", "=2E.=2Fx_20260131T013000Z"},
        {"-rf", "=2Drf_20260131T013000Z"},
        {"a=b%s\n", "a=3Db=25s=0A_20260131T013000Z"},
        {"caf\303\251", "caf=C3=A9_20260131T013000Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct draft draft = DRAFT_INIT;
        struct manifest said;

        assert_int_equal(store_begin(&draft, stored.dir, cases[i].database, at("2026-01-31T01:30:00.999Z")), 0);
        assert_string_equal(draft.id, cases[i].id);
        manifest_init(&said);
        assert_int_equal(store_read_id(draft.id, &said), 0);
        assert_string_equal(said.database, cases[i].database);
        assert_int_equal(said.created_at, at("2026-01-31T01:30:00Z"));
        manifest_release(&said);
        store_discard(&draft);
        assert_false(is_there(cases[i].id));
    }
}

/* No two have one name, whether they are being made or made. */
static void test_collisions(void **state)
{
    struct draft one = DRAFT_INIT, two = DRAFT_INIT, three = DRAFT_INIT;
    struct manifest manifest;
    struct capture capture;
    int64_t now = at("2026-01-31T01:30:00Z");

    (void)state;
    assert_int_equal(store_begin(&one, stored.dir, "app", now), 0);
    assert_int_equal(store_begin(&two, stored.dir, "app", now), 0);
    assert_string_equal(two.id, "app_20260131T013000Z_2");
    manifest_init(&manifest);
    assert_int_equal(manifest_set(&manifest.id, two.id), 0);
    assert_int_equal(store_publish(&two, &manifest), 0);
    store_discard(&one);
    store_discard(&two);
    assert_true(is_there("app_20260131T013000Z_2"));
    assert_int_equal(store_begin(&one, stored.dir, "app", now), 0);
    assert_string_equal(one.id, "app_20260131T013000Z");
    make("app_20260131T013000Z", "2026-01-31T01:30:00Z", true); /* by hand, meanwhile */
    capture_start(&capture, STDERR_FILENO);
    assert_int_equal(store_publish(&one, &manifest), ERR_IO);
    capture_end(&capture);
    assert_true(is_there("app_20260131T013000Z/app_20260131T013000Z.sql.gz"));
    assert_true(is_there("app_20260131T013000Z.tmp"));
    assert_int_equal(store_begin(&three, stored.dir, "app", now), 0);
    assert_string_equal(three.id, "app_20260131T013000Z_3");
    assert_false(is_there("app_20260131T013000Z_2.tmp"));
    store_discard(&three);
    store_discard(&one);
    manifest_release(&manifest);
}

static void test_sweep(void **state)
{
    struct draft draft = DRAFT_INIT;

    (void)state;
    assert_int_equal(store_begin(&draft, stored.dir, "app", at("2026-01-31T01:30:00Z")), 0);
    make_dir("app_20260130T013000Z.tmp");
    make_dir("app_20260129T013000Z.gone");
    make_dir("app.tmp");
    make_dir("app_20260128T013000Z");
    store_sweep(stored.dir);
    assert_true(is_there("app_20260131T013000Z.tmp")); /* somebody is at it */
    assert_false(is_there("app_20260130T013000Z.tmp"));
    assert_false(is_there("app_20260129T013000Z.gone"));
    assert_true(is_there("app.tmp")); /* none of ours */
    assert_true(is_there("app_20260128T013000Z"));
    store_discard(&draft);
    store_sweep("/nowhere");
}

static void test_list(void **state)
{
    struct backup_list list;

    (void)state;
    assert_int_equal(store_list("/nowhere/at all", &list), 0);
    assert_int_equal(list.n, 0);
    make("app_20260131T013000Z", "2026-01-31T01:30:00Z", true);
    make("app_20260131T013000Z_2", "2026-01-31T01:30:00Z", true);
    make("later_20250131T013000Z", "2026-02-01T00:00:00Z", false);
    make_dir("gone_20260131T010000Z");
    make_dir("gone_20260131T020000Z.gone");
    make_dir("lost+found");
    assert_int_equal(store_list(stored.dir, &list), 0);
    assert_int_equal(list.n, 4);
    assert_string_equal(list.at[0].id, "later_20250131T013000Z");
    assert_string_equal(list.at[1].id, "app_20260131T013000Z_2");
    assert_string_equal(list.at[2].id, "app_20260131T013000Z");
    assert_true(list.at[3].damaged);
    assert_string_equal(list.at[3].database, "gone");
    assert_string_equal(list.at[3].fault, "the manifest cannot be used: it is missing");
    backup_list_release(&list);
    assert_int_equal(unlink(stored.file), 0); /* of the one made last, which is not verified */
    make("lost_20260301T013000Z", "2026-03-01T01:30:00Z", true);
    assert_int_equal(unlink(stored.file), 0);
    assert_int_equal(store_list(stored.dir, &list), 0);
    assert_string_equal(list.at[0].id, "lost_20260301T013000Z");
    assert_false(manifest_is_good(&list.at[0]));
    assert_string_equal(list.at[0].fault, "'lost_20260301T013000Z.sql.gz' is missing");
    assert_null(list.at[1].fault);
    backup_list_release(&list);
}

static void make_of(const char *database, const char *id, const char *created_at)
{
    struct manifest manifest;

    manifest_init(&manifest);
    manifest.created_at = manifest.verified_at = at(created_at);
    stored_make(&stored, &manifest, id);
    assert_int_equal(manifest_set(&manifest.database, database), 0);
    assert_int_equal(manifest_write(&manifest, stored.path), 0);
    manifest_release(&manifest);
}

static int find(const char *id, const char *found)
{
    struct manifest manifest;
    struct capture capture;
    int result;

    manifest_init(&manifest);
    capture_start(&capture, STDERR_FILENO);
    result = store_find(stored.dir, id, &manifest);
    capture_end(&capture);
    if (found != NULL && (manifest.id == NULL || strcmp(manifest.id, found) != 0))
        result = -1;
    manifest_release(&manifest);
    return result;
}

static void make_base(const char *id, const char *created_at, const char *cluster)
{
    struct manifest manifest;

    manifest_init(&manifest);
    manifest.kind = BACKUP_PHYSICAL;
    manifest.created_at = manifest.verified_at = at(created_at);
    assert_int_equal(manifest_set(&manifest.system_identifier, cluster), 0);
    stored_make(&stored, &manifest, id);
    manifest_release(&manifest);
}

static int latest(int kind, const char *found)
{
    struct manifest manifest;
    struct capture capture;
    int result;

    manifest_init(&manifest);
    capture_start(&capture, STDERR_FILENO);
    result = store_latest(stored.dir, kind, &manifest);
    capture_end(&capture);
    if (found != NULL && (manifest.id == NULL || strcmp(manifest.id, found) != 0))
        result = -1;
    manifest_release(&manifest);
    return result;
}

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(find("latest", NULL), ERR_NOINPUT);
    make("app_20260131T013000Z", "2026-01-31T01:30:00Z", true);
    make("app_20260201T013000Z", "2026-02-01T01:30:00Z", false);
    make_dir("app_20260202T013000Z");
    assert_int_equal(find("latest", "app_20260131T013000Z"), 0);
    assert_int_equal(find("app_20260201T013000Z", "app_20260201T013000Z"), 0);
    assert_int_equal(find("app_20260202T013000Z", NULL), ERR_INPUT);
    assert_int_equal(find("app_20260203T013000Z", NULL), ERR_NOINPUT);
    assert_int_equal(find(".", NULL), ERR_NOINPUT);
    assert_int_equal(find("", NULL), ERR_NOINPUT);
    assert_int_equal(find("../app_20260131T013000Z", NULL), ERR_NOINPUT);
    make_of("shop", "shop_20260204T013000Z", "2026-02-04T01:30:00Z");
    assert_int_equal(find("latest", NULL), ERR_USAGE); /* of which of them? */
    assert_int_equal(find("shop_20260204T013000Z", "shop_20260204T013000Z"), 0);
    make_base("main_20260101T013000Z", "2026-01-01T01:30:00Z", "7");
    make_base("main_20260102T013000Z", "2026-01-02T01:30:00Z", "7");
    assert_int_equal(latest(BACKUP_PHYSICAL, "main_20260102T013000Z"), 0);
    make_base("main_20260103T013000Z", "2026-01-03T01:30:00Z", "8");
    assert_int_equal(latest(BACKUP_PHYSICAL, NULL), ERR_USAGE); /* of which cluster? */
}

static int remove_quietly(const char *id)
{
    struct capture capture;
    int result;

    capture_start(&capture, STDERR_FILENO);
    result = store_remove(stored.dir, id);
    capture_end(&capture);
    return result;
}

static void test_remove(void **state)
{
    struct capture capture;
    int one, two;

    (void)state;
    make("app_20260131T013000Z", "2026-01-31T01:30:00Z", true);
    one = store_hold(stored.dir, "app_20260131T013000Z");
    two = store_hold(stored.dir, "app_20260131T013000Z");
    assert_true(one >= 0 && two >= 0);
    assert_int_equal(remove_quietly("app_20260131T013000Z"), ERR_TEMPFAIL);
    close(one);
    assert_int_equal(remove_quietly("app_20260131T013000Z"), ERR_TEMPFAIL);
    close(two);
    assert_true(is_there("app_20260131T013000Z"));
    assert_int_equal(remove_quietly("app_20260131T013000Z"), 0);
    assert_false(is_there("app_20260131T013000Z"));
    assert_false(is_there("app_20260131T013000Z.gone"));
    assert_int_equal(remove_quietly("app_20260131T013000Z"), 0);
    capture_start(&capture, STDERR_FILENO);
    one = store_hold(stored.dir, "app_20260131T013000Z");
    capture_end(&capture);
    assert_int_equal(one, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_collisions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sweep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_find, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_remove, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
