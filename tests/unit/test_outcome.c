#include <string.h>

#include "jobs/rollup/outcome.h"
#include "tests/unit/unit.h"

static struct definition hourly = {.window = "1h", .type_name = "namespace_grouping", .tz = "Odd/\"Zone\""};

/* The object, with its time masked. */
static void assert_json(const struct pass *pass, bool listing, const char *wanted)
{
    const struct common_options common = {.dry_run = pass->kind == PASS_LIST};
    struct run run = {.common = &common, .id = 7};
    struct buf json = BUF_INIT;
    char *elapsed;

    outcome_json(pass, &run, listing, &json);
    elapsed = strstr(buf_text(&json), "\"elapsed_s\":");
    assert_non_null(elapsed);
    *strchr(elapsed, ',') = '\0';
    elapsed[strlen("\"elapsed_s\":")] = '\0';
    assert_string_equal(json.data, wanted);
    buf_release(&json);
}

static void test_a_rollup(void **state)
{
    struct pass pass = {.definition = &hourly, .kind = PASS_ROLL, .why = "marks",
                        .counts = {.checked = 9, .inserted = 1, .updated = 2, .deleted = 3, .sealed = 1, .foreign = 1}};

    (void)state;
    assert_json(&pass, true,
                "{\"windows_changed\":6,\"windows_checked\":9,\"differences\":0,\"windows_inserted\":1,"
                "\"windows_updated\":2,\"windows_deleted\":3,\"windows_sealed\":1,\"windows_foreign\":1,"
                "\"windows_pending\":0,\"window\":\"1h\",\"type\":\"namespace_grouping\","
                "\"tz\":\"Odd/\\\"Zone\\\"\",\"why\":\"marks\",\"elapsed_s\":");
}

static void test_differences_are_listed_and_counted(void **state)
{
    struct pass pass = {.definition = &hourly, .kind = PASS_VERIFY, .why = "range", .counts = {.checked = 1}};
    struct table table;

    (void)state;
    table_init(&table, outcome_difference_columns, 6);
    pass.listing = &table;
    for (int i = 0; i < 5; i++)
        table_add(&table, "x\"");
    table_add(&table, NULL);
    assert_json(&pass, true,
                "{\"windows_changed\":0,\"windows_checked\":1,\"differences\":1,\"windows_inserted\":0,"
                "\"windows_updated\":0,\"windows_deleted\":0,\"windows_sealed\":0,\"windows_foreign\":0,"
                "\"windows_pending\":0,\"window\":\"1h\",\"type\":\"namespace_grouping\","
                "\"tz\":\"Odd/\\\"Zone\\\"\",\"why\":\"range\",\"found\":[\n {\"namespace\": \"x\\\"\", "
                "\"window_start\": \"x\\\"\", \"window_end\": \"x\\\"\", \"difference\": \"x\\\"\", "
                "\"stored\": \"x\\\"\", \"should_be\": null}\n],\"elapsed_s\":");
    assert_json(&pass, false,
                "{\"windows_changed\":0,\"windows_checked\":1,\"differences\":1,\"windows_inserted\":0,"
                "\"windows_updated\":0,\"windows_deleted\":0,\"windows_sealed\":0,\"windows_foreign\":0,"
                "\"windows_pending\":0,\"window\":\"1h\",\"type\":\"namespace_grouping\","
                "\"tz\":\"Odd/\\\"Zone\\\"\",\"why\":\"range\",\"elapsed_s\":");
    table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rollup),
        cmocka_unit_test(test_differences_are_listed_and_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
