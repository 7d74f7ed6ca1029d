#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "jobs/migrate/names.h"

static const struct {
    const char *name;
    const char *version; /* NULL: no migration's name */
    const char *title;
    const char *object;
    enum file_role role;
} cases[] = {
    {"001_create_workflow_steps.sql", "001", "create_workflow_steps", "workflow_steps", ROLE_FORWARD},
    {"001_rollback_workflow_steps.sql", "001", "rollback_workflow_steps", "workflow_steps", ROLE_ROLLBACK},
    {"001_drop_workflow_steps.sql", "001", "drop_workflow_steps", "workflow_steps", ROLE_EITHER},
    {"7_init.sql", "7", "init", "init", ROLE_FORWARD},
    {"001_init_schema.up.sql", "001", "init_schema", "init_schema", ROLE_FORWARD},
    {"001_init_schema.down.sql", "001", "init_schema", "init_schema", ROLE_ROLLBACK},
    {"002_drop_old.up.sql", "002", "drop_old", "drop_old", ROLE_FORWARD},
    {"002_rollback_old.up.sql", "002", "rollback_old", "rollback_old", ROLE_FORWARD},
    {"V0001.Name.up.sql", "0001", "Name", "Name", ROLE_FORWARD},
    {"V0001.Name.down.sql", "0001", "Name", "Name", ROLE_ROLLBACK},
    {"20251015120001123456_add_x.sql", "20251015120001123456", "add_x", "x", ROLE_FORWARD},
    {"001.up.sql", "001", "", "", ROLE_FORWARD},
    {"V2.down.sql", "2", "", "", ROLE_ROLLBACK},
    {"1_.up.sql", "1", "", "", ROLE_FORWARD},
    {"1_.down.sql", "1", "", "", ROLE_ROLLBACK},
    {"V1__Create_x.sql", "1", "_Create_x", "Create_x", ROLE_FORWARD},
    {"001-add-x.sql", "001", "add-x", "add-x", ROLE_FORWARD},
    {"V1.10__t.sql", "1.10", "_t", "t", ROLE_FORWARD},
    {"V1_10__add_t.sql", "1_10", "_add_t", "add_t", ROLE_FORWARD},
    {"U1.10__t.sql", "1.10", "_t", "t", ROLE_ROLLBACK},
    {"1.2.0_add_x.sql", "1.2.0", "add_x", "x", ROLE_FORWARD},
    {"1.2.up.sql", "1.2", "", "", ROLE_FORWARD},
    {"1.2.sql", "1.2", "", "", ROLE_FORWARD},
    {"001.2fa.up.sql", "001", "2fa", "2fa", ROLE_FORWARD},
    {"001_2_x.sql", "001", "2_x", "x", ROLE_FORWARD},
    {"2024-01-05_x.sql", "2024", "01-05_x", "x", ROLE_FORWARD},
    {"001_init_up.sql", "001", "init_up", "init", ROLE_FORWARD},
    {"001_init_down.sql", "001", "init_down", "init", ROLE_EITHER},
    {"001_create_x_down.sql", "001", "create_x_down", "x", ROLE_EITHER},
    {"1_up.sql", "1", "up", "", ROLE_FORWARD},
    {"1_down.sql", "1", "down", "", ROLE_EITHER},
    {"001.do.x.sql", "001", "do.x", "x", ROLE_FORWARD},
    {"001.undo.x.sql", "001", "undo.x", "x", ROLE_EITHER},
    {"001_x.rollback.sql", "001", "x.rollback", "x", ROLE_EITHER},
    {"001_x_rollback.sql", "001", "x_rollback", "x", ROLE_EITHER},
    {"001_revert_x.sql", "001", "revert_x", "x", ROLE_EITHER},
    {"README.md", NULL, NULL, NULL, ROLE_FORWARD},
    {"create_x.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"001.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"001_.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"001_x.sql.bak", NULL, NULL, NULL, ROLE_FORWARD},
    {"up.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"001x.up.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"001x_y.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"V_x.sql", NULL, NULL, NULL, ROLE_FORWARD},
    {".sql", NULL, NULL, NULL, ROLE_FORWARD},
    {"", NULL, NULL, NULL, ROLE_FORWARD},
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct file_name parsed;
        bool ours = file_name_parse(cases[i].name, &parsed);

        if (ours != (cases[i].version != NULL))
            fail_msg("'%s': taken for %s", cases[i].name, ours ? "a migration" : "none");
        if (!ours)
            continue;
        if (!span_is(parsed.version, cases[i].version) || !span_is(parsed.title, cases[i].title) ||
            !span_is(parsed.object, cases[i].object) || parsed.role != cases[i].role)
            fail_msg("'%s': '%.*s' '%.*s' '%.*s' role %d", cases[i].name, (int)parsed.version.len, parsed.version.at,
                     (int)parsed.title.len, parsed.title.at, (int)parsed.object.len, parsed.object.at,
                     (int)parsed.role);
    }
}

static void test_name_of_rollback(void **state)
{
    static const char *const names[][2] = {
        {"001_create_x.sql", "001_rollback_x.sql"},
        {"V0001.Name.up.sql", "V0001.Name.down.sql"},
        {"7.up.sql", "7.down.sql"},
        {"20240101-init.sql", "20240101-rollback_init.sql"},
        {"001.do.sql", "001.rollback.sql"},
        {"001_add_x_up.sql", "001_rollback_x.sql"},
    };
    char name[ROLLBACK_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct file_name pair[2];
        assert_string_equal(file_name_of_rollback(names[i][0], name), names[i][1]);
        /* and it is one that is found */
        assert_true(file_name_parse(names[i][0], &pair[0]));
        assert_true(file_name_parse(names[i][1], &pair[1]));
        file_names_pair(pair, 2);
        assert_int_equal(pair[0].partner, 1);
    }
}

static void test_version_compare(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        int order;
    } pairs[] = {
        {"9", "10", -1}, {"009", "010", -1}, {"10", "9", 1}, {"7", "007", 0}, {"0", "000", 0}, {"1", "0", 1},
        {"1.2", "1.10", -1}, {"1_2", "1.02", 0}, {"1", "1.0", 0}, {"1", "1.1", -1}, {"2", "1.9", 1},
        {"20251015120001123456", "20251015120001123457", -1}, {"99999999999999999999", "100000000000000000000", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        int order = version_compare(span_of(pairs[i].a), span_of(pairs[i].b));
        assert_int_equal((order > 0) - (order < 0), pairs[i].order);
    }
}

#define FILES_AT_MOST 8

/* What is written behind a name: its partner, "-" for a forward file without one, "ignored". */
static const struct {
    const char *files[FILES_AT_MOST];
    const char *partners[FILES_AT_MOST];
} sets[] = {
    {{"001_create_x.sql", "001_rollback_x.sql"}, {"001_rollback_x.sql", "001_create_x.sql"}},
    /* the object differs, but the number has only these two */
    {{"007_add_missing_indexes.sql", "007_rollback_indexes.sql"},
     {"007_rollback_indexes.sql", "007_add_missing_indexes.sql"}},
    {{"007_add_missing_indexes.sql", "007_drop_indexes.sql"}, {"007_drop_indexes.sql", "007_add_missing_indexes.sql"}},
    /* two migrations share a number */
    {{"003_create_a.sql", "003_create_b.sql", "003_rollback_a.sql", "003_rollback_b.sql"},
     {"003_rollback_a.sql", "003_rollback_b.sql", "003_create_a.sql", "003_create_b.sql"}},
    /* one pair by object leaves the other by number */
    {{"003_add_more.sql", "003_create_b.sql", "003_rollback_b.sql", "003_rollback_z.sql"},
     {"003_rollback_z.sql", "003_rollback_b.sql", "003_create_b.sql", "003_add_more.sql"}},
    /* two and two that do not tell which is whose */
    {{"003_add_a.sql", "003_add_b.sql", "003_rollback_y.sql", "003_rollback_z.sql"}, {"-", "-", "ignored", "ignored"}},
    {{"001_create_x.sql", "001_drop_x.sql"}, {"001_drop_x.sql", "001_create_x.sql"}},
    /* drop is what this migration does */
    {{"012_drop_old.sql"}, {"-"}},
    {{"012_drop_old.sql", "012_rollback_old.sql"}, {"012_rollback_old.sql", "012_drop_old.sql"}},
    {{"012_create_x.sql", "012_drop_old.sql", "012_rollback_old.sql", "012_rollback_x.sql"},
     {"012_rollback_x.sql", "012_rollback_old.sql", "012_drop_old.sql", "012_create_x.sql"}},
    {{"012_create_x.sql", "012_drop_old.sql", "012_rollback_x.sql"},
     {"012_rollback_x.sql", "-", "012_create_x.sql"}},
    /* a second way back of the same thing is not run forwards */
    {{"012_create_x.sql", "012_drop_x.sql", "012_rollback_x.sql"},
     {"012_rollback_x.sql", "ignored", "012_create_x.sql"}},
    {{"001_x.down.sql", "001_x.up.sql", "2_x.up.sql", "02_x.down.sql"},
     {"001_x.up.sql", "001_x.down.sql", "02_x.down.sql", "2_x.up.sql"}},
    {{"005_rollback_nothing.sql"}, {"ignored"}},
    /* the names of others */
    {{"001_x_down.sql", "001_x_up.sql"}, {"001_x_up.sql", "001_x_down.sql"}},
    {{"001_down.sql", "001_up.sql"}, {"001_up.sql", "001_down.sql"}},
    {{"001.do.sql", "001.undo.sql"}, {"001.undo.sql", "001.do.sql"}},
    {{"001_a.sql", "001_a_rollback.sql", "001_b.rollback.sql", "001_b.sql"},
     {"001_a_rollback.sql", "001_a.sql", "001_b.sql", "001_b.rollback.sql"}},
    {{"001_add_x.sql", "001_undo_add_x.sql"}, {"001_undo_add_x.sql", "001_add_x.sql"}},
    {{"U1.2__x.sql", "V1.2__x.sql"}, {"V1.2__x.sql", "U1.2__x.sql"}},
    /* what a migration does, not what takes one back */
    {{"005_scale_down.sql"}, {"-"}},
    {{"005_revert_indexes.sql"}, {"-"}},
    {{"005_add_payment_rollback.sql"}, {"-"}},
};

static const char *partner_of(const struct file_name *names, size_t i)
{
    if (names[i].partner != PARTNER_NONE)
        return names[names[i].partner].name;
    return names[i].role == ROLE_FORWARD ? "-" : "ignored";
}

static void test_pair(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof(sets) / sizeof(sets[0]); s++) {
        struct file_name names[FILES_AT_MOST];
        size_t n = 0;

        while (n < FILES_AT_MOST && sets[s].files[n] != NULL) {
            assert_true(file_name_parse(sets[s].files[n], &names[n]));
            n++;
        }
        file_names_pair(names, n);
        for (size_t i = 0; i < n; i++) {
            assert_int_not_equal(names[i].role, ROLE_EITHER);
            if (strcmp(partner_of(names, i), sets[s].partners[i]) != 0)
                fail_msg("set %zu: '%s' goes with '%s', not '%s'", s, names[i].name, partner_of(names, i),
                         sets[s].partners[i]);
        }
    }
}

static void test_sorted_as_numbers(void **state)
{
    static const char *const sorted[] = {"2_b.sql", "009_a.sql", "9_b.sql", "010_a.sql", "10_b.sql",
                                         "20251015120001123456_a.sql"};
    struct file_name names[6];

    (void)state;
    for (size_t i = 0; i < 6; i++)
        assert_true(file_name_parse(sorted[5 - i], &names[i]));
    qsort(names, 6, sizeof(names[0]), file_name_compare);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(names[i].name, sorted[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_name_of_rollback),
        cmocka_unit_test(test_version_compare),
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_sorted_as_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
