#include "jobs/migrate/statements.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What is known of the statement while its tokens go by. */
struct scan {
    const char *at;
    const char *end;
    const char *statement; /* its first token; NULL before it */
    int words;             /* words of it so far */
    bool creates;          /* CREATE is the first */
    bool routine;          /* … [OR REPLACE] FUNCTION or PROCEDURE */
    int parentheses;
    int blocks;            /* BEGIN … END of a routine's body, CASE … END in it */
};

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word_part(char c)
{
    return is_word_start(c) || isdigit((unsigned char)c) || c == '$';
}

static const char *word_end(const char *at, const char *end)
{
    while (at < end && is_word_part(*at))
        at++;
    return at;
}

static bool word_is(struct span word, const char *keyword)
{
    return word.len == strlen(keyword) && strncasecmp(word.at, keyword, word.len) == 0;
}

static const char *line_comment_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));

    return newline == NULL ? end : newline + 1;
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

/* A doubled quote ends one string and begins the next: the same to us. */
static const char *quoted_end(const char *at, const char *end, bool backslash)
{
    char quote = *at++;

    while (at < end && *at != quote)
        at += backslash && *at == '\\' && end - at > 1 ? 2 : 1;
    return at < end ? at + 1 : end;
}

/* At a '$' that is no part of a word: the end of $tag$…$tag$, or just behind the '$'. */
static const char *dollar_end(const char *at, const char *end)
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

static const char *comment_end(const char *at, const char *end)
{
    if (end - at > 1 && at[0] == '-' && at[1] == '-')
        return line_comment_end(at, end);
    if (end - at > 1 && at[0] == '/' && at[1] == '*')
        return block_comment_end(at, end);
    return at;
}

static void note_word(struct scan *scan, struct span word)
{
    scan->words++;
    if (scan->words == 1)
        scan->creates = word_is(word, "create");
    if (scan->creates && scan->words <= 4 && (word_is(word, "function") || word_is(word, "procedure")))
        scan->routine = true;
    if (!scan->routine)
        return;
    if (word_is(word, "begin") || (scan->blocks > 0 && word_is(word, "case")))
        scan->blocks++;
    else if (scan->blocks > 0 && word_is(word, "end"))
        scan->blocks--;
}

static const char *word_or_escape_string(struct scan *scan)
{
    const char *after = word_end(scan->at, scan->end);
    struct span word = {scan->at, (size_t)(after - scan->at)};

    if (word_is(word, "e") && after < scan->end && *after == '\'')
        return quoted_end(after, scan->end, true);
    note_word(scan, word);
    return after;
}

/* Go over one token of the statement; true when it was the semicolon that ends it. */
static bool take_token(struct scan *scan)
{
    char c = *scan->at;

    if (c == ';' && scan->parentheses <= 0 && scan->blocks == 0)
        return true;
    if (is_word_start(c)) {
        scan->at = word_or_escape_string(scan);
    } else if (c == '\'' || c == '"') {
        scan->at = quoted_end(scan->at, scan->end, false);
    } else if (c == '$') {
        scan->at = dollar_end(scan->at, scan->end);
    } else {
        scan->parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
        scan->at++;
    }
    return false;
}

bool statement_next(struct span *rest, struct span *statement)
{
    struct scan scan = {.at = rest->at, .end = rest->at + rest->len};
    const char *last = rest->at;
    bool ended = false;

    while (scan.at < scan.end && !ended) {
        const char *after = comment_end(scan.at, scan.end);
        if (after > scan.at) {
            scan.at = after;
        } else if (isspace((unsigned char)*scan.at) || (scan.statement == NULL && *scan.at == ';')) {
            scan.at++;
        } else {
            scan.statement = scan.statement == NULL ? scan.at : scan.statement;
            ended = take_token(&scan);
            last = ended ? last : scan.at;
        }
    }
    *rest = (struct span){scan.at, (size_t)(scan.end - scan.at)};
    if (scan.statement == NULL)
        return false;
    *statement = (struct span){scan.statement, (size_t)(last - scan.statement)};
    return true;
}

static struct span next_word(struct span *rest)
{
    const char *at = rest->at;
    const char *end = rest->at + rest->len;
    const char *word;

    while (at < end && (isspace((unsigned char)*at) || comment_end(at, end) > at))
        at = comment_end(at, end) > at ? comment_end(at, end) : at + 1;
    word = at;
    at = word_end(at, end);
    *rest = (struct span){at, (size_t)(end - at)};
    return (struct span){word, (size_t)(at - word)};
}

bool statement_controls_transaction(struct span statement)
{
    static const char *const always[] = {"begin", "start", "commit", "end", "abort"};
    struct span first = next_word(&statement);
    struct span second = next_word(&statement);
    struct span third = next_word(&statement);

    for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
        if (word_is(first, always[i]))
            return true;
    }
    if (word_is(first, "prepare"))
        return word_is(second, "transaction");
    return word_is(first, "rollback") && !word_is(second, "to") && !word_is(third, "to");
}

int script_line_of_offset(struct span script, size_t offset)
{
    int line = 1;

    for (size_t i = 0; i < offset && i < script.len; i++)
        line += script.at[i] == '\n';
    return line;
}

int script_line_of_character(struct span script, int character)
{
    size_t offset = 0;

    while (offset < script.len) {
        if (((unsigned char)script.at[offset] & 0xC0) != 0x80 && --character <= 0)
            break;
        offset++;
    }
    return script_line_of_offset(script, offset);
}

int script_line_of_statement(struct span script, int statement)
{
    struct span rest = script;
    struct span found;

    while (statement_next(&rest, &found)) {
        if (statement-- == 0)
            return script_line_of_offset(script, (size_t)(found.at - script.at));
    }
    return script_line_of_offset(script, script.len);
}

static struct span trim(struct span text)
{
    while (text.len > 0 && isspace((unsigned char)*text.at))
        text = (struct span){text.at + 1, text.len - 1};
    while (text.len > 0 && isspace((unsigned char)text.at[text.len - 1]))
        text.len--;
    return text;
}

bool script_head_says(struct span script, const char *words)
{
    const char *end = script.at + script.len;

    for (const char *at = script.at; at < end;) {
        const char *next = line_comment_end(at, end);
        struct span line = trim((struct span){at, (size_t)(next - at)});
        if (line.len > 0 && strncmp(line.at, "--", line.len < 2 ? line.len : 2) != 0)
            return false;
        if (line.len > 2 && span_is(trim((struct span){line.at + 2, line.len - 2}), words))
            return true;
        at = next;
    }
    return false;
}
