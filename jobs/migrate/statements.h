/* statements: where the statements of an SQL script begin and end, as PostgreSQL's own
 * lexer has it: quotes, E'' and dollar quotes, nested comments, parentheses, BEGIN ATOMIC bodies. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_STATEMENTS_H
#define BRIDGEJOB_JOBS_MIGRATE_STATEMENTS_H

#include <stdbool.h>

#include "core/text.h"

/* Take the next statement off the front of 'rest': from its first word up to its semicolon,
 * which is left out. Blanks and comments before it are skipped. False at the end. */
bool statement_next(struct span *rest, struct span *statement);

/* Whether it begins, ends or prepares a transaction (savepoints do not). */
bool statement_controls_transaction(struct span statement);

/* The line, from 1, of a byte of the script; of its nth character (from 1); of its nth
 * statement (from 0). Beyond the end: the last line. */
int script_line_of_offset(struct span script, size_t offset);
int script_line_of_character(struct span script, int character);
int script_line_of_statement(struct span script, int statement);

/* Whether one of the comment lines at the head of the script says just 'words'. */
bool script_head_says(struct span script, const char *words);

#endif
