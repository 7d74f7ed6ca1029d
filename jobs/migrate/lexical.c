#include "jobs/migrate/lexical.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool lexical_begins_word(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word_part(char c)
{
    return lexical_begins_word(c) || isdigit((unsigned char)c) || c == '$';
}

const char *lexical_word_end(const char *at, const char *end)
{
    while (at < end && is_word_part(*at))
        at++;
    return at;
}

static bool is_newline(char c)
{
    return c == '\n' || c == '\r';
}

static const char *line_comment_end(const char *at, const char *end)
{
    while (at < end && !is_newline(*at))
        at++;
    return at < end ? at + 1 : end;
}

static const char *block_comment_end(const char *at, const char *end)
{
    int depth = 0;

    while (at < end) {
        if (end - at > 1 && at[0] == '/' && at[1] == '*') {
            depth++;
            at += 2;
        } else if (end - at > 1 && at[0] == '*' && at[1] == '/') {
            at += 2;
            if (--depth == 0)
                return at;
        } else {
            at++;
        }
    }
    return end;
}

const char *lexical_comment_end(const char *at, const char *end)
{
    if (end - at > 1 && at[0] == '-' && at[1] == '-')
        return line_comment_end(at, end);
    if (end - at > 1 && at[0] == '/' && at[1] == '*')
        return block_comment_end(at, end);
    return at;
}

const char *lexical_blank_end(const char *at, const char *end)
{
    while (at < end) {
        const char *after = lexical_comment_end(at, end);
        if (after == at && !isspace((unsigned char)*at))
            break;
        at = after > at ? after : at + 1;
    }
    return at;
}

/* Behind the end of a string: the quote with which it goes on, after blanks and '--' comments with a newline among
 * them; NULL when it does not (scan.l: quotecontinue). */
static const char *continuation(const char *at, const char *end)
{
    bool newline = false;

    while (at < end && (isspace((unsigned char)*at) || (end - at > 1 && at[0] == '-' && at[1] == '-'))) {
        const char *after = *at == '-' ? line_comment_end(at, end) : at + 1;
        newline = newline || is_newline(after[-1]);
        at = after;
    }
    return newline && at < end && *at == '\'' ? at : NULL;
}

const char *lexical_quoted_end(const char *at, const char *end, bool backslash)
{
    char quote = *at;
    const char *next = at;

    while (next != NULL) {
        at = next + 1;
        while (at < end && *at != quote)
            at += backslash && *at == '\\' && end - at > 1 ? 2 : 1;
        if (at >= end)
            return end;
        at++;
        if (!backslash)
            return at;
        next = at < end && *at == quote ? at : continuation(at, end);
    }
    return at;
}

const char *lexical_dollar_end(const char *at, const char *end)
{
    const char *tag = at + 1;
    const char *close;
    size_t len;

    while (tag < end && is_word_part(*tag) && *tag != '$')
        tag++;
    if (tag == end || *tag != '$' || isdigit((unsigned char)at[1]))
        return at + 1;
    len = (size_t)(tag + 1 - at);
    close = memmem(tag + 1, (size_t)(end - tag - 1), at, len);
    return close == NULL ? end : close + len;
}

static struct span take_up_to(struct span *rest, const char *start, const char *after)
{
    *rest = (struct span){after, (size_t)(rest->at + rest->len - after)};
    return (struct span){start, (size_t)(after - start)};
}

struct span lexical_next_word(struct span *rest)
{
    const char *end = rest->at + rest->len;
    const char *start = lexical_blank_end(rest->at, end);

    return take_up_to(rest, start, lexical_word_end(start, end));
}

static const char *name_part_end(const char *at, const char *end)
{
    if (at < end && *at == '"') {
        do
            at = lexical_quoted_end(at, end, false);
        while (at < end && *at == '"');
        return at;
    }
    return at < end && lexical_begins_word(*at) ? lexical_word_end(at, end) : at;
}

struct span lexical_next_name(struct span *rest)
{
    const char *end = rest->at + rest->len;
    const char *start = lexical_blank_end(rest->at, end);
    const char *after = name_part_end(start, end);

    while (after > start) {
        const char *dot = lexical_blank_end(after, end);
        if (dot == end || *dot != '.')
            break;
        after = name_part_end(lexical_blank_end(dot + 1, end), end);
    }
    return take_up_to(rest, start, after);
}

bool lexical_is(struct span word, const char *keyword)
{
    return word.len == strlen(keyword) && strncasecmp(word.at, keyword, word.len) == 0;
}
