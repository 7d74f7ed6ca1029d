#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "pipe/json.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Judges a copy that ends where the text ends, so that a sanitizer sees any step beyond. */
static enum json_verdict check(struct span text, enum json_type *type, size_t *error_at)
{
    struct json_members members = {NULL, 0, 0};
    char *copy = malloc(text.len ? text.len : 1);
    enum json_verdict verdict;

    assert_non_null(copy);
    memcpy(copy, text.at, text.len);
    verdict = json_check((struct span){copy, text.len}, type, &members, error_at);
    json_members_release(&members);
    free(copy);
    return verdict;
}

static void test_accepts(void **state)
{
    static const struct {
        const char *text;
        enum json_type type;
    } cases[] = {
        {"null", JSON_NULL},
        {"true", JSON_TRUE},
        {"false", JSON_FALSE},
        {"0", JSON_NUMBER},
        {"-0.5e+3", JSON_NUMBER},
        {"\"\"", JSON_STRING},
        {"\"\\ud83d\\ude00 \\u00e9 \\/ \x7f \xc3\xa9\"", JSON_STRING},
        {"[]", JSON_ARRAY},
        {"[[],{},[{}],1,\"a\",null]", JSON_ARRAY},
        {" \t\r\n[ 1 , 2 ]\r\n", JSON_ARRAY},
        {"{}", JSON_OBJECT},
        {"{\"a\":{\"b\":[1,{\"c\":null}]},\"a\":2}", JSON_OBJECT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        enum json_type type = JSON_NULL;
        size_t error_at;

        if (check(span_of(cases[i].text), &type, &error_at) != JSON_OK || type != cases[i].type)
            fail_msg("%s", cases[i].text);
    }
}

struct faulty {
    struct span text;
    enum json_verdict verdict;
    size_t error_at;
};

static void assert_faults(const struct faulty *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum json_type type;
        size_t error_at;
        enum json_verdict verdict = check(cases[i].text, &type, &error_at);

        if (verdict != cases[i].verdict || error_at != cases[i].error_at)
            fail_msg("%s: %s at %zu", cases[i].text.at, json_verdict_name(verdict), error_at);
    }
}

static void test_refuses(void **state)
{
    const struct faulty cases[] = {
        {SPAN(""), JSON_SYNTAX, 0},
        {SPAN("  "), JSON_SYNTAX, 2},
        {SPAN("["), JSON_SYNTAX, 1},
        {SPAN("[1,]"), JSON_SYNTAX, 3},
        {SPAN("[1 2]"), JSON_SYNTAX, 3},
        {SPAN("[1}"), JSON_SYNTAX, 2},
        {SPAN("[tru]"), JSON_SYNTAX, 1},
        {SPAN("[truex]"), JSON_SYNTAX, 1},
        {SPAN("[01]"), JSON_SYNTAX, 1},
        {SPAN("{"), JSON_SYNTAX, 1},
        {SPAN("{1:2}"), JSON_SYNTAX, 1},
        {SPAN("{\"a\" 1}"), JSON_SYNTAX, 5},
        {SPAN("{\"a\":}"), JSON_SYNTAX, 5},
        {SPAN("{\"a\":1,}"), JSON_SYNTAX, 7},
        {SPAN("{\"a\":1]"), JSON_SYNTAX, 6},
        {SPAN("{} {}"), JSON_SYNTAX, 3},
        {SPAN("[\"a"), JSON_SYNTAX, 3},
        {SPAN("[\"a\tb\"]"), JSON_SYNTAX, 3},
        {SPAN("[\"a\\'\"]"), JSON_SYNTAX, 3},
        {SPAN("\xef\xbb\xbf{}"), JSON_SYNTAX, 0},
        {SPAN("[\"\xff\"]"), JSON_UTF8, 2},
        {SPAN("[\"a\0b\"]"), JSON_UTF8, 3},
        {SPAN("{}\0"), JSON_UTF8, 2},
        {SPAN("[\"a\\u0000\"]"), JSON_NUL_ESCAPE, 3},
        {SPAN("{\"\\u0000\":1}"), JSON_NUL_ESCAPE, 2},
        {SPAN("[\"a\\ud800\"]"), JSON_LONE_SURROGATE, 3},
        {SPAN("{\"\\udc00\":1}"), JSON_LONE_SURROGATE, 2},
        {SPAN("[1,-1e131072]"), JSON_NUMBER_RANGE, 3},
        {SPAN("{\"a\": 1e-16384}"), JSON_NUMBER_RANGE, 6},
    };

    (void)state;
    assert_faults(cases, LENGTH(cases));
}

/* Of several faults the one that the server comes upon first. */
static void test_first_fault(void **state)
{
    const struct faulty cases[] = {
        {SPAN("[}\xff"), JSON_UTF8, 2},
        {SPAN("[\"\\u0000\",1e131072"), JSON_NUL_ESCAPE, 2},
        {SPAN("[1e131072,\"\\u0000\""), JSON_NUMBER_RANGE, 1},
        {SPAN("[1e131072 \"\\u0000\""), JSON_NUL_ESCAPE, 11},
        {SPAN("[1e131072 truex"), JSON_SYNTAX, 10},
        {SPAN("[1e131072 true"), JSON_NUMBER_RANGE, 1},
        {SPAN("[1e131072}"), JSON_NUMBER_RANGE, 1},
        {SPAN("[1e131072"), JSON_NUMBER_RANGE, 1},
        {SPAN("{\"a\" \"\\ud800\"}"), JSON_LONE_SURROGATE, 6},
        {SPAN("{\"a\" 1e131072}"), JSON_SYNTAX, 5},
        {SPAN("{} \"\\u0000\""), JSON_NUL_ESCAPE, 4},
    };

    (void)state;
    assert_faults(cases, LENGTH(cases));
}

static struct span nested(const char *open, const char *close, size_t depth)
{
    struct buf text = BUF_INIT;

    for (size_t i = 0; i < depth; i++)
        buf_add_text(&text, open);
    buf_add_char(&text, '1');
    for (size_t i = 0; i < depth; i++)
        buf_add_text(&text, close);
    assert_true(buf_ok(&text));
    return buf_span(&text);
}

static void test_depth(void **state)
{
    static const struct {
        const char *open;
        const char *close;
        size_t levels; /* of brackets in 'open' */
    } cases[] = {{"[", "]", 1}, {"{\"a\":", "}", 1}, {"[{\"a\":", "}]", 2}, {"[[[{\"a\":", "}]]]", 4}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t most = JSON_MAX_DEPTH / cases[i].levels;
        struct span fits = nested(cases[i].open, cases[i].close, most);
        struct span deep = nested(cases[i].open, cases[i].close, most + 1);
        enum json_type type;
        size_t error_at;

        assert_int_equal(check(fits, &type, &error_at), JSON_OK);
        assert_int_equal(check(deep, &type, &error_at), JSON_TOO_DEEP);
        assert_int_equal(error_at, strlen(cases[i].open) * most);
        free((char *)(uintptr_t)fits.at);
        free((char *)(uintptr_t)deep.at);
    }
}

static void assert_member(const struct json_member *member, const char *key, const char *value, enum json_type type)
{
    assert_true(span_is(member->key, key));
    assert_true(span_is(member->value, value));
    assert_int_equal(member->type, type);
    assert_int_equal(member->key_escaped, strchr(key, '\\') != NULL);
}

static void test_members(void **state)
{
    struct json_members members = {NULL, 0, 0}, inner = {NULL, 0, 0};
    struct span line = SPAN(" { \"a\" : 1 , \"b\\n\":\"x\\\"y\",\"c\":[1,{\"d\":2}] , "
                            "\"e\":{ \"f\":null , \"g\":{} } ,\"a\":true} ");
    enum json_type type;
    size_t error_at;

    (void)state;
    assert_int_equal(json_check(line, &type, &members, &error_at), JSON_OK);
    assert_int_equal(type, JSON_OBJECT);
    assert_int_equal(members.n, 5);
    assert_member(&members.at[0], "a", "1", JSON_NUMBER);
    assert_member(&members.at[1], "b\\n", "\"x\\\"y\"", JSON_STRING);
    assert_member(&members.at[2], "c", "[1,{\"d\":2}]", JSON_ARRAY);
    assert_member(&members.at[3], "e", "{ \"f\":null , \"g\":{} }", JSON_OBJECT);
    assert_member(&members.at[4], "a", "true", JSON_TRUE);

    assert_int_equal(json_object_members(members.at[3].value, &inner), 0);
    assert_int_equal(inner.n, 2);
    assert_member(&inner.at[0], "f", "null", JSON_NULL);
    assert_member(&inner.at[1], "g", "{}", JSON_OBJECT);
    assert_int_equal(json_object_members(inner.at[1].value, &inner), 0);
    assert_int_equal(inner.n, 0);

    assert_int_equal(json_check(SPAN("[{\"a\":1}]"), &type, &members, &error_at), JSON_OK);
    assert_int_equal(members.n, 0);
    json_members_release(&inner);
    json_members_release(&members);
    assert_null(members.at);
}

static void test_members_grow(void **state)
{
    struct json_members members = {NULL, 0, 0};
    struct buf text = BUF_INIT;
    enum json_type type;
    size_t error_at;

    (void)state;
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "%c\"k%d\":%d", i ? ',' : '{', i, i);
    buf_add_char(&text, '}');
    assert_int_equal(json_check(buf_span(&text), &type, &members, &error_at), JSON_OK);
    assert_int_equal(members.n, 1000);
    assert_member(&members.at[0], "k0", "0", JSON_NUMBER);
    assert_member(&members.at[999], "k999", "999", JSON_NUMBER);
    json_members_release(&members);
    buf_release(&text);
}

static void test_find(void **state)
{
    static const struct {
        const char *line;
        const char *name;
        const char *value; /* NULL: there is none */
    } cases[] = {
        {"{\"a\":1,\"b\":2}", "a", "1"},
        {"{\"a\":1,\"b\":2}", "c", NULL},
        {"{\"a\":1,\"ab\":2}", "", NULL},
        {"{\"\":1}", "", "1"},
        {"{\"a\":1,\"a\":2,\"b\":3}", "a", "2"},
        {"{\"a\":1,\"\\u0061\":2}", "a", "2"},
        {"{\"\\u0061\":1,\"a\":2}", "a", "2"},
        {"{\"event\\u005ftype\":1}", "event_type", "1"},
        {"{\"event\\u005ftype\":1}", "event_typ", NULL},
        {"{\"event\\u005ftype\":1}", "event_types", NULL},
        {"{\"event\\u005ftype\":1}", "event\\u005ftype", NULL},
        {"{\"\\u00e9\\ud83d\\ude00\\n\":1}", "\xc3\xa9\xf0\x9f\x98\x80\n", "1"},
        {"{\"\\u00e9\":1}", "\xc3", NULL},
        {"{\"x\":{\"a\":1}}", "a", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct json_members members = {NULL, 0, 0};
        const struct json_member *found;
        enum json_type type;
        size_t error_at;

        assert_int_equal(json_check(span_of(cases[i].line), &type, &members, &error_at), JSON_OK);
        found = json_find(&members, cases[i].name);
        if (!span_equal(found ? found->value : SPAN_NONE, span_of(cases[i].value)))
            fail_msg("%s in %s", cases[i].name, cases[i].line);
        json_members_release(&members);
    }
}

static void test_string(void **state)
{
    static const char plain[] = "\"plain \xc3\xa9\"";
    struct buf scratch = BUF_INIT;
    struct span text;

    (void)state;
    text = json_string(span_of(plain), &scratch);
    assert_ptr_equal(text.at, plain + 1);
    assert_int_equal(text.len, strlen(plain) - 2);
    assert_int_equal(scratch.len, 0);
    text = json_string(SPAN("\"\""), &scratch);
    assert_non_null(text.at);
    assert_int_equal(text.len, 0);

    text = json_string(SPAN("\"one\\n\""), &scratch);
    assert_true(span_is(text, "one\n"));
    text = json_string(SPAN("\"\\u0074wo \\ud83d\\ude00\""), &scratch);
    assert_true(span_is(text, "two \xf0\x9f\x98\x80"));
    assert_true(span_is(buf_span(&scratch), "one\ntwo \xf0\x9f\x98\x80"));
    buf_release(&scratch);
}

static void test_names(void **state)
{
    static const char *const names[] = {"ok", "invalid_json", "invalid_utf8", "nul_escape", "lone_surrogate",
                                        "number_out_of_range", "too_deep"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_string_equal(json_verdict_name((enum json_verdict)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts),      cmocka_unit_test(test_refuses), cmocka_unit_test(test_first_fault),
        cmocka_unit_test(test_depth),        cmocka_unit_test(test_members), cmocka_unit_test(test_members_grow),
        cmocka_unit_test(test_find),         cmocka_unit_test(test_string),  cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
