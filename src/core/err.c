#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"

int fail(enum err kind, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    log_message(LOG_ERROR, fmt, args);
    va_end(args);
    return (int)kind;
}

int fail_errno(enum err kind, const char *fmt, ...)
{
    int cause = errno;
    struct buf text = BUF_INIT;
    va_list args;

    va_start(args, fmt);
    buf_vprintf(&text, fmt, args);
    va_end(args);
    log_error("%s: %s", buf_text(&text), strerror(cause));
    buf_release(&text);
    return (int)kind;
}

int err_worst(int first, int second)
{
    if (first == ERR_NONE || (first == ERR_FINDINGS && second != ERR_NONE))
        return second;
    return first;
}
