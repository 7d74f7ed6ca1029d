#include "cli/sample.h"

#include <string.h>

#include "cli/command.h"

#define WIDTH 100

/* Whether a row above has the same section and this key: commands of two words share the section of the first. */
static bool is_repeated(const struct command *command, const char *key)
{
    size_t len = command_section(command);

    for (const struct command *above = commands; above != command; above++) {
        const struct option_group own[] = {{above->options, NULL}, {NULL, NULL}};

        if (above->job != NULL && strncmp(above->name, command->name, len + 1) == 0 &&
            option_find(own, key, strlen(key)).option != NULL)
            return true;
    }
    return false;
}

static void add_comment(struct buf *out, const char *text)
{
    size_t column = 1;

    buf_add_char(out, '#');
    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (column > 1 && column + 1 + len > WIDTH) {
            buf_add_text(out, "\n#");
            column = 1;
        }
        buf_printf(out, " %.*s", (int)len, text);
        column += 1 + len;
        text += len + strspn(text + len, " ");
    }
    buf_add_char(out, '\n');
}

static void add_key(struct buf *out, const struct option *option)
{
    const char *value = option->fallback;

    if (value == NULL)
        value = option->kind == OPTION_FLAG ? "no" : option->metavar;
    buf_add_char(out, '\n');
    add_comment(out, option->help);
    buf_printf(out, ";%s = %s\n", option->name, value);
}

static void add_section(struct buf *out, const struct command *command)
{
    for (const struct option *option = command->options; option->name != NULL; option++) {
        if (!is_repeated(command, option->name))
            add_key(out, option);
    }
}

/* Whether the command begins a section: the first of its first word. */
static bool begins_section(const struct command *command)
{
    size_t len = command_section(command);

    for (const struct command *above = commands; above != command; above++) {
        if (above->job != NULL && strncmp(above->name, command->name, len) == 0 &&
            (above->name[len] == ' ' || above->name[len] == '\0'))
            return false;
    }
    return true;
}

void sample_config(struct buf *out)
{
    add_comment(out, "Every option there is, made by 'bridgejob help --format conf'. It goes to /etc/bridgejob.conf "
                     "or ~/.config/bridgejob.conf. Take the ';' away to set one: behind it stands the default, or "
                     "what the value is.");
    add_comment(out, "The command line beats the environment (BRIDGEJOB_DRY_RUN=yes), and that this file.");
    buf_add_text(out, "\n[common]\n");
    for (const struct option *option = common_option_table; option->name != NULL; option++) {
        if (strcmp(option->name, "config") != 0)
            add_key(out, option);
    }
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command->job == NULL)
            continue;
        if (begins_section(command))
            buf_printf(out, "\n[%.*s]\n", (int)command_section(command), command->name);
        add_section(out, command);
    }
}
