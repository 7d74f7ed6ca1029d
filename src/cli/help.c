#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <zlib.h>

#include "cli/command.h"
#include "cli/manual.h"
#include "cli/sample.h"
#include "core/log.h"
#include "core/version.h"

#define WIDTH 80
#define COMMAND_COLUMN 18
#define OPTION_COLUMN 30

const struct exit_code exit_codes[] = {
    {ERR_NONE, "done"},
    {ERR_FINDINGS, "done, with rejects or findings"},
    {ERR_USAGE, "the command line is wrong"},
    {ERR_INPUT, "input refused: cut, damaged or over its reject budget"},
    {ERR_NOINPUT, "no such input"},
    {ERR_UNAVAILABLE, "database unreachable or connection refused"},
    {ERR_INTERNAL, "internal error, or the lines do not add up"},
    {ERR_CANTCREATE, "output cannot be created"},
    {ERR_IO, "read or write failed"},
    {ERR_TEMPFAIL, "try again: the job is already running, retries or time used up"},
    {ERR_NOPERM, "permission denied"},
    {ERR_CONFIG, "configuration wrong, or schema not migrated"},
    {ERR_ABORT_RECOVERY, "wal-fetch failed: recovery must not go on"},
    {ERR_INTERRUPT, "interrupted (SIGINT)"},
    {ERR_TERMINATED, "terminated (SIGTERM)"},
    {ERR_NONE, NULL},
};

/* The text from 'column' on, broken at blanks, further lines indented. Ends the line. */
static void add_wrapped(struct buf *out, const char *text, size_t column, size_t indent)
{
    bool first = true;

    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (!first && column + 1 + len > WIDTH) {
            buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add(out, text, len);
        column += len;
        first = false;
        text += len + strspn(text + len, " ");
    }
    buf_add_char(out, '\n');
}

/* "  left     text", the text in its own column. */
static void add_entry(struct buf *out, const char *left, size_t column, const char *text)
{
    size_t len = 2 + strlen(left);

    buf_printf(out, "  %s", left);
    if (len + 2 > column) {
        buf_add_char(out, '\n');
        len = 0;
    }
    buf_printf(out, "%*s", (int)(column - len), "");
    add_wrapped(out, text, column, column);
}

static void add_paragraphs(struct buf *out, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        struct buf paragraph = BUF_INIT;

        buf_add(&paragraph, text, len);
        buf_add_char(out, '\n');
        add_wrapped(out, buf_text(&paragraph), 0, 0);
        buf_release(&paragraph);
        text += len + (text[len] == '\n');
    }
}

/* 'settable': also from the environment, so its variable is named. */
static void add_option(struct buf *out, const struct option *option, bool settable)
{
    struct buf left = BUF_INIT;
    struct buf text = BUF_INIT;
    char variable[OPTION_ENV_SIZE];

    if (option->letter != 0)
        buf_printf(&left, "-%c, ", option->letter);
    else
        buf_add_text(&left, "    ");
    buf_printf(&left, "--%s", option->name);
    if (option->metavar != NULL)
        buf_printf(&left, " %s", option->metavar);

    buf_add_text(&text, option->help);
    if (option->also != NULL)
        buf_printf(&text, "; also --%s", option->also);
    if (option->fallback != NULL)
        buf_printf(&text, " (default %s)", option->fallback);
    if (settable && option->kind != OPTION_HELP) {
        option_env_name(option->name, variable);
        buf_printf(&text, " [%s]", variable);
    }
    add_entry(out, buf_text(&left), OPTION_COLUMN, buf_text(&text));
    buf_release(&left);
    buf_release(&text);
}

static void add_options(struct buf *out, const char *heading, const struct option *options, bool settable)
{
    if (heading != NULL)
        buf_printf(out, "\n%s:\n", heading);
    for (; options->name != NULL; options++)
        add_option(out, options, settable);
}

/* The rows that stand in the list: of a parent its children, else all that do something. */
static bool is_listed(const struct command *command, const struct command *parent)
{
    return parent == NULL ? !command_is_parent(command) : command_is_child(command, parent->name);
}

static void add_commands(struct buf *out, const struct command *parent)
{
    const char *group = NULL;

    for (const struct command *command = commands; command->name != NULL; command++) {
        if (!is_listed(command, parent))
            continue;
        if (group == NULL || strcmp(group, command->group) != 0)
            buf_printf(out, "\n%s:\n", parent == NULL ? command->group : "Commands");
        group = command->group;
        add_entry(out, command->name, COMMAND_COLUMN, command->summary);
    }
}

static void add_exit_codes(struct buf *out)
{
    char code[8];

    buf_add_text(out, "\nExit codes:\n");
    for (const struct exit_code *exit_code = exit_codes; exit_code->meaning != NULL; exit_code++) {
        snprintf(code, sizeof(code), "%3d", exit_code->kind);
        add_entry(out, code, strlen(code) + 4, exit_code->meaning);
    }
}

void help_overview(struct buf *out)
{
    buf_add_text(out, "usage: bridgejob COMMAND [OPTION]... [OPERAND]...\n");
    add_paragraphs(out, "Keeps the PostgreSQL database of an event-driven workflow system in shape, from cron or by "
                        "hand. Every command is safe to run again after any failure.");
    add_commands(out, NULL);
    add_options(out, "Options of every command that uses the database", common_option_table, true);
    add_options(out, NULL, help_option_table, true);
    add_paragraphs(out, "An option may also stand in the environment, under the name in brackets, or in a "
                        "configuration file: 'quiet = yes' in the section [common], 'workers = 4' in the section "
                        "[ingest]. The command line beats the environment, the environment the configuration of the "
                        "user, and that the one of the system. --quiet=no takes back a flag set elsewhere.");
    add_exit_codes(out);
    buf_add_text(out, "\n'bridgejob help COMMAND' describes a command and its options.\n");
}

static void add_usage(struct buf *out, const struct command *command)
{
    const char *word = !command_is_parent(command) ? "" : command->alone == NULL ? " COMMAND" : " [COMMAND]";

    buf_printf(out, "usage: bridgejob %s%s [OPTION]...", command->name, word);
    if (command->operands != NULL)
        buf_printf(out, " %s", command->operands);
    buf_printf(out, "\n\n%s: %s\n", command->name, command->summary);
}

static void add_examples(struct buf *out, const char *const *examples)
{
    buf_add_text(out, "\nExamples:\n");
    for (; *examples != NULL; examples++)
        buf_printf(out, "  %s\n", *examples);
}

void help_command(struct buf *out, const struct command *command)
{
    add_usage(out, command);
    add_paragraphs(out, command->description);
    if (command_is_parent(command)) {
        add_commands(out, command);
        add_examples(out, command->examples);
        buf_printf(out, "\n'bridgejob help %s COMMAND' describes one of them.\n", command->name);
        return;
    }
    if (command->options->name != NULL)
        add_options(out, "Options", command->options, command->job != NULL);
    if (command->job != NULL)
        add_options(out, "Common options", common_option_table, true);
    add_options(out, command->job != NULL || command->options->name != NULL ? NULL : "Options", help_option_table,
                false);
    if (command->job != NULL) {
        int section = (int)command_section(command);

        buf_printf(out, "\nConfiguration file: section [%.*s]; common options also in [common].\n", section,
                   command->name);
        add_exit_codes(out);
    }
    add_examples(out, command->examples);
}

/* Every name a manual page has, a line each. */
static void add_list(struct buf *out)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        buf_printf(out, "%s\n", command->name);
}

static void add_as(struct buf *out, enum help_format format, const struct command *command)
{
    switch (format) {
    case HELP_TEXT:
        command == NULL ? help_overview(out) : help_command(out, command);
        break;
    case HELP_MAN:
        command == NULL ? manual_overview(out) : manual_command(out, command);
        break;
    case HELP_CONF:
        sample_config(out);
        break;
    case HELP_LIST:
        add_list(out);
        break;
    }
}

static int print_as(enum help_format format, const struct command *command)
{
    struct buf out = BUF_INIT;
    int status;

    add_as(&out, format, command);
    status = buf_print(&out, stdout);
    buf_release(&out);
    return status;
}

int help_print(const struct command *command)
{
    return print_as(HELP_TEXT, command);
}

static int fail_no_help(const struct command *parent, const char *word)
{
    command_fail_unknown(parent, word);
    log_hint("try 'bridgejob help'");
    return ERR_USAGE;
}

int help_run(const void *options)
{
    const struct help_options *help = options;
    const struct command *command = NULL;
    size_t n_used = 0;

    if (help->n_words > 0 && (help->format == HELP_CONF || help->format == HELP_LIST))
        return fail(ERR_USAGE, "unexpected operand '%s': that format is of all commands", help->words[0]);
    if (help->n_words > 0) {
        command = command_find(help->n_words, help->words, &n_used);
        if (n_used < help->n_words)
            return fail_no_help(command, help->words[n_used]);
    }
    return print_as(help->format, command);
}

int version_run(const void *options)
{
    const struct version_options *version = options;

    printf("bridgejob %s\n", BRIDGEJOB_VERSION);
    if (version->verbose) {
        printf("zlib %s, built with %s\n", zlibVersion(), ZLIB_VERSION);
        printf("OpenSSL %s, built with %s\n", OpenSSL_version(OPENSSL_VERSION_STRING), OPENSSL_VERSION_STR);
    }
    return 0;
}
