#include "jobs/backup/drill_result.h"

#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "core/time.h"
#include "unit.h"

static const struct manifest manifest = {.id = (char[]){"app_20260131T013000Z"}, .kind = BACKUP_LOGICAL};

static void check_text(double rto_s, double age_s, const char *wanted)
{
    struct drill_result result = {.started = 1000000 * TIME_SECOND, .rto_s = rto_s, .tables = 2, .rows = 5,
                                  .constraints = 1, .rollups = 1, .amcheck = true, .relations = 9};
    struct buf text = BUF_INIT;

    result.data_at = result.started - (int64_t)(age_s * (double)TIME_SECOND);
    drill_result_text(&result, &manifest, &text);
    if (strncmp(buf_text(&text), wanted, strlen(wanted)) != 0)
        fail_msg("'%s', not '%s'", buf_text(&text), wanted);
    buf_release(&text);
}

static void test_text(void **state)
{
    (void)state;
    check_text(12.34, 5, "backup 'app_20260131T013000Z' (logical) came back in 12.3 s (RTO); what is newer than 5.0 s "
                         "would be lost (RPO)\n5 rows in 2 tables counted, 1 constraints validated, 1 rollups "
                         "verified, 9 tables and indexes checked by amcheck: 0 problems\n");
    check_text(245, 12000, "backup 'app_20260131T013000Z' (logical) came back in 4 min 5 s (RTO); what is newer than "
                           "3 h 20 min would");
    check_text(1, 187200, "backup 'app_20260131T013000Z' (logical) came back in 1.0 s (RTO); what is newer than "
                          "2 d 4 h would");
    check_text(1, -5, "backup 'app_20260131T013000Z' (logical) came back in 1.0 s (RTO); what is newer than 0.0 s ");
    check_text(0, 5, "");
}

static void test_json(void **state)
{
    struct drill_result result = {.started = 1769822800 * TIME_SECOND, .data_at = 1769822790 * TIME_SECOND,
                                  .rto_s = 1.5};
    struct buf json = BUF_INIT;
    struct capture capture;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    for (int i = 0; i < DRILL_PROBLEMS + 5; i++)
        assert_int_equal(drill_problem(&result, ERR_INPUT, "table \"%d\"\n", i), ERR_INPUT);
    capture_end(&capture);
    assert_int_equal(result.n_problems, DRILL_PROBLEMS + 5);
    drill_result_json(&result, &manifest, 2, 7, ERR_INPUT, &json);
    assert_non_null(strstr(buf_text(&json), "\"kind\":\"logical\",\"result\":\"bad\",\"rto_s\":1.500,\"rpo_s\":10.000,"
                                            "\"data_at\":\"2026-01-31T01:26:30Z\""));
    assert_non_null(strstr(buf_text(&json), "\"problems_found\":55,\"problems\":[\"table \\\"0\\\"\\n\","));
    buf_reset(&json);
    result.rto_s = 0;
    drill_result_json(&result, &manifest, 2, 7, ERR_CONFIG, &json);
    assert_non_null(strstr(buf_text(&json), "\"result\":\"not run\",\"rto_s\":null,\"rpo_s\":null,\"data_at\":null"));
    buf_release(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
