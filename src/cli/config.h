/* The configuration file: INI, one section per command, keys are long option names.
 *
 *     quiet = yes              outside any section, as in [common]: common options
 *     [ingest]
 *     workers = 4              the command's own options, and common ones for it alone
 *
 * A line that begins with '#' or ';' is a comment, and so is what follows " ;".
 * Commands of two words share the section of the first, unless they have own_section. The whole file is checked
 * whatever command runs: it is right or it is not. */
#ifndef BRIDGEJOB_CLI_CONFIG_H
#define BRIDGEJOB_CLI_CONFIG_H

#include "cli/command.h"
#include "cli/option.h"

/* Owns the texts that options were set to. */
struct config {
    struct config_text *texts;
};

void config_init(struct config *config);
void config_release(struct config *config);

/* Set from one file what it says for 'command'. 0; ERR_NOINPUT when there is no such
 * file, ERR_NOPERM, ERR_IO; ERR_CONFIG for an unknown section or key, a bad value or a
 * line that is none, with its number. Reported. */
int config_read(struct config *config, const char *path, const struct command *command,
                const struct option_group *groups);

/* Only 'path'; or with NULL the system's file, then the user's, each if it is there. */
int config_apply(struct config *config, const char *path, const struct command *command,
                 const struct option_group *groups);

#endif
