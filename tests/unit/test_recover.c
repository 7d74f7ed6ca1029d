#include "jobs/restore/recover.h"

#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"
#include "unit.h"

static void test_a_target_that_was_reached(void **state)
{
    static const char log[] =
        "LOG:  starting point-in-time recovery to 2026-11-21 10:17:55.768959+00\n"
        "LOG:  redo starts at 0/2000028\n"
        "LOG:  consistent recovery state reached at 0/2000100\n"
        "LOG:  recovery stopping before commit of transaction 745, time 2026-11-21 10:17:56.108125+00\n"
        "LOG:  redo done at 0/3000138 system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.04 s\n"
        "LOG:  last completed transaction was at log time 2026-11-21 10:17:55.5+00\n"
        "LOG:  selected new timeline ID: 12\n"
        "LOG:  archive recovery complete\n";
    struct recovered recovered;
    int64_t at;

    (void)state;
    recover_read_log(log, &recovered);
    assert_true(recovered.reached);
    assert_string_equal(recovered.lsn, "0/3000138");
    assert_int_equal(recovered.timeline, 12);
    assert_int_equal(time_parse(SPAN("2026-11-21T10:17:55.5Z"), &at), 0);
    assert_int_equal(recovered.transaction_at, at);
}

static void test_the_end_of_the_wal(void **state)
{
    struct recovered recovered;

    (void)state;
    recover_read_log("LOG:  redo done at 1A/FF000028 system usage: x\nLOG:  selected new timeline ID: 2\n", &recovered);
    assert_false(recovered.reached);
    assert_string_equal(recovered.lsn, "1A/FF000028");
    assert_int_equal(recovered.transaction_at, 0);
    assert_false(recovered.gap);
    recover_read_log("bridgejob wal-fetch: warning: '000000010000000000000004' is missing between others in the "
                     "archive '/w'\nLOG:  redo done at 0/3000138\n", &recovered);
    assert_true(recovered.gap);
    recover_read_log("", &recovered);
    assert_string_equal(recovered.lsn, "");
    assert_int_equal(recovered.timeline, 0);
    /* Another log line of the same words, cut at the end of what is kept. */
    recover_read_log("LOG:  last completed transaction was at log time nonsense", &recovered);
    assert_int_equal(recovered.transaction_at, 0);
}

/* The server replaces %f, %p and %% before its shell sees the rest. */
static void test_command(void **state)
{
    struct buf setting = BUF_INIT;

    (void)state;
    recover_add_command(&setting, "/opt/it's/bridgejob", "/mnt/100% \"wal\"\n$x");
    assert_non_null(strstr(buf_text(&setting), "exec '/opt/it'\\''s/bridgejob' wal-fetch --quiet --accept-gap "
                                               "--config /dev/null --wal-dir '/mnt/100%% \"wal\"\n$x' %f %p"));
    assert_non_null(strstr(buf_text(&setting), "BRIDGEJOB_PING= "));
    buf_release(&setting);
}

static int check_at(int64_t target, const char *wal_dir)
{
    char id[] = "app_20260131T120000Z";
    struct manifest manifest = {.id = id, .created_at = INT64_C(1769860800) * TIME_SECOND};
    const struct recovery recovery = {.manifest = &manifest, .wal_dir = wal_dir, .target = target};
    struct log_held held = {.error = ""};
    int result;

    log_hold(&held);
    result = recover_check(&recovery);
    log_hold(NULL);
    return result;
}

static void test_check(void **state)
{
    (void)state;
    assert_int_equal(check_at(0, NULL), 0);
    assert_int_equal(check_at(TIME_SECOND, NULL), ERR_USAGE);
    assert_int_equal(check_at(TIME_SECOND, "/nowhere"), ERR_INPUT);
    assert_int_equal(check_at(time_now() + TIME_SECOND * 3600, "/nowhere"), ERR_INPUT);
    assert_int_equal(check_at(0, "/nowhere"), ERR_NOINPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_target_that_was_reached),
        cmocka_unit_test(test_the_end_of_the_wal),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
