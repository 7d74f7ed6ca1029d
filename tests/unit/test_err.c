#include <errno.h>

#include "core/err.h"
#include "core/log.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static void test_fail_says_it_once_and_returns_the_kind(void **state)
{
    struct capture capture;
    int kind;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    kind = fail(ERR_INPUT, "'%s' is cut", "a.gz");
    assert_string_equal(capture_end(&capture), "bridgejob: error: 'a.gz' is cut\n");
    assert_int_equal(kind, 65);
}

static void test_fail_errno_reads_errno_first(void **state)
{
    struct capture capture;
    int kind;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    errno = ENOSPC;
    kind = fail_errno(ERR_IO, "cannot write '%s'", "x");
    assert_string_equal(capture_end(&capture), "bridgejob: error: cannot write 'x': No space left on device\n");
    assert_int_equal(kind, 74);
}

static void test_a_percent_sign_in_the_text_is_no_format(void **state)
{
    struct capture capture;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    errno = ENOENT;
    fail_errno(ERR_NOINPUT, "cannot open '%s'", "%s%n.ndjson");
    assert_string_equal(capture_end(&capture),
                        "bridgejob: error: cannot open '%s%n.ndjson': No such file or directory\n");
}

static void test_worst(void **state)
{
    static const struct {
        int first, second, worst;
    } cases[] = {
        {ERR_NONE, ERR_NONE, ERR_NONE},
        {ERR_NONE, ERR_FINDINGS, ERR_FINDINGS},
        {ERR_NONE, ERR_IO, ERR_IO},
        {ERR_FINDINGS, ERR_NONE, ERR_FINDINGS},
        {ERR_FINDINGS, ERR_FINDINGS, ERR_FINDINGS},
        {ERR_FINDINGS, ERR_TERMINATED, ERR_TERMINATED},
        {ERR_IO, ERR_NONE, ERR_IO},
        {ERR_IO, ERR_FINDINGS, ERR_IO},
        {ERR_IO, ERR_USAGE, ERR_IO},
        {ERR_USAGE, ERR_IO, ERR_USAGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(err_worst(cases[i].first, cases[i].second), cases[i].worst);
}

/* The exit codes are a contract: a renumbered kind must fail here. */
static void test_the_exit_codes(void **state)
{
    static const int kinds[][2] = {
        {ERR_NONE, 0},         {ERR_FINDINGS, 3},     {ERR_USAGE, 64},       {ERR_INPUT, 65},   {ERR_NOINPUT, 66},
        {ERR_UNAVAILABLE, 69}, {ERR_INTERNAL, 70},    {ERR_CANTCREATE, 73},  {ERR_IO, 74},      {ERR_TEMPFAIL, 75},
        {ERR_NOPERM, 77},      {ERR_CONFIG, 78},      {ERR_INTERRUPT, 130},  {ERR_TERMINATED, 143},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        assert_int_equal(kinds[i][0], kinds[i][1]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_says_it_once_and_returns_the_kind),
        cmocka_unit_test(test_fail_errno_reads_errno_first),
        cmocka_unit_test(test_a_percent_sign_in_the_text_is_no_format),
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_the_exit_codes),
    };

    log_set_color(COLOR_NEVER);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
