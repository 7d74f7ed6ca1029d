#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/time.h"
#include "jobs/metrics.h"
#include "tests/unit/unit.h"

#define START (INT64_C(1763704800) * TIME_SECOND)

static const struct metrics good = {.job = "ingest", .started = START, .ended = START + 2500000, .elapsed_s = 2.5,
                                    .exit_code = 0, .run_id = 17};

/* The directory of a test, and a file in it. */
static char directory[] = "/tmp/test_metrics.XXXXXX";
static char path[100];

static char *read_file(const char *name)
{
    static char text[8192];
    int fd = open(name, O_RDONLY);
    ssize_t n = read(fd, text, sizeof(text) - 1);

    assert_true(n >= 0);
    close(fd);
    text[n] = '\0';
    return text;
}

static void write_file(const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static const char *format(const char *job, const char *tally, const char *last_success)
{
    static char text[8192];
    struct metrics metrics = good;
    struct buf out = BUF_INIT;

    metrics.job = job;
    metrics.tally = span_of(tally);
    metrics_format(&metrics, last_success, &out);
    snprintf(text, sizeof(text), "%s", buf_text(&out));
    buf_release(&out);
    return text;
}

static void test_text(void **state)
{
    (void)state;
    assert_string_equal(format("ingest", "{\"lines\": 5}", "7.5"),
                        "# HELP bridgejob_last_start_timestamp_seconds When the job started last.\n"
                        "# TYPE bridgejob_last_start_timestamp_seconds gauge\n"
                        "bridgejob_last_start_timestamp_seconds{job=\"ingest\"} 1763704800.000\n"
                        "# HELP bridgejob_last_end_timestamp_seconds When the job ended last.\n"
                        "# TYPE bridgejob_last_end_timestamp_seconds gauge\n"
                        "bridgejob_last_end_timestamp_seconds{job=\"ingest\"} 1763704802.500\n"
                        "# HELP bridgejob_last_success_timestamp_seconds When the job ended last with exit code 0 "
                        "or 3.\n"
                        "# TYPE bridgejob_last_success_timestamp_seconds gauge\n"
                        "bridgejob_last_success_timestamp_seconds{job=\"ingest\"} 7.5\n"
                        "# HELP bridgejob_last_exit_code How the job ended last.\n"
                        "# TYPE bridgejob_last_exit_code gauge\n"
                        "bridgejob_last_exit_code{job=\"ingest\"} 0\n"
                        "# HELP bridgejob_last_duration_seconds How long the last run took.\n"
                        "# TYPE bridgejob_last_duration_seconds gauge\n"
                        "bridgejob_last_duration_seconds{job=\"ingest\"} 2.500\n"
                        "# HELP bridgejob_last_run_id The row of the last run in job_runs; 0 when there is none.\n"
                        "# TYPE bridgejob_last_run_id gauge\n"
                        "bridgejob_last_run_id{job=\"ingest\"} 17\n"
                        "# HELP bridgejob_run_lines From the tally of the last run.\n"
                        "# TYPE bridgejob_run_lines gauge\n"
                        "bridgejob_run_lines{job=\"ingest\"} 5\n");
}

static const struct {
    const char *tally;
    const char *there; /* NULL: no number of it */
} tallies[] = {
    {"", NULL},
    {"no json", NULL},
    {"[1]", NULL},
    {"{\"a\": \"text\", \"b\": true, \"c\": null, \"d\": [1]}", NULL},
    {"{\"run_id\": 5}", NULL},
    {"{\"elapsed_s\": 1.5e-3}", "bridgejob_run_elapsed_s{job=\"j\"} 1.5e-3\n"},
    {"{\"a-b\\n c\": 1}", "bridgejob_run_a_b_n_c{job=\"j\"} 1\n"},
    {"{\"a\": 1, \"a\": 2}", "gauge\nbridgejob_run_a{job=\"j\"} 2\n"},
    {"{\"r\": {\"x\": 1, \"y\": {\"z\": 3}, \"x\": 2}}", "gauge\nbridgejob_run_r{job=\"j\",key=\"x\"} 2\n"},
    {"{\"r\": {\"q\\\"\\\\\": 1}}", "bridgejob_run_r{job=\"j\",key=\"q\\\\\\\"\\\\\\\\\"} 1\n"},
};

static void test_tallies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(tallies) / sizeof(tallies[0]); i++) {
        const char *text = format("j", tallies[i].tally, "");

        if (tallies[i].there == NULL)
            assert_null(strstr(text, "bridgejob_run_"));
        else
            assert_non_null(strstr(text, tallies[i].there));
        assert_null(strstr(text, "last_success"));
    }
}

static void test_label_is_escaped(void **state)
{
    (void)state;
    assert_non_null(strstr(format("a\"b\\c\nd\xc3\xa9", "", ""), "{job=\"a\\\"b\\\\c\\nd\xc3\xa9\"} 0\n"));
}

static void test_success(void **state)
{
    (void)state;
    assert_true(metrics_is_success(0));
    assert_true(metrics_is_success(ERR_FINDINGS));
    assert_false(metrics_is_success(ERR_TEMPFAIL));
    assert_false(metrics_is_success(ERR_TERMINATED));
}

static void write_with(int exit_code)
{
    struct metrics metrics = good;

    metrics.exit_code = exit_code;
    assert_int_equal(metrics_write(path, &metrics), 0);
}

#define SUCCESS "bridgejob_last_success_timestamp_seconds{job=\"ingest\"} "

static void test_the_last_success_is_kept(void **state)
{
    struct stat found;

    (void)state;
    write_with(70);
    assert_null(strstr(read_file(path), "last_success"));
    write_with(0);
    assert_non_null(strstr(read_file(path), SUCCESS "1763704802.500\n"));
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0644);
    write_file("x\n" SUCCESS "12.25\nrest");
    write_with(70);
    assert_non_null(strstr(read_file(path), SUCCESS "12.25\n"));
    write_with(143);
    assert_non_null(strstr(read_file(path), SUCCESS "12.25\n"));
    write_with(3);
    assert_non_null(strstr(read_file(path), SUCCESS "1763704802.500\n"));
}

static const char *const not_ours[] = {
    "", SUCCESS, SUCCESS "x\n", SUCCESS "1.2.3\n", SUCCESS "1", SUCCESS "-1\n", SUCCESS "1 5\n", SUCCESS "NaN\n",
    "bridgejob_last_success_timestamp_seconds{job=\"rollup\"} 5\n", " " SUCCESS "5\n",
    SUCCESS "1111111111111111111111111111111111111111111111111111\n",
};

static void test_what_is_no_last_success(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
        write_file(not_ours[i]);
        write_with(70);
        assert_null(strstr(read_file(path), "last_success"));
    }
}

static void test_a_directory(void **state)
{
    struct metrics metrics = good;
    char name[150];

    (void)state;
    metrics.job = "migrate up";
    assert_int_equal(metrics_write(directory, &metrics), 0);
    snprintf(name, sizeof(name), "%s/bridgejob-migrate-up.prom", directory);
    assert_non_null(strstr(read_file(name), "{job=\"migrate up\"} 0\n"));
    unlink(name);
}

static void test_what_cannot_be_written(void **state)
{
    (void)state;
    assert_int_equal(metrics_write("/nowhere/at/all.prom", &good), ERR_CANTCREATE);
    /* Nobody writes to the pipe: reading it would wait for ever. */
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    write_with(70);
    assert_null(strstr(read_file(path), "last_success"));
}

static int setup(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/m.prom", directory);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_tallies),
        cmocka_unit_test(test_label_is_escaped),
        cmocka_unit_test(test_success),
        cmocka_unit_test(test_the_last_success_is_kept),
        cmocka_unit_test(test_what_is_no_last_success),
        cmocka_unit_test(test_a_directory),
        cmocka_unit_test(test_what_cannot_be_written),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
