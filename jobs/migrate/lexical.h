/* lexical: where the tokens of SQL end, as PostgreSQL's own lexer has it (src/backend/parser/scan.l; Manual 4.1).
 * Every function takes a place in a text and the text's end, and returns the place behind; a token that is never
 * closed goes up to the end. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_LEXICAL_H
#define BRIDGEJOB_JOBS_MIGRATE_LEXICAL_H

#include <stdbool.h>

#include "core/text.h"

/* Letters, '_' and every byte beyond ASCII; then also digits and '$'. */
bool lexical_begins_word(char c);
const char *lexical_word_end(const char *at, const char *end);

/* Behind the comment that begins here ('--', or nested C style); 'at' where none does. */
const char *lexical_comment_end(const char *at, const char *end);

/* Behind blanks and comments. */
const char *lexical_blank_end(const char *at, const char *end);

/* At a quote, single or double. With 'backslash', one takes the next character with it, and the string goes on where
 * another follows it on a later line (a doubled quote, and a plain string that goes on, are two strings: the same
 * to us). */
const char *lexical_quoted_end(const char *at, const char *end, bool backslash);

/* At a '$' that is no part of a word: the end of $tag$…$tag$, or just behind the '$'. */
const char *lexical_dollar_end(const char *at, const char *end);

/* The next word, behind blanks and comments, taken off the front of 'rest'; empty where something else stands. */
struct span lexical_next_word(struct span *rest);

/* The next name, as it is written: plain or quoted, qualified or not. Empty where something else stands. */
struct span lexical_next_name(struct span *rest);

/* Whether a word is that keyword, in any case. */
bool lexical_is(struct span word, const char *keyword);

#endif
