#include "jobs/restore/restore_tables.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "unit.h"

/* b is in two schemas; p has the partition p1, and that p11. */
static struct backup_table tables[] = {
    {.schema = (char[]){"public"}, .name = (char[]){"a"}}, {.schema = (char[]){"public"}, .name = (char[]){"b"}},
    {.schema = (char[]){"s"}, .name = (char[]){"b"}},
    {.schema = (char[]){"q"}, .name = (char[]){"p11"}, .parent_schema = (char[]){"s"}, .parent = (char[]){"p1"}},
    {.schema = (char[]){"s"}, .name = (char[]){"p1"}, .parent_schema = (char[]){"s"}, .parent = (char[]){"p"}},
    {.schema = (char[]){"s"}, .name = (char[]){"p"}},
    {.schema = (char[]){"t"}, .name = (char[]){"p1"}, .parent_schema = (char[]){"t"}, .parent = (char[]){"p"}},
    {.schema = (char[]){"s"}, .name = (char[]){"x.y"}},
};

static const struct {
    const char *wanted[3];
    const char *chosen; /* a flag a table; NULL: none */
    int kind;
} cases[] = {
    {{"a"}, "10000000", 0},          {{"public.a"}, "10000000", 0},  {{"b"}, NULL, ERR_USAGE},
    {{"s.b"}, "00100000", 0},        {{"s.b", "a"}, "10100000", 0},  {{"p"}, "00011100", 0},
    {{"s.p1"}, "00011000", 0},       {{"p11"}, "00010000", 0},       {{"x.y"}, "00000001", 0},
    {{"s.x.y"}, "00000001", 0},      {{"A"}, NULL, ERR_NOINPUT},     {{""}, NULL, ERR_NOINPUT},
    {{"public."}, NULL, ERR_NOINPUT}, {{"a", "nope"}, NULL, ERR_NOINPUT}, {{"a", "a"}, "10000000", 0},
};

static void test_choice(void **state)
{
    const struct manifest manifest = {.id = (char[]){"app_1"}, .tables = tables,
                                      .n_tables = sizeof(tables) / sizeof(tables[0])};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text_list wanted = {.n = 0};
        struct capture capture;
        int kind = -1;
        bool *chosen;

        while (cases[i].wanted[wanted.n] != NULL) {
            wanted.at[wanted.n] = cases[i].wanted[wanted.n];
            wanted.n++;
        }
        capture_start(&capture, STDERR_FILENO);
        chosen = tables_chosen(&manifest, &wanted, &kind);
        capture_end(&capture);
        assert_int_equal(kind, cases[i].kind);
        assert_int_equal(chosen != NULL, cases[i].chosen != NULL);
        for (size_t k = 0; chosen != NULL && k < manifest.n_tables; k++)
            assert_int_equal(chosen[k], cases[i].chosen[k] == '1');
        assert_int_equal(strstr(capture.text, "error:") != NULL, cases[i].kind != 0);
        free(chosen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
