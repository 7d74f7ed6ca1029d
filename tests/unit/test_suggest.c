#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/suggest.h"

#include <cmocka.h> /* behind ours: it has a macro fail() */

static const struct {
    const char *word;
    const char *meant; /* NULL: nothing is near */
} cases[] = {
    {"ingest", "ingest"},   {"ingset", "ingest"}, /* two letters swapped */
    {"inges", "ingest"},    {"ing", "ingest"},    /* begun, not ended */
    {"ingestt", "ingest"},  {"imgest", "ingest"},   {"migrat", "migrate"},
    {"migarte", "migrate"}, {"up", "up"},         {"pu", "up"},         {"u", NULL}, /* one letter says nothing */
    {"xx", NULL},           {"tables", NULL},     {"", NULL},
    {"ingestingestingestingestingestingestingestingest", NULL},
};

static void test_nearest(void **state)
{
    static const char *const names[] = {"ingest", "migrate", "up",
                                        "a-candidate-longer-than-any-name-that-anybody-would-type"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct suggest suggest;

        suggest_init(&suggest, cases[i].word);
        for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
            suggest_offer(&suggest, names[j]);
        if (cases[i].meant == NULL)
            assert_null(suggest.best);
        else
            assert_string_equal(suggest.best, cases[i].meant);
    }
}

static void test_nearest_of_two(void **state)
{
    struct suggest suggest;

    (void)state;
    suggest_init(&suggest, "formet");
    suggest_offer(&suggest, "forget-me");
    suggest_offer(&suggest, "format");
    suggest_offer(&suggest, "for");
    assert_string_equal(suggest.best, "format");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_nearest_of_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
