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

/* Whether the last message was printed: its hint shares its fate. */
static bool last_shown = true;

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

void log_message(enum log_level level, const char *fmt, va_list args)
{
    last_shown = level <= shown_level;
    if (last_shown)
        print_line(&labels[level], fmt, args);
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
    if (last_shown)
        print_line(&hint_label, fmt, args);
    va_end(args);
}
