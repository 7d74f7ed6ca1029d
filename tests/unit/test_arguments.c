#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"

#include <cmocka.h> /* behind ours: it has a macro fail() */

struct own {
    const char *name;
    bool again;
};

struct common {
    bool quiet;
    int64_t count;
};

static const struct option own_table[] = {
    {.name = "name", .also = "namespace", .letter = 'n', .metavar = "NS", .kind = OPTION_TEXT,
     .offset = offsetof(struct own, name)},
    {.name = "again", .letter = 'a', .kind = OPTION_FLAG, .offset = offsetof(struct own, again)},
    {.name = NULL}};

static const struct option common_table[] = {
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = offsetof(struct common, quiet)},
    {.name = "count", .metavar = "N", .kind = OPTION_COUNT, .min = 0, .max = 9,
     .offset = offsetof(struct common, count)},
    {.name = "help", .letter = 'h', .kind = OPTION_HELP},
    {.name = NULL}};

static struct own own;
static struct common common;
static const struct option_group groups[] = {{own_table, &own}, {common_table, &common}, {NULL, NULL}};

#define WORDS 12

/* What was given as "name=text name=text | operand operand"; "help" behind it, if asked for. */
static const struct {
    const char *argv[WORDS];
    int status;
    const char *seen;
} cases[] = {
    {{NULL}, 0, "|"},
    {{"a", "b"}, 0, "| a b"},
    {{"-"}, 0, "| -"},
    {{"--name", "x"}, 0, "name=x |"},
    {{"--name=x"}, 0, "name=x |"},
    {{"--name="}, 0, "name= |"},
    {{"--name=x=y"}, 0, "name=x=y |"},
    {{"--namespace", "x"}, 0, "name=x |"},
    {{"-n", "x"}, 0, "name=x |"},
    {{"-nx"}, 0, "name=x |"},
    {{"-n", "-q"}, 0, "name=-q |"},
    {{"-n", ""}, 0, "name= |"},
    {{"-qa"}, 0, "quiet=yes again=yes |"},
    {{"-qanx", "y"}, 0, "quiet=yes again=yes name=x | y"},
    {{"-qan", "x", "y"}, 0, "quiet=yes again=yes name=x | y"},
    {{"--quiet", "yes"}, 0, "quiet=yes | yes"},
    {{"--quiet=no"}, 0, "quiet=no |"},
    {{"a", "--quiet", "b", "--count", "3", "c"}, 0, "quiet=yes count=3 | a b c"},
    {{"a", "--", "--quiet", "-n", "--"}, 0, "| a --quiet -n --"},
    {{"--name", "--", "x"}, 0, "name=-- | x"},
    {{"--count", "1", "--count", "2"}, 0, "count=1 count=2 |"},
    {{"-h"}, 0, "| help"},
    {{"-qh", "--wrong"}, 0, "quiet=yes | help"},
    {{"a", "--help", "--wrong"}, 0, "| a help"},
    {{"--"}, 0, "|"},
    {{"--help=x"}, ERR_USAGE, NULL},
    {{"--nam", "x"}, ERR_USAGE, NULL}, /* never abbreviated */
    {{"--names", "x"}, ERR_USAGE, NULL},
    {{"--Quiet"}, ERR_USAGE, NULL},
    {{"---quiet"}, ERR_USAGE, NULL},
    {{"--=x"}, ERR_USAGE, NULL},
    {{"-x"}, ERR_USAGE, NULL},
    {{"-qx"}, ERR_USAGE, NULL},
    {{"-quiet"}, ERR_USAGE, NULL},
    {{"--name"}, ERR_USAGE, NULL},
    {{"-n"}, ERR_USAGE, NULL},
    {{"-qn"}, ERR_USAGE, NULL},
    {{"a", "--wrong"}, ERR_USAGE, NULL},
};

static int count_words(const char *const *argv)
{
    int n = 0;

    while (n < WORDS && argv[n] != NULL)
        n++;
    return n;
}

static void describe(const struct arguments *arguments, struct buf *out)
{
    for (size_t i = 0; i < arguments->n_given; i++)
        buf_printf(out, "%s=%s ", arguments->given[i].ref.option->name, arguments->given[i].text);
    buf_add_char(out, '|');
    for (size_t i = 0; i < arguments->n_operands; i++)
        buf_printf(out, " %s", arguments->operands[i]);
    if (arguments->help)
        buf_add_text(out, " help");
}

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arguments arguments;
        struct buf seen = BUF_INIT;

        assert_int_equal(arguments_parse(&arguments, groups, count_words(cases[i].argv), cases[i].argv),
                         cases[i].status);
        describe(&arguments, &seen);
        if (cases[i].seen != NULL)
            assert_string_equal(buf_text(&seen), cases[i].seen);
        buf_release(&seen);
        arguments_release(&arguments);
    }
}

static void test_many(void **state)
{
    char letters[1001];
    const char *argv[1] = {letters};
    struct arguments arguments;

    (void)state;
    memset(letters, 'q', sizeof(letters) - 1);
    letters[0] = '-';
    letters[1000] = '\0';
    assert_int_equal(arguments_parse(&arguments, groups, 1, argv), 0);
    assert_int_equal(arguments.n_given, 999);
    arguments_release(&arguments);
}

static void test_last_wins(void **state)
{
    const char *const argv[] = {"--count", "1", "-nx", "--count=2", "-q", "--quiet=no"};
    struct arguments arguments;

    (void)state;
    own = (struct own){NULL, false};
    common = (struct common){false, 0};
    assert_int_equal(arguments_parse(&arguments, groups, 6, argv), 0);
    assert_int_equal(arguments_set_options(&arguments), 0);
    assert_int_equal(common.count, 2);
    assert_false(common.quiet);
    assert_string_equal(own.name, "x");
    assert_false(own.again);
    arguments_release(&arguments);
}

static void test_bad_value(void **state)
{
    const char *const argv[] = {"--count", "10"};
    struct arguments arguments;

    (void)state;
    assert_int_equal(arguments_parse(&arguments, groups, 2, argv), 0);
    assert_int_equal(arguments_set_options(&arguments), ERR_USAGE);
    arguments_release(&arguments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_last_wins),
        cmocka_unit_test(test_bad_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
