#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/config.h"
#include "core/buf.h"
#include "jobs/ingest/ingest.h"

#include <cmocka.h> /* behind ours: it has a macro fail() */

#define FILE_NAME "bridgejob.conf"

struct fixture {
    char dir[32];
    struct config config;
    struct ingest_options options;
    struct common_options common;
    struct option_group groups[COMMAND_GROUPS];
    const struct command *command;
};

static int set_up(void **state)
{
    static const char *const words[] = {"ingest"};
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    size_t n_used;

    if (fixture == NULL)
        return -1;
    snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/bridgejob.XXXXXX");
    if (mkdtemp(fixture->dir) == NULL || chdir(fixture->dir) != 0)
        return -1;
    config_init(&fixture->config);
    fixture->command = command_find(1, words, &n_used);
    command_groups(fixture->command, &fixture->options, &fixture->common, fixture->groups);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    unlink(FILE_NAME);
    unlink(".config/" FILE_NAME);
    rmdir(".config");
    config_release(&fixture->config);
    if (chdir("/") != 0 || rmdir(fixture->dir) != 0)
        return -1;
    free(fixture);
    return 0;
}

static void write_file(const char *path, const char *content, size_t len)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static int read_text(struct fixture *fixture, const char *content)
{
    write_file(FILE_NAME, content, strlen(content));
    memset(&fixture->options, 0, sizeof(fixture->options));
    memset(&fixture->common, 0, sizeof(fixture->common));
    return config_read(&fixture->config, FILE_NAME, fixture->command, fixture->groups);
}

static const struct {
    const char *content;
    int64_t workers;
    int64_t timeout_s;
    bool quiet;
    int status;
} cases[] = {
    {"", 0, 0, false, 0},
    {"\n\n# quiet = yes\n; quiet = yes\n", 0, 0, false, 0},
    {"quiet = yes", 0, 0, true, 0},
    {"\xEF\xBB\xBFquiet = yes", 0, 0, true, 0},
    {"[common]\nquiet=yes\n[ingest]\nworkers = 4\n", 4, 0, true, 0},
    {"[common]\r\nquiet=yes\r\n[ingest]\r\nworkers: 4\r\n", 4, 0, true, 0},
    {"[ingest]\n  workers = 4 ; four\n\tquiet = yes\n", 4, 0, true, 0},
    {"[ingest]\nworkers=4\nworkers=5\n", 5, 0, false, 0},
    {"[ingest]\ntimeout=5s\n[common]\ntimeout=7s\n", 0, 5, false, 0}, /* the section beats the common part */
    {"timeout=1s\n[common]\ntimeout=7s\n", 0, 7, false, 0},
    {"[migrate]\nsteps=4\ntimeout=9s\n", 0, 0, false, 0}, /* known, and not for us */
    {"[migrate]\nsteps=0\n", 0, 0, false, ERR_CONFIG},    /* not for us, and still wrong */
    {"[migrate]\nworkers=3\n", 0, 0, false, ERR_CONFIG},
    {"workers=3\n", 0, 0, false, ERR_CONFIG},
    {"[ingest]\nwrokers=3\n", 0, 0, false, ERR_CONFIG},
    {"[ingest]\nworkers=x\n", 0, 0, false, ERR_CONFIG},
    {"[ingest]\nworkers=\n", 0, 0, false, ERR_CONFIG},
    {"[ingset]\nworkers=3\n", 0, 0, false, ERR_CONFIG},
    {"[migrate up]\ndir=x\n", 0, 0, false, ERR_CONFIG},
    {"[prune events]\nolder-than=1d\n", 0, 0, false, 0},
    {"[prune]\nolder-than=1d\n", 0, 0, false, ERR_CONFIG}, /* of which of them? */
    {"[help]\nverbose=yes\n", 0, 0, false, ERR_CONFIG},
    {"config=other\n", 0, 0, false, ERR_CONFIG},
    {"help=yes\n", 0, 0, false, ERR_CONFIG},
    {"quiet\n", 0, 0, false, ERR_CONFIG},
    {"[common\n", 0, 0, false, ERR_CONFIG},
};

static void test_content(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(read_text(fixture, cases[i].content), cases[i].status);
        if (cases[i].status)
            continue;
        assert_int_equal(fixture->options.workers, cases[i].workers);
        assert_int_equal(fixture->common.timeout_s, cases[i].timeout_s);
        assert_int_equal(fixture->common.quiet, cases[i].quiet);
    }
}

static void test_text_outlives_the_file(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(read_text(fixture, "dbname = postgresql:///app?user=x\n[ingest]\nrejects = /var/my rejects\n"), 0);
    unlink(FILE_NAME);
    assert_string_equal(fixture->common.dbname, "postgresql:///app?user=x");
    assert_string_equal(fixture->options.rejects_dir, "/var/my rejects");
}

/* inih holds 199 bytes of a line and would take the rest for another one. */
static void test_long_lines(void **state)
{
    struct fixture *fixture = *state;
    struct buf content = BUF_INIT;

    buf_printf(&content, "dbname=%0192d\n#%0500d\nquiet=yes\n", 1, 1);
    assert_int_equal(read_text(fixture, buf_text(&content)), 0);
    assert_int_equal(strlen(fixture->common.dbname), 192);
    assert_true(fixture->common.quiet);

    buf_reset(&content);
    buf_printf(&content, "dbname=%0193d", 1);
    assert_int_equal(read_text(fixture, buf_text(&content)), ERR_CONFIG);
    buf_release(&content);
}

static void test_nul_byte(void **state)
{
    struct fixture *fixture = *state;

    write_file(FILE_NAME, "quiet=yes\0no", 12);
    assert_int_equal(config_read(&fixture->config, FILE_NAME, fixture->command, fixture->groups), ERR_CONFIG);
}

static void test_huge_file(void **state)
{
    struct fixture *fixture = *state;

    write_file(FILE_NAME, "", 0);
    assert_int_equal(truncate(FILE_NAME, 100 << 20), 0);
    assert_int_equal(config_read(&fixture->config, FILE_NAME, fixture->command, fixture->groups), ERR_CONFIG);
}

static void test_files_that_are_none(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(config_apply(&fixture->config, "missing.conf", fixture->command, fixture->groups), ERR_NOINPUT);
    assert_int_equal(config_apply(&fixture->config, "missing/x.conf", fixture->command, fixture->groups), ERR_NOINPUT);
    assert_int_equal(config_apply(&fixture->config, ".", fixture->command, fixture->groups), ERR_IO);
}

static void test_user_file(void **state)
{
    struct fixture *fixture = *state;

    setenv("HOME", fixture->dir, 1);
    assert_int_equal(config_apply(&fixture->config, NULL, fixture->command, fixture->groups), 0);
    assert_int_equal(mkdir(".config", 0700), 0);
    write_file(".config/" FILE_NAME, "[ingest]\nworkers=7\n", 19);
    assert_int_equal(config_apply(&fixture->config, NULL, fixture->command, fixture->groups), 0);
    assert_int_equal(fixture->options.workers, 7);

    /* Another file named leaves it out. */
    write_file(FILE_NAME, "[ingest]\nworkers=9\n", 19);
    assert_int_equal(config_apply(&fixture->config, FILE_NAME, fixture->command, fixture->groups), 0);
    assert_int_equal(fixture->options.workers, 9);

    unsetenv("HOME");
    assert_int_equal(config_apply(&fixture->config, NULL, fixture->command, fixture->groups), 0);
    assert_int_equal(fixture->options.workers, 9);
}

/* Only commands that can use it have the option; the file may say it for all. */
static void test_the_namespace_is_common(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(read_text(fixture, "[common]\nnamespace = acme\n"), 0);
    assert_string_equal(fixture->options.default_namespace, "acme");
    assert_int_equal(read_text(fixture, "[ingest]\ndefault-namespace = other\n[common]\nnamespace = acme\n"), 0);
    assert_string_equal(fixture->options.default_namespace, "other");
    assert_int_equal(read_text(fixture, "default-namespace = acme\n"), ERR_CONFIG);
    assert_int_equal(read_text(fixture, "[migrate]\nnamespace = acme\n"), ERR_CONFIG);
}

#define CONFIG_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(test_content),  CONFIG_TEST(test_text_outlives_the_file), CONFIG_TEST(test_long_lines),
        CONFIG_TEST(test_nul_byte), CONFIG_TEST(test_huge_file),              CONFIG_TEST(test_files_that_are_none),
        CONFIG_TEST(test_user_file), CONFIG_TEST(test_the_namespace_is_common),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
