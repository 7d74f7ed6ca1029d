#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "core/err.h"
#include "tests/unit/capture.h"

#include <cmocka.h> /* behind ours: it has a macro fail() */

#define WIDTH 80

/* No line is wider than a terminal, none ends in a blank, and no tab is in it. */
static void check_layout(struct buf *help)
{
    const char *line = buf_text(help);

    assert_true(help->len > 0);
    assert_int_equal(help->data[help->len - 1], '\n');
    while (*line != '\0') {
        size_t len = strcspn(line, "\n");

        assert_true(len <= WIDTH);
        assert_true(len == 0 || line[len - 1] != ' ');
        assert_null(memchr(line, '\t', len));
        line += len + 1;
    }
}

static void test_overview(void **state)
{
    struct buf help = BUF_INIT;

    (void)state;
    help_overview(&help);
    check_layout(&help);
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (!command_is_parent(command))
            assert_non_null(strstr(buf_text(&help), command->summary));
    }
    buf_release(&help);
}

/* Each option is there by name, with its default and its variable. */
static void check_option(const char *help, const struct option *option)
{
    char text[OPTION_ENV_SIZE];
    char variable[OPTION_ENV_SIZE];

    snprintf(text, sizeof(text), "--%s", option->name);
    assert_non_null(strstr(help, text));
    option_env_name(option->name, variable);
    assert_non_null(strstr(help, variable));
    if (option->fallback != NULL)
        assert_non_null(strstr(help, option->fallback));
}

static void test_commands(void **state)
{
    (void)state;
    for (const struct command *command = commands; command->name != NULL; command++) {
        struct buf help = BUF_INIT;

        help_command(&help, command);
        check_layout(&help);
        assert_non_null(strstr(buf_text(&help), command->summary));
        assert_non_null(strstr(buf_text(&help), command->examples[0]));
        if (command->job != NULL) {
            for (const struct option *option = command->options; option->name != NULL; option++)
                check_option(buf_text(&help), option);
        }
        buf_release(&help);
    }
}

static void test_run_finds_its_command(void **state)
{
    const char *const words[] = {"migrate", "sideways"};
    const struct help_options two = {.words = words, .n_words = 2};
    const struct help_options unknown = {.words = words + 1, .n_words = 1};

    (void)state;
    assert_int_equal(help_run(&two), ERR_USAGE);
    assert_int_equal(help_run(&unknown), ERR_USAGE);
}

/* Every other form of the help has something to print, and of a command what it has. */
static void test_forms(void **state)
{
    const char *const words[] = {"migrate", "up"};
    static const struct {
        enum help_format format;
        size_t n_words;
        const char *begins;
    } forms[] = {
        {HELP_MAN, 0, ".\\\" Made by"}, {HELP_MAN, 2, ".\\\" Made by"}, {HELP_CONF, 0, "# Every option"},
        {HELP_LIST, 0, "migrate\nmigrate up\n"}, {HELP_TEXT, 2, "usage: bridgejob migrate up"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct help_options options = {.format = forms[i].format, .words = words, .n_words = forms[i].n_words};
        struct capture out;
        int result;

        capture_start(&out, STDOUT_FILENO);
        result = help_run(&options);
        assert_memory_equal(capture_end(&out), forms[i].begins, strlen(forms[i].begins));
        assert_int_equal(result, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overview),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_run_finds_its_command),
        cmocka_unit_test(test_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
