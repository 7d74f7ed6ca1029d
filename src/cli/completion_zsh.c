#include <string.h>

#include "cli/command.h"
#include "cli/completion.h"

static const char head[] =
    "#compdef bridgejob\n"
    "# Completion of bridgejob in zsh, made by 'bridgejob completion zsh' from the table of options.\n"
    "_bridgejob()\n"
    "{\n"
    "    local curcontext=$curcontext command=$words[2] state state_descr line\n"
    "    local -A opt_args\n"
    "    local -a common described own\n"
    "\n";

/* The file is autoloaded as a function of its own name, or sourced. */
static const char tail[] =
    "}\n"
    "if [ \"$funcstack[1]\" = _bridgejob ]; then\n"
    "    _bridgejob \"$@\"\n"
    "else\n"
    "    compdef _bridgejob bridgejob\n"
    "fi\n";

/* Inside single quotes; 'special' characters get a backslash, for zsh takes them for its own there. */
static void add_quoted(struct buf *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buf_add_text(out, "'\\''");
            continue;
        }
        if (strchr(special, *text) != NULL)
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
}

/* 'word:what it does' of the commands below 'parent', or of the first words. */
static void add_described(struct buf *out, const struct command *parent)
{
    size_t skip = parent == NULL ? 0 : strlen(parent->name) + 1;

    buf_add_text(out, "described=(");
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (parent == NULL ? !completion_is_first(command) : !command_is_child(command, parent->name))
            continue;
        buf_printf(out, "'%.*s:", (int)strcspn(command->name + skip, " "), command->name + skip);
        add_quoted(out, command->summary, ":\\");
        buf_add_text(out, "' ");
    }
    buf_add_text(out, ")\n");
}

static void add_action(struct buf *out, const struct option *option)
{
    buf_printf(out, ":%s:", option->metavar);
    switch (completion_of_option(option)) {
    case COMPLETE_WORDS:
        buf_add_char(out, '(');
        completion_add_choices(out, option);
        buf_add_char(out, ')');
        break;
    case COMPLETE_FILES:
        buf_add_text(out, "_files");
        break;
    case COMPLETE_DIRECTORIES:
        buf_add_text(out, "_files -/");
        break;
    case COMPLETE_COMMANDS:
    case COMPLETE_NOTHING:
        buf_add_char(out, ' ');
        break;
    }
}

/* One name of an option; all names of it exclude each other. */
static void add_spec(struct buf *out, const struct option *option, const char *hyphens, const char *name)
{
    const char *takes = option->metavar == NULL ? "" : hyphens[1] == '\0' ? "+" : "=";

    buf_add_text(out, "        '(");
    if (option->letter != 0)
        buf_printf(out, "-%c ", option->letter);
    buf_printf(out, "--%s%s%s)%s%s%s[", option->name, option->also == NULL ? "" : " --",
               option->also == NULL ? "" : option->also, hyphens, name, takes);
    add_quoted(out, option->help, "[]\\");
    buf_add_char(out, ']');
    if (option->metavar != NULL)
        add_action(out, option);
    buf_add_text(out, "'\n");
}

static void add_specs(struct buf *out, const struct option *options)
{
    for (; options->name != NULL; options++) {
        const char letter[] = {options->letter, '\0'};

        if (options->letter != 0)
            add_spec(out, options, "-", letter);
        add_spec(out, options, "--", options->name);
        if (options->also != NULL)
            add_spec(out, options, "--", options->also);
    }
}

static void add_operands(struct buf *out, const struct command *command)
{
    switch (completion_of_operands(command)) {
    case COMPLETE_FILES:
        buf_add_text(out, "        '*:file:_files'\n");
        break;
    case COMPLETE_DIRECTORIES:
        buf_add_text(out, "        '*:directory:_files -/'\n");
        break;
    case COMPLETE_COMMANDS:
        buf_add_text(out, "        '*:command:(");
        completion_add_first_words(out);
        buf_add_text(out, ")'\n");
        break;
    case COMPLETE_WORDS:
        buf_add_text(out, "        '1:word:(");
        completion_add_operand_words(out, command);
        buf_add_text(out, ")'\n");
        break;
    case COMPLETE_NOTHING:
        if (command->operands != NULL)
            buf_printf(out, "        '*:%s: '\n", command->operands);
        break;
    }
}

static void add_parent(struct buf *out, const struct command *parent)
{
    buf_printf(out, "    %s)\n        ", parent->name);
    add_described(out, parent);
    buf_printf(out,
               "        if (( CURRENT == 3 )); then\n"
               "            _describe command described\n"
               "            return\n"
               "        fi\n"
               "        command=\"%s $words[3]\"\n"
               "        shift words\n"
               "        (( CURRENT-- )) ;;\n",
               parent->name);
}

static void add_commands(struct buf *out)
{
    buf_add_text(out, "    ");
    add_described(out, NULL);
    buf_add_text(out, "    if (( CURRENT == 2 )); then\n"
                      "        _describe command described\n"
                      "        return\n"
                      "    fi\n"
                      "    case $command in\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_is_parent(command))
            add_parent(out, command);
    }
    buf_add_text(out, "    esac\n"
                      "    shift words\n"
                      "    (( CURRENT-- ))\n");
}

void completion_zsh(struct buf *out)
{
    buf_add_text(out, head);
    add_commands(out);
    buf_add_text(out, "    common=(\n");
    add_specs(out, common_option_table);
    buf_add_text(out, "    )\n    case $command in\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_is_parent(command))
            continue;
        buf_printf(out, "    '%s')\n        own=(\n", command->name);
        add_specs(out, help_option_table);
        add_specs(out, command->options);
        add_operands(out, command);
        buf_printf(out, "        )\n        _arguments -s -S : $own%s ;;\n", command->job == NULL ? "" : " $common");
    }
    buf_add_text(out, "    esac\n");
    buf_add_text(out, tail);
}
