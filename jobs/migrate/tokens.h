/* tokens: the words, names and signs of one statement, blanks and comments left out, and a way to read along them. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_TOKENS_H
#define BRIDGEJOB_JOBS_MIGRATE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"

enum token_kind {
    TOKEN_WORD,   /* a keyword or a plain name */
    TOKEN_NAME,   /* a quoted name, quotes included */
    TOKEN_STRING, /* any kind of string, quotes included */
    TOKEN_NUMBER,
    TOKEN_SIGN    /* one character */
};

struct token {
    enum token_kind kind;
    struct span text;
    int depth;        /* of parentheses: an opening one and its closing one stand outside */
};

struct tokens {
    struct token *at;
    size_t n;
};

/* Texts point into the statement. 0, or ERR_INTERNAL, reported. */
int tokens_read(struct tokens *tokens, struct span statement);
void tokens_release(struct tokens *tokens);

/* A place among tokens, and where they end. */
struct reader {
    const struct token *at;
    const struct token *end;
};

struct reader reader_of(const struct tokens *tokens);

/* Whether the next tokens are these keywords ("if not exists", in small letters); reader_take() goes behind them. */
bool reader_sees(const struct reader *reader, const char *keywords);
bool reader_take(struct reader *reader, const char *keywords);

/* Take one of several; NULL ends the list. */
bool reader_take_any(struct reader *reader, const char *const *keywords);

/* Take a sign. */
bool reader_take_sign(struct reader *reader, char sign);

/* Take a name, qualified or not, as SQL would print it: blanks and comments left out. False, and nothing taken, when
 * none stands there or it has more than two parts or does not fit. */
bool reader_take_path(struct reader *reader, char *path, size_t size);

/* Go to the next of these keywords outside parentheses and take it; false, and at the end, when there is none. */
bool reader_seek(struct reader *reader, const char *keywords);

/* Take what goes up to the next comma outside parentheses; the comma is taken and left out. False at the end. */
bool reader_take_item(struct reader *reader, struct reader *item);

/* The text from one place to another. */
struct span reader_text(const struct token *from, const struct token *to);

#endif
