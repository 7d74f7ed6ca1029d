/* beside: a second connection to the same server, for what the session itself cannot see while it waits. It is made
 * when first used; where it cannot be made, nothing is seen. */
#ifndef BRIDGEJOB_DB_BESIDE_H
#define BRIDGEJOB_DB_BESIDE_H

#include <stdbool.h>
#include <stddef.h>

struct beside {
    struct pg_conn *conn; /* NULL: not made */
    bool failed;          /* it cannot be made, and is not tried again */
};

void beside_init(struct beside *beside);
void beside_release(struct beside *beside);

/* Who keeps the backend 'pid' waiting for a lock, the first of them: "'psql' (pid 71, local, idle in transaction,
 * last query at 2026-01-31T12:00:00Z)". What another role's sessions do is shown to members of pg_read_all_stats.
 * False, and nothing written, when it does not wait or nobody can tell. */
bool beside_find_blocker(struct beside *beside, int pid, char *text, size_t size);

/* How far the backend 'pid' is with its VACUUM or ANALYZE of a table: "scanning heap, 45%", of the blocks of its heap
 * (Manual 28.4, progress reporting). False, and nothing written, when it is at neither or does not answer. */
bool beside_find_progress(struct beside *beside, int pid, char *text, size_t size);

/* Whether another connection finds itself in the backend 'pid' while that is ours: one that stays ours would not
 * let it in. The other connection stays in a transaction there until beside_release(). */
bool beside_meets(struct beside *beside, int pid);

#endif
