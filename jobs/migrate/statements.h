/* statements: where the statements of an SQL script begin and end, as PostgreSQL and psql have it: quotes, E'' and
 * dollar quotes, nested comments, parentheses, BEGIN ATOMIC bodies. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_STATEMENTS_H
#define BRIDGEJOB_JOBS_MIGRATE_STATEMENTS_H

#include <stdbool.h>

#include "core/text.h"

/* Take the next statement off the front of 'rest': from its first word up to its semicolon,
 * which is left out. Blanks and comments before it are skipped. False at the end. */
bool statement_next(struct span *rest, struct span *statement);

/* A script that is read statement by statement, with what one says of those behind it: SET
 * standard_conforming_strings = off makes of '' strings what E'' strings are (Manual 4.1.2.2). */
struct script {
    struct span rest;
    bool backslashes;          /* it is off */
    const char *psql_command;  /* the first backslash outside quotes, so far; NULL: none */
};

struct script script_of(struct span text);

/* As statement_next(). */
bool script_next(struct script *script, struct span *statement);

/* The line, from 1, of a byte of the script; of its nth character (from 1); of its nth
 * statement (from 0). Beyond the end: the last line. */
int script_line_of_offset(struct span script, size_t offset);
int script_line_of_character(struct span script, int character);
int script_line_of_statement(struct span script, int statement);

/* Whether one of the comment lines at the head of the script says just 'words'. */
bool script_head_says(struct span script, const char *words);

/* The first comment line that begins with 'words', blanks apart; NULL when there is none. */
const char *script_find_comment(struct span script, const char *words);

#endif
