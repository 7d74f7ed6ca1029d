/* pooler: whether the session keeps its backend. Advisory locks and settings live in a backend; a pooler in
 * transaction mode gives every transaction the next one that is free. */
#ifndef BRIDGEJOB_DB_POOLER_H
#define BRIDGEJOB_DB_POOLER_H

/* Once a connection: 0, or ERR_CONFIG, reported, when the backend is another one in every transaction, or when
 * something between us and the server gives it to another connection while it is ours. A pooler in session mode is
 * fine. Other err kinds, reported, when the server cannot be asked. */
int pooler_check(void);

/* The process id of the session's backend, as pooler_check() found it; 0 before. */
int pooler_backend(void);

#endif
