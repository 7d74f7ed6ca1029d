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
    {"CREATE TABLE begin (); SELECT 2", "CREATE TABLE begin ()|SELECT 2"},
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

static void test_transaction_control(void **state)
{
    static const struct {
        const char *statement;
        bool controls;
    } statements[] = {
        {"BEGIN", true}, {"begin work", true}, {"START TRANSACTION", true}, {"COMMIT", true}, {"End", true},
        {"ROLLBACK", true}, {"rollback work", true}, {"ABORT", true}, {"PREPARE TRANSACTION 'x'", true},
        {"COMMIT PREPARED 'x'", true}, {"/* */ -- x\n COMMIT", true},
        {"ROLLBACK TO a", false}, {"ROLLBACK WORK TO SAVEPOINT a", false}, {"SAVEPOINT begin", false},
        {"PREPARE p AS SELECT 1", false}, {"SELECT 1", false}, {"beginning", false}, {"DO $$ BEGIN END $$", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        if (statement_controls_transaction(span_of(statements[i].statement)) != statements[i].controls)
            fail_msg("'%s'", statements[i].statement);
    }
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
        cmocka_unit_test(test_transaction_control),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
