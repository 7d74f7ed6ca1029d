#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "jobs/ingest/summary.h"

static struct common_options common;
static struct run run;
static struct ingest_options options;
static struct load load;
static struct capture capture;

static int set_up(void **state)
{
    (void)state;
    common = (struct common_options){.format = FORMAT_TABLE};
    run = (struct run){.common = &common, .job = "ingest", .id = 42};
    options = (struct ingest_options){.rejects_dir = "./rejects"};
    load = (struct load){.run = &run, .options = &options, .files = 3, .files_skipped = 1, .files_incomplete = 4,
                         .files_damaged = 5,
                         .totals = {.lines = INT64_C(5000000000), .inserted = INT64_C(4999999900), .duplicates = 60,
                                    .rejected = 30, .blank = 10, .bytes_read = INT64_C(12345678901)}};
    load.usage = (struct writers_usage){.n = 4, .open_us = 2000000, .busy_us = 7440000, .waits_us = 1250000,
                                        .retries = 7};
    load.rejects_by_reason[REASON_INVALID_JSON] = 1;
    load.rejects_by_reason[REASON_VALUE_TOO_LONG] = 20;
    load.rejects_by_reason[REASON_SERVER_REFUSED] = 9;
    return 0;
}

static const char *printed(double elapsed_s)
{
    int rc;

    capture_start(&capture, STDOUT_FILENO);
    rc = summary_print(&load, elapsed_s);
    capture_end(&capture);
    assert_int_equal(rc, 0);
    return capture.text;
}

/* Every one of the contract's keys with its value. */
static void test_json(void **state)
{
    static const char *const members[] = {
        "\"files\":3,", "\"files_skipped\":1,", "\"lines\":5000000000,", "\"inserted\":4999999900,",
        "\"duplicates\":60,", "\"rejected\":30,", "\"blank\":10,", "\"bytes_read\":12345678901,",
        "\"elapsed_s\":2.500,", "\"lines_per_s\":2000000000,", "\"run_id\":42}",
        "\"rejects_by_reason\":{\"invalid_json\":1,\"value_too_long\":20,\"server_refused\":9}",
        "\"files_incomplete\":4,", "\"files_damaged\":5,", "\"dry_run\":false,",
        "\"writers\":4,\"writer_utilisation\":0.93,\"writer_waits_s\":1.250,\"retries\":7,",
    };
    struct buf json;
    struct json_members found = {NULL, 0, 0};
    enum json_type type;
    size_t at;

    (void)state;
    buf_init(&json);
    summary_json(&load, 2.5, &json);
    assert_int_equal(json_check(buf_span(&json), &type, &found, &at), JSON_OK);
    assert_int_equal(type, JSON_OBJECT);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (strstr(buf_text(&json), members[i]) == NULL)
            fail_msg("no %s in %s", members[i], buf_text(&json));
    common.format = FORMAT_JSON;
    common.quiet = true;
    assert_string_equal(printed(2.5), (buf_add_char(&json, '\n'), buf_text(&json)));
    json_members_release(&found);
    buf_release(&json);
}

/* Nothing was read in no time: no rate, no reasons. */
static void test_empty(void **state)
{
    (void)state;
    load.totals = (struct ledger_counts){0};
    load.usage = (struct writers_usage){0};
    memset(load.rejects_by_reason, 0, sizeof(load.rejects_by_reason));
    common.format = FORMAT_JSON;
    common.dry_run = true;
    assert_non_null(strstr(printed(0), "\"elapsed_s\":0.000,\"lines_per_s\":0,\"rejects_by_reason\":{},"));
    assert_non_null(strstr(capture.text, "\"writers\":0,\"writer_utilisation\":0.00,\"writer_waits_s\":0.000,"));
    assert_non_null(strstr(capture.text, "\"dry_run\":true,"));
}

static void test_text(void **state)
{
    (void)state;
    assert_string_equal(printed(2.5),
                        "3 files read, 1 skipped in 2.5 s (2000000000 lines/s)\n"
                        "5000000000 lines = 4999999900 inserted + 60 duplicates + 30 rejected + 10 blank\n"
                        "  rejected: invalid_json             1\n"
                        "  rejected: value_too_long           20\n"
                        "  rejected: server_refused           9\n"
                        "refused lines are in './rejects', run 42\n");
    common.dry_run = true;
    load.files = 1;
    assert_int_equal(strncmp(printed(2.5), "dry run, nothing was written: 1 file read, 1 skipped in ", 56), 0);
    assert_null(strstr(capture.text, "refused lines are in"));
    common.dry_run = false;
    load.totals.rejected = 0;
    assert_null(strstr(printed(2.5), "refused lines are in"));
    log_set_level(LOG_DEBUG);
    assert_non_null(strstr(printed(2.5), "\n4 writers, busy 93 % of the time, waited for 1.2 s, 7 retries\n"));
    log_set_level(LOG_INFO);
    common.quiet = true;
    assert_string_equal(printed(2.5), "");
}

static const char *warned(void)
{
    capture_start(&capture, STDERR_FILENO);
    summary_warn(&load);
    capture_end(&capture);
    return capture.text;
}

/* Over 90 %, when the reading waited for a second, and not with --quiet. */
static void test_warning(void **state)
{
    (void)state;
    assert_non_null(strstr(warned(), "warning: 4 writers were busy 93 % of the time, and reading waited 1.2 s"));
    assert_non_null(strstr(capture.text, "hint: if the server has processors to spare, try --workers 8\n"));
    load.usage.n = 40;
    load.usage.busy_us *= 10;
    assert_non_null(strstr(warned(), "try --workers 64\n"));
    load.usage.n = WRITERS_AT_MOST;
    load.usage.busy_us = load.usage.open_us * WRITERS_AT_MOST;
    assert_non_null(strstr(warned(), "warning: 64 writers were busy 100 % of the time"));
    assert_null(strstr(capture.text, "hint"));
    load.usage.n = 1;
    load.usage.busy_us = load.usage.open_us;
    options.atomic = true;
    assert_non_null(strstr(warned(), "warning: 1 writer was busy 100 % of the time, and reading waited 1.2 s"));
    assert_null(strstr(capture.text, "hint"));
    load.usage.busy_us = load.usage.open_us * 9 / 10;
    assert_string_equal(warned(), "");
    load.usage.busy_us = load.usage.open_us;
    load.usage.waits_us = 999999;
    assert_string_equal(warned(), "");
    load.usage.waits_us = 1000000;
    assert_string_not_equal(warned(), "");
    common.quiet = true;
    assert_string_equal(warned(), "");
}

static void test_csv(void **state)
{
    (void)state;
    common.format = FORMAT_CSV;
    assert_string_equal(printed(2.5),
                        "files,files_skipped,lines,inserted,duplicates,rejected,blank,bytes_read,elapsed_s,run_id\n"
                        "3,1,5000000000,4999999900,60,30,10,12345678901,2.500,42\n");
}

/* What does not get out is an error: a script would take silence for nothing done. */
static void test_lost(void **state)
{
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), kept = dup(STDOUT_FILENO);

    (void)state;
    for (enum format format = FORMAT_TABLE; format <= FORMAT_CSV; format++) {
        int rc;

        common.format = format;
        fflush(stdout);
        capture_start(&capture, STDERR_FILENO);
        dup2(full, STDOUT_FILENO);
        rc = summary_print(&load, 2.5);
        fflush(stdout);
        dup2(kept, STDOUT_FILENO);
        clearerr(stdout);
        capture_end(&capture);
        assert_int_equal(rc, ERR_IO);
        assert_non_null(strstr(capture.text, "No space left on device"));
    }
    close(full);
    close(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_json, set_up), cmocka_unit_test_setup(test_empty, set_up),
        cmocka_unit_test_setup(test_text, set_up), cmocka_unit_test_setup(test_csv, set_up),
        cmocka_unit_test_setup(test_lost, set_up), cmocka_unit_test_setup(test_warning, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
