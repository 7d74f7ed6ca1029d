#include "core/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/time.h"

#define PAINT_EVERY (TIME_SECOND / 10)
#define WIDTH_UNKNOWN 80

void progress_start(struct progress *progress, const char *label, int64_t total_bytes, bool quiet)
{
    const char *term = getenv("TERM");
    bool dumb = term != NULL && strcmp(term, "dumb") == 0;
    int64_t now = time_monotonic();

    *progress = (struct progress){
        .on = !quiet && !dumb && isatty(STDERR_FILENO) == 1,
        .label = label,
        .total_bytes = total_bytes,
        .started = now,
        .painted = now,
    };
}

static void add_time_left(struct buf *line, int64_t seconds)
{
    buf_printf(line, ", ETA %lld:%02d:%02d", (long long)(seconds / 3600), (int)(seconds / 60 % 60),
               (int)(seconds % 60));
}

static void format_line(struct buf *line, const struct progress *progress, double elapsed_s, int64_t bytes,
                        int64_t lines, int64_t rejects)
{
    int64_t total = progress->total_bytes;

    buf_add_visible(line, span_of(progress->label), false);
    buf_add_text(line, ": ");
    buf_add_size(line, bytes);
    if (total > 0) {
        buf_add_text(line, " of ");
        buf_add_size(line, total);
        buf_printf(line, " (%d%%)", (int)(100.0 * (double)bytes / (double)total));
    }
    buf_printf(line, ", %.0f lines/s", (double)lines / elapsed_s);
    if (rejects > 0)
        buf_printf(line, ", %lld rejected", (long long)rejects);
    if (bytes > 0 && bytes < total)
        add_time_left(line, (int64_t)(elapsed_s * (double)(total - bytes) / (double)bytes));
}

/* The bytes of as many characters as fit beside the cursor: a line that wraps cannot
 * be painted over. */
static size_t fitting(struct span line)
{
    struct winsize window = {0};
    size_t width = WIDTH_UNKNOWN;
    size_t i;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        width = window.ws_col;
    for (i = 0; i < line.len; i++)
        if (((unsigned char)line.at[i] & 0xc0) != 0x80 && --width == 0)
            break;
    return i;
}

static bool is_due(struct progress *progress)
{
    int64_t now = progress->on ? time_monotonic() : 0;

    if (!progress->on || now - progress->painted < PAINT_EVERY)
        return false;
    progress->painted = now;
    return true;
}

static void paint(struct buf *line)
{
    if (buf_ok(line))
        fprintf(stderr, "\r%.*s\033[K", (int)fitting(buf_span(line)), line->data);
    buf_release(line);
}

void progress_update(struct progress *progress, int64_t bytes, int64_t lines, int64_t rejects)
{
    struct buf line = BUF_INIT;

    if (!is_due(progress))
        return;
    format_line(&line, progress, (double)(progress->painted - progress->started) / (double)TIME_SECOND, bytes, lines,
                rejects);
    paint(&line);
}

void progress_say(struct progress *progress, const char *text)
{
    struct buf line = BUF_INIT;

    if (!is_due(progress))
        return;
    buf_add_visible(&line, span_of(progress->label), false);
    buf_add_text(&line, ": ");
    buf_add_visible(&line, span_of(text), false);
    paint(&line);
}

void progress_end(struct progress *progress)
{
    if (progress->on && progress->painted > progress->started)
        fputs("\r\033[K", stderr);
    progress->on = false;
}
