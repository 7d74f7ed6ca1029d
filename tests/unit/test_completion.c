#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/completion.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static const struct choice words[] = {{"one", 1}, {"two", 2}, {NULL, 0}};

static void test_of_option(void **state)
{
    const struct option choice = {.name = "c", .kind = OPTION_CHOICE, .metavar = "WORD", .choices = words};
    const struct option flag = {.name = "f", .kind = OPTION_FLAG};
    struct option text = {.name = "t", .kind = OPTION_TEXT, .metavar = "FILE"};
    struct buf out = BUF_INIT;

    (void)state;
    assert_int_equal(completion_of_option(&choice), COMPLETE_WORDS);
    assert_int_equal(completion_of_option(&flag), COMPLETE_NOTHING);
    assert_int_equal(completion_of_option(&text), COMPLETE_FILES);
    text.metavar = "DIR";
    assert_int_equal(completion_of_option(&text), COMPLETE_DIRECTORIES);
    text.metavar = "URL";
    assert_int_equal(completion_of_option(&text), COMPLETE_NOTHING);
    completion_add_choices(&out, &choice);
    assert_string_equal(buf_text(&out), "one two");
    buf_release(&out);
}

static const struct {
    const char *operands;
    enum completion_kind kind;
} operands[] = {
    {NULL, COMPLETE_NOTHING},       {"FILE...|DIR|-", COMPLETE_FILES}, {"DIR", COMPLETE_DIRECTORIES},
    {"[COMMAND]", COMPLETE_COMMANDS}, {"bash|zsh", COMPLETE_WORDS},    {"ID", COMPLETE_NOTHING},
};

static void test_of_operands(void **state)
{
    struct buf out = BUF_INIT;
    struct command command = {.name = "x"};

    (void)state;
    for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
        command.operands = operands[i].operands;
        assert_int_equal(completion_of_operands(&command), operands[i].kind);
    }
    command.operands = "bash|zsh";
    completion_add_operand_words(&out, &command);
    assert_string_equal(buf_text(&out), "bash zsh");
    buf_release(&out);
}

static void test_words_of_commands(void **state)
{
    const char *const migrate[] = {"migrate"};
    struct buf out = BUF_INIT;
    size_t n_used;

    (void)state;
    completion_add_children(&out, command_find(1, migrate, &n_used));
    assert_non_null(strstr(buf_text(&out), "up down"));
    buf_reset(&out);
    completion_add_first_words(&out);
    assert_non_null(strstr(buf_text(&out), "ingest"));
    assert_null(strstr(strstr(buf_text(&out), "migrate") + 1, "migrate"));
    buf_release(&out);
}

/* Both scripts name every option of every command. */
static void test_scripts_are_whole(void **state)
{
    void (*const shells[])(struct buf *) = {completion_bash, completion_zsh};

    (void)state;
    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        struct buf out = BUF_INIT;
        char name[80];

        shells[i](&out);
        for (const struct command *command = commands; command->name != NULL; command++) {
            snprintf(name, sizeof(name), "    '%s')\n", command->name);
            assert_int_equal(strstr(buf_text(&out), name) != NULL, !command_is_parent(command));
            for (const struct option *option = command->options; option != NULL && option->name != NULL; option++) {
                snprintf(name, sizeof(name), "--%s", option->name);
                assert_non_null(strstr(buf_text(&out), name));
            }
        }
        buf_release(&out);
    }
}

static void test_run(void **state)
{
    const char *const shells[] = {"fish", "zsh", "bash"};
    struct completion_options none = {shells, 0}, fish = {shells, 1}, two = {shells + 1, 2}, bash = {shells + 2, 1};
    struct capture out;
    int result;

    (void)state;
    assert_int_equal(completion_run(&none), ERR_USAGE);
    assert_int_equal(completion_run(&fish), ERR_USAGE);
    assert_int_equal(completion_run(&two), ERR_USAGE);
    capture_start(&out, STDOUT_FILENO);
    result = completion_run(&bash);
    assert_non_null(strstr(capture_end(&out), "_bridgejob()"));
    assert_int_equal(result, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_option),         cmocka_unit_test(test_of_operands),
        cmocka_unit_test(test_words_of_commands), cmocka_unit_test(test_scripts_are_whole),
        cmocka_unit_test(test_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
