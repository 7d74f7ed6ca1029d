#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "pipe/pointer.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Exactly as long as it may be, so that a sanitizer sees any step beyond. */
static char *room_of(size_t len)
{
    char *room = malloc(len > 0 ? len : 1);

    assert_non_null(room);
    return room;
}

static void check_resolved(const char *line, const char *text, const char *wanted)
{
    size_t len = strlen(line), at;
    char *copy = room_of(len), *tokens = room_of(strlen(text));
    struct json_members members = {NULL, 0, 0};
    struct pointer pointer;
    enum json_type type;
    struct span got;

    memcpy(copy, line, len);
    assert_int_equal(json_check((struct span){copy, len}, &type, &members, &at), JSON_OK);
    assert_true(pointer_parse(&pointer, span_of(text), tokens) >= 0);
    got = pointer_resolve(&pointer, (struct span){copy, len}, &members);
    if (wanted == NULL ? got.at != NULL : got.at == NULL || !span_is(got, wanted))
        fail_msg("%s in %s: got '%.*s', not '%s'", text, line, (int)got.len, got.at == NULL ? "" : got.at,
                 wanted == NULL ? "(absent)" : wanted);
    json_members_release(&members);
    free(copy);
    free(tokens);
}

/* The examples of RFC 6901, section 5. */
static void test_rfc(void **state)
{
    static const char line[] = "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, \"e^f\": 3, \"g|h\": 4, "
                               "\"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, \"m~n\": 8}";
    static const struct {
        const char *pointer;
        const char *value;
    } cases[] = {
        {"", line}, {"/foo", "[\"bar\", \"baz\"]"}, {"/foo/0", "\"bar\""}, {"/", "0"}, {"/a~1b", "1"}, {"/c%d", "2"},
        {"/e^f", "3"}, {"/g|h", "4"}, {"/i\\j", "5"}, {"/k\"l", "6"}, {"/ ", "7"}, {"/m~0n", "8"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_resolved(line, cases[i].pointer, cases[i].value);
}

static void test_values(void **state)
{
    static const struct {
        const char *line;
        const char *pointer;
        const char *value;
    } cases[] = {
        {" \t{\"a\":1}\r\n ", "", "{\"a\":1}"},
        {"{}", "", "{}"},
        {"{}", "/a", NULL},
        {"{\"a\":null}", "/a", "null"},
        {"{\"a\":1,\"a\":2}", "/a", "2"},
        {"{\"o\":{\"a\":1,\"a\":2}}", "/o/a", "2"},
        {"{\"o\":{\"a\":1}, \"o\":{}}", "/o/a", NULL},
        {"{\"o\":{\"a\" : -1.50e2 }}", "/o/a", "-1.50e2"},
        {"{\"o\":{\"a\":true}}", "/o/a", "true"},
        {"{\"o\":{\"a\":{\"b\":[{}]},\"c\":3}}", "/o/c", "3"},
        {"{\"o\":{ \"x\" : \"}\\\"],{\" , \"c\" : [ [ ] , { } ] }}", "/o/c", "[ [ ] , { } ]"},
        {"{\"o\":{\"x\":\"\\\\\",\"c\":\"\\\\\\\"\"}}", "/o/c", "\"\\\\\\\"\""},
        {"{\"o\":{\"\\u0061\":1}}", "/o/a", "1"},
        {"{\"o\":{\"a/~\":1}}", "/o/a~1~0", "1"},
        {"{\"o\":{\"~1\":1}}", "/o/~01", "1"},
        {"{\"o\":{\"\":{\"\":1}}}", "/o//", "1"},
        {"{\"o\":{\"0\":1}}", "/o/0", "1"},
        {"{\"o\":{\"ab\":1}}", "/o/a", NULL},
        {"{\"o\":{\"a\":1}}", "/o/ab", NULL},
        {"{\"o\":\"text\"}", "/o/0", NULL},
        {"{\"o\":12}", "/o/0", NULL},
        {"{\"o\":null}", "/o/a", NULL},
        {"{\"l\":[]}", "/l/0", NULL},
        {"{\"l\":[ ]}", "/l/0", NULL},
        {"{\"l\":[1,2 , [3,[4]],\"]\"]}", "/l/1", "2"},
        {"{\"l\":[1,2 , [3,[4]],\"]\"]}", "/l/2/1/0", "4"},
        {"{\"l\":[1,2 , [3,[4]],\"]\"]}", "/l/3", "\"]\""},
        {"{\"l\":[1,2 , [3,[4]],\"]\"]}", "/l/4", NULL},
        {"{\"l\":[1,2]}", "/l/00", NULL},
        {"{\"l\":[1,2]}", "/l/01", NULL},
        {"{\"l\":[1,2]}", "/l/-", NULL},
        {"{\"l\":[1,2]}", "/l/-1", NULL},
        {"{\"l\":[1,2]}", "/l/+1", NULL},
        {"{\"l\":[1,2]}", "/l/", NULL},
        {"{\"l\":[1,2]}", "/l/1x", NULL},
        {"{\"l\":[1,2]}", "/l/18446744073709551617", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_resolved(cases[i].line, cases[i].pointer, cases[i].value);
}

static void test_not_pointers(void **state)
{
    static const char *const cases[] = {"a", " /a", "a/b", "#/a", "/~", "/a~", "/~2", "/a~b", "/a/~~0"};
    char tokens[20];
    struct pointer pointer;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        if (pointer_parse(&pointer, span_of(cases[i]), tokens) != -1)
            fail_msg("'%s' is taken", cases[i]);
}

static void test_bytes_used(void **state)
{
    struct pointer pointer;
    char tokens[20];

    (void)state;
    assert_int_equal(pointer_parse(&pointer, SPAN(""), tokens), 0);
    assert_int_equal(pointer.n, 0);
    assert_int_equal(pointer_parse(&pointer, SPAN("/"), tokens), 1);
    assert_int_equal(pointer.n, 1);
    assert_int_equal(pointer_parse(&pointer, SPAN("/a~1b//c"), tokens), 7);
    assert_int_equal(pointer.n, 3);
    assert_memory_equal(tokens, "a/b\0\0c", 7);
}

static void test_elements(void **state)
{
    static const char *const wanted[] = {"1", "[2,3]", "{\"a\":[4]}", "\",\"", NULL, NULL};
    struct span array = SPAN("[ 1 ,[2,3],{\"a\":[4]}, \",\"]");

    (void)state;
    for (size_t i = 0; i < LENGTH(wanted); i++) {
        struct span got = pointer_element(array, i);
        if (wanted[i] == NULL ? got.at != NULL : got.at == NULL || !span_is(got, wanted[i]))
            fail_msg("element %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_not_pointers),
        cmocka_unit_test(test_bytes_used),
        cmocka_unit_test(test_elements),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
