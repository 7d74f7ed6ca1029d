#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/secret.h"

static const struct {
    const char *word, *blanked; /* NULL: it holds none */
} cases[] = {
    {"postgresql://u:hunter2@h:5432/db", "postgresql://u:xxxxxxx@h:5432/db"},
    {"postgres://u:p@ss@h", "postgres://u:x@ss@h"}, /* libpq, too, takes the first '@' */
    {"--dbname=postgres://:pw@", "--dbname=postgres://:xx@"},
    {"-dpostgresql://u:p%40w@/db?host=/tmp", "-dpostgresql://u:xxxxx@/db?host=/tmp"},
    {"postgresql://u:a@h/db?password=b&x=y", "postgresql://u:x@h/db?password=xxxxx"},
    {"postgresql:///db?sslpassword=b", "postgresql:///db?sslpassword=x"},
    {"host=h password=hunter2 dbname=x", "host=h password=xxxxxxxxxxxxxxxx"},
    {"password = 'a b'", "password = xxxxx"},
    {"password password=b", "password password=x"},
    {"postgresql://u@h:5432/db", NULL},
    {"postgresql://u:@h/db", NULL},
    {"postgresql://h:5432/d@b", NULL},
    {"http://u:pw@h", NULL},
    {"password", NULL},
    {"password=", NULL},
    {"host=h passfile=/x", NULL},
    {"", NULL},
};

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool holds = cases[i].blanked != NULL;
        char *word = strdup(cases[i].word);
        char *argv[] = {word, word, NULL};

        assert_int_equal(secret_in(word), holds);
        secret_hide(2, argv);
        assert_string_equal(word, holds ? cases[i].blanked : cases[i].word); /* what others see */
        assert_string_equal(argv[1], cases[i].word);                         /* what we use */
        assert_int_equal(argv[1] != word, holds);
        if (holds)
            free(argv[1]);
        free(word);
    }
}

static void test_the_url_of_a_watchdog(void **state)
{
    char one[] = "--ping=https://hc/uuid", two[] = "--ping", three[] = "https://hc/uuid", four[] = "--pings=x";
    char *argv[] = {one, one, two, three, four, NULL};

    (void)state;
    secret_hide(5, argv);
    assert_string_equal(one, "--ping=xxxxxxxxxxxxxxx");
    assert_string_equal(two, "--ping");
    assert_string_equal(three, "xxxxxxxxxxxxxxx");
    assert_string_equal(four, "--pings=x");
    assert_string_equal(argv[1], "--ping=https://hc/uuid");
    assert_string_equal(argv[3], "https://hc/uuid");
    free(argv[1]);
    free(argv[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_the_url_of_a_watchdog),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
