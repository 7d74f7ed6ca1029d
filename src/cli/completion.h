/* 'bridgejob completion bash|zsh': a script for the shell, with the tables written into it, so that pressing
 * TAB starts no program. */
#ifndef BRIDGEJOB_CLI_COMPLETION_H
#define BRIDGEJOB_CLI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

struct command;
struct option;

struct completion_options {
    const char *const *shells; /* operands */
    size_t n_shells;
};

int completion_run(const void *options);

/* completion_bash.c, completion_zsh.c */
void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);

/* What can be said of a value or an operand before it is typed. */
enum completion_kind { COMPLETE_NOTHING, COMPLETE_WORDS, COMPLETE_COMMANDS, COMPLETE_FILES, COMPLETE_DIRECTORIES };

enum completion_kind completion_of_option(const struct option *option);
enum completion_kind completion_of_operands(const struct command *command);

/* The words behind COMPLETE_WORDS, a blank between two. */
void completion_add_choices(struct buf *out, const struct option *option);
void completion_add_operand_words(struct buf *out, const struct command *command);

/* Whether no row above has the same first word. */
bool completion_is_first(const struct command *command);

/* The first words of all commands, each once. */
void completion_add_first_words(struct buf *out);

/* The second words of the commands "<parent> <word>", and nothing for a parent of none. */
void completion_add_children(struct buf *out, const struct command *parent);

#endif
