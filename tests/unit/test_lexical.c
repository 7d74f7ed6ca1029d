#include "unit.h"

#include <string.h>

#include "jobs/migrate/lexical.h"

static const char *behind(const char *(*end_of)(const char *, const char *), const char *text)
{
    return end_of(text, text + strlen(text));
}

static void test_comments(void **state)
{
    (void)state;
    assert_string_equal(behind(lexical_comment_end, "-- a\nb"), "b");
    assert_string_equal(behind(lexical_comment_end, "-- a\rb"), "b");
    assert_string_equal(behind(lexical_comment_end, "/* /* */ ; */b"), "b");
    assert_string_equal(behind(lexical_comment_end, "/* /* */"), "");
    assert_string_equal(behind(lexical_comment_end, "- -"), "- -");
    assert_string_equal(behind(lexical_blank_end, " \r\n--x\n/**/ b"), "b");
    assert_string_equal(behind(lexical_blank_end, ""), "");
}

static void test_dollars(void **state)
{
    (void)state;
    assert_string_equal(behind(lexical_dollar_end, "$$a$b$$c"), "c");
    assert_string_equal(behind(lexical_dollar_end, "$a$ $A$ $a$c"), "c");
    assert_string_equal(behind(lexical_dollar_end, "$1$c"), "1$c");
    assert_string_equal(behind(lexical_dollar_end, "$a b$"), "a b$");
    assert_string_equal(behind(lexical_dollar_end, "$a$ never"), "");
}

static void test_names(void **state)
{
    static const struct {
        const char *text;
        const char *name;
        const char *rest;
    } names[] = {
        {" a b", "a", " b"},
        {"a.b(c)", "a.b", "(c)"},
        {"\"A \"\"x\"\".\".b c", "\"A \"\"x\"\".\".b", " c"},
        {"/* */ a . \"b\" (c)", "a . \"b\"", " (c)"},
        {"(c)", "", "(c)"},
        {"", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct span rest = span_of(names[i].text);
        struct span name = lexical_next_name(&rest);

        if (!span_is(name, names[i].name) || !span_is(rest, names[i].rest))
            fail_msg("'%s': '%.*s' '%.*s'", names[i].text, (int)name.len, name.at, (int)rest.len, rest.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_dollars),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
