/* What argv holds: options with the texts given to them, not yet looked at, and
 * operands. */
#ifndef BRIDGEJOB_CLI_ARGUMENTS_H
#define BRIDGEJOB_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/option.h"

struct given {
    struct option_ref ref;
    const char *text;
};

struct arguments {
    struct given *given;
    size_t n_given;
    size_t cap_given;
    const char **operands; /* borrowed from argv, as is every text */
    size_t n_operands;
    bool help;             /* help was asked for; what stands behind it was not read */
};

/* "--name value", "--name=value", "-n value", "-nvalue", flags in one bundle "-qv",
 * "--" ends the options, operands anywhere, "-" is an operand. Long names are never
 * abbreviated. 0, or an err kind, reported; release it in either case. */
int arguments_parse(struct arguments *arguments, const struct option_group *groups, int argc, const char *const *argv);
void arguments_release(struct arguments *arguments);

/* Set every option given, in order: the last one wins. 0, or ERR_USAGE, reported. */
int arguments_set_options(const struct arguments *arguments);

#endif
