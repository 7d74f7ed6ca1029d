#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "jobs/status/cronfile.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static const struct job ingest = {.name = "ingest", .needs = NEEDS_DB};

static const struct job *find(size_t n, const char *const *words)
{
    return n > 0 && strcmp(words[0], "ingest") == 0 ? &ingest : NULL;
}

/* Read a file of this text; '*warnings' is what was said. */
static int read_text(struct cronfile *file, const char *text, const char **warnings)
{
    static struct capture capture;
    char path[] = "/tmp/bridgejob-cronfile.XXXXXX";
    int fd = mkstemp(path);
    int result;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    capture_start(&capture, STDERR_FILENO);
    result = cronfile_read(file, path, find);
    *warnings = capture_end(&capture);
    unlink(path);
    return result;
}

static void test_read(void **state)
{
    static const char text[] = "# bridgejob ingest\n"
                               "\n"
                               "SHELL=/bin/sh\r\n"
                               "  \"MAILTO\" = bridgejob ingest\n"
                               "0 1 * * * bridgejob ingest a\n"
                               "CRON_TZ = 'Europe/Berlin'\n"
                               "-0 2 * * * bridgejob ingest b\r\n"
                               "0 3 * * * other program\n"
                               "0 25 * * * bridgejob ingest c\n"
                               "CRON_TZ=\n"
                               "@daily bridgejob ingset";
    struct cronfile file;
    const char *warnings;

    (void)state;
    assert_int_equal(read_text(&file, text, &warnings), 0);
    assert_int_equal(file.n, 3);
    assert_string_equal(file.at[0].run.command, "bridgejob ingest a");
    assert_string_equal(file.at[0].zone, "");
    assert_int_equal(file.at[0].number, 5);
    assert_string_equal(file.at[1].run.command, "bridgejob ingest b");
    assert_string_equal(file.at[1].zone, "Europe/Berlin");
    assert_false(file.at[2].run.known);
    assert_string_equal(file.at[2].zone, "");
    assert_int_equal(file.at[2].number, 11);
    assert_true(time(NULL) - file.modified < 60);
    assert_non_null(strstr(warnings, "line 9 is no line of a crontab"));
    assert_ptr_equal(strchr(warnings, '\n'), warnings + strlen(warnings) - 1); /* and of no other */
    cronfile_release(&file);
}

static void test_no_file(void **state)
{
    struct cronfile file;

    (void)state;
    assert_int_equal(cronfile_read(&file, "/nowhere/crontab", find), ERR_NOINPUT);
    assert_int_equal(file.n, 0);
    cronfile_release(&file);
}

static void test_zone(void **state)
{
    struct cronfile_line line = {.zone = "Asia/Kathmandu"};

    (void)state;
    setenv("TZ", "Europe/Berlin", 1);
    cronfile_zone(&line);
    assert_string_equal(getenv("TZ"), "Asia/Kathmandu");
    cronfile_zone(NULL);
    assert_string_equal(getenv("TZ"), "Europe/Berlin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
