#include "jobs/wal/segment.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define MB16 (16U << 20)

static void test_names(void **state)
{
    static const struct {
        const char *text;
        enum wal_kind kind;
        uint32_t timeline, log, seg;
    } cases[] = {
        {"000000010000000000000003", WAL_SEGMENT, 1, 0, 3},
        {"FFFFFFFF0000000A000000FF", WAL_SEGMENT, 0xFFFFFFFF, 10, 255},
        {"000000010000000000000003.partial", WAL_PARTIAL, 1, 0, 3},
        {"000000010000000000000003.00000028.backup", WAL_LABEL, 1, 0, 3},
        {"0000000A.history", WAL_HISTORY, 10, 0, 0},
        {"0000000a.history", WAL_FOREIGN, 0, 0, 0},
        {"", WAL_FOREIGN, 0, 0, 0},
        {"00000001000000000000000", WAL_FOREIGN, 0, 0, 0},
        {"0000000100000000000000033", WAL_FOREIGN, 0, 0, 0},
        {"000000010000000000000003.gz", WAL_FOREIGN, 0, 0, 0},
        {"000000010000000000000003.0000028.backup", WAL_FOREIGN, 0, 0, 0},
        {"000000010000000000000003.00000028.backup.x", WAL_FOREIGN, 0, 0, 0},
        {"../00000002.history", WAL_FOREIGN, 0, 0, 0},
        {"RECOVERYXLOG", WAL_FOREIGN, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wal_name name;

        if (wal_name_parse(cases[i].text, &name) != cases[i].kind || name.timeline != cases[i].timeline ||
            name.log != cases[i].log || name.seg != cases[i].seg)
            fail_msg("'%s' is taken for kind %d, timeline %u, %u, %u", cases[i].text, name.kind, name.timeline,
                     name.log, name.seg);
    }
}

/* A log is 4 GB: 256 segments of 16 MB, 4 of 1 GB. */
static void test_numbers(void **state)
{
    static const uint32_t sizes[] = {1U << 20, MB16, 1U << 30};
    char text[WAL_NAME_SIZE];
    struct wal_name name;

    (void)state;
    wal_name_parse("0000000100000002000000FF", &name);
    assert_int_equal(wal_number(&name, MB16), 2 * 256 + 255);
    wal_segment_name(1, 3 * 256, MB16, text);
    assert_string_equal(text, "000000010000000300000000");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        for (uint64_t number = 0; number < 20000; number += 777) {
            wal_segment_name(7, number, sizes[i], text);
            assert_int_equal(wal_name_parse(text, &name), WAL_SEGMENT);
            assert_int_equal(wal_number(&name, sizes[i]), number);
        }
    }
}

static void test_positions(void **state)
{
    static const char *const wrong[] = {"", "/", "0", "0/", "/0", "0/G", "0/1 ", "000000000/0", "0/123456789", "a/1"};
    uint64_t position = 0;

    (void)state;
    assert_int_equal(wal_position_parse("16/B374D848", &position), 0);
    assert_int_equal(position, UINT64_C(0x16B374D848));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_int_equal(wal_position_parse(wrong[i], &position), -1);
}

static void make_header(unsigned char bytes[WAL_HEADER_SIZE], uint16_t magic, uint16_t info, uint32_t timeline,
                        uint64_t position, uint32_t segment_size)
{
    uint64_t system_identifier = UINT64_C(7710558803156633548);

    memset(bytes, 0, WAL_HEADER_SIZE);
    memcpy(bytes, &magic, sizeof(magic));
    memcpy(bytes + 2, &info, sizeof(info));
    memcpy(bytes + 4, &timeline, sizeof(timeline));
    memcpy(bytes + 8, &position, sizeof(position));
    memcpy(bytes + 24, &system_identifier, sizeof(system_identifier));
    memcpy(bytes + 32, &segment_size, sizeof(segment_size));
}

static const char *judge(uint16_t magic, uint16_t info, uint32_t timeline, uint64_t position, uint32_t segment_size,
                         const char *file)
{
    unsigned char bytes[WAL_HEADER_SIZE];
    struct wal_header header;
    struct wal_name name;
    const char *wrong;

    make_header(bytes, magic, info, timeline, position, segment_size);
    wrong = wal_header_read(bytes, &header);
    if (wrong != NULL)
        return wrong;
    assert_int_equal(header.system_identifier, UINT64_C(7710558803156633548));
    assert_int_not_equal(wal_name_parse(file, &name), WAL_FOREIGN);
    return wal_header_fits(&header, &name);
}

static void test_headers(void **state)
{
    static const char file[] = "000000020000000000000003";

    (void)state;
    assert_null(judge(0xD110, 2, 2, UINT64_C(3) * MB16, MB16, file));
    assert_null(judge(0xD110, 3, 1, UINT64_C(3) * MB16, MB16, file)); /* it is where the timeline begins */
    assert_null(judge(0xD110, 2, 2, UINT64_C(3) << 20, 1 << 20, "000000020000000000000003.partial"));
    assert_string_equal(judge(0, 2, 2, UINT64_C(3) * MB16, MB16, file), "it does not begin as a WAL segment does");
    assert_string_equal(judge(0xD110, 0, 2, UINT64_C(3) * MB16, MB16, file), "it does not begin as a WAL segment does");
    assert_string_equal(judge(0xD110, 2, 2, UINT64_C(3) * MB16, MB16 + 1, file),
                        "its header names an impossible segment size");
    assert_string_equal(judge(0xD110, 2, 2, UINT64_C(3) * MB16, 0, file),
                        "its header names an impossible segment size");
    assert_string_equal(judge(0xD110, 2, 2, UINT64_C(4) * MB16, MB16, file), "its header is that of another segment");
    assert_string_equal(judge(0xD110, 2, 3, UINT64_C(3) * MB16, MB16, file), "its header is that of a later timeline");
    assert_string_equal(judge(0xD110, 2, 2, UINT64_C(4096) * MB16, MB16, "000000020000000000001000"),
                        "its header is that of another segment");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
