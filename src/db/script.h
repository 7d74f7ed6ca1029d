/* script: the statements of somebody else's SQL, sent as they are. ECPG cannot: it forgets where an error stood,
 * and lets nobody look round while it waits. */
#ifndef BRIDGEJOB_DB_SCRIPT_H
#define BRIDGEJOB_DB_SCRIPT_H

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

#endif
