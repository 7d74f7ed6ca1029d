#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "core/version.h"
#include "tests/unit/unit.h"

/* Every line that begins with '.' or ''' is a request we know: none slipped in from a text. */
static void check_requests(const char *page)
{
    static const char *const known[] = {".\\\"", ".TH ", ".nh\n", ".ad l\n", ".SH ", ".SS ", ".TP\n",
                                        ".PP\n", ".nf\n", ".fi\n",   ".BR "};

    for (const char *line = page; *line != '\0'; line += strcspn(line, "\n") + 1) {
        bool found = *line != '.' && *line != '\'';

        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]) && !found; i++)
            found = strncmp(line, known[i], strlen(known[i])) == 0;
        assert_true(found);
    }
}

static void check_option(const char *page, const struct option *option)
{
    char name[100] = "\\fB\\-\\-";
    size_t len = strlen(name);

    for (const char *c = option->name; *c != '\0'; c++)
        len += (size_t)snprintf(name + len, sizeof(name) - len, *c == '-' ? "\\-" : "%c", *c);
    snprintf(name + len, sizeof(name) - len, "\\fR");
    assert_non_null(strstr(page, name));
}

static void check_options(const char *page, const struct option *options)
{
    for (; options->name != NULL; options++)
        check_option(page, options);
}

static void test_commands(void **state)
{
    (void)state;
    for (const struct command *command = commands; command->name != NULL; command++) {
        struct buf page = BUF_INIT;

        manual_command(&page, command);
        check_requests(buf_text(&page));
        assert_non_null(strstr(buf_text(&page), ".SH NAME\nbridgejob\\-"));
        assert_non_null(strstr(buf_text(&page), ".SH EXAMPLES\n"));
        if (!command_is_parent(command))
            check_options(buf_text(&page), command->options);
        if (command->job != NULL)
            check_options(buf_text(&page), common_option_table);
        assert_int_equal(strstr(buf_text(&page), ".SH EXIT STATUS\n") != NULL, command->job != NULL);
        buf_release(&page);
    }
}

static void test_overview(void **state)
{
    struct buf page = BUF_INIT;
    char code[20];

    (void)state;
    manual_overview(&page);
    check_requests(buf_text(&page));
    check_options(buf_text(&page), common_option_table);
    assert_non_null(strstr(buf_text(&page), ".TH BRIDGEJOB 1 " BRIDGEJOB_DATE " \"bridgejob " BRIDGEJOB_VERSION "\""));
    for (const struct exit_code *exit_code = exit_codes; exit_code->meaning != NULL; exit_code++) {
        snprintf(code, sizeof(code), "\\fB%d\\fR\n", exit_code->kind);
        assert_non_null(strstr(buf_text(&page), code));
    }
    buf_release(&page);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_commands), cmocka_unit_test(test_overview)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
