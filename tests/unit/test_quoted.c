#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pipe/quoted.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_faults(void **state)
{
    static const struct {
        const char *text;
        enum json_verdict verdict;
        size_t at; /* of the fault; of JSON_OK, what stands behind the string */
    } cases[] = {
        {"\"\"x", JSON_OK, 2},
        {"\"a b\"\"", JSON_OK, 5},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", JSON_OK, 18},
        {"\"\\ud800\\udc00\"", JSON_OK, 14},
        {"\"\\uDBFF\\uDFFF\\ud7ff\\ue000\"", JSON_OK, 26},
        {"\"", JSON_SYNTAX, 1},
        {"\"a", JSON_SYNTAX, 2},
        {"\"a\\", JSON_SYNTAX, 2},
        {"\"a\\\"", JSON_SYNTAX, 4},
        {"\"a\x1f\"", JSON_SYNTAX, 2},
        {"\"\\x\"", JSON_SYNTAX, 1},
        {"\"\\u12", JSON_SYNTAX, 1},
        {"\"\\u123", JSON_SYNTAX, 1},
        {"\"\\u12\"", JSON_SYNTAX, 1},
        {"\"\\u12g4\"", JSON_SYNTAX, 1},
        {"\"\\u0000\"", JSON_NUL_ESCAPE, 1},
        {"\"\\udc00\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800\\ud800\\udc00\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800\\n\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800\\x\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800\\u0000\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800a\"", JSON_LONE_SURROGATE, 1},
        {"\"\\ud800", JSON_SYNTAX, 7},
        {"\"\\ud800\\", JSON_SYNTAX, 7},
        {"\"\\ud800\\u12\"", JSON_SYNTAX, 7},
        {"\"\\ud800\n\"", JSON_SYNTAX, 7},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t len = strlen(cases[i].text);
        char *copy = malloc(len);
        struct json_fault fault = {JSON_OK, NULL};
        const char *behind;
        bool escaped = false;

        assert_non_null(copy);
        memcpy(copy, cases[i].text, len);
        behind = quoted_scan(copy, copy + len, &escaped, &fault);
        if (fault.verdict != cases[i].verdict || (behind ? behind : fault.at) != copy + cases[i].at)
            fail_msg("%s", cases[i].text);
        assert_int_equal(escaped, strchr(cases[i].text, '\\') != NULL);
        free(copy);
    }
}

/* The eight bytes of a step: each kind of stop at each place, behind bytes that look like one. */
static void test_stops(void **state)
{
    static const char stops[] = {'"', '\n', '\x1f', '\0'};
    static const char plain[] = {' ', '!', '#', '[', ']', '\x7f', '\x80', '\xa2', '\xdc', '\xff'};

    (void)state;
    for (size_t fill = 0; fill < LENGTH(plain); fill++) {
        for (size_t place = 0; place < 40; place++) {
            for (size_t stop = 0; stop < LENGTH(stops); stop++) {
                char text[48];
                struct json_fault fault = {JSON_OK, NULL};
                const char *behind;
                bool escaped = false;

                memset(text, plain[fill], sizeof(text));
                text[0] = '"';
                text[1 + place] = stops[stop];
                behind = quoted_scan(text, text + sizeof(text), &escaped, &fault);
                assert_ptr_equal(behind ? behind - 1 : fault.at, text + 1 + place);
                assert_int_equal(behind != NULL, stop == 0);
            }
        }
    }
}

static void test_next(void **state)
{
    static const struct {
        const char *from;
        const char *says;
    } cases[] = {
        {"a", "a"},
        {"\\n", "\n"},
        {"\\\"", "\""},
        {"\\/", "/"},
        {"\\u0001", "\x01"},
        {"\\u007f", "\x7f"},
        {"\\u0080", "\xc2\x80"},
        {"\\u07FF", "\xdf\xbf"},
        {"\\u0800", "\xe0\xa0\x80"},
        {"\\uffff", "\xef\xbf\xbf"},
        {"\\ud800\\udc00", "\xf0\x90\x80\x80"},
        {"\\udbff\\uDFFF", "\xf4\x8f\xbf\xbf"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *at = cases[i].from;
        char out[4];
        size_t n = quoted_next(&at, out);

        if (n != strlen(cases[i].says) || memcmp(out, cases[i].says, n) != 0 || *at != '\0')
            fail_msg("%s", cases[i].from);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
