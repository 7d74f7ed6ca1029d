/* Messages for people, on stderr. Results never pass here: they go to stdout.
 * Form (PostgreSQL common/logging.c): "<program>: error: <text>", then
 * "<program>: hint: <text>". Text is lower case, without a full stop or newline. */
#ifndef BRIDGEJOB_CORE_LOG_H
#define BRIDGEJOB_CORE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Set who speaks ("bridgejob ingest"; copied) before anything is logged. */
void log_set_program(const char *program);

/* Print messages up to 'level'. Default LOG_INFO; --quiet is LOG_WARNING. */
void log_set_level(enum log_level level);
enum log_level log_level(void);

/* COLOR_AUTO colours only a terminal, and not when NO_COLOR is set and not
 * empty (https://no-color.org) or TERM is "dumb". */
void log_set_color(enum color_choice choice);

/* Whether output to 'fd' should be coloured under the choice in force. */
bool log_use_color(int fd);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What to type next. Belongs right behind the error or warning it explains. */
void log_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An error that is kept for later, and its hint. Plain memory: it may lie in what processes share. */
struct log_held {
    char error[1024];    /* "" when there was none */
    char hint[512];
};

/* From now on keep errors and their hints in '*held' (which the caller has emptied), where the first one stays,
 * instead of printing them: for what will be tried again, and for a process whose parent speaks for it.
 * NULL: print again. Warnings are printed all the same. Does not nest. */
void log_hold(struct log_held *held);

/* Print what was held; nothing when that is nothing. */
void log_print_held(const struct log_held *held);

/* The text of the first error that was printed, at most 511 bytes of it, control characters and bytes that are no
 * UTF-8 made visible; "" when there was none. For the run history. */
const char *log_first_error(void);

/* The one writer behind all of the above. Control characters of the text other
 * than tab are printed as \xNN, so a hostile name cannot drive the terminal;
 * one trailing newline (PQerrorMessage has it) is dropped. */
void log_message(enum log_level level, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

#endif
