#include "unit.h"

#include "core/err.h"
#include "db/sqlstate.h"

static const struct {
    const char *sqlstate;
    int kind;
    bool retry;
} cases[] = {
    {"", ERR_TEMPFAIL, true},          {"08006", ERR_TEMPFAIL, true},     {"57P01", ERR_TEMPFAIL, true},
    {"57P03", ERR_TEMPFAIL, true},     {"53300", ERR_TEMPFAIL, true},     {"40001", ERR_TEMPFAIL, true},
    {"40P01", ERR_TEMPFAIL, true},     {"55P03", ERR_TEMPFAIL, true},     {"57014", ERR_TEMPFAIL, false},
    {"28P01", ERR_UNAVAILABLE, false}, {"28000", ERR_UNAVAILABLE, false}, {"3D000", ERR_UNAVAILABLE, false},
    {"25006", ERR_UNAVAILABLE, false}, {"42501", ERR_NOPERM, false},      {"42P01", ERR_CONFIG, false},
    {"42P17", ERR_CONFIG, false},
    {"42703", ERR_CONFIG, false},      {"53100", ERR_IO, false},          {"22P02", ERR_INPUT, false},
    {"23505", ERR_INPUT, false},       {"54001", ERR_INPUT, false},       {"42601", ERR_INTERNAL, false},
    {"XX000", ERR_INTERNAL, false},    {"25P02", ERR_INTERNAL, false},
    {"08P01", ERR_INTERNAL, false},
};

static void test_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (sqlstate_kind(cases[i].sqlstate) != cases[i].kind ||
            sqlstate_may_retry(cases[i].sqlstate) != cases[i].retry)
            fail_msg("'%s': %d, %s", cases[i].sqlstate, sqlstate_kind(cases[i].sqlstate),
                     sqlstate_may_retry(cases[i].sqlstate) ? "retried" : "not retried");
    }
}

static void test_hints(void **state)
{
    (void)state;
    assert_non_null(sqlstate_hint("28P01"));
    assert_non_null(sqlstate_hint("42P01"));
    assert_string_not_equal(sqlstate_hint("28P01"), sqlstate_hint("28000"));
    assert_null(sqlstate_hint("22P02"));
    assert_null(sqlstate_hint("XX000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_hints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
