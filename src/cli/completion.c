#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "core/log.h"

enum completion_kind completion_of_option(const struct option *option)
{
    if (option->metavar == NULL)
        return COMPLETE_NOTHING;
    if (option->kind == OPTION_CHOICE)
        return COMPLETE_WORDS;
    if (strcmp(option->metavar, "FILE") == 0)
        return COMPLETE_FILES;
    return strcmp(option->metavar, "DIR") == 0 ? COMPLETE_DIRECTORIES : COMPLETE_NOTHING;
}

enum completion_kind completion_of_operands(const struct command *command)
{
    const char *operands = command->operands;

    if (operands == NULL)
        return COMPLETE_NOTHING;
    if (strstr(operands, "FILE") != NULL)
        return COMPLETE_FILES;
    if (strstr(operands, "DIR") != NULL)
        return COMPLETE_DIRECTORIES;
    if (strstr(operands, "COMMAND") != NULL)
        return COMPLETE_COMMANDS;
    return strspn(operands, "abcdefghijklmnopqrstuvwxyz-|") == strlen(operands) ? COMPLETE_WORDS : COMPLETE_NOTHING;
}

void completion_add_choices(struct buf *out, const struct option *option)
{
    for (const struct choice *choice = option->choices; choice->word != NULL; choice++)
        buf_printf(out, "%s%s", choice == option->choices ? "" : " ", choice->word);
}

void completion_add_operand_words(struct buf *out, const struct command *command)
{
    for (const char *c = command->operands; *c != '\0'; c++)
        buf_add_char(out, *c == '|' ? ' ' : *c);
}

bool completion_is_first(const struct command *command)
{
    size_t len = strcspn(command->name, " ");

    for (const struct command *above = commands; above != command; above++) {
        if (strcspn(above->name, " ") == len && strncmp(above->name, command->name, len) == 0)
            return false;
    }
    return true;
}

void completion_add_first_words(struct buf *out)
{
    const char *blank = "";

    for (const struct command *command = commands; command->name != NULL; command++) {
        if (!completion_is_first(command))
            continue;
        buf_printf(out, "%s%.*s", blank, (int)strcspn(command->name, " "), command->name);
        blank = " ";
    }
}

void completion_add_children(struct buf *out, const struct command *parent)
{
    const char *blank = "";

    for (const struct command *child = commands; child->name != NULL; child++) {
        if (!command_is_child(child, parent->name))
            continue;
        buf_printf(out, "%s%s", blank, child->name + strlen(parent->name) + 1);
        blank = " ";
    }
}

static int fail_shell(const struct completion_options *completion)
{
    if (completion->n_shells == 0)
        fail(ERR_USAGE, "operand missing: bash or zsh");
    else if (completion->n_shells > 1)
        fail(ERR_USAGE, "unexpected operand '%s'", completion->shells[1]);
    else
        fail(ERR_USAGE, "no completion for '%s', only for bash and zsh", completion->shells[0]);
    log_hint("try 'bridgejob help completion'");
    return ERR_USAGE;
}

int completion_run(const void *options)
{
    const struct completion_options *completion = options;
    const char *shell = completion->n_shells == 1 ? completion->shells[0] : "";
    struct buf out = BUF_INIT;
    int status;

    if (strcmp(shell, "bash") == 0)
        completion_bash(&out);
    else if (strcmp(shell, "zsh") == 0)
        completion_zsh(&out);
    else
        return fail_shell(completion);
    status = buf_print(&out, stdout);
    buf_release(&out);
    return status;
}
