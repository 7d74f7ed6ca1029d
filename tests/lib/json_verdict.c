/* json_verdict: what the json stage makes of each input. Reads one input a line, in
 * hexadecimal, from standard input; prints one line for each: the verdict and, when
 * it is "ok", the type and what the value says: a string's text, or the members of
 * an object as KEY:TYPE[:TEXT], last of duplicates only, in byte order, text in
 * hexadecimal. tests/db/jsonverdict.sh has the server say the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "pipe/json.h"

static const char *type_name(enum json_type type)
{
    static const char *const names[] = {"null", "boolean", "boolean", "number", "string", "array", "object"};

    return names[type];
}

static void add_hex(struct buf *out, struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        buf_printf(out, "%02x", (unsigned)(unsigned char)text.at[i]);
}

static void add_value(struct buf *out, struct span value)
{
    struct buf scratch = BUF_INIT;

    buf_add_text(out, type_name(json_type_of(value)));
    if (json_type_of(value) == JSON_STRING) {
        buf_add_char(out, ':');
        add_hex(out, json_string(value, &scratch));
    }
    buf_release(&scratch);
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "KEY:TYPE[:TEXT]" in fresh memory, or NULL when a later member has the same key. */
static char *member_text(const struct json_members *members, const struct json_member *member)
{
    struct buf key = BUF_INIT, text = BUF_INIT, out = BUF_INIT;
    struct span quoted = {member->key.at - 1, member->key.len + 2};

    buf_add_span(&key, json_string(quoted, &text));
    if (json_find(members, buf_text(&key)) == member) {
        add_hex(&out, buf_span(&key));
        buf_add_char(&out, ':');
        add_value(&out, member->value);
        buf_text(&out);
    }
    buf_release(&key);
    buf_release(&text);
    return out.data;
}

static void print_members(const struct json_members *members)
{
    char **texts = calloc(members->n + 1, sizeof(*texts));
    size_t n = 0;

    for (size_t i = 0; texts && i < members->n; i++) {
        texts[n] = member_text(members, &members->at[i]);
        n += texts[n] != NULL;
    }
    if (texts)
        qsort(texts, n, sizeof(*texts), compare_text);
    for (size_t i = 0; i < n; i++) {
        printf(" %s", texts[i]);
        free(texts[i]);
    }
    free(texts);
}

static struct span trim(struct span text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && strchr(" \t\r\n", text.at[text.len - 1]))
        text.len--;
    return text;
}

static void print_verdict(struct span input, struct json_members *members)
{
    enum json_type type;
    size_t error_at;
    enum json_verdict verdict = json_check(input, &type, members, &error_at);

    fputs(json_verdict_name(verdict), stdout);
    if (verdict == JSON_OK) {
        struct buf out = BUF_INIT;

        add_value(&out, trim(input));
        printf(" %s", buf_text(&out));
        buf_release(&out);
        print_members(members);
    }
    putchar('\n');
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

int main(void)
{
    struct json_members members = {NULL, 0, 0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, stdin)) > 0) {
        size_t n = (size_t)(len - (line[len - 1] == '\n')) / 2;
        char *bytes = malloc(n ? n : 1); /* exact, so that a sanitizer sees any read behind it */

        if (!bytes)
            return 1;
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(digit(line[2 * i]) << 4 | digit(line[2 * i + 1]));
        print_verdict((struct span){bytes, n}, &members);
        free(bytes);
    }
    free(line);
    json_members_release(&members);
    return ferror(stdin) || fflush(stdout) != 0;
}
