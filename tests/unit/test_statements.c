#include "unit.h"

#include <string.h>

#include "core/buf.h"
#include "jobs/migrate/statements.h"

/* The statements of each script, joined with '|'. */
static const struct {
    const char *script;
    const char *statements;
} scripts[] = {
    {"SELECT 1; SELECT 2;", "SELECT 1|SELECT 2"},
    {"SELECT 1", "SELECT 1"},
    {"", ""},
    {" ;; ; -- nothing\n /* at /* all */ */ ;", ""},
    {"-- a;b\nSELECT 1 -- c;d\n;SELECT 2 /* ; /* ; */ ; */", "SELECT 1|SELECT 2"},
    {"SELECT ';', 'it''s;';SELECT 2", "SELECT ';', 'it''s;'|SELECT 2"},
    {"SELECT '\\';SELECT 2", "SELECT '\\'|SELECT 2"},
    {"SELECT E'\\';', e'\\\\';SELECT 2", "SELECT E'\\';', e'\\\\'|SELECT 2"},
    {"SELECT name'x;';SELECT 2", "SELECT name'x;'|SELECT 2"},
    {"CREATE TABLE \"a;\"\"b\" ();SELECT 2", "CREATE TABLE \"a;\"\"b\" ()|SELECT 2"},
    {"DO $$ BEGIN; END $$; SELECT 2", "DO $$ BEGIN; END $$|SELECT 2"},
    {"DO $a$ ; $$ ; $b$ ; $a$; SELECT 2", "DO $a$ ; $$ ; $b$ ; $a$|SELECT 2"},
    {"SELECT $1; SELECT a$b$c; SELECT $2$", "SELECT $1|SELECT a$b$c|SELECT $2$"},
    {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
     "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)|SELECT 3"},
    {"CREATE OR REPLACE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
     "CREATE OR REPLACE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END|SELECT 3"},
    {"CREATE PROCEDURE p() LANGUAGE sql BEGIN /* */ ATOMIC SELECT 1; END; SELECT 3",
     "CREATE PROCEDURE p() LANGUAGE sql BEGIN /* */ ATOMIC SELECT 1; END|SELECT 3"},
    {"CREATE FUNCTION begin(\"case\" int) RETURNS int RETURN 1; SELECT 2",
     "CREATE FUNCTION begin(\"case\" int) RETURNS int RETURN 1|SELECT 2"},
    {"CREATE TABLE function (begin int, atomic int); SELECT 2",
     "CREATE TABLE function (begin int, atomic int)|SELECT 2"},
    {"CREATE TABLE begin (); SELECT 2", "CREATE TABLE begin ()|SELECT 2"},
    {"SELECT E'a' -- x\n \t 'b\\';c'; SELECT 2", "SELECT E'a' -- x\n \t 'b\\';c'|SELECT 2"},
    {"SELECT E'a' 'b\\'; SELECT 2", "SELECT E'a' 'b\\'|SELECT 2"},
    {"SELECT E'a''\\';b'; SELECT 2", "SELECT E'a''\\';b'|SELECT 2"},
    {"SELECT U&'d\\0061;' UESCAPE '\\', U&\"d;\"; SELECT 2",
     "SELECT U&'d\\0061;' UESCAPE '\\', U&\"d;\"|SELECT 2"},
    {"DO $\303\251\303\251$ ; $$ ; $e$ ; $\303\251\303\251$; SELECT 2",
     "DO $\303\251\303\251$ ; $$ ; $e$ ; $\303\251\303\251$|SELECT 2"},
    {"-- a;\rSELECT 1;\r\nSELECT 2\r\n;\r\n", "SELECT 1|SELECT 2"},
    {"SELECT 'never closed; SELECT 2", "SELECT 'never closed; SELECT 2"},
    {"SELECT 1; $", "SELECT 1|$"},
    {"SELECT 'stra\303\237e;'; SELECT \303\2571", "SELECT 'stra\303\237e;'|SELECT \303\2571"},
};

static void test_next(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        struct span rest = span_of(scripts[i].script);
        struct span statement;
        struct buf joined = BUF_INIT;

        while (statement_next(&rest, &statement)) {
            if (joined.len > 0)
                buf_add_char(&joined, '|');
            buf_add_span(&joined, statement);
        }
        assert_int_equal(rest.len, 0);
        assert_string_equal(buf_text(&joined), scripts[i].statements);
        buf_release(&joined);
    }
}

/* Joined with '|', as the server reads them after what they set themselves. */
static void test_settings(void **state)
{
    static const struct {
        const char *script;
        const char *statements;
    } settings[] = {
        {"SET standard_conforming_strings = off; SELECT '\\';'; SELECT 2",
         "SET standard_conforming_strings = off|SELECT '\\';'|SELECT 2"},
        {"set local standard_conforming_strings to 'off'; SELECT '\\';'; SELECT 2",
         "set local standard_conforming_strings to 'off'|SELECT '\\';'|SELECT 2"},
        {"SET standard_conforming_strings = 0; SELECT '\\';', \"\\\"; SELECT 2",
         "SET standard_conforming_strings = 0|SELECT '\\';', \"\\\"|SELECT 2"},
        {"SET standard_conforming_strings = off; RESET standard_conforming_strings; SELECT '\\'; SELECT 2",
         "SET standard_conforming_strings = off|RESET standard_conforming_strings|SELECT '\\'|SELECT 2"},
        {"SET standard_conforming_strings = on; SELECT '\\'; SELECT 2",
         "SET standard_conforming_strings = on|SELECT '\\'|SELECT 2"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        struct script script = script_of(span_of(settings[i].script));
        struct span statement;
        struct buf joined = BUF_INIT;

        while (script_next(&script, &statement)) {
            buf_add_text(&joined, joined.len > 0 ? "|" : "");
            buf_add_span(&joined, statement);
        }
        assert_string_equal(buf_text(&joined), settings[i].statements);
        buf_release(&joined);
    }
}

/* What stands there begins at 'found'; NULL: nothing does. */
static void test_psql_command(void **state)
{
    static const struct {
        const char *script;
        const char *found;
    } scripts_of_psql[] = {
        {"SELECT 1;\n\\connect x\nSELECT 2", "\\connect x\nSELECT 2"},
        {"SELECT 1 \\gset", "\\gset"},
        {"COPY t FROM stdin;\n1\ta\n\\.\nSELECT 2", "\\.\nSELECT 2"},
        {"SELECT '\\d', \"\\d\", E'\\d', $$\\d$$ -- \\d\n/* \\d */", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(scripts_of_psql) / sizeof(scripts_of_psql[0]); i++) {
        struct script script = script_of(span_of(scripts_of_psql[i].script));
        struct span statement;

        while (script_next(&script, &statement))
            continue;
        if (scripts_of_psql[i].found == NULL)
            assert_null(script.psql_command);
        else
            assert_string_equal(script.psql_command, scripts_of_psql[i].found);
    }
}

static void test_comment(void **state)
{
    struct span script = span_of("CREATE TABLE a ();\r\n-- +goose Down\r\nDROP TABLE a;");

    (void)state;
    assert_ptr_equal(script_find_comment(script, "+goose down"), script.at + 20);
    assert_null(script_find_comment(script, "migrate:down"));
    assert_non_null(script_find_comment(span_of("SELECT 1;\n  --  +migrate \t Down\n"), "+migrate Down"));
    assert_null(script_find_comment(span_of("-- +migrate"), "+migrate Down"));
    assert_null(script_find_comment(span_of(""), "x"));
}

static void test_lines(void **state)
{
    struct span script = span_of("-- h\303\251ad\nSELECT 1;\n\n/* x\n */ SELECT\n  oops;\n");

    (void)state;
    assert_int_equal(script_line_of_offset(script, 0), 1);
    assert_int_equal(script_line_of_offset(script, 9), 2);
    assert_int_equal(script_line_of_offset(script, 10000), 7);
    /* é is one character and two bytes: the 9th character is the S of the second line */
    assert_int_equal(script_line_of_character(script, 8), 1);
    assert_int_equal(script_line_of_character(script, 9), 2);
    assert_int_equal(script_line_of_character(script, 10000), 7);
    assert_int_equal(script_line_of_statement(script, 0), 2);
    assert_int_equal(script_line_of_statement(script, 1), 5);
    assert_int_equal(script_line_of_statement(script, 2), 7);
}

static void test_head(void **state)
{
    static const struct {
        const char *script;
        bool says;
    } heads[] = {
        {"-- bridgejob: no-transaction\nSELECT 1", true},
        {"\n-- Adds x.\n--   bridgejob: no-transaction  \r\nSELECT 1", true},
        {"--bridgejob: no-transaction", true},
        {"SELECT 1;\n-- bridgejob: no-transaction\n", false},
        {"-- never say bridgejob: no-transaction\nSELECT 1", false},
        {"-- bridgejob: no-transactions\n", false},
        {"-", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        if (script_head_says(span_of(heads[i].script), "bridgejob: no-transaction") != heads[i].says)
            fail_msg("'%s'", heads[i].script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_psql_command),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_comment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
