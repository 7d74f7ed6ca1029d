#include "cli/command.h"

#include <string.h>

#include "cli/suggest.h"

const struct command *command_named(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

static const struct command *find_child(const char *parent, const char *word)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_is_child(command, parent) && strcmp(command->name + strlen(parent) + 1, word) == 0)
            return command;
    }
    return NULL;
}

const struct command *command_find(size_t n_words, const char *const *words, size_t *n_used)
{
    const struct command *command = NULL;
    const struct command *child = NULL;

    /* A blank would let one word 'migrate up' pass for two. */
    if (n_words > 0 && strchr(words[0], ' ') == NULL)
        command = command_named(words[0]);
    if (command != NULL && n_words > 1)
        child = find_child(words[0], words[1]);
    *n_used = command == NULL ? 0 : child == NULL ? 1 : 2;
    return child == NULL ? command : child;
}

const struct job *command_job(size_t n_words, const char *const *words)
{
    size_t n_used;
    const struct command *command = command_find(n_words, words, &n_used);

    if (command != NULL && command->alone != NULL && (n_words < 2 || *words[1] == '-'))
        command = command_named(command->alone);
    return command == NULL ? NULL : command->job;
}

size_t command_section(const struct command *command)
{
    return command->own_section ? strlen(command->name) : strcspn(command->name, " ");
}

bool command_is_parent(const struct command *command)
{
    return command->job == NULL && command->run == NULL;
}

bool command_is_child(const struct command *command, const char *parent)
{
    size_t len = strlen(parent);

    return strncmp(command->name, parent, len) == 0 && command->name[len] == ' ';
}

int command_fail_unknown(const struct command *parent, const char *word)
{
    const char *before = parent == NULL ? "" : parent->name;
    const char *blank = parent == NULL ? "" : " ";
    size_t skip = strlen(before) + strlen(blank);
    struct suggest suggest;

    fail(ERR_USAGE, "unknown command '%s%s%s'", before, blank, word);
    suggest_init(&suggest, word);
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (parent == NULL ? strchr(command->name, ' ') == NULL : command_is_child(command, parent->name))
            suggest_offer(&suggest, command->name + skip);
    }
    if (suggest.best != NULL)
        log_hint("did you mean '%s%s%s'?", before, blank, suggest.best);
    return ERR_USAGE;
}

int command_fail_parent(const struct command *parent)
{
    size_t skip = strlen(parent->name) + 1;
    struct buf words = BUF_INIT;

    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_is_child(command, parent->name))
            buf_printf(&words, "%s%s", words.len == 0 ? "" : ", ", command->name + skip);
    }
    fail(ERR_USAGE, "'%s' must be followed by one of: %s", parent->name, buf_text(&words));
    buf_release(&words);
    return ERR_USAGE;
}

void command_groups(const struct command *command, void *options, struct common_options *common,
                    struct option_group groups[COMMAND_GROUPS])
{
    size_t n = 0;

    if (command->options != NULL)
        groups[n++] = (struct option_group){command->options, options};
    if (command->job != NULL)
        groups[n++] = (struct option_group){common_option_table, common};
    groups[n++] = (struct option_group){help_option_table, NULL};
    groups[n] = (struct option_group){NULL, NULL};
}

int command_set_operands(const struct command *command, void *options, const char *const *operands, size_t n_operands)
{
    if (command->operands == NULL && n_operands > 0)
        return fail(ERR_USAGE, "unexpected operand '%s'", operands[0]);
    if (command->operands != NULL) {
        memcpy((char *)options + command->operands_at, &operands, sizeof(operands));
        memcpy((char *)options + command->n_operands_at, &n_operands, sizeof(n_operands));
    }
    return 0;
}
