/* script: the statements of somebody else's SQL, sent as they are. ECPG cannot: it forgets where an error stood,
 * and lets nobody look round while it waits. */
#ifndef BRIDGEJOB_DB_SCRIPT_H
#define BRIDGEJOB_DB_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

/* 'look' is called every 'every_us' microseconds while a statement runs; NULL: nobody looks. */
struct script_watch {
    int64_t every_us;
    void (*look)(void *context);
    void *context;
};

/* From now on, notices go to 'heard' and are not logged; warnings are, as before. NULL: back to the log. */
void script_listen(void (*heard)(const char *sqlstate, const char *message, void *context), void *context);

/* Run one statement in the session's transaction, or without one. The server takes it as one (extended protocol):
 * what hides a second behind it is a syntax error. Notices are logged. 0, or an err kind kept for
 * session_last_error(), with '*position' saying where in the statement: in characters, from 1; 0 when the server
 * named no place. 'watch' NULL: nobody looks. */
int script_run(struct span statement, const struct script_watch *watch, int *position);

/* Bytes of a column that is asked for; longer texts are cut. */
#define SCRIPT_VALUE 640

/* Run one statement of ours that holds names of others: ECPG takes a ':x' or '$1' in a quoted name for a variable.
 * The first 'n' columns of its first row go into 'values' as text, "" for NULL and without a row; '*rows' is how many
 * rows it changed or returned. 0, or an err kind kept for session_last_error(). */
int script_ask(const char *statement, char values[][SCRIPT_VALUE], size_t n, int64_t *rows);

#endif
