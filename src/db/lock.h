/* lock: advisory locks whose holder has a name. Session level, taken by a plain
 * SELECT (on Citus a SELECT with a FROM locks on a worker and excludes nobody). */
#ifndef BRIDGEJOB_DB_LOCK_H
#define BRIDGEJOB_DB_LOCK_H

#include <stdint.h>

/* First key of every lock of ours: "brjb". */
#define LOCK_CLASS 0x62726a62

/* Second keys. Files lock by a hash of their content (high bit set, see ingest). */
enum lock_key {
    LOCK_MIGRATE = 1,
    LOCK_ROLLUP = 2,
    LOCK_VACUUM = 3,
    LOCK_REINDEX = 4,
    LOCK_PRUNE = 5,
    LOCK_BACKUP = 6,
    LOCK_PARTITIONS = 7 /* making partitions of event_logs */
};

/* Try to take it, without waiting. 0; ERR_TEMPFAIL when another session has it: then the error says
 * what is locked ('what', as "the schema"), who holds it (application, pid, host) and since when.
 * ERR_CONFIG where a pooler would take it away again (pooler.h). */
int lock_take(int key, const char *what);

/* The same, trying again for 'wait_s' seconds. Each try is a transaction of its own: a session that waits for an
 * advisory lock holds a snapshot, for which the CREATE INDEX CONCURRENTLY of the lock's holder waits in turn. */
int lock_take_in_time(int key, const char *what, int64_t wait_s);

/* That it is still ours. 0; ERR_INTERNAL when not: a script gave it back, or we are in another backend. */
int lock_check(int key, const char *what);

/* Give it back; an unlock that the server says was not held is an error
 * (a pooler moved us to another backend). 0 or an err kind. */
int lock_give(int key, const char *what);

#endif
