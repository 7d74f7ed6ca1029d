#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/secret.h"
#include "core/err.h"
#include "core/log.h"
#include "jobs/frame.h"

/* One command on its way to being run. */
struct invocation {
    const struct command *command;
    void *options;
    struct common_options common;
    struct option_group groups[COMMAND_GROUPS];
    struct arguments arguments;
    struct config config;
};

static void set_program(const struct command *command)
{
    char program[64];

    snprintf(program, sizeof(program), "bridgejob %s", command->name);
    log_set_program(program);
}

static void hint_help(const struct command *command)
{
    if (command == NULL)
        log_hint("try 'bridgejob help'");
    else
        log_hint("try 'bridgejob help %s'", command->name);
}

static void apply_log_options(const struct common_options *common)
{
    log_set_color(common->color);
    if (common->verbose)
        log_set_level(LOG_DEBUG);
    else if (common->quiet)
        log_set_level(LOG_WARNING);
}

/* Environment and configuration: only for what runs against the database. */
static int settle_surroundings(struct invocation *invocation)
{
    const char *path = invocation->common.config;
    int status;

    if (path == NULL)
        path = getenv("BRIDGEJOB_CONFIG");
    if (path != NULL && *path == '\0')
        path = NULL;
    status = config_apply(&invocation->config, path, invocation->command, invocation->groups);
    return status ? status : option_set_from_environment(invocation->groups);
}

/* From the weakest source to the strongest. The command line goes first as well: what
 * is wrong with it is told before anything is read, and it names the configuration. */
static int settle_options(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    int status = arguments_set_options(arguments);

    if (status == 0)
        status = option_set_defaults(invocation->groups);
    if (status == 0 && invocation->command->job != NULL)
        status = settle_surroundings(invocation);
    if (status == 0)
        status = arguments_set_options(arguments);
    if (status)
        return status;
    apply_log_options(&invocation->common);
    return command_set_operands(invocation->command, invocation->options, arguments->operands,
                                arguments->n_operands);
}

static void warn_of_passwords(const struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->n_given; i++) {
        if (strcmp(arguments->given[i].ref.option->name, "dbname") == 0 && secret_in(arguments->given[i].text)) {
            log_warning("a password on the command line can be seen by others: "
                        "in the shell's history, and in ps at first");
            log_hint("put it into ~/.pgpass, mode 0600, or into the file that PGPASSFILE names");
            return;
        }
    }
}

static int run_settled(struct invocation *invocation)
{
    const struct command *command = invocation->command;

    warn_of_passwords(&invocation->arguments);
    if (command->job == NULL)
        return command->run(invocation->options);
    return frame_run(command->job, command_job, &invocation->common, invocation->options);
}

static int run_command(const struct command *command, int argc, const char *const *argv)
{
    struct invocation invocation = {.command = command};
    int status;

    config_init(&invocation.config);
    invocation.options = calloc(1, command->options_size);
    if (invocation.options == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    command_groups(command, invocation.options, &invocation.common, invocation.groups);

    status = arguments_parse(&invocation.arguments, invocation.groups, argc, argv);
    if (status == 0 && !invocation.arguments.help)
        status = settle_options(&invocation);
    if (status)
        hint_help(command);
    else if (invocation.arguments.help)
        status = help_print(command);
    else
        status = run_settled(&invocation);

    arguments_release(&invocation.arguments);
    config_release(&invocation.config);
    free(invocation.options);
    return command->exit_code == NULL ? status : command->exit_code(status);
}

/* What everybody types first. */
static const char *spell_out(const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return "help";
    return strcmp(word, "--version") == 0 ? "version" : word;
}

static int fail_no_command(void)
{
    struct buf usage = BUF_INIT;

    help_overview(&usage);
    fputs(buf_text(&usage), stderr);
    buf_release(&usage);
    return ERR_USAGE;
}

/* "migrate" alone, "migrate --help", "migrate ups". */
static int run_parent(const struct command *command, const char *word)
{
    int status;

    if (word != NULL && strcmp(spell_out(word), "help") == 0)
        return help_print(command);
    if (word == NULL || *word == '-')
        status = command_fail_parent(command);
    else
        status = command_fail_unknown(command, word);
    hint_help(command);
    return status;
}

/* "backup", "backup --jobs 4": a parent that means one of its commands. */
static bool stands_alone(const struct command *command, const char *word)
{
    return command->alone != NULL && (word == NULL || (*word == '-' && strcmp(spell_out(word), "help") != 0));
}

static int start(int argc, const char *const *argv)
{
    const char *words[2];
    const struct command *command;
    size_t n_used;

    if (argc == 0)
        return fail_no_command();
    words[0] = spell_out(argv[0]);
    words[1] = argc > 1 ? argv[1] : NULL;
    if (words[0][0] == '-') {
        fail(ERR_USAGE, "a command is expected before '%s'", words[0]);
        hint_help(NULL);
        return ERR_USAGE;
    }
    command = command_find(argc > 1 ? 2 : 1, words, &n_used);
    if (command == NULL) {
        command_fail_unknown(NULL, words[0]);
        hint_help(NULL);
        return ERR_USAGE;
    }
    if (stands_alone(command, words[1]))
        command = command_named(command->alone);
    set_program(command);
    if (command_is_parent(command))
        return run_parent(command, words[1]);
    return run_command(command, argc - (int)n_used, argv + n_used);
}

/* A descriptor 0, 1 or 2 that the caller closed would be given to the next file or
 * socket opened. Fill it with one that fails when it is used. */
static void hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/* Results that did not reach their reader are an error, and often seen only now. */
static int finish_output(int status)
{
    bool lost = ferror(stdout) != 0;
    int error = 0;

    if (fflush(stdout) != 0) {
        lost = true;
        error = errno;
    }
    if (fclose(stdout) != 0) {
        lost = true;
        error = error ? error : errno;
    }
    if (!lost || (status == ERR_IO && error == 0)) /* where it failed it was told */
        return status;
    /* Of a write that failed long ago only the fact is left. */
    errno = error ? error : EIO;
    return err_worst(status, fail_errno(ERR_IO, "cannot write to standard output"));
}

int main(int argc, char **argv)
{
    secret_hide(argc, argv);
    hold_standard_streams();
    log_set_program("bridgejob");
    return finish_output(start(argc > 0 ? argc - 1 : 0, (const char *const *)argv + 1));
}
