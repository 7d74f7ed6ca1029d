#include "events.h"

#include <stdio.h>

#include "pipe/event_field.h"

/* The one member 'x' of an object, for the functions under test; 'value' is its JSON. */
struct field {
    struct event_parser parser;
    struct buf object;
    const struct json_member *x;
};

static void field_make(struct field *field, const char *value)
{
    struct event_policy policy = reading_policy();
    enum json_type type;
    size_t at;

    event_parser_init(&field->parser, &policy);
    buf_init(&field->object);
    buf_printf(&field->object, "{\"x\":%s}", value);
    buf_reserve(&field->parser.text, 4096);
    if (json_check(buf_span(&field->object), &type, &field->parser.top, &at) != JSON_OK)
        fail_msg("%s is no JSON", value);
    field->x = json_find(&field->parser.top, "x");
}

static void field_release(struct field *field)
{
    event_parser_release(&field->parser);
    buf_release(&field->object);
}

#define REFUSED INT64_C(-1)

/* Half away from zero, as numeric's round(); nothing below 0 or above 2^31 - 1. */
static void test_integers(void **state)
{
    static const struct {
        const char *json;
        int64_t value;
    } cases[] = {
        {"0", 0}, {"-0", 0}, {"7", 7}, {"2147483647", 2147483647}, {"2147483648", REFUSED}, {"-1", REFUSED},
        {"1.4", 1}, {"1.5", 2}, {"2.5", 3}, {"1.49999999999999999999999", 1}, {"0.49999999999999999999999", 0},
        {"0.5", 1}, {"-0.4", 0}, {"-0.49999999999999999999999", 0}, {"-0.5", REFUSED}, {"2147483647.4", 2147483647},
        {"2147483647.49999999999999999999", 2147483647}, {"2147483647.5", REFUSED}, {"1e3", 1000}, {"1E+3", 1000},
        {"1.2345e3", 1235}, {"1.2344e3", 1234}, {"12345e-1", 1235}, {"12344e-1", 1234}, {"5e-1", 1}, {"5e-2", 0},
        {"49e-2", 0}, {"0.0005e3", 1}, {"0.0004e3", 0}, {"0.00000000000000000000000000000001e33", 10},
        {"2147483647e0", 2147483647}, {"2.147483647e9", 2147483647}, {"2.147483648e9", REFUSED}, {"1e10", REFUSED},
        {"1e100000", REFUSED}, {"1e-16000", 0}, {"0e100000", 0}, {"0.0e5", 0}, {"9e-1", 1},
        {"9999999999e-1", 1000000000},
        {"99999999999999999999", REFUSED}, {"-1e-16000", 0}, {"-1e10", REFUSED},
        {"1.000000000000000000000000000000000000000000000000000000000000000000000000000000000000", 1},
        {"0.999999999999999999999999999999999999999999999999999999999999999999999999999999999999", 1},
        {"100000000000000000000000000000000000000000000000000000000000000000000000000000e-77", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct field field;
        int64_t value = REFUSED;
        enum reason reason;

        field_make(&field, cases[i].json);
        reason = field_integer(&field.parser, field.x, "column", &value);
        if (value != cases[i].value ||
            reason != (value == REFUSED ? REASON_INTEGER_OUT_OF_RANGE : REASON_NONE))
            fail_msg("%s: %lld, %s", cases[i].json, (long long)value, reason_name(reason));
        if (reason != REASON_NONE)
            assert_string_equal(field.parser.detail, "'column' is not between 0 and 2147483647");
        field_release(&field);
    }
}

/* Bounds of other columns: to the last digit of BIGINT, to the hundredth of NUMERIC(10, 2). */
static void test_numbers(void **state)
{
    static const struct field_bounds large = {1, INT64_MAX, 0}, rate = {0, 9999999999, 2};
    static const struct {
        const char *json;
        const struct field_bounds *bounds;
        int64_t value;
        const char *detail;
    } cases[] = {
        {"9223372036854775807", &large, INT64_MAX, ""},
        {"9223372036854775806.5", &large, INT64_MAX, ""},
        {"9.223372036854775807e18", &large, INT64_MAX, ""},
        {"9223372036854775807.5", &large, REFUSED, "'c' is not between 1 and 9223372036854775807"},
        {"92233720368547758070", &large, REFUSED, "'c' is not between 1 and 9223372036854775807"},
        {"18446744073709551617", &large, REFUSED, "'c' is not between 1 and 9223372036854775807"},
        {"1e19", &large, REFUSED, "'c' is not between 1 and 9223372036854775807"},
        {"0.4", &large, REFUSED, "'c' is not between 1 and 9223372036854775807"},
        {"0.5", &large, 1, ""},
        {"-1", &large, REFUSED, "'c' is not between 1 and 9223372036854775807"},
        {"12.345", &rate, 1235, ""},
        {"12.3449", &rate, 1234, ""},
        {"12", &rate, 1200, ""},
        {"0.001234e3", &rate, 123, ""},
        {"99999999.995", &rate, REFUSED, "'c' is not between 0 and 99999999.99"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct field field;
        int64_t value = REFUSED;

        field_make(&field, cases[i].json);
        field_number(&field.parser, field.x, "c", cases[i].bounds, &value);
        if (value != cases[i].value || strcmp(field.parser.detail, cases[i].detail) != 0)
            fail_msg("%s: %lld, '%s'", cases[i].json, (long long)value, field.parser.detail);
        field_release(&field);
    }
}

static void test_integer_types(void **state)
{
    static const char *const others[] = {"\"5\"", "true", "false", "[]", "{}"};
    int64_t value = 42;

    (void)state;
    for (size_t i = 0; i < LENGTH(others); i++) {
        struct field field;

        field_make(&field, others[i]);
        assert_int_equal(field_integer(&field.parser, field.x, "column", &value), REASON_INVALID_FIELD);
        assert_string_equal(field.parser.detail, "'column' is not a number");
        assert_int_equal(field_integer(&field.parser, NULL, "column", &value), REASON_NONE);
        field_release(&field);
    }
    assert_int_equal(value, 42);
}

/* Limits count characters, not bytes, as VARCHAR does, and of what is said, not of how it is written. */
static void test_texts(void **state)
{
    static const struct {
        const char *json;
        const char *text; /* NULL: refused */
        enum reason reason;
    } cases[] = {
        {"\"abc\"", "abc", REASON_NONE},
        {"\"\"", "", REASON_NONE},
        {"\"abcd\"", NULL, REASON_VALUE_TOO_LONG},
        {"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", REASON_NONE},
        {"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa4\"", NULL, REASON_VALUE_TOO_LONG},
        {"\"\\u0061\\u0062\\u0063\"", "abc", REASON_NONE},
        {"\"\\ud83d\\ude00\\n\\\\\"", "\xf0\x9f\x98\x80\n\\", REASON_NONE},
        {"\"\\u0061\\u0062\\u0063\\u0064\"", NULL, REASON_VALUE_TOO_LONG},
        {"7", NULL, REASON_INVALID_FIELD},
        {"true", NULL, REASON_INVALID_FIELD},
        {"[\"a\"]", NULL, REASON_INVALID_FIELD},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct field field;
        struct span text = SPAN_NONE;

        field_make(&field, cases[i].json);
        assert_int_equal(field_text(&field.parser, field.x, "column", 3, &text), cases[i].reason);
        check_span(cases[i].json, text, cases[i].text);
        if (cases[i].reason == REASON_VALUE_TOO_LONG)
            assert_string_equal(field.parser.detail, "'column' is longer than 3 characters");
        if (cases[i].reason == REASON_INVALID_FIELD)
            assert_string_equal(field.parser.detail, "'column' is not a string");
        field_release(&field);
    }
}

static void test_states(void **state)
{
    struct field field;
    struct span text = SPAN("kept");

    (void)state;
    field_make(&field, "\"aZz{`\xc3\xa4\\u0062\"");
    assert_int_equal(field_state(&field.parser, field.x, "column", 9, &text), REASON_NONE);
    check_span("state", text, "AZZ{`\xc3\xa4" "B");
    text = SPAN("kept");
    assert_int_equal(field_state(&field.parser, field.x, "column", 5, &text), REASON_VALUE_TOO_LONG);
    assert_int_equal(field_state(&field.parser, NULL, "column", 5, &text), REASON_NONE);
    check_span("state", text, "kept");
    field_release(&field);
    field_make(&field, "\"\"");
    assert_int_equal(field_state(&field.parser, field.x, "column", 5, &text), REASON_NONE);
    check_span("empty", text, "");
    field_release(&field);
}

/* Of an id that is none a UUIDv5 is made of what it says; its original is kept as written. */
static void test_ids(void **state)
{
    static const struct {
        const char *json;
        const char *uuid; /* by value */
        const char *hashed;
    } cases[] = {
        {"\"550e8400-e29b-41d4-a716-446655440000\"", "550e8400-e29b-41d4-a716-446655440000", NULL},
        {"\"{550E8400E29B41D4A716446655440000}\"", "550e8400-e29b-41d4-a716-446655440000", NULL},
        {"\"\\u0035" "50e8400-e29b-41d4-a716-446655440000\"", "550e8400-e29b-41d4-a716-446655440000", NULL},
        {"\"order-7\"", NULL, "order-7"},
        {"\"order\\u002d7\"", NULL, "order-7"},
        {"\"550e8400-e29b-41d4-a716-44665544000\"", NULL, "550e8400-e29b-41d4-a716-44665544000"},
        {"\"\"", NULL, ""},
        {"7", NULL, "7"},
        {"true", NULL, NULL},
        {"{}", NULL, NULL},
    };
    struct uuid name_space;

    (void)state;
    assert_int_equal(uuid_from_text(SPAN("6ed67feb-72cb-5904-a1fe-9c7d1cd497bf"), &name_space), 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (int hash = 0; hash < 2; hash++) {
            struct field field;
            struct uuid uuid = {{0}};
            char wanted[UUID_TEXT_SIZE];
            bool takes = cases[i].uuid != NULL || (hash && cases[i].hashed != NULL);

            field_make(&field, cases[i].json);
            field.parser.policy.hash_ids = hash;
            assert_int_equal(field_id(&field.parser, field.x, "x_id", &uuid),
                             takes ? REASON_NONE : REASON_INVALID_UUID);
            if (cases[i].uuid != NULL) {
                snprintf(wanted, sizeof(wanted), "%s", cases[i].uuid);
            } else if (takes) {
                struct uuid of_name = uuid_from_name(&name_space, span_of(cases[i].hashed));
                uuid_to_text(&of_name, wanted);
            }
            if (takes)
                check_uuid(cases[i].json, &uuid, wanted);
            else
                assert_string_equal(field.parser.detail, "'x_id' is not a UUID");
            if (takes && cases[i].uuid == NULL) {
                char original[100];
                snprintf(original, sizeof(original), "\"x_id\":%s", cases[i].json);
                check_span(cases[i].json, buf_span(&field.parser.originals), original);
            } else {
                assert_int_equal(field.parser.originals.len, 0);
            }
            field_release(&field);
        }
    }
}

static void test_first(void **state)
{
    static const struct {
        const char *object;
        const char *found;
    } cases[] = {
        {"{'a':1,'b':2,'c':3}", "1"}, {"{'c':3,'b':2,'a':1}", "1"}, {"{'a':null,'b':2,'c':3}", "2"},
        {"{'b':2,'c':3}", "2"},       {"{'a':null,'c':3}", "3"},    {"{'a':null}", NULL},
        {"{}", NULL},                 {"{'a':1,'a':4}", "4"},       {"{'a':1,'a':null,'b':2}", "2"},
        {"{'\\u0061':5}", "5"},       {"{'a':1,'\\u0061':5}", "5"}, {"{'a':false,'b':2}", "false"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct json_members members = {NULL, 0, 0};
        char *object = quoted(cases[i].object);
        const struct json_member *found;

        assert_int_equal(json_object_members(span_of(object), &members), 0);
        found = field_first(&members, "a", "b", "c");
        check_span(cases[i].object, found == NULL ? SPAN_NONE : found->value, cases[i].found);
        assert_null(field_first(&members, "z", NULL, NULL));
        json_members_release(&members);
        free(object);
    }
}

static void test_verdicts(void **state)
{
    (void)state;
    for (int i = 0; i <= JSON_TOO_DEEP; i++) {
        enum reason reason = field_verdict((enum json_verdict)i);

        assert_string_equal(reason_name(reason), i == JSON_OK ? "none" : json_verdict_name((enum json_verdict)i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers), cmocka_unit_test(test_integer_types), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_states),   cmocka_unit_test(test_ids),           cmocka_unit_test(test_first),
        cmocka_unit_test(test_verdicts), cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
