#include "unit.h"

#include <string.h>

#include "core/buf.h"
#include "jobs/migrate/names_made.h"
#include "jobs/migrate/tokens.h"

/* The tokens of each text: w word, n name, s string, # number, else the sign; joined with '|'. */
static const struct {
    const char *text, *tokens;
} cases[] = {
    {"", ""},
    {" -- x\n /* y /* z */ */ ", ""},
    {"SELECT a.\"b\"\"c\" , 1.5e3", "w:SELECT|w:a|.:.|n:\"b\"\"c\"|,:,|#:1.5e3"},
    {"'it''s' E'\\'' u&'x' U&\"y\" X'1f'", "s:'it''s'|s:E'\\''|s:u&'x'|n:U&\"y\"|s:X'1f'"},
    {"$$a$$ $t$ $$ $t$ $1", "s:$$a$$|s:$t$ $$ $t$|$:$|#:1"},
    {"'never closed", "s:'never closed"},
    {"\"never closed", "n:\"never closed"},
    {"e", "w:e"},
    {"u&", "w:u|&:&"},
    {"str\303\244\303\237e", "w:str\303\244\303\237e"},
};

static void test_read(void **state)
{
    static const char kinds[] = "wns#";

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tokens tokens;
        struct buf said = BUF_INIT;

        assert_int_equal(tokens_read(&tokens, span_of(cases[i].text)), 0);
        for (size_t t = 0; t < tokens.n; t++) {
            char kind = tokens.at[t].kind == TOKEN_SIGN ? *tokens.at[t].text.at : kinds[tokens.at[t].kind];
            buf_printf(&said, "%s%c:%.*s", t > 0 ? "|" : "", kind, (int)tokens.at[t].text.len, tokens.at[t].text.at);
        }
        assert_string_equal(buf_text(&said), cases[i].tokens);
        buf_release(&said);
        tokens_release(&tokens);
    }
}

static void test_reader(void **state)
{
    struct tokens tokens;
    struct reader reader, item;
    char path[16];

    (void)state;
    tokens_read(&tokens, SPAN("If Not Exists s . \"t\" (a, b) x, y as z"));
    reader = reader_of(&tokens);
    assert_false(reader_take(&reader, "if exists"));
    assert_true(reader_sees(&reader, "if not"));
    assert_true(reader_take(&reader, "if not exists"));
    assert_true(reader_take_path(&reader, path, sizeof(path)));
    assert_string_equal(path, "s.\"t\"");
    assert_true(reader_take_item(&reader, &item));
    assert_true(span_is(reader_text(item.at, item.end), "(a, b) x"));
    assert_true(reader_seek(&reader, "as"));
    assert_true(reader_take_path(&reader, path, sizeof(path)));
    assert_string_equal(path, "z");
    assert_false(reader_take_path(&reader, path, sizeof(path)));
    assert_false(reader_take_item(&reader, &item));
    tokens_release(&tokens);

    tokens_read(&tokens, SPAN("a.b.c a_name_that_does_not_fit ((as) as"));
    reader = reader_of(&tokens);
    assert_false(reader_take_path(&reader, path, sizeof(path)));
    reader.at += 5;
    assert_false(reader_take_path(&reader, path, sizeof(path)));
    reader.at++;
    assert_false(reader_seek(&reader, "as"));
    tokens_release(&tokens);
}

static void test_names_made(void **state)
{
    struct names_made names = {NULL, 0};

    (void)state;
    assert_false(names_made_has(&names, "t"));
    assert_int_equal(names_made_add(&names, "public.\"T\""), 0);
    assert_int_equal(names_made_add(&names, "U"), 0);
    assert_int_equal(names_made_add(&names, "s.x"), 0);
    assert_true(names_made_has(&names, "\"T\""));
    assert_false(names_made_has(&names, "T"));
    assert_true(names_made_has(&names, "PUBLIC.u"));
    assert_false(names_made_has(&names, "x"));
    assert_true(names_made_has(&names, "\"s\".X"));
    names_made_release(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_names_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
