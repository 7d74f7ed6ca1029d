/* What is told of a run: each thing once, and what holds for many tables once for all of them. */
#include <string.h>

#include "core/err.h"
#include "jobs/maintenance/account.h"
#include "tests/unit/capture.h"
#include "unit.h"

struct fixture {
    struct common_options common;
    struct run run;
    struct account account;
    struct capture out;
    struct capture err;
    int result;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.run = {.id = 7, .tally = BUF_INIT}};
    fixture.run.common = &fixture.common;
    account_init(&fixture.account);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    account_release(&fixture->account);
    buf_release(&fixture->run.tally);
    return 0;
}

static void close_captured(struct fixture *fixture, int result)
{
    capture_start(&fixture->out, STDOUT_FILENO);
    capture_start(&fixture->err, STDERR_FILENO);
    fixture->result = account_close(&fixture->account, &fixture->run, result);
    capture_end(&fixture->err);
    capture_end(&fixture->out);
}

static void test_the_same_is_said_once(void **state)
{
    static const struct holder one = {"session 1", "end 1"}, other = {"session 2", "end 2"};
    struct fixture *fixture = *state;

    fixture->common.quiet = true;
    account_skipped(&fixture->account, "a", "it is locked", &one);
    account_skipped(&fixture->account, "b\n", "it is locked", &other);
    account_skipped(&fixture->account, "c", "it is locked", &one);
    account_skipped(&fixture->account, "d", "it is bent", NULL);
    account_skipped(&fixture->account, "e", "it is locked", &one);
    close_captured(fixture, 0);
    assert_int_equal(fixture->result, ERR_FINDINGS);
    assert_string_equal(fixture->err.text, "bridgejob: warning: 'a' and 2 more: it is locked; held by session 1\n"
                                           "bridgejob: hint: end 1\n"
                                           "bridgejob: warning: 'b\\x0a': it is locked; held by session 2\n"
                                           "bridgejob: hint: end 2\n"
                                           "bridgejob: warning: 'd': it is bent\n");
    assert_string_equal(fixture->out.text, "");
    assert_non_null(strstr(fixture->run.tally.data, "{\"table\":\"b\\n\",\"reason\":\"it is locked\","
                                                    "\"held_by\":\"session 2\"}"));
}

static void test_an_end_before_the_end(void **state)
{
    struct fixture *fixture = *state;

    close_captured(fixture, 0);
    assert_int_equal(fixture->result, 0);
    assert_string_equal(fixture->out.text, "nothing to do\n");
    close_captured(fixture, ERR_TEMPFAIL);
    assert_int_equal(fixture->result, ERR_TEMPFAIL);
    assert_string_equal(fixture->out.text, "");
}

static void test_what_is_done(void **state)
{
    struct fixture *fixture = *state;

    fixture->common.format = FORMAT_JSON;
    account_done(&fixture->account, &(struct done){.table = "t\"", .action = "vacuum", .reason = "--table",
                 .removed = 3, .left = -1, .bytes_before = 8192, .bytes_after = 0, .ms = 1});
    account_note(&fixture->account, 16384, "i");
    fixture->account.unmeasured = 2;
    close_captured(fixture, 0);
    assert_int_equal(fixture->result, 0);
    assert_non_null(strstr(fixture->out.text,
                           "{\"done\":[{\"table\":\"t\\\"\",\"action\":\"vacuum\",\"reason\":\"--table\",\"removed\":3,"
                           "\"left\":null,\"bytes_before\":8192,\"bytes_after\":0,\"ms\":1}],\"skipped\":[],"
                           "\"leftovers\":[{\"table_oid\":16384,\"index\":\"i\"}],\"unmeasured\":2,"
                           "\"dry_run\":false,\"elapsed_s\":"));
    assert_non_null(strstr(fixture->out.text, ",\"run_id\":7}\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_same_is_said_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_end_before_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_done, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
