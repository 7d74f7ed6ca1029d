/* What 'bridgejob help' and 'bridgejob version' print, from the tables.
 * 'help --format' prints the same tables in other forms: as a manual page (manual.h), as a
 * configuration file (sample.h), as a list of names. */
#ifndef BRIDGEJOB_CLI_HELP_H
#define BRIDGEJOB_CLI_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

struct command;

/* Every exit code and what it says; a meaning of NULL ends the list. */
struct exit_code {
    enum err kind;
    const char *meaning;
};
extern const struct exit_code exit_codes[];

/* All commands, how options are given, exit codes. */
void help_overview(struct buf *out);

/* One command: usage, description, options, exit codes, examples. */
void help_command(struct buf *out, const struct command *command);

/* Print it: NULL is the overview. 0, or an err kind, reported. */
int help_print(const struct command *command);

enum help_format { HELP_TEXT, HELP_MAN, HELP_CONF, HELP_LIST };

struct help_options {
    enum help_format format;
    const char *const *words; /* of a command's name */
    size_t n_words;
};

int help_run(const void *options);

struct version_options {
    bool verbose;
};

int version_run(const void *options);

#endif
