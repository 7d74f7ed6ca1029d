/* sqlstate: what an SQLSTATE means to a run. */
#ifndef BRIDGEJOB_DB_SQLSTATE_H
#define BRIDGEJOB_DB_SQLSTATE_H

#include <stdbool.h>

/* The err kind of session_error_kind(); "" is a dead connection. 57014 gives
 * ERR_TEMPFAIL: whether the user asked for it is the session's to know. */
int sqlstate_kind(const char *sqlstate);

/* What to do about it, or NULL. */
const char *sqlstate_hint(const char *sqlstate);

/* Whether the same work may succeed if simply done again. */
bool sqlstate_may_retry(const char *sqlstate);

#endif
