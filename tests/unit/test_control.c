#include "unit.h"

#include "jobs/migrate/control.h"

static void test_control(void **state)
{
    static const struct {
        const char *statement;
        enum control control;
    } statements[] = {
        {"BEGIN", CONTROL_BEGIN}, {"begin work", CONTROL_BEGIN}, {"START TRANSACTION", CONTROL_BEGIN},
        {"COMMIT", CONTROL_COMMIT}, {"End", CONTROL_COMMIT}, {"ROLLBACK", CONTROL_ROLLBACK},
        {"rollback work", CONTROL_ROLLBACK}, {"ABORT", CONTROL_ROLLBACK},
        {"PREPARE TRANSACTION 'x'", CONTROL_PREPARE}, {"COMMIT PREPARED 'x'", CONTROL_PREPARED},
        {"ROLLBACK PREPARED 'x'", CONTROL_PREPARED}, {"/* */ -- x\n COMMIT", CONTROL_COMMIT},
        {"ROLLBACK TO a", CONTROL_NONE}, {"ROLLBACK WORK TO SAVEPOINT a", CONTROL_NONE},
        {"SAVEPOINT begin", CONTROL_NONE}, {"PREPARE p AS SELECT 1", CONTROL_NONE}, {"SELECT 1", CONTROL_NONE},
        {"beginning", CONTROL_NONE}, {"DO $$ BEGIN END $$", CONTROL_NONE}, {"", CONTROL_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        if (statement_control(span_of(statements[i].statement)) != statements[i].control)
            fail_msg("'%s'", statements[i].statement);
    }
}

static void test_chains(void **state)
{
    (void)state;
    assert_true(statement_chains(span_of("COMMIT AND CHAIN")));
    assert_true(statement_chains(span_of("ROLLBACK WORK /* x */ and chain")));
    assert_false(statement_chains(span_of("COMMIT AND NO CHAIN")));
    assert_false(statement_chains(span_of("COMMIT")));
}

static void test_settings(void **state)
{
    static const char *const settings[] = {"SET search_path = a", "set session role x", "RESET ALL",
                                           "SELECT pg_catalog.set_config('search_path', '', false)",
                                           "SELECT set_config('a.b', 'c', false)"};
    static const char *const others[] = {"SET LOCAL a = b", "SET TRANSACTION READ ONLY", "SET CONSTRAINTS ALL DEFERRED",
                                         "SELECT 1", "SELECT f()", "CREATE TABLE \"set\" ()", ""};

    (void)state;
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        assert_true(statement_is_setting(span_of(settings[i])));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(statement_is_setting(span_of(others[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_control),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
