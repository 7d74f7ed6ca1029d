/* script: a text of many SQL statements, sent as it is. ECPG takes one statement at a time
 * and forgets where an error stood. */
#ifndef BRIDGEJOB_DB_SCRIPT_H
#define BRIDGEJOB_DB_SCRIPT_H

struct script_error {
    int position;  /* in characters, from 1; 0 when the server named none */
    int statement; /* of the one that failed, from 0 */
};

/* From now on, notices go to 'heard' and are not logged; warnings are, as before. NULL: back to the log. */
void script_listen(void (*heard)(const char *sqlstate, const char *message, void *context), void *context);

/* Run 'text' in the session's transaction, as one simple query: the statements before the
 * one that fails have run. Notices are logged. 0, or an err kind kept for
 * session_last_error(), with '*error' saying where. */
int script_run(const char *text, struct script_error *error);

#endif
