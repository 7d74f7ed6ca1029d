#include <string.h>

#include "cli/command.h"
#include "cli/completion.h"

/* Where nothing is offered, compopt leaves the word to readline, which knows how to quote a file's name. */
static const char head[] =
    "# Completion of bridgejob in bash, made by 'bridgejob completion bash' from the table of options.\n"
    "_bridgejob()\n"
    "{\n"
    "    local command=${COMP_WORDS[1]} current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local first='' options='' operands='' value='' common='' i\n"
    "\n"
    "    COMPREPLY=()\n"
    "    # '--name=value' comes as three words.\n"
    "    if [ \"$current\" = = ]; then\n"
    "        current=\n"
    "    elif [ \"$before\" = = ] && [ \"$COMP_CWORD\" -gt 2 ]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

static const char tail[] =
    "    # Behind '--' every word is an operand.\n"
    "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
    "        [ \"${COMP_WORDS[i]}\" != -- ] || value=${operands:-@none}\n"
    "    done\n"
    "    if [ -z \"$value\" ]; then\n"
    "        case $current in\n"
    "        -*) value=$options ;;\n"
    "        *) value=${operands:-$options} ;;\n"
    "        esac\n"
    "    fi\n"
    "    case $value in\n"
    "    @none) ;;\n"
    "    @files) compopt -o default ;;\n"
    "    @directories) compopt -o dirnames ;;\n"
    "    *) mapfile -t COMPREPLY < <(compgen -W \"$value\" -- \"$current\") ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _bridgejob bridgejob\n";

static void add_commands(struct buf *out)
{
    buf_add_text(out, "    [ \"$COMP_CWORD\" -gt 1 ] || command='' first='");
    completion_add_first_words(out);
    buf_add_text(out, "'\n    case $command in\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (!command_is_parent(command))
            continue;
        buf_printf(out, "    %s)\n        command=\"%s ${COMP_WORDS[2]}\"\n", command->name, command->name);
        buf_add_text(out, "        [ \"$COMP_CWORD\" -gt 2 ] || command='' first='");
        completion_add_children(out, command);
        buf_add_text(out, " --help' ;;\n");
    }
    buf_add_text(out, "    esac\n"
                      "    if [ -n \"$first\" ]; then\n"
                      "        mapfile -t COMPREPLY < <(compgen -W \"$first\" -- \"$current\")\n"
                      "        return\n"
                      "    fi\n");
}

static void add_names(struct buf *out, const struct option *options)
{
    for (; options->name != NULL; options++) {
        buf_printf(out, " --%s", options->name);
        if (options->also != NULL)
            buf_printf(out, " --%s", options->also);
    }
}

static void add_kind(struct buf *out, enum completion_kind kind)
{
    switch (kind) {
    case COMPLETE_FILES:
        buf_add_text(out, "@files");
        break;
    case COMPLETE_DIRECTORIES:
        buf_add_text(out, "@directories");
        break;
    case COMPLETE_COMMANDS:
        completion_add_first_words(out);
        break;
    case COMPLETE_WORDS:
    case COMPLETE_NOTHING:
        buf_add_text(out, "@none");
        break;
    }
}

/* "        -n|--name) value='…' ;;" for each option that takes a value. */
static void add_values(struct buf *out, const struct option *options)
{
    for (; options->name != NULL; options++) {
        if (options->metavar == NULL)
            continue;
        buf_add_text(out, "        ");
        if (options->letter != 0)
            buf_printf(out, "-%c|", options->letter);
        buf_printf(out, "--%s", options->name);
        if (options->also != NULL)
            buf_printf(out, "|--%s", options->also);
        buf_add_text(out, ") value='");
        if (completion_of_option(options) == COMPLETE_WORDS)
            completion_add_choices(out, options);
        else
            add_kind(out, completion_of_option(options));
        buf_add_text(out, "' ;;\n");
    }
}

static void add_command(struct buf *out, const struct command *command)
{
    enum completion_kind kind = completion_of_operands(command);

    buf_printf(out, "    '%s')\n        options='", command->name);
    add_names(out, help_option_table);
    add_names(out, command->options);
    buf_printf(out, "' common=%s\n        operands='", command->job == NULL ? "" : "yes");
    if (kind == COMPLETE_WORDS)
        completion_add_operand_words(out, command);
    else if (command->operands != NULL)
        add_kind(out, kind);
    buf_add_text(out, "'\n        case $before in\n");
    add_values(out, command->options);
    buf_add_text(out, "        esac ;;\n");
}

void completion_bash(struct buf *out)
{
    buf_add_text(out, head);
    add_commands(out);
    buf_add_text(out, "    case $command in\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (!command_is_parent(command))
            add_command(out, command);
    }
    buf_add_text(out, "    esac\n    if [ -n \"$common\" ]; then\n        options+='");
    add_names(out, common_option_table);
    buf_add_text(out, "'\n        case $before in\n");
    add_values(out, common_option_table);
    buf_add_text(out, "        esac\n    fi\n");
    buf_add_text(out, tail);
}
