#include <string.h>

#include "core/uuid.h"
#include "tests/unit/unit.h"

static const struct uuid dns = {{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};

/* NULL: PostgreSQL 15 refuses it. */
static void test_from_text(void **state)
{
    static const char canonical[] = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    static const struct {
        const char *text, *uuid;
    } cases[] = {
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", canonical},
        {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", canonical},
        {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", canonical},
        {"a0eebc999c0b4ef8bb6d6bb9bd380a11", canonical},
        {"{a0eebc999c0b4ef8bb6d6bb9bd380a11}", canonical},
        {"a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", canonical},
        {"{a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11}", canonical},
        {"{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", canonical},
        {"a0eebc999c0b4ef8bb6d6bb9bd38-0a11", canonical},
        {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
        {"ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
        {"", NULL},
        {"{", NULL},
        {"}", NULL},
        {"{}", NULL},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", NULL},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111", NULL},
        {"a0eebc999c0b4ef8bb6d6bb9bd380a1", NULL},
        {"a0eebc999c0b4ef8bb6d6bb9bd380a111", NULL},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-", NULL},
        {"-a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", NULL},
        {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-}", NULL},
        {"{{a0eebc999c0b4ef8bb6d6bb9bd380a11}}", NULL},
        {"{a0eebc999c0b4ef8bb6d6bb9bd380a1}1", NULL},
        {"a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0eebc9-99c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0-eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0ee bc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {" a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 ", NULL},
        {"g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1G", NULL},
        {"0x0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"+0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"a0eebc99_9c0b_4ef8_bb6d_6bb9bd380a11", NULL},
        {"urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
    };
    char text[UUID_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uuid uuid;
        int result = uuid_from_text(span_of(cases[i].text), &uuid);

        if (result != (cases[i].uuid != NULL ? 0 : -1))
            fail_msg("'%s': result %d", cases[i].text, result);
        if (result != 0)
            continue;
        uuid_to_text(&uuid, text);
        assert_string_equal(text, cases[i].uuid);
    }
    assert_int_equal(uuid_from_text(SPAN_NONE, &(struct uuid){{0}}), -1);
    assert_int_equal(uuid_from_text(SPAN("a0eebc999c0b4ef8bb6d6bb9bd380a11\0"), &(struct uuid){{0}}), -1);
}

/* Every byte value, as a high and as a low digit: isxdigit() of the C locale. */
static void test_what_is_a_digit(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

        for (size_t place = 10; place < 12; place++) {
            char text[] = "a0eebc999c0b4ef8bb6d6bb9bd380a11";
            struct uuid uuid;

            text[place] = (char)c;
            assert_int_equal(uuid_from_text(span_of(text), &uuid), digit ? 0 : -1);
        }
    }
}

static void test_every_byte_there_and_back(void **state)
{
    char text[UUID_TEXT_SIZE];
    struct uuid uuid;
    struct uuid back;

    (void)state;
    for (int c = 0; c < 256; c++) {
        for (int i = 0; i < 16; i++)
            uuid.bytes[i] = (uint8_t)(c + i);
        uuid_to_text(&uuid, text);
        assert_int_equal(strlen(text), 36);
        assert_int_equal(uuid_from_text(span_of(text), &back), 0);
        assert_true(uuid_equal(&uuid, &back));
    }
}

static void test_from_name(void **state)
{
    static const struct {
        struct span name;
        const char *uuid;
    } cases[] = {
        {{"www.example.com", 15}, "2ed6657d-e927-568b-95e1-2665a8aea6a2"}, /* RFC 9562, A.4 */
        {{"python.org", 10}, "886313e1-3b8a-5372-9b90-0c9aee199e5d"},
        {{"", 0}, "4ebd0208-8328-5d69-8c44-ec50939c0967"},
        {{NULL, 0}, "4ebd0208-8328-5d69-8c44-ec50939c0967"},
    };
    char text[UUID_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uuid uuid = uuid_from_name(&dns, cases[i].name);

        uuid_to_text(&uuid, text);
        assert_string_equal(text, cases[i].uuid);
    }
}

static void test_order(void **state)
{
    struct uuid low = {{0}};
    struct uuid high = {{0}};

    (void)state;
    assert_true(uuid_equal(&low, &high));
    assert_int_equal(uuid_compare_bytes(&low, &high), 0);
    high.bytes[15] = 1;
    assert_false(uuid_equal(&low, &high));
    assert_true(uuid_compare_bytes(&low, &high) < 0);
    low.bytes[0] = 0x80;
    assert_true(uuid_compare_bytes(&low, &high) > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_text),
        cmocka_unit_test(test_what_is_a_digit),
        cmocka_unit_test(test_every_byte_there_and_back),
        cmocka_unit_test(test_from_name),
        cmocka_unit_test(test_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
