#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/buf.h"
#include "pipe/number.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_scan(void **state)
{
    static const struct {
        const char *text;
        int len; /* of the number; -1: malformed */
    } cases[] = {
        {"0", 1},       {"-0", 2},      {"10,", 2},     {"1.5]", 3},  {"1e5}", 3},   {"1E+5 ", 4}, {"1e-05\n", 5},
        {"1-2", 1},     {"1.5.5", 3},   {"1\"", 1},     {"0.0e0", 5}, {"-", -1},     {"-a", -1},   {"01", -1},
        {"1.", -1},     {"1.e5", -1},   {"1e", -1},     {"1e+", -1},  {"1x", -1},    {"1_0", -1},  {"1\xc3\xa9", -1},
        {"0x10", -1},   {"1e5e", -1},   {"1.5Z", -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *text = cases[i].text;
        bool in_range = false;
        const char *behind = number_scan(text, text + strlen(text), &in_range);

        if ((behind ? behind - text : -1) != cases[i].len || (behind && !in_range))
            fail_msg("%s", text);
    }
}

static void test_exponents(void **state)
{
    static const struct {
        const char *text;
        bool in_range;
    } cases[] = {
        {"1e131071", true},       {"1e131072", false},      {"-9e131071", true},     {"10e131070", true},
        {"10e131071", false},     {"0.1e131072", true},     {"0.1e131073", false},   {"0.001e131074", true},
        {"1e-16383", true},       {"1e-16384", false},      {"0.1e-16382", true},    {"0.1e-16383", false},
        {"100e-16384", false},    {"0e131072", true},       {"0e1073741822", true},  {"0e1073741823", false},
        {"0e-16383", true},       {"0e-16384", false},      {"0.00e-16382", false},  {"0.00e2", true},
        {"1e-1073741823", false}, {"1e9223372036854775808", false}, {"1e000000000000000000005", true},
        {"1e-99999999999999999999", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *text = cases[i].text;
        bool in_range = !cases[i].in_range;

        assert_ptr_equal(number_scan(text, text + strlen(text), &in_range), text + strlen(text));
        if (in_range != cases[i].in_range)
            fail_msg("%s", text);
    }
}

/* 'whole' digits, and if not 0 a point and 'behind' digits: a 1 in front, zeros, a 1 last. */
static void test_lengths(void **state)
{
    static const struct {
        size_t whole;
        size_t behind;
        bool in_range;
    } cases[] = {
        {16384, 0, true}, {131072, 0, true}, {131073, 0, false}, {1, 16383, true},
        {1, 16384, false}, {131072, 16383, true}, {131072, 16384, false}, {131073, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct buf text = BUF_INIT;
        bool in_range = !cases[i].in_range;

        buf_add_char(&text, '1');
        for (size_t n = 1; n < cases[i].whole; n++)
            buf_add_char(&text, '0');
        if (cases[i].behind > 0)
            buf_add_char(&text, '.');
        for (size_t n = 0; n < cases[i].behind; n++)
            buf_add_char(&text, n + 1 < cases[i].behind ? '0' : '1');
        assert_ptr_equal(number_scan(text.data, text.data + text.len, &in_range), text.data + text.len);
        if (in_range != cases[i].in_range)
            fail_msg("%zu.%zu", cases[i].whole, cases[i].behind);
        buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_exponents),
        cmocka_unit_test(test_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
