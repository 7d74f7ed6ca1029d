#include "unit.h"

#include "pipe/reason.h"

/* The names and their order are a contract: scripts read them. */
static void test_names(void **state)
{
    static const char *const contract[] = {
        "invalid_json", "invalid_utf8", "nul_escape", "lone_surrogate", "number_out_of_range", "too_deep",
        "line_too_long", "not_an_object", "missing_event_type", "missing_timestamp", "invalid_timestamp",
        "timestamp_out_of_range", "invalid_uuid", "missing_field", "invalid_field", "value_too_long",
        "integer_out_of_range", "server_refused",
    };
    size_t n = sizeof(contract) / sizeof(contract[0]);

    (void)state;
    assert_int_equal(REASON_COUNT, n + 1);
    assert_string_equal(reason_name(REASON_NONE), "none");
    for (size_t i = 0; i < n; i++)
        assert_string_equal(reason_name((enum reason)(i + 1)), contract[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
