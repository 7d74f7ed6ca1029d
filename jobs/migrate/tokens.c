#include "jobs/migrate/tokens.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "jobs/migrate/lexical.h"

/* E'', B'', X'', N'' and U&'' strings, U&"" names: the letters in front. */
static size_t prefix_length(const char *at, const char *end)
{
    size_t n = 0;

    if (end - at > 1 && strchr("eEbBxXnN", *at) != NULL && at[1] == '\'')
        n = 1;
    if (end - at > 2 && (*at == 'u' || *at == 'U') && at[1] == '&' && (at[2] == '\'' || at[2] == '"'))
        n = 2;
    return n;
}

static const char *number_end(const char *at, const char *end)
{
    while (at < end && (isalnum((unsigned char)*at) || *at == '.' || *at == '_'))
        at++;
    return at;
}

/* The token that begins here. */
static const char *token_end(const char *at, const char *end, enum token_kind *kind)
{
    size_t prefix = prefix_length(at, end);

    if (at[prefix] == '\'' || at[prefix] == '"') {
        *kind = at[prefix] == '"' ? TOKEN_NAME : TOKEN_STRING;
        return lexical_quoted_end(at + prefix, end, *at == 'e' || *at == 'E');
    }
    if (lexical_begins_word(*at)) {
        *kind = TOKEN_WORD;
        return lexical_word_end(at, end);
    }
    if (isdigit((unsigned char)*at)) {
        *kind = TOKEN_NUMBER;
        return number_end(at, end);
    }
    *kind = TOKEN_SIGN;
    if (*at != '$')
        return at + 1;
    if (lexical_dollar_end(at, end) > at + 1)
        *kind = TOKEN_STRING;
    return lexical_dollar_end(at, end);
}

/* A doubled quote is read as two strings side by side: they are one. */
static bool continues(const struct token *last, const struct token *next)
{
    return last->kind == next->kind && (next->kind == TOKEN_NAME || next->kind == TOKEN_STRING) &&
           last->text.at + last->text.len == next->text.at;
}

static void append(struct tokens *tokens, struct token token, int *depth)
{
    bool sign = token.kind == TOKEN_SIGN;

    if (tokens->n > 0 && continues(&tokens->at[tokens->n - 1], &token)) {
        tokens->at[tokens->n - 1].text.len += token.text.len;
        return;
    }
    *depth -= sign && *token.text.at == ')' && *depth > 0;
    token.depth = *depth;
    *depth += sign && *token.text.at == '(';
    tokens->at[tokens->n++] = token;
}

int tokens_read(struct tokens *tokens, struct span statement)
{
    const char *end = statement.at + statement.len;
    const char *at = lexical_blank_end(statement.at, end);
    int depth = 0;

    tokens->n = 0;
    tokens->at = calloc(statement.len + 1, sizeof(*tokens->at));
    if (tokens->at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    while (at < end) {
        struct token token = {.depth = 0};
        const char *behind = token_end(at, end, &token.kind);
        token.text = (struct span){at, (size_t)(behind - at)};
        append(tokens, token, &depth);
        at = lexical_blank_end(behind, end);
    }
    return 0;
}

void tokens_release(struct tokens *tokens)
{
    free(tokens->at);
    *tokens = (struct tokens){NULL, 0};
}

struct reader reader_of(const struct tokens *tokens)
{
    return (struct reader){tokens->at, tokens->at + tokens->n};
}

/* Behind the keywords; NULL when other tokens stand there. */
static const struct token *behind(const struct reader *reader, const char *keywords)
{
    const struct token *at = reader->at;

    while (*keywords != '\0') {
        size_t len = strcspn(keywords, " ");
        char word[32];
        snprintf(word, sizeof(word), "%.*s", (int)len, keywords);
        if (at == reader->end || at->kind != TOKEN_WORD || !lexical_is(at->text, word))
            return NULL;
        at++;
        keywords += len + (keywords[len] == ' ');
    }
    return at;
}

bool reader_sees(const struct reader *reader, const char *keywords)
{
    return behind(reader, keywords) != NULL;
}

bool reader_take(struct reader *reader, const char *keywords)
{
    const struct token *after = behind(reader, keywords);

    if (after == NULL)
        return false;
    reader->at = after;
    return true;
}

bool reader_take_any(struct reader *reader, const char *const *keywords)
{
    for (; *keywords != NULL; keywords++) {
        if (reader_take(reader, *keywords))
            return true;
    }
    return false;
}

static bool is_sign(const struct token *token, char sign)
{
    return token->kind == TOKEN_SIGN && *token->text.at == sign;
}

bool reader_take_sign(struct reader *reader, char sign)
{
    if (reader->at == reader->end || !is_sign(reader->at, sign))
        return false;
    reader->at++;
    return true;
}

/* U&"…" names an object by numbers of characters: it is not read here. */
static bool is_name(const struct token *token)
{
    return token->kind == TOKEN_WORD || (token->kind == TOKEN_NAME && *token->text.at == '"');
}

bool reader_take_path(struct reader *reader, char *path, size_t size)
{
    const struct token *at = reader->at;
    size_t len = 0;

    for (int parts = 1;; parts++, at++) {
        if (at == reader->end || !is_name(at) || parts > 2 || len + at->text.len + 2 > size)
            return false;
        memcpy(path + len, at->text.at, at->text.len);
        len += at->text.len;
        at++;
        if (at == reader->end || !is_sign(at, '.'))
            break;
        path[len++] = '.';
    }
    path[len] = '\0';
    reader->at = at;
    return true;
}

bool reader_seek(struct reader *reader, const char *keywords)
{
    int depth = reader->at < reader->end ? reader->at->depth : 0;

    for (; reader->at < reader->end; reader->at++) {
        if (reader->at->depth == depth && reader_take(reader, keywords))
            return true;
    }
    return false;
}

bool reader_take_item(struct reader *reader, struct reader *item)
{
    int depth = reader->at < reader->end ? reader->at->depth : 0;

    *item = (struct reader){reader->at, reader->at};
    if (reader->at == reader->end)
        return false;
    while (item->end < reader->end && !(item->end->depth == depth && is_sign(item->end, ',')))
        item->end++;
    reader->at = item->end < reader->end ? item->end + 1 : reader->end;
    return true;
}

struct span reader_text(const struct token *from, const struct token *to)
{
    if (from >= to)
        return SPAN("");
    return (struct span){from->text.at, (size_t)(to[-1].text.at + to[-1].text.len - from->text.at)};
}
