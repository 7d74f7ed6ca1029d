#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static void test_an_empty_buffer(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.cap, 0);
    assert_true(buf_ok(&buf));
    assert_int_equal(buf_span(&buf).len, 0);
    assert_string_equal(buf_text(&buf), "");
    buf_release(&buf);
    assert_null(buf.data);
    buf_release(&buf);
}

static void test_it_grows_and_keeps_what_it_holds(void **state)
{
    struct buf buf = BUF_INIT;
    char *expected = test_malloc(100001);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        expected[i] = (char)('a' + i % 26);
        buf_add_char(&buf, expected[i]);
        assert_true(buf.len <= buf.cap);
    }
    expected[100000] = '\0';
    assert_true(buf_ok(&buf));
    assert_int_equal(buf.len, 100000);
    assert_true(buf.cap >= buf.len);
    assert_string_equal(buf_text(&buf), expected);
    assert_int_equal(buf.len, 100000);
    buf_release(&buf);
    test_free(expected);
}

static void test_reset_keeps_the_memory(void **state)
{
    struct buf buf = BUF_INIT;
    const char *data;
    size_t cap;

    (void)state;
    buf_add_text(&buf, "some text that needs more than the first few bytes of a buffer to stand in");
    data = buf.data;
    cap = buf.cap;
    buf_reset(&buf);
    assert_int_equal(buf.len, 0);
    buf_add_text(&buf, "again");
    assert_ptr_equal(buf.data, data);
    assert_int_equal(buf.cap, cap);
    assert_string_equal(buf_text(&buf), "again");
    buf_release(&buf);
}

static void test_all_the_ways_to_add(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    buf_add(&buf, "a\0b", 3);
    buf_add(&buf, NULL, 0);
    buf_add_span(&buf, SPAN_NONE);
    buf_add_span(&buf, SPAN("cd"));
    buf_add_text(&buf, "");
    buf_printf(&buf, "%d-%s", 7, "x");
    assert_int_equal(buf.len, 8);
    assert_memory_equal(buf.data, "a\0bcd7-x", 8);
    assert_ptr_equal(buf_span(&buf).at, buf.data);
    assert_int_equal(buf_span(&buf).len, 8);
    buf_release(&buf);
}

/* Every length round the edge where the first try of vsnprintf() no longer fits. */
static void test_printf_of_any_length(void **state)
{
    char text[300];

    (void)state;
    for (size_t n = 0; n < sizeof(text); n++) {
        struct buf buf = BUF_INIT;

        memset(text, 'p', n);
        text[n] = '\0';
        buf_add_char(&buf, '<');
        buf_printf(&buf, "%s", text);
        buf_add_char(&buf, '>');
        assert_int_equal(buf.len, n + 2);
        assert_memory_equal(buf.data + 1, text, n);
        assert_int_equal(buf.data[n + 1], '>');
        buf_release(&buf);
    }
}

static void test_reserve_is_room_to_write(void **state)
{
    struct buf buf = BUF_INIT;
    char *to;

    (void)state;
    buf_add_text(&buf, "12");
    to = buf_reserve(&buf, 1000);
    assert_non_null(to);
    assert_true(buf.cap >= 1002);
    assert_int_equal(buf.len, 2);
    memset(to, '3', 1000);
    buf.len += 1000;
    assert_memory_equal(buf.data, "123", 3);
    assert_non_null(buf_reserve(&buf, 0));
    buf_release(&buf);
}

static void test_a_failed_buffer_keeps_what_it_holds_and_takes_no_more(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    buf_add_text(&buf, "kept");
    assert_null(buf_reserve(&buf, SIZE_MAX));
    assert_false(buf_ok(&buf));
    buf_add_text(&buf, " not");
    buf_add_char(&buf, '!');
    buf_printf(&buf, "%d", 1);
    buf_add_json_string(&buf, SPAN("x"));
    assert_null(buf_reserve(&buf, 1));
    assert_int_equal(buf.len, 4);
    assert_memory_equal(buf.data, "kept", 4);
    assert_string_equal(buf_text(&buf), "");
    buf_reset(&buf);
    assert_true(buf_ok(&buf));
    buf_add_text(&buf, "new");
    assert_string_equal(buf_text(&buf), "new");
    buf_release(&buf);
}

static void test_json_strings(void **state)
{
    static const struct {
        struct span text;
        const char *json;
    } cases[] = {
        {{"", 0}, "\"\""},
        {{NULL, 0}, "\"\""},
        {{"plain", 5}, "\"plain\""},
        {{"\"", 1}, "\"\\\"\""},
        {{"a\\b/c", 5}, "\"a\\\\b/c\""},
        {{"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
        {{"\x01\x1f\x7f", 3}, "\"\\u0001\\u001f\x7f\""},
        {{"a\0b", 3}, "\"a\\u0000b\""},
        {{"\0", 1}, "\"\\u0000\""},
        {{"\xc3\xa4\xf0\x9f\x98\x80", 6}, "\"\xc3\xa4\xf0\x9f\x98\x80\""},
        {{"bad\xff\xfe.gz", 8}, "\"bad\xef\xbf\xbd\xef\xbf\xbd.gz\""},
        {{"cut\xe2\x82", 5}, "\"cut\xef\xbf\xbd\xef\xbf\xbd\""},
        {{"x\"\xff\"y", 5}, "\"x\\\"\xef\xbf\xbd\\\"y\""},
    };
    struct buf buf = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_reset(&buf);
        buf_add_json_string(&buf, cases[i].text);
        assert_string_equal(buf_text(&buf), cases[i].json);
    }
    buf_release(&buf);
}

static void test_visible_text(void **state)
{
    static const struct {
        struct span text;
        bool keep_tab;
        const char *shown;
    } cases[] = {
        {{NULL, 0}, false, ""},
        {{"plain ~", 7}, false, "plain ~"},
        {{"a\tb", 3}, true, "a\tb"},
        {{"a\tb", 3}, false, "a\\x09b"},
        {{"\n\x1f\x7f", 3}, true, "\\x0a\\x1f\\x7f"},
        {{"a\0b", 3}, true, "a\\x00b"},
        {{"\xc2\x80\xc2\x9f\xc2\xa0", 6}, true, "\\xc2\\x80\\xc2\\x9f\xc2\xa0"},
        {{"\xe2\x82\xac\x80", 4}, true, "\xe2\x82\xac\\x80"},
        {{"\xc2", 1}, true, "\\xc2"},
    };
    struct buf buf = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_reset(&buf);
        buf_add_visible(&buf, cases[i].text, cases[i].keep_tab);
        assert_string_equal(buf_text(&buf), cases[i].shown);
    }
    buf_release(&buf);
}

static void test_print(void **state)
{
    struct capture capture;
    struct buf buf = BUF_INIT;
    FILE *full = fopen("/dev/full", "w");
    const char *said;
    int kinds[4];

    (void)state;
    assert_non_null(full);
    capture_start(&capture, STDERR_FILENO);
    kinds[0] = buf_print(&buf, stderr);
    buf_add(&buf, "a\0b\n", 4);
    kinds[1] = buf_print(&buf, stderr);
    kinds[2] = buf_print(&buf, full);
    buf.failed = true;
    kinds[3] = buf_print(&buf, stderr);
    said = capture_end(&capture);
    assert_int_equal(kinds[0], 0);
    assert_int_equal(kinds[1], 0);
    assert_int_equal(kinds[2], ERR_IO);
    assert_int_equal(kinds[3], ERR_INTERNAL);
    assert_memory_equal(said, "a\0b\n", 4);
    assert_non_null(strstr(said + 4, "cannot write the result: No space left on device"));
    assert_non_null(strstr(said + 4, "out of memory"));
    fclose(full);
    buf_release(&buf);
}

static void test_shell_words(void **state)
{
    static const struct {
        const char *word, *shown;
    } cases[] = {
        {"./rejects/a-1_b.rej", "./rejects/a-1_b.rej"}, {"", "''"}, {"a b", "'a b'"}, {"x;rm -rf ~", "'x;rm -rf ~'"},
        {"it's", "'it'\\''s'"}, {"$(x)", "'$(x)'"}, {"a\nb", "'a\nb'"},
    };
    struct buf buf = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_reset(&buf);
        buf_add_shell_word(&buf, cases[i].word);
        assert_string_equal(buf_text(&buf), cases[i].shown);
    }
    buf_release(&buf);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_buffer),
        cmocka_unit_test(test_it_grows_and_keeps_what_it_holds),
        cmocka_unit_test(test_reset_keeps_the_memory),
        cmocka_unit_test(test_all_the_ways_to_add),
        cmocka_unit_test(test_printf_of_any_length),
        cmocka_unit_test(test_reserve_is_room_to_write),
        cmocka_unit_test(test_a_failed_buffer_keeps_what_it_holds_and_takes_no_more),
        cmocka_unit_test(test_json_strings),
        cmocka_unit_test(test_visible_text),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_shell_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
