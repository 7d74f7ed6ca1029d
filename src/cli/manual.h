/* Manual pages from the tables, in the macros of man(7), which groff and mandoc both read. */
#ifndef BRIDGEJOB_CLI_MANUAL_H
#define BRIDGEJOB_CLI_MANUAL_H

#include "core/buf.h"

struct command;

/* bridgejob(1): all commands, how options are settled, the connection, exit codes. */
void manual_overview(struct buf *out);

/* bridgejob-<command>(1), a blank in the name as '-'. */
void manual_command(struct buf *out, const struct command *command);

#endif
