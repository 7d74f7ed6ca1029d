#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "tests/unit/unit.h"

static void test_spans(void **state)
{
    (void)state;
    assert_int_equal(span_of("abc").len, 3);
    assert_null(span_of(NULL).at);
    assert_int_equal(span_of(NULL).len, 0);
    assert_int_equal(SPAN("a\0b").len, 3);
    assert_true(span_equal(SPAN("ab"), span_of("ab")));
    assert_false(span_equal(SPAN("ab"), SPAN("ac")));
    assert_false(span_equal(SPAN("ab"), SPAN("abc")));
    assert_true(span_equal(SPAN(""), SPAN("")));
    assert_true(span_equal(SPAN_NONE, SPAN_NONE));
    assert_false(span_equal(SPAN_NONE, SPAN("")));
    assert_false(span_equal(SPAN(""), SPAN_NONE));
    assert_true(span_is(SPAN("ab"), "ab"));
    assert_false(span_is(SPAN("ab"), "a"));
    assert_false(span_is(SPAN("a\0b"), "a"));
    assert_false(span_is(SPAN_NONE, ""));
}

static void test_span_order(void **state)
{
    static const struct {
        struct span a, b;
        int order;
    } cases[] = {
        {{"a", 1}, {"b", 1}, -1},   {{"a", 1}, {"a", 1}, 0},      {{"a", 1}, {"ab", 2}, -1},
        {{"", 0}, {"a", 1}, -1},    {{NULL, 0}, {"", 0}, 0},      {{"\x7f", 1}, {"\x80", 1}, -1},
        {{"b", 1}, {"ab", 2}, 1},   {{"a\0b", 3}, {"a\0c", 3}, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int forth = span_compare(cases[i].a, cases[i].b);
        int back = span_compare(cases[i].b, cases[i].a);

        assert_int_equal((forth > 0) - (forth < 0), cases[i].order);
        assert_int_equal((back > 0) - (back < 0), -cases[i].order);
    }
}

static void test_length_counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(text_utf8_length(SPAN_NONE), 0);
    assert_int_equal(text_utf8_length(SPAN("abc")), 3);
    assert_int_equal(text_utf8_length(SPAN("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z")), 4);
    assert_int_equal(text_utf8_length(SPAN("e\xcc\x81")), 2);
}

struct utf8_case {
    struct span text;
    size_t valid;
};

#define BYTES(literal) {(literal), sizeof(literal) - 1}

static const struct utf8_case utf8_cases[] = {
    {{NULL, 0}, 0},
    {BYTES(""), 0},
    {BYTES("a\x7f\x01"), 3},
    {BYTES("\0"), 0},
    {BYTES("12345678\0"), 8},
    {BYTES("\x80"), 0},
    {BYTES("\xbf"), 0},
    {BYTES("\xc0\x80"), 0},             /* overlong NUL */
    {BYTES("\xc1\xbf"), 0},
    {BYTES("\xc2\x80"), 2},
    {BYTES("\xc2\x7f"), 0},
    {BYTES("\xc2\xc0"), 0},
    {BYTES("\xdf\xbf"), 2},
    {BYTES("\xe0\x9f\xbf"), 0},         /* overlong U+07FF */
    {BYTES("\xe0\xa0\x80"), 3},
    {BYTES("\xec\xbf\xbf"), 3},
    {BYTES("\xed\x9f\xbf"), 3},
    {BYTES("\xed\xa0\x80"), 0},         /* U+D800 */
    {BYTES("\xed\xbf\xbf"), 0},         /* U+DFFF */
    {BYTES("\xee\x80\x80"), 3},
    {BYTES("\xef\xbf\xbf"), 3},
    {BYTES("\xe1\x80\x7f"), 0},
    {BYTES("\xe1\x80\xc0"), 0},
    {BYTES("\xf0\x8f\xbf\xbf"), 0},     /* overlong U+FFFF */
    {BYTES("\xf0\x90\x80\x80"), 4},
    {BYTES("\xf4\x8f\xbf\xbf"), 4},     /* U+10FFFF */
    {BYTES("\xf4\x90\x80\x80"), 0},     /* U+110000 */
    {BYTES("\xf1\x80\x80\x7f"), 0},
    {BYTES("\xf1\x80\xc0\x80"), 0},
    {BYTES("\xf5\x80\x80\x80"), 0},
    {BYTES("\xf8\x88\x80\x80\x80"), 0},
    {BYTES("\xff"), 0},
    {BYTES("ok\xc3"), 2},               /* cut in the middle */
    {BYTES("ok\xe2\x82"), 2},
    {BYTES("ok\xf0\x9f\x98"), 2},
    {BYTES("\xc3\xa4\xff"), 2},
};

static void test_valid_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(utf8_cases) / sizeof(utf8_cases[0]); i++)
        assert_int_equal(text_utf8_valid_prefix(utf8_cases[i].text), utf8_cases[i].valid);
}

/* What stands behind the end does not complete a character. */
static void test_the_end_is_the_end(void **state)
{
    static const char *const characters[] = {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
        for (size_t len = 0; len < strlen(characters[i]); len++)
            assert_int_equal(text_utf8_valid_prefix((struct span){characters[i], len}), 0);
}

/* The same at every place of the eight-byte steps, with ASCII before and behind. */
static void test_valid_utf8_at_any_offset(void **state)
{
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof(utf8_cases) / sizeof(utf8_cases[0]); i++) {
        struct span bytes = utf8_cases[i].text;

        for (size_t before = 0; before < 20; before++) {
            memset(text, 'a', sizeof(text));
            if (bytes.len > 0)
                memcpy(text + before, bytes.at, bytes.len);
            size_t expected = utf8_cases[i].valid < bytes.len ? before + utf8_cases[i].valid : sizeof(text);
            assert_int_equal(text_utf8_valid_prefix((struct span){text, sizeof(text)}), expected);
        }
    }
}

/* Every single byte as a text of eight: only the ASCII ones but NUL pass. */
static void test_valid_utf8_every_byte(void **state)
{
    char text[8];

    (void)state;
    for (int c = 0; c < 256; c++) {
        for (size_t place = 0; place < 8; place++) {
            memset(text, 0x7f, sizeof(text));
            text[place] = (char)c;
            assert_int_equal(text_utf8_valid_prefix((struct span){text, 8}), c > 0 && c < 0x80 ? 8 : place);
        }
    }
}

struct number_case {
    const char *text;
    int result;
    int64_t value;
};

static void check_numbers(int (*parse)(const char *, int64_t *), const struct number_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t value = -77;
        int result;

        errno = ERANGE; /* what others left there counts for nothing */
        result = parse(cases[i].text, &value);
        if (result != cases[i].result)
            fail_msg("'%s': result %d", cases[i].text, result);
        if (result == 0)
            assert_int_equal(value, cases[i].value);
    }
}

#define CHECK_NUMBERS(parse, cases) check_numbers((parse), (cases), sizeof(cases) / sizeof((cases)[0]))

static void test_parse_int64(void **state)
{
    static const struct number_case cases[] = {
        {"0", 0, 0},
        {"-0", 0, 0},
        {"+7", 0, 7},
        {"007", 0, 7},
        {"-12", 0, -12},
        {"9223372036854775807", 0, INT64_MAX},
        {"-9223372036854775808", 0, INT64_MIN},
        {"9223372036854775808", -1, 0},
        {"-9223372036854775809", -1, 0},
        {"", -1, 0},
        {"+", -1, 0},
        {"-", -1, 0},
        {"--1", -1, 0},
        {"+-1", -1, 0},
        {" 1", -1, 0},
        {"- 1", -1, 0},
        {"1 ", -1, 0},
        {"1x", -1, 0},
        {"0x10", -1, 0},
        {"1.0", -1, 0},
        {"1e3", -1, 0},
    };

    (void)state;
    CHECK_NUMBERS(text_parse_int64, cases);
}

static void test_parse_size(void **state)
{
    static const struct number_case cases[] = {
        {"0", 0, 0},
        {"1000", 0, 1000},
        {"7B", 0, 7},
        {"512kB", 0, 524288},
        {"512KB", 0, 524288},
        {"16MB", 0, 16777216},
        {"16mb", 0, 16777216},
        {"1GB", 0, 1073741824},
        {"1TB", 0, INT64_C(1099511627776)},
        {"8388607TB", 0, INT64_C(8388607) << 40},
        {"8388608TB", -1, 0},
        {"9223372036854775807", 0, INT64_MAX},
        {"9223372036854775808", -1, 0},
        {"9223372036854775808kB", -1, 0},
        {"", -1, 0},
        {"MB", -1, 0},
        {"-1MB", -1, 0},
        {"+1MB", -1, 0},
        {" 1MB", -1, 0},
        {"1 MB", -1, 0},
        {"1MB ", -1, 0},
        {"1M", -1, 0},
        {"1MiB", -1, 0},
        {"1.5GB", -1, 0},
        {"1PB", -1, 0},
    };

    (void)state;
    CHECK_NUMBERS(text_parse_size, cases);
}

static void test_parse_duration(void **state)
{
    static const struct number_case cases[] = {
        {"0s", 0, 0},
        {"30s", 0, 30},
        {"5m", 0, 300},
        {"1h", 0, 3600},
        {"90d", 0, 7776000},
        {"1w", 0, 604800},
        {"15250284452471w", 0, INT64_C(15250284452471) * 604800},
        {"15250284452472w", -1, 0},
        {"1mo", -1, 0},
        {"1M", -1, 0},
        {"1H", -1, 0},
        {"30", -1, 0},
        {"", -1, 0},
        {"s", -1, 0},
        {"-5m", -1, 0},
        {"1h30m", -1, 0},
        {"5 m", -1, 0},
        {"1.5h", -1, 0},
        {"1ms", -1, 0},
    };

    (void)state;
    CHECK_NUMBERS(text_parse_duration, cases);
}

/* The published test vectors of 64-bit FNV-1a. */
static void test_hash(void **state)
{
    (void)state;
    assert_true(text_hash("", 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(text_hash("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(text_hash("foobar", 6) == UINT64_C(0x85944171f73967e8));
    assert_true(text_hash("\xff", 1) == (UINT64_C(0xcbf29ce484222325) ^ 0xff) * UINT64_C(0x100000001b3));
}

static void test_words(void **state)
{
    static const char text[] = "idx_a_b, idx_a; (idx)x";

    (void)state;
    assert_ptr_equal(text_find_word(text, "idx_a_b"), text);
    assert_ptr_equal(text_find_word(text, "idx_a"), text + 9);
    assert_ptr_equal(text_find_word(text, "idx"), text + 17);
    assert_null(text_find_word(text, "a"));
    assert_null(text_find_word(text, ""));
    assert_null(text_find_word("", "a"));
    assert_non_null(text_find_word("a", "a"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_span_order),
        cmocka_unit_test(test_length_counts_code_points),
        cmocka_unit_test(test_valid_utf8),
        cmocka_unit_test(test_the_end_is_the_end),
        cmocka_unit_test(test_valid_utf8_at_any_offset),
        cmocka_unit_test(test_valid_utf8_every_byte),
        cmocka_unit_test(test_parse_int64),
        cmocka_unit_test(test_parse_size),
        cmocka_unit_test(test_parse_duration),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
