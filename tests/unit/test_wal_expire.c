#include "jobs/wal/wal_expire.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define MB16 (16U << 20)
#define OURS 7000000000000000001U

static char ours[] = "7000000000000000001", theirs[] = "7000000000000000002";
static char three[] = "0/3000028", ten[] = "0/A000028", late[] = "1/28", torn[] = "0/", none[] = "-";

static struct manifest physical(char *cluster, char *lsn)
{
    return (struct manifest){.kind = BACKUP_PHYSICAL, .system_identifier = cluster, .lsn = lsn};
}

static struct wal_cutoff find(const struct manifest *list, size_t n)
{
    const struct manifest *kept[8];
    struct wal_cutoff cutoff;

    for (size_t i = 0; i < n; i++)
        kept[i] = &list[i];
    wal_cutoff_find(kept, n, OURS, &cutoff);
    return cutoff;
}

static void test_the_first_need_decides(void **state)
{
    const struct manifest list[] = {physical(ours, late), physical(ours, three), physical(ours, ten),
                                    physical(theirs, torn), {.kind = BACKUP_LOGICAL, .lsn = torn}};
    struct wal_cutoff cutoff = find(list, 5);

    (void)state;
    assert_null(cutoff.why);
    assert_ptr_equal(cutoff.backup, &list[1]);
    assert_int_equal(cutoff.position, 0x3000028);
    cutoff = find(list, 1);
    assert_int_equal(cutoff.position, (UINT64_C(1) << 32) + 0x28);
}

static void test_nobody_needs_any(void **state)
{
    const struct manifest list[] = {physical(theirs, three), {.kind = BACKUP_LOGICAL, .lsn = three}};

    (void)state;
    assert_null(find(list, 2).backup);
    assert_null(find(list, 0).backup);
    assert_null(find(list, 2).why);
}

static void test_who_does_not_tell_forbids_all(void **state)
{
    const struct manifest unknown[] = {physical(ours, torn), physical(ours, none), physical(ours, NULL),
                                       physical(NULL, ten), {.damaged = true}};

    (void)state;
    for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
        const struct manifest list[] = {physical(ours, ten), unknown[i], physical(ours, three)};
        struct wal_cutoff cutoff = find(list, 3);

        assert_non_null(cutoff.why);
        assert_ptr_equal(cutoff.backup, &list[1]);
    }
}

static bool goes(const char *text, uint32_t segment_size, uint64_t position)
{
    struct wal_name name;

    wal_name_parse(text, &name);
    return wal_is_before(&name, segment_size, position);
}

static void test_what_lies_before(void **state)
{
    (void)state;
    assert_true(goes("000000010000000000000002", MB16, 0x3000028));
    assert_true(goes("000000010000000000000002", MB16, 0x3000000));
    assert_false(goes("000000010000000000000002", MB16, 0x2FFFFFF));
    assert_false(goes("000000010000000000000003", MB16, 0x3000028));
    /* of any timeline */
    assert_true(goes("000000020000000000000002", MB16, 0x3000028));
    assert_false(goes("000000020000000000000003", MB16, 0x3000028));
    assert_true(goes("000000010000000000000002.partial", MB16, 0x3000028));
    assert_true(goes("000000010000000000000002.00000028.backup", MB16, 0x3000028));
    assert_false(goes("000000010000000000000003.00000028.backup", MB16, 0x3000028));
    assert_false(goes("00000001.history", MB16, 0x3000028));
    assert_false(goes("system-identifier", MB16, 0x3000028));
    assert_true(goes("0000000100000000000000FF", MB16, UINT64_C(1) << 32));
    assert_false(goes("000000010000000100000000", MB16, UINT64_C(1) << 32));
    /* segments of 1 GB: four of a log */
    assert_true(goes("000000010000000000000003", 1U << 30, UINT64_C(1) << 32));
    assert_false(goes("000000010000000000000003", 1U << 30, (UINT64_C(1) << 32) - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_need_decides),
        cmocka_unit_test(test_nobody_needs_any),
        cmocka_unit_test(test_who_does_not_tell_forbids_all),
        cmocka_unit_test(test_what_lies_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
