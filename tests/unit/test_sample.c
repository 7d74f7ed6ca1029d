#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/sample.h"
#include "tests/unit/unit.h"

static int count_lines(const char *text, const char *line)
{
    int n = 0;

    for (const char *at = text; (at = strstr(at, line)) != NULL; at++)
        n++;
    return n;
}

static const char *section_of(const char *sample, const char *name, size_t len)
{
    char heading[60];

    snprintf(heading, sizeof(heading), "\n[%.*s]\n", (int)len, name);
    assert_int_equal(count_lines(sample, heading), 1);
    return strstr(sample, heading);
}

/* Every option of every command stands in its section; a section is there once. */
static void test_every_option_is_there(void **state)
{
    struct buf sample = BUF_INIT;
    char key[80];

    (void)state;
    sample_config(&sample);
    for (const struct command *command = commands; command->name != NULL; command++) {
        const char *section =
            command->job == NULL ? NULL : section_of(buf_text(&sample), command->name, command_section(command));

        for (const struct option *option = command->options; section != NULL && option->name != NULL; option++) {
            snprintf(key, sizeof(key), "\n;%s = ", option->name);
            assert_non_null(strstr(section, key));
        }
    }
    for (const struct option *option = common_option_table; option->name != NULL; option++) {
        snprintf(key, sizeof(key), "\n;%s = ", option->name);
        assert_int_equal(strstr(buf_text(&sample), key) != NULL, strcmp(option->name, "config") != 0);
    }
    /* Two commands of one section that have the same option have one key. */
    char *migrate = strdup(section_of(buf_text(&sample), "migrate", strlen("migrate")));
    *strstr(migrate + 1, "\n[") = '\0';
    assert_int_equal(count_lines(migrate, "\n;lock-timeout = "), 1);
    free(migrate);
    buf_release(&sample);
}

/* As it is, it is a configuration file that sets nothing. */
static void test_it_is_a_configuration_that_sets_nothing(void **state)
{
    const char *const words[] = {"ingest"};
    char path[] = "/tmp/test_sample.XXXXXX";
    struct buf sample = BUF_INIT;
    struct config config;
    struct common_options common = {.timeout_s = 77};
    struct option_group groups[COMMAND_GROUPS];
    size_t n_used;
    const struct command *command = command_find(1, words, &n_used);
    void *options = calloc(1, command->options_size);
    int fd = mkstemp(path);

    (void)state;
    sample_config(&sample);
    assert_int_equal(write(fd, sample.data, sample.len), sample.len);
    close(fd);
    config_init(&config);
    command_groups(command, options, &common, groups);
    assert_int_equal(config_read(&config, path, command, groups), 0);
    assert_null(config.texts);
    assert_int_equal(common.timeout_s, 77);
    config_release(&config);
    unlink(path);
    free(options);
    buf_release(&sample);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_option_is_there),
        cmocka_unit_test(test_it_is_a_configuration_that_sets_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
