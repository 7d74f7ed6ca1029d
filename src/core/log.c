#include "core/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"

static char program[64] = "bridgejob";
static enum log_level shown_level = LOG_INFO;
static enum color_choice color = COLOR_AUTO;

/* What became of the last message: its hint shares its fate. */
static enum { PRINTED, HELD, DROPPED } last = PRINTED;

static struct log_held *holding; /* NULL: print */
static char first_error[512];

/* What stands before the text, and its colour (SGR parameters, as PostgreSQL's). */
struct label {
    const char *word; /* NULL: none */
    const char *sgr;
};

static const struct label labels[] = {
    [LOG_ERROR] = {"error", "01;31"},
    [LOG_WARNING] = {"warning", "01;35"},
    [LOG_INFO] = {NULL, NULL},
    [LOG_DEBUG] = {NULL, NULL},
};

static const struct label hint_label = {"hint", "01;36"};

void log_set_program(const char *name)
{
    snprintf(program, sizeof(program), "%s", name);
}

void log_set_level(enum log_level level)
{
    shown_level = level;
}

enum log_level log_level(void)
{
    return shown_level;
}

void log_set_color(enum color_choice choice)
{
    color = choice;
}

bool log_use_color(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (color != COLOR_AUTO)
        return color == COLOR_ALWAYS;
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    if (term != NULL && strcmp(term, "dumb") == 0)
        return false;
    return isatty(fd) == 1;
}

static void format_line(struct buf *line, const struct label *label, struct span text)
{
    bool colored = log_use_color(STDERR_FILENO);

    buf_printf(line, "%s: ", program);
    if (label->word != NULL && colored)
        buf_printf(line, "\033[%sm%s:\033[0m ", label->sgr, label->word);
    else if (label->word != NULL)
        buf_printf(line, "%s: ", label->word);
    if (text.len > 0 && text.at[text.len - 1] == '\n')
        text.len--;
    buf_add_visible(line, text, true);
    buf_add_char(line, '\n');
}

/* One write a line: lines of several processes do not mix. */
static void print_line(const struct label *label, const char *fmt, va_list args)
{
    int saved = errno;
    struct buf text = BUF_INIT;
    struct buf line = BUF_INIT;

    buf_vprintf(&text, fmt, args);
    format_line(&line, label, buf_span(&text));
    fflush(stdout);
    if (buf_ok(&text) && buf_ok(&line))
        fwrite(line.data, 1, line.len, stderr);
    else
        fprintf(stderr, "%s: out of memory\n", program);
    buf_release(&text);
    buf_release(&line);
    errno = saved;
}

static void keep_first_error(const char *fmt, va_list args)
{
    struct buf text = BUF_INIT;
    struct buf visible = BUF_INIT;

    buf_vprintf(&text, fmt, args);
    buf_add_visible(&visible, buf_span(&text), false);
    snprintf(first_error, sizeof(first_error), "%s", buf_text(&visible));
    first_error[text_utf8_valid_prefix(span_of(first_error))] = '\0'; /* not half a character */
    buf_release(&text);
    buf_release(&visible);
}

static void hold_error(const char *fmt, va_list args)
{
    last = holding->error[0] == '\0' ? HELD : DROPPED;
    if (last == HELD)
        vsnprintf(holding->error, sizeof(holding->error), fmt, args);
}

void log_message(enum log_level level, const char *fmt, va_list args)
{
    va_list again;

    if (level == LOG_ERROR && holding != NULL) {
        hold_error(fmt, args);
        return;
    }
    if (level == LOG_ERROR && first_error[0] == '\0') {
        va_copy(again, args);
        keep_first_error(fmt, again);
        va_end(again);
    }
    last = level <= shown_level ? PRINTED : DROPPED;
    if (last == PRINTED)
        print_line(&labels[level], fmt, args);
}

void log_hold(struct log_held *held)
{
    holding = held;
}

void log_print_held(const struct log_held *held)
{
    if (held->error[0] != '\0')
        log_error("%s", held->error);
    if (held->error[0] != '\0' && held->hint[0] != '\0')
        log_hint("%s", held->hint);
}

const char *log_first_error(void)
{
    return first_error;
}

void log_error(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    log_message(LOG_ERROR, fmt, args);
    va_end(args);
}

void log_warning(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    log_message(LOG_WARNING, fmt, args);
    va_end(args);
}

void log_info(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    log_message(LOG_INFO, fmt, args);
    va_end(args);
}

void log_debug(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    log_message(LOG_DEBUG, fmt, args);
    va_end(args);
}

void log_hint(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    if (last == PRINTED)
        print_line(&hint_label, fmt, args);
    else if (last == HELD && holding != NULL && holding->hint[0] == '\0')
        vsnprintf(holding->hint, sizeof(holding->hint), fmt, args);
    va_end(args);
}
