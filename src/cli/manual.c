#include "cli/manual.h"

#include <ctype.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/roff.h"
#include "core/version.h"

struct entry {
    const char *name;
    const char *text;
};

static const struct entry variables[] = {
    {"BRIDGEJOB_OPTION",
     "The option of that name, in capitals and with '_' for '-': BRIDGEJOB_DRY_RUN=yes is --dry-run."},
    {"PGHOST, PGPORT, PGDATABASE, PGUSER, PGSERVICE ...",
     "The connection, as for every program made with libpq; --dbname beats them."},
    {"DATABASE_URL",
     "The connection, when neither --dbname nor any of PGHOST, PGHOSTADDR, PGPORT, PGDATABASE, PGUSER and PGSERVICE "
     "says it."},
    {"NO_COLOR", "When it is not empty, --color auto is never."},
    {NULL, NULL}};

static const struct entry files[] = {
    {"/etc/bridgejob.conf", "configuration of the system"},
    {"~/.config/bridgejob.conf", "configuration of the user, which beats it"},
    {"~/.pgpass", "passwords, so that none stands on a command line"},
    {NULL, NULL}};

static void add_page_name(struct buf *out, const struct command *command, bool capitals)
{
    buf_add_text(out, capitals ? "BRIDGEJOB\\-" : "bridgejob\\-");
    for (const char *c = command->name; *c != '\0'; c++) {
        if (*c == ' ')
            buf_add_text(out, "\\-");
        else
            buf_add_char(out, capitals ? (char)toupper((unsigned char)*c) : *c);
    }
}

/* NULL: the page of the program. */
static void add_heading(struct buf *out, const struct command *command, const char *summary)
{
    buf_add_text(out, ".\\\" Made by 'bridgejob help \\-\\-format man' from the table of options.\n.TH ");
    if (command == NULL)
        buf_add_text(out, "BRIDGEJOB");
    else
        add_page_name(out, command, true);
    buf_add_text(out, " 1 " BRIDGEJOB_DATE " \"bridgejob " BRIDGEJOB_VERSION "\" \"bridgejob manual\"\n");
    /* A name that is broken at the end of a line cannot be copied. */
    buf_add_text(out, ".nh\n.ad l\n.SH NAME\n");
    if (command == NULL)
        buf_add_text(out, "bridgejob");
    else
        add_page_name(out, command, false);
    buf_add_text(out, " \\- ");
    roff_add_prose(out, summary);
}

static void add_entry(struct buf *out, const char *name, const char *text)
{
    buf_add_text(out, ".TP\n\\fB");
    roff_add_escaped(out, name, strlen(name));
    buf_add_text(out, "\\fR\n");
    roff_add_prose(out, text);
}

static void add_entries(struct buf *out, const struct entry *entry)
{
    for (; entry->name != NULL; entry++)
        add_entry(out, entry->name, entry->text);
}

static void add_option_names(struct buf *out, const struct option *option)
{
    const char *const names[] = {option->name, option->also};

    if (option->letter != 0)
        buf_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
        buf_printf(out, "%s\\fB\\-\\-", i == 0 ? "" : ", ");
        roff_add_escaped(out, names[i], strlen(names[i]));
        buf_add_text(out, "\\fR");
        if (option->metavar != NULL)
            buf_printf(out, " \\fI%s\\fR", option->metavar);
    }
}

/* 'settable': also from the environment, so its variable is named. */
static void add_option(struct buf *out, const struct option *option, bool settable)
{
    struct buf text = BUF_INIT;
    char variable[OPTION_ENV_SIZE];

    buf_add_text(out, ".TP\n");
    add_option_names(out, option);
    buf_add_char(out, '\n');
    buf_add_text(&text, option->help);
    if (option->fallback != NULL)
        buf_printf(&text, " (default %s)", option->fallback);
    if (settable && option->kind != OPTION_HELP) {
        option_env_name(option->name, variable);
        buf_printf(&text, " [%s]", variable);
    }
    roff_add_prose(out, buf_text(&text));
    buf_release(&text);
}

static void add_options(struct buf *out, const struct option *options, bool settable)
{
    for (; options->name != NULL; options++)
        add_option(out, options, settable);
}

static void add_exit_status(struct buf *out)
{
    char code[12];

    buf_add_text(out, ".SH EXIT STATUS\n");
    for (const struct exit_code *exit_code = exit_codes; exit_code->meaning != NULL; exit_code++) {
        snprintf(code, sizeof(code), "%d", exit_code->kind);
        add_entry(out, code, exit_code->meaning);
    }
    buf_add_text(out, ".PP\n");
    roff_add_prose(out, "Of several outcomes the first error counts; an error beats 3, and 3 beats 0. What to do for "
                        "each stands in operations.md, which comes with the program.");
}

static void add_environment(struct buf *out)
{
    buf_add_text(out, ".SH ENVIRONMENT\n");
    add_entries(out, variables);
}

static void add_files(struct buf *out, const struct command *command)
{
    buf_add_text(out, ".SH FILES\n");
    add_entries(out, files);
    if (command == NULL || command->files == NULL)
        return;
    for (const char *const *file = command->files; file[0] != NULL; file += 2)
        add_entry(out, file[0], file[1]);
}

static void add_examples(struct buf *out, const char *const *examples)
{
    buf_add_text(out, ".SH EXAMPLES\n.nf\n");
    for (; *examples != NULL; examples++) {
        roff_add_escaped(out, *examples, strlen(*examples));
        buf_add_char(out, '\n');
    }
    buf_add_text(out, ".fi\n");
}

static bool is_near(const struct command *other, const struct command *command)
{
    size_t len = strcspn(command->name, " ");

    return other != command && strncmp(other->name, command->name, len) == 0 &&
           (other->name[len] == '\0' || other->name[len] == ' ');
}

/* The pages of the commands that share the first word; with NULL those of all. */
static void add_see_also(struct buf *out, const struct command *command)
{
    const char *comma = "";

    buf_add_text(out, ".SH SEE ALSO\n");
    if (command != NULL) {
        buf_add_text(out, ".BR bridgejob (1)");
        comma = ",\n";
    }
    for (const struct command *other = commands; other->name != NULL; other++) {
        if (command != NULL && !is_near(other, command))
            continue;
        buf_printf(out, "%s.BR ", comma);
        add_page_name(out, other, false);
        buf_add_text(out, " (1)");
        comma = ",\n";
    }
    buf_add_char(out, '\n');
}

static void add_children(struct buf *out, const struct command *parent)
{
    const char *group = NULL;

    for (const struct command *command = commands; command->name != NULL; command++) {
        if (parent == NULL ? command_is_parent(command) : !command_is_child(command, parent->name))
            continue;
        if (parent == NULL && (group == NULL || strcmp(group, command->group) != 0))
            buf_printf(out, ".SS %s\n", command->group);
        group = command->group;
        add_entry(out, command->name, command->summary);
    }
}

void manual_overview(struct buf *out)
{
    add_heading(out, NULL, "keep the PostgreSQL database of an event-driven workflow system in shape");
    buf_add_text(out, ".SH SYNOPSIS\n\\fBbridgejob\\fR ");
    roff_add_synopsis(out, "COMMAND [OPTION]... [OPERAND]...");
    buf_add_text(out, "\n.SH DESCRIPTION\n");
    roff_add_prose(out,
                   "Keeps the PostgreSQL database of an event-driven workflow system in shape, from cron or by hand. "
                   "Every command is safe to run again after any failure.\n"
                   "Results go to standard output, messages to standard error. An error is followed by a hint with "
                   "what to do next. Each command has a manual page of its own.");
    buf_add_text(out, ".SH COMMANDS\n");
    add_children(out, NULL);
    buf_add_text(out, ".SH COMMON OPTIONS\nEvery command that uses the database has these.\n");
    add_options(out, common_option_table, true);
    add_options(out, help_option_table, false);
    buf_add_text(out, ".SH SETTING OPTIONS\n");
    roff_add_prose(out,
                   "An option is settled by the first of: the command line; the environment, under the name in "
                   "brackets; the configuration file of the user; that of the system; its default. Long options are "
                   "never abbreviated. --quiet=no takes back a flag set elsewhere.\n"
                   "A configuration file has a section for each command, named by its first word or as its page says,"
                   " and [common] for all; keys are long option names. The whole file is checked whatever command "
                   "runs.\n"
                   "A SIZE is 512kB, 16MB or 1GB (units of 1024). A DURATION is 30s, 5m, 1h, 90d or 1w.");
    add_exit_status(out);
    add_environment(out);
    add_files(out, NULL);
    buf_add_text(out, ".SH EXAMPLES\n.nf\nbridgejob migrate up\nbridgejob ingest events.ndjson.gz\n"
                      "bridgejob help ingest\n.fi\n");
    add_see_also(out, NULL);
}

static void add_own_options(struct buf *out, const struct command *command)
{
    bool job = command->job != NULL;

    buf_add_text(out, ".SH OPTIONS\n");
    add_options(out, command->options, job);
    if (job) {
        buf_add_text(out, ".SS Common options\n");
        add_options(out, common_option_table, true);
    }
    add_options(out, help_option_table, false);
    if (job)
        buf_printf(out, ".PP\nIn the environment an option has the name in brackets.\n"
                        "In a configuration file it stands in the section [%.*s]; a common one also in [common].\n",
                   (int)command_section(command), command->name);
}

void manual_command(struct buf *out, const struct command *command)
{
    add_heading(out, command, command->summary);
    buf_printf(out, ".SH SYNOPSIS\n\\fBbridgejob %s\\fR ", command->name);
    if (command_is_parent(command))
        roff_add_synopsis(out, command->alone == NULL ? "COMMAND [OPTION]..." : "[COMMAND] [OPTION]...");
    else
        roff_add_synopsis(out, "[OPTION]...");
    if (command->operands != NULL) {
        buf_add_char(out, ' ');
        roff_add_synopsis(out, command->operands);
    }
    buf_add_text(out, "\n.SH DESCRIPTION\n");
    roff_add_prose(out, command->description);
    if (command_is_parent(command)) {
        buf_add_text(out, ".SH COMMANDS\n");
        add_children(out, command);
    } else {
        add_own_options(out, command);
    }
    if (command->job != NULL) {
        add_exit_status(out);
        add_environment(out);
        add_files(out, command);
    }
    add_examples(out, command->examples);
    add_see_also(out, command);
}
