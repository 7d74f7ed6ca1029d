#include "jobs/migrate/statements.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "jobs/migrate/lexical.h"

/* What is known of the statement while its tokens go by. */
struct scan {
    const char *at;
    const char *end;
    bool backslashes;         /* in plain strings, too */
    const char *psql_command; /* the first backslash outside quotes */
    const char *statement;    /* its first token; NULL before it */
    int words;                /* words of it so far */
    bool creates;             /* CREATE is the first */
    bool replaces;            /* … OR REPLACE */
    bool routine;             /* … FUNCTION or PROCEDURE */
    int parentheses;
    int blocks;               /* BEGIN ATOMIC … END of a routine's body, CASE … END in it */
};

static bool atomic_follows(const struct scan *scan, const char *after)
{
    struct span rest = {after, (size_t)(scan->end - after)};

    return lexical_is(lexical_next_word(&rest), "atomic");
}

/* CREATE [OR REPLACE] {FUNCTION | PROCEDURE} … BEGIN ATOMIC … END: the only statement with semicolons in it. */
static void note_word(struct scan *scan, struct span word)
{
    scan->words++;
    if (scan->words == 1)
        scan->creates = lexical_is(word, "create");
    else if (scan->words == 2 && lexical_is(word, "or"))
        scan->replaces = true;
    else if (scan->creates && scan->words == (scan->replaces ? 4 : 2))
        scan->routine = lexical_is(word, "function") || lexical_is(word, "procedure");
    if (!scan->routine || scan->parentheses > 0)
        return;
    if (scan->blocks == 0)
        scan->blocks += lexical_is(word, "begin") && atomic_follows(scan, word.at + word.len);
    else
        scan->blocks += lexical_is(word, "case") ? 1 : lexical_is(word, "end") ? -1 : 0;
}

static const char *word_or_escape_string(struct scan *scan)
{
    const char *after = lexical_word_end(scan->at, scan->end);
    struct span word = {scan->at, (size_t)(after - scan->at)};

    if (lexical_is(word, "e") && after < scan->end && *after == '\'')
        return lexical_quoted_end(after, scan->end, true);
    note_word(scan, word);
    return after;
}

static void take_mark(struct scan *scan, char c)
{
    scan->parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == '\\' && scan->psql_command == NULL)
        scan->psql_command = scan->at;
    scan->at++;
}

/* Go over one token of the statement; true when it was the semicolon that ends it. */
static bool take_token(struct scan *scan)
{
    char c = *scan->at;

    if (c == ';' && scan->parentheses <= 0 && scan->blocks == 0)
        return true;
    if (lexical_begins_word(c))
        scan->at = word_or_escape_string(scan);
    else if (c == '\'' || c == '"')
        scan->at = lexical_quoted_end(scan->at, scan->end, scan->backslashes && c == '\'');
    else if (c == '$')
        scan->at = lexical_dollar_end(scan->at, scan->end);
    else
        take_mark(scan, c);
    return false;
}

static bool next(struct scan *scan, struct span *statement)
{
    const char *last = scan->at;
    bool ended = false;

    while (scan->at < scan->end && !ended) {
        const char *after = lexical_comment_end(scan->at, scan->end);
        if (after > scan->at) {
            scan->at = after;
        } else if (isspace((unsigned char)*scan->at) || (scan->statement == NULL && *scan->at == ';')) {
            scan->at++;
        } else {
            scan->statement = scan->statement == NULL ? scan->at : scan->statement;
            ended = take_token(scan);
            last = ended ? last : scan->at;
        }
    }
    if (scan->statement == NULL)
        return false;
    *statement = (struct span){scan->statement, (size_t)(last - scan->statement)};
    return true;
}

bool statement_next(struct span *rest, struct span *statement)
{
    struct scan scan = {.at = rest->at, .end = rest->at + rest->len};
    bool found = next(&scan, statement);

    *rest = (struct span){scan.at, (size_t)(scan.end - scan.at)};
    return found;
}

struct script script_of(struct span text)
{
    return (struct script){.rest = text};
}

/* The value of "= off", "TO 'off'": a word of Manual 8.6. */
static bool says_off(struct span rest)
{
    static const char *const words[] = {"off", "of", "false", "no", "f", "n"};
    struct span word;

    while (rest.len > 0 && (isspace((unsigned char)*rest.at) || strchr("='\"", *rest.at) != NULL))
        rest = (struct span){rest.at + 1, rest.len - 1};
    if (rest.len > 0 && *rest.at == '0')
        return true;
    word = lexical_next_word(&rest);
    if (lexical_is(word, "to"))
        return says_off(rest);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (lexical_is(word, words[i]))
            return true;
    }
    return false;
}

static void note_setting(struct script *script, struct span statement)
{
    struct span verb = lexical_next_word(&statement);
    struct span name = lexical_next_word(&statement);

    if (lexical_is(verb, "set") && (lexical_is(name, "session") || lexical_is(name, "local")))
        name = lexical_next_word(&statement);
    if (!lexical_is(name, "standard_conforming_strings"))
        return;
    if (lexical_is(verb, "set"))
        script->backslashes = says_off(statement);
    else if (lexical_is(verb, "reset"))
        script->backslashes = false;
}

bool script_next(struct script *script, struct span *statement)
{
    struct scan scan = {
        .at = script->rest.at, .end = script->rest.at + script->rest.len, .backslashes = script->backslashes};
    bool found = next(&scan, statement);

    script->rest = (struct span){scan.at, (size_t)(scan.end - scan.at)};
    if (script->psql_command == NULL)
        script->psql_command = scan.psql_command;
    if (found)
        note_setting(script, *statement);
    return found;
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
    struct script reader = script_of(script);
    struct span found;

    while (script_next(&reader, &found)) {
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

static struct span take_line(struct span *rest)
{
    size_t len = 0;
    struct span line;

    while (len < rest->len && rest->at[len] != '\n' && rest->at[len] != '\r')
        len++;
    line = trim((struct span){rest->at, len});
    len += len < rest->len;
    *rest = (struct span){rest->at + len, rest->len - len};
    return line;
}

static bool is_comment(struct span line)
{
    return line.len >= 2 && line.at[0] == '-' && line.at[1] == '-';
}

bool script_head_says(struct span script, const char *words)
{
    while (script.len > 0) {
        struct span line = take_line(&script);
        if (line.len > 0 && !is_comment(line))
            return false;
        if (line.len > 0 && span_is(trim((struct span){line.at + 2, line.len - 2}), words))
            return true;
    }
    return false;
}

/* Whether 'text' begins with 'words', with any blanks where they have one. */
static bool begins_with_words(struct span text, const char *words)
{
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        text = trim(text);
        if (text.len < len || strncasecmp(text.at, words, len) != 0)
            return false;
        text = (struct span){text.at + len, text.len - len};
        words += len + (words[len] == ' ');
    }
    return true;
}

const char *script_find_comment(struct span script, const char *words)
{
    while (script.len > 0) {
        struct span line = take_line(&script);
        if (is_comment(line) && begins_with_words((struct span){line.at + 2, line.len - 2}, words))
            return line.at;
    }
    return NULL;
}
