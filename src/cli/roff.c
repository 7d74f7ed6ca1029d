#include "cli/roff.h"

#include <ctype.h>
#include <string.h>

#define LINE 75

/* Groff's names of the characters it would print as typographic ones (groff_char(7)). */
static const struct {
    char c;
    const char *escape;
} escapes[] = {{'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'`', "\\(ga"}, {'~', "\\(ti"}, {'^', "\\(ha"}};

static void add_char(struct buf *out, char c)
{
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        if (escapes[i].c == c) {
            buf_add_text(out, escapes[i].escape);
            return;
        }
    }
    buf_add_char(out, c);
}

void roff_add_escaped(struct buf *out, const char *text, size_t len)
{
    /* A '.' that begins a line makes it a request. */
    if (len > 0 && text[0] == '.')
        buf_add_text(out, "\\&");
    for (size_t i = 0; i < len; i++)
        add_char(out, text[i]);
}

/* Length of the option that the word begins with; 0 when it is none. */
static size_t option_length(const char *word, size_t len)
{
    size_t n = 0;

    while (n < len && (isalnum((unsigned char)word[n]) || word[n] == '-'))
        n++;
    return word[0] == '-' && n > 1 ? n : 0;
}

static void add_word(struct buf *out, const char *word, size_t len)
{
    size_t bold = option_length(word, len);

    if (bold > 0) {
        buf_add_text(out, "\\fB");
        roff_add_escaped(out, word, bold);
        buf_add_text(out, "\\fR");
    }
    roff_add_escaped(out, word + bold, len - bold);
}

void roff_add_prose(struct buf *out, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, " \n");
        size_t before = out->len;

        if (column > 0 && column + 1 + len > LINE) {
            buf_add_char(out, '\n');
            column = 0;
        } else if (column > 0) {
            buf_add_char(out, ' ');
        }
        add_word(out, text, len);
        column += out->len - before;
        text += len;
        if (*text == '\n') {
            buf_add_text(out, "\n.PP\n");
            column = 0;
        }
        text += strspn(text, " \n");
    }
    buf_add_char(out, '\n');
}

void roff_add_synopsis(struct buf *out, const char *text)
{
    while (*text != '\0') {
        size_t capitals = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

        if (capitals > 0) {
            buf_printf(out, "\\fI%.*s\\fR", (int)capitals, text);
            text += capitals;
        } else {
            add_char(out, *text++);
        }
    }
}
