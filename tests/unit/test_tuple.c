#include "unit.h"

#include <string.h>

#include "pipe/tuple.h"

/* What was written since the last look, byte for byte. */
static void check(struct buf *out, const char *bytes, size_t n)
{
    assert_true(buf_ok(out));
    assert_int_equal(out->len, n);
    assert_memory_equal(out->data, bytes, n);
    buf_reset(out);
}

#define IS(literal) check(&out, literal, sizeof(literal) - 1)
#define NOTHING "\xff\xff\xff\xff"

static void test_fields(void **state)
{
    struct uuid uuid = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff}};
    struct buf out;

    (void)state;
    buf_init(&out);
    tuple_start(&out, 28);
    IS("\0\x1c");
    tuple_start(&out, 258);
    IS("\1\2");
    tuple_null(&out);
    IS(NOTHING);
    tuple_bool(&out, true);
    IS("\0\0\0\1\1");
    tuple_bool(&out, false);
    IS("\0\0\0\1\0");
    tuple_uuid(&out, &uuid);
    IS("\0\0\0\x10\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xff");
    tuple_uuid(&out, NULL);
    IS(NOTHING);
    buf_release(&out);
}

static void test_integers(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out);
    tuple_int(&out, 0);
    IS("\0\0\0\4\0\0\0\0");
    tuple_int(&out, 0x01020304);
    IS("\0\0\0\4\1\2\3\4");
    tuple_int(&out, -1);
    IS("\0\0\0\4\xff\xff\xff\xff");
    tuple_int(&out, 2147483647);
    IS("\0\0\0\4\x7f\xff\xff\xff");
    tuple_int(&out, INT64_MIN);
    IS(NOTHING);
    tuple_bigint(&out, INT64_C(0x0102030405060708));
    IS("\0\0\0\x8\1\2\3\4\5\6\7\x8");
    tuple_bigint(&out, INT64_MAX);
    IS("\0\0\0\x8\x7f\xff\xff\xff\xff\xff\xff\xff");
    buf_release(&out);
}

/* Absent is NULL, empty is empty; nothing is escaped. jsonb has its version in front. */
static void test_texts(void **state)
{
    char large[70000];
    struct buf out;

    (void)state;
    buf_init(&out);
    tuple_text(&out, SPAN("a\t\\N\n\xc3\xa4"));
    IS("\0\0\0\7a\t\\N\n\xc3\xa4");
    tuple_text(&out, SPAN(""));
    IS("\0\0\0\0");
    tuple_text(&out, SPAN_NONE);
    IS(NOTHING);
    tuple_json(&out, SPAN("{}"));
    IS("\0\0\0\3\1{}");
    tuple_json(&out, SPAN_NONE);
    IS(NOTHING);
    memset(large, 'x', sizeof(large));
    tuple_text(&out, (struct span){large, sizeof(large)});
    assert_int_equal(out.len, 4 + sizeof(large));
    assert_memory_equal(out.data, "\0\1\x11\x70", 4);
    assert_memory_equal(out.data + 4, large, sizeof(large));
    buf_release(&out);
}

/* Microseconds from 2000-01-01; the extremes are the server's infinities. */
static void test_times(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out);
    tuple_time(&out, INT64_C(946684800000000));
    IS("\0\0\0\x8\0\0\0\0\0\0\0\0");
    tuple_time(&out, INT64_C(946684800000001));
    IS("\0\0\0\x8\0\0\0\0\0\0\0\1");
    tuple_time(&out, INT64_C(946684799999999));
    IS("\0\0\0\x8\xff\xff\xff\xff\xff\xff\xff\xff");
    tuple_time(&out, INT64_MAX);
    IS("\0\0\0\x8\x7f\xff\xff\xff\xff\xff\xff\xff");
    tuple_time(&out, INT64_MIN);
    IS("\0\0\0\x8\x80\0\0\0\0\0\0\0");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
