/* What 'bridgejob help' and 'bridgejob version' print, from the tables. */
#ifndef BRIDGEJOB_CLI_HELP_H
#define BRIDGEJOB_CLI_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

struct command;

/* All commands, how options are given, exit codes. */
void help_overview(struct buf *out);

/* One command: usage, description, options, exit codes, examples. */
void help_command(struct buf *out, const struct command *command);

/* Print it: NULL is the overview. 0, or an err kind, reported. */
int help_print(const struct command *command);

struct help_options {
    const char *const *words; /* of a command's name */
    size_t n_words;
};

int help_run(const void *options);

struct version_options {
    bool verbose;
};

int version_run(const void *options);

#endif
