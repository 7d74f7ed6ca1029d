/* Commands as data: THE TABLE is in commands.c. */
#ifndef BRIDGEJOB_CLI_COMMAND_H
#define BRIDGEJOB_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/option.h"
#include "jobs/job.h"

/* One row. A command has a job, or is answered here in cli by run(), or has
 * neither: then it is the parent of the rows "<name> <word>". */
struct command {
    const char *name;            /* one word or two */
    bool own_section;            /* an option of the same name means another thing to its siblings: its section of the
                                  * configuration file has its whole name */
    const char *group;           /* heading in the list of commands */
    const char *summary;         /* one line, as a verb */
    const char *operands;        /* as in the usage line; NULL: it takes none. Completion goes by it: FILE and
                                  * DIR are files, COMMAND is one of ours, 'a|b' in small letters are words */
    const char *description;     /* paragraphs, a newline between two */
    const struct option *options;
    const char *const *examples; /* command lines, NULL at the end */
    const char *const *files;    /* a name, what it is, and so on; NULL at the end. May be NULL */
    const struct job *job;
    int (*run)(const void *options);
    int (*exit_code)(int result); /* what an err kind, however early it came up, leaves with; NULL: itself */
    const char *alone;           /* of a parent: the command it means with no word behind it; NULL: none */
    size_t options_size;         /* of the struct that job or run is given */
    size_t operands_at;          /* in it: const char *const * */
    size_t n_operands_at;        /* in it: size_t */
};

/* The table; it ends with a row whose name is NULL. */
extern const struct command commands[];

/* Options of every command that has a job, and the one of every command. */
extern const struct option common_option_table[];
extern const struct option help_option_table[];

/* The row of that name, "migrate up"; NULL when there is none. */
const struct command *command_named(const char *name);

/* The command that the first words name; *n_used is how many of them it took (0,
 * 1 or 2). NULL when there is none. */
const struct command *command_find(size_t n_words, const char *const *words, size_t *n_used);

/* The job of the command that the first words name; NULL when that has none (job_finder). */
const struct job *command_job(size_t n_words, const char *const *words);

/* How much of its name is that of its section of the configuration file. */
size_t command_section(const struct command *command);

/* Nothing to run: a parent of other commands. */
bool command_is_parent(const struct command *command);

/* Whether 'command' is "<parent> <word>". */
bool command_is_child(const struct command *command, const char *parent);

/* Report that 'word' is no command (with a parent: none of its commands), and the
 * nearest that is. 'parent' may be NULL. ERR_USAGE. */
int command_fail_unknown(const struct command *parent, const char *word);

/* Report that a parent alone does nothing, and what may stand behind it. ERR_USAGE. */
int command_fail_parent(const struct command *parent);

/* All options the command takes, its own first, each group with where it goes. */
#define COMMAND_GROUPS 4
void command_groups(const struct command *command, void *options, struct common_options *common,
                    struct option_group groups[COMMAND_GROUPS]);

/* Put the operands where the row says. 0, or ERR_USAGE, reported. */
int command_set_operands(const struct command *command, void *options, const char *const *operands, size_t n_operands);

#endif
