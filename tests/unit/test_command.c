#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "jobs/ingest/ingest.h"

#include <cmocka.h> /* behind ours: it has a macro fail() */

static const struct {
    const char *words[3];
    const char *name; /* NULL: none is found */
    size_t n_used;
} names[] = {
    {{"ingest"}, "ingest", 1},
    {{"ingest", "help"}, "ingest", 1},
    {{"migrate"}, "migrate", 1},
    {{"migrate", "up"}, "migrate up", 2},
    {{"migrate", "down", "x"}, "migrate down", 2},
    {{"migrate", "ups"}, "migrate", 1},
    {{"migrate", "--dir"}, "migrate", 1},
    {{"migrate up"}, NULL, 0},
    {{"up"}, NULL, 0},
    {{"ing"}, NULL, 0},
    {{""}, NULL, 0},
    {{NULL}, NULL, 0},
};

static void test_find(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct command *command;
        size_t n_words = 0;
        size_t n_used = 99;

        while (n_words < 3 && names[i].words[n_words] != NULL)
            n_words++;
        command = command_find(n_words, names[i].words, &n_used);
        assert_int_equal(n_used, names[i].n_used);
        if (names[i].name == NULL)
            assert_null(command);
        else
            assert_string_equal(command->name, names[i].name);
    }
}

static void test_jobs(void **state)
{
    const char *const up[] = {"migrate", "up"};
    const char *const ups[] = {"migrate", "ups"};
    const char *const ingest[] = {"ingest", "x"};
    const char *const version[] = {"version"};
    const char *const backup[] = {"backup", "--quiet"};
    const char *const backups[] = {"backup", "x"};

    (void)state;
    assert_string_equal(command_job(2, up)->name, "migrate up");
    assert_string_equal(command_job(2, ingest)->name, "ingest");
    assert_string_equal(command_job(1, backup)->name, "backup create");
    assert_string_equal(command_job(2, backup)->name, "backup create");
    assert_null(command_job(2, backups));
    assert_null(command_job(2, ups));
    assert_null(command_job(1, version));
    assert_null(command_job(1, ups + 1));
    assert_null(command_job(0, up));
}

static void test_unknown(void **state)
{
    const char *const migrate[] = {"migrate"};
    size_t n_used;

    (void)state;
    assert_int_equal(command_fail_unknown(NULL, "ingset"), ERR_USAGE);
    assert_int_equal(command_fail_unknown(command_find(1, migrate, &n_used), "dwon"), ERR_USAGE);
    assert_int_equal(command_fail_parent(command_find(1, migrate, &n_used)), ERR_USAGE);
}

/* Every row is whole: what the help prints and the dispatcher needs is there. */
static void test_rows(void **state)
{
    (void)state;
    for (const struct command *command = commands; command->name != NULL; command++) {
        assert_non_null(command->group);
        assert_non_null(command->summary);
        assert_non_null(command->description);
        assert_non_null(command->examples);
        assert_true(command->job == NULL || command->run == NULL);
        if (command->alone != NULL)
            assert_true(command_is_parent(command) && command_is_child(command_named(command->alone), command->name));
        if (command->job != NULL)
            assert_string_equal(command->job->name, command->name);
        if (command_is_parent(command))
            continue;
        assert_non_null(command->options);
        assert_true(command->options_size > 0);
        if (command->operands != NULL)
            assert_true(command->n_operands_at + sizeof(size_t) <= command->options_size);
    }
}

static void check_option(const struct command *command, const struct option *option)
{
    const size_t sizes[] = {[OPTION_TEXT] = sizeof(char *),    [OPTION_FLAG] = sizeof(bool),
                            [OPTION_COUNT] = sizeof(int64_t),  [OPTION_SIZE] = sizeof(int64_t),
                            [OPTION_DURATION] = sizeof(int64_t), [OPTION_CHOICE] = sizeof(int),
                            [OPTION_LIST] = sizeof(struct text_list)};

    assert_non_null(option->help);
    assert_true(option->offset + sizes[option->kind] <= command->options_size);
    assert_int_equal(option->metavar == NULL, option->kind == OPTION_FLAG);
    assert_int_equal(option->choices != NULL, option->kind == OPTION_CHOICE);
    assert_true(option->min <= option->max);
    /* The letter means the same wherever it is taken. */
    if (option->letter == 'n')
        assert_true(strcmp(option->name, "namespace") == 0 || strcmp(option->also, "namespace") == 0);
}

/* How many options of the command answer to a name. */
static int count_name(const struct option_group *groups, const char *name)
{
    int n = 0;

    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++)
            n += strcmp(option->name, name) == 0 || (option->also != NULL && strcmp(option->also, name) == 0);
    }
    return n;
}

static int count_letter(const struct option_group *groups, char letter)
{
    int n = 0;

    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++)
            n += option->letter == letter;
    }
    return n;
}

static void check_unique(const struct option_group *groups, const struct option *option)
{
    assert_int_equal(count_name(groups, option->name), 1);
    if (option->also != NULL)
        assert_int_equal(count_name(groups, option->also), 1);
    if (option->letter != 0)
        assert_int_equal(count_letter(groups, option->letter), 1);
}

static void test_option_tables(void **state)
{
    (void)state;
    for (const struct command *command = commands; command->name != NULL; command++) {
        struct common_options common;
        struct option_group groups[COMMAND_GROUPS];
        void *options = calloc(1, command->options_size + 1);

        assert_non_null(options);
        command_groups(command, options, &common, groups);
        assert_int_equal(option_set_defaults(groups), 0);
        for (const struct option_group *group = groups; group->options != NULL; group++) {
            for (const struct option *option = group->options; option->name != NULL; option++) {
                check_unique(groups, option);
                if (group->options == command->options)
                    check_option(command, option);
            }
        }
        free(options);
    }
}

static void test_groups(void **state)
{
    const char *const words[] = {"ingest"};
    const char *const version[] = {"version"};
    struct common_options common;
    struct option_group groups[COMMAND_GROUPS];
    size_t n_used;

    (void)state;
    command_groups(command_find(1, words, &n_used), NULL, &common, groups);
    assert_non_null(option_find(groups, "workers", 7).option);
    assert_ptr_equal(option_find(groups, "dbname", 6).storage, &common);
    assert_non_null(option_find(groups, "help", 4).option);

    command_groups(command_find(1, version, &n_used), NULL, &common, groups);
    assert_non_null(option_find(groups, "verbose", 7).option);
    assert_null(option_find(groups, "dbname", 6).option);
}

static void test_operands(void **state)
{
    const char *const ingest[] = {"ingest"};
    const char *const up[] = {"migrate", "up"};
    const char *const files[] = {"a", "-"};
    struct ingest_options options = {0};
    size_t n_used;

    (void)state;
    assert_int_equal(command_set_operands(command_find(1, ingest, &n_used), &options, files, 2), 0);
    assert_ptr_equal(options.files, files);
    assert_int_equal(options.n_files, 2);
    assert_int_equal(command_set_operands(command_find(1, ingest, &n_used), &options, files, 0), 0);
    assert_int_equal(command_set_operands(command_find(2, up, &n_used), &options, files, 1), ERR_USAGE);
    assert_int_equal(command_set_operands(command_find(2, up, &n_used), &options, files, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),          cmocka_unit_test(test_unknown), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_option_tables), cmocka_unit_test(test_groups),  cmocka_unit_test(test_operands),
        cmocka_unit_test(test_jobs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
