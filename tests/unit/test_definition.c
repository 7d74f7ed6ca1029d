#include <string.h>

#include "core/time.h"
#include "jobs/rollup/definition.h"
#include "tests/unit/unit.h"

static struct definition definition_of(enum rollup_type type, const char *window, const char *tz)
{
    struct definition definition = {.type = type, .type_name = rollup_type_name(type), .only_namespace = "",
                                    .max_uniques = 10000};

    assert_int_equal(window_size_parse(window, &definition.size), 0);
    window_size_format(&definition.size, definition.window);
    snprintf(definition.tz, sizeof(definition.tz), "%s", tz);
    return definition;
}

static void assert_bridge_id(const struct definition *definition, const char *name_space, int64_t start,
                             const char *wanted)
{
    struct uuid id = definition_bridge_id(definition, span_of(name_space), start);
    char text[UUID_TEXT_SIZE];

    uuid_to_text(&id, text);
    assert_string_equal(text, wanted);
}

/* From another implementation: Python's uuid.uuid5(). */
static void test_bridge_ids(void **state)
{
    const int64_t start = INT64_C(1760529600) * TIME_SECOND; /* 2025-10-15T12:00:00Z */
    struct definition hour = definition_of(ROLLUP_NAMESPACE_GROUPING, "60m", "UTC");
    struct definition day = definition_of(ROLLUP_TIME_WINDOW, "1d", "Europe/Berlin");
    char longest[1021];

    (void)state;
    assert_bridge_id(&hour, "a", start, "ceeee94b-4e77-5f33-94ec-cd9e38af9cb7");
    assert_bridge_id(&hour, "b'%s\n", start, "d680dd08-d45f-5466-b1ce-015f2c983697");
    assert_bridge_id(&day, "*", start, "5ac83cde-69f3-5066-96a6-10493d4f0617");
    for (size_t i = 0; i < 1020; i += 4)
        memcpy(longest + i, "\xf0\x9f\x98\x80", 4);
    longest[1020] = '\0';
    assert_bridge_id(&hour, longest, start, "513a53d1-41ac-514e-85ed-555288ea7a20");
}

static void test_json(void **state)
{
    struct definition hour = definition_of(ROLLUP_SIZE_BUCKETS, "1h", "Odd/\"Zone\"");
    char json[DEFINITION_JSON_SIZE];

    (void)state;
    definition_json(&hour, true, json);
    assert_string_equal(json, "{\"window\":\"1h\",\"type\":\"size_buckets\",\"tz\":\"Odd/\\\"Zone\\\"\","
                              "\"max_uniques\":10000}");
    definition_json(&hour, false, json);
    assert_string_equal(json, "{\"window\":\"1h\",\"type\":\"size_buckets\",\"tz\":\"Odd/\\\"Zone\\\"\"}");
    memset(hour.tz, '\x01', sizeof(hour.tz) - 1); /* the longest there is */
    definition_json(&hour, true, json);
    assert_int_equal(json[strlen(json) - 1], '}');
}

static void test_kinds(void **state)
{
    static const struct {
        enum rollup_type type;
        const char *name;
        bool together, grouped;
    } kinds[] = {{ROLLUP_NAMESPACE_GROUPING, "namespace_grouping", false, false},
                 {ROLLUP_TIME_WINDOW, "time_window", true, false},
                 {ROLLUP_FILE_TYPE_GROUPING, "file_type_grouping", false, true},
                 {ROLLUP_SIZE_BUCKETS, "size_buckets", false, true},
                 {ROLLUP_WORKFLOW_GROUPING, "workflow_grouping", false, true}};

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct definition definition = definition_of(kinds[i].type, "1h", "UTC");
        assert_string_equal(definition.type_name, kinds[i].name);
        assert_int_equal(definition_is_together(&definition), kinds[i].together);
        assert_int_equal(definition_is_grouped(&definition), kinds[i].grouped);
    }
}

/* Not the keys of other jobs, nor those of files, which have the high bit set. */
static void test_lock_keys(void **state)
{
    struct definition a = definition_of(ROLLUP_NAMESPACE_GROUPING, "1h", "UTC");
    struct definition b = definition_of(ROLLUP_NAMESPACE_GROUPING, "60m", "UTC");
    struct definition c = definition_of(ROLLUP_NAMESPACE_GROUPING, "1d", "UTC");

    (void)state;
    b.only_namespace = "a";
    assert_int_equal(definition_lock_key(&a), definition_lock_key(&b));
    assert_int_not_equal(definition_lock_key(&a), definition_lock_key(&c));
    assert_true(definition_lock_key(&a) >= 0x40000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bridge_ids),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_lock_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
