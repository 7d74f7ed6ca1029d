#include "jobs/backup/dump_scan.h"

#include <ctype.h>
#include <string.h>

#define COPY "COPY "
#define FROM " FROM stdin"
#define CLOSING "-- PostgreSQL database dump complete"
#define COMMENT_MOST 64 /* bytes of a comment that are kept */

void dump_scan_init(struct dump_scan *scan, void (*table)(void *context, const char *schema, const char *name,
                                                          long long rows), void *context)
{
    *scan = (struct dump_scan){.table = table, .context = context, .state = DUMP_SQL};
}

void dump_scan_release(struct dump_scan *scan)
{
    buf_release(&scan->statement);
    buf_release(&scan->tag);
    buf_release(&scan->comment);
}

/* Part of a word that is no operator: so are bytes of other scripts, and '$' behind the first. */
static bool is_word(char c)
{
    unsigned char byte = (unsigned char)c;

    return isalnum(byte) || c == '_' || byte >= 0x80;
}

/* Keep the statement's text as long as it is COPY's. */
static void collect(struct dump_scan *scan, char c)
{
    size_t n = scan->statement.len, copy = sizeof(COPY) - 1;

    if (n < copy ? c == COPY[n] : memcmp(scan->statement.data, COPY, copy) == 0)
        buf_add_char(&scan->statement, c);
    else if (n < copy)
        buf_add_text(&scan->statement, "another statement");
}

/* Take one identifier, quoted or not, out of a COPY; where it ends. */
static const char *take_name(const char *at, struct buf *name)
{
    bool quoted = *at == '"';

    for (at += quoted; *at != '\0'; at++) {
        if (quoted && at[0] == '"' && at[1] == '"')
            at++;
        else if (quoted ? *at == '"' : !is_word(*at) && *at != '$')
            break;
        buf_add_char(name, *at);
    }
    return at + (quoted && *at == '"');
}

static void report_table(struct dump_scan *scan)
{
    struct buf schema = BUF_INIT, name = BUF_INIT;
    const char *at = take_name(buf_text(&scan->statement) + sizeof(COPY) - 1, &schema);

    if (*at == '.')
        take_name(at + 1, &name);
    if (buf_ok(&schema) && buf_ok(&name))
        scan->table(scan->context, buf_text(&schema), buf_text(&name), scan->rows);
    buf_release(&name);
    buf_release(&schema);
}

static bool is_copy(const struct dump_scan *scan)
{
    const struct buf *text = &scan->statement;
    size_t tail = sizeof(FROM) - 1;

    return text->len > tail && memcmp(text->data, COPY, sizeof(COPY) - 1) == 0 &&
           memcmp(text->data + text->len - tail, FROM, tail) == 0;
}

static void end_statement(struct dump_scan *scan)
{
    scan->begun = false;
    if (is_copy(scan)) {
        scan->state = DUMP_HEAD;
        scan->rows = 0;
        scan->length = 0;
    } else {
        buf_reset(&scan->statement);
    }
}

static void begin_tag(struct dump_scan *scan)
{
    buf_reset(&scan->tag);
    buf_add_char(&scan->tag, '$');
    scan->state = DUMP_TAG;
}

/* Where a byte outside of all quotes leads. */
static void enter(struct dump_scan *scan, char c)
{
    if (c == '\'')
        scan->state = DUMP_QUOTE;
    else if (c == '"')
        scan->state = DUMP_NAME;
    else if (c == '$' && scan->word == 0)
        begin_tag(scan);
}

static void begin_comment(struct dump_scan *scan)
{
    scan->state = DUMP_COMMENT;
    buf_reset(&scan->comment);
    buf_add_text(&scan->comment, "--");
}

static void take_sql(struct dump_scan *scan, char c)
{
    if (c == '-' && scan->last == '-') {
        begin_comment(scan);
    } else if (c == '\\' && !scan->begun) {
        scan->state = DUMP_META;
    } else if (c == ';') {
        end_statement(scan);
    } else if (scan->begun || (!isspace((unsigned char)c) && c != '-')) {
        scan->begun = true;
        scan->complete = false;
        collect(scan, c);
        enter(scan, c);
    }
    scan->word = is_word(c) || (c == '$' && scan->word > 0) ? scan->word + 1 : 0;
    scan->last = c;
}

/* A tag is a word; anything else is no quote, as in $1. */
static void take_tag(struct dump_scan *scan, char c)
{
    if (c == '$') {
        buf_add_char(&scan->tag, c);
        scan->matched = 0;
        scan->state = DUMP_DOLLAR;
    } else if (is_word(c) && !(scan->tag.len == 1 && isdigit((unsigned char)c))) {
        buf_add_char(&scan->tag, c);
    } else {
        scan->state = DUMP_SQL;
        scan->word = 0;
        scan->last = '$';
        take_sql(scan, c);
    }
}

static void leave(struct dump_scan *scan, char c)
{
    scan->state = DUMP_SQL;
    scan->word = 0;
    scan->last = c;
}

/* '$' stands at both ends of the tag and nowhere else in it. */
static void take_dollar(struct dump_scan *scan, char c)
{
    if (c == scan->tag.data[scan->matched])
        scan->matched++;
    else
        scan->matched = c == '$';
    if (scan->matched == scan->tag.len)
        leave(scan, c);
}

static void take_comment(struct dump_scan *scan, char c)
{
    if (c != '\n') {
        if (scan->comment.len < COMMENT_MOST)
            buf_add_char(&scan->comment, c);
        return;
    }
    if (scan->state == DUMP_COMMENT && span_is(buf_span(&scan->comment), CLOSING))
        scan->complete = true;
    leave(scan, c);
}

static void take_byte(struct dump_scan *scan, char c)
{
    if (scan->state == DUMP_SQL) {
        take_sql(scan, c);
    } else if (scan->state == DUMP_NAME) {
        collect(scan, c);
        if (c == '"')
            leave(scan, c);
    } else if (scan->state == DUMP_TAG) {
        take_tag(scan, c);
    } else if (scan->state == DUMP_DOLLAR) {
        take_dollar(scan, c);
    } else if (scan->state == DUMP_QUOTE) {
        if (c == '\'') /* one that is doubled ends a text and begins the next */
            leave(scan, c);
    } else if (scan->state == DUMP_HEAD) {
        if (c == '\n')
            scan->state = DUMP_ROWS;
    } else {
        take_comment(scan, c);
    }
}

/* A line, or the part of it that came. */
static const char *take_row(struct dump_scan *scan, const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *stop = newline == NULL ? end : newline;

    for (const char *c = at; c < stop && scan->length + (size_t)(c - at) < sizeof(scan->head); c++)
        scan->head[scan->length + (size_t)(c - at)] = *c;
    scan->length += (size_t)(stop - at);
    if (newline == NULL)
        return end;
    if (scan->length == 2 && memcmp(scan->head, "\\.", 2) == 0) {
        report_table(scan);
        buf_reset(&scan->statement);
        leave(scan, '\n');
    } else {
        scan->rows++;
    }
    scan->length = 0;
    return newline + 1;
}

void dump_scan_add(struct dump_scan *scan, const char *bytes, size_t n)
{
    const char *end = bytes + n;

    while (bytes < end) {
        if (scan->state == DUMP_ROWS)
            bytes = take_row(scan, bytes, end);
        else
            take_byte(scan, *bytes++);
    }
}

const char *dump_scan_end(const struct dump_scan *scan)
{
    if (scan->state == DUMP_ROWS || scan->state == DUMP_HEAD)
        return "it ends among the rows of a table";
    if (scan->state != DUMP_SQL || scan->begun)
        return "it ends within a statement";
    return scan->complete ? NULL : "pg_dump's last line is missing";
}
