/* detach: take a whole partition of event_logs away. Nobody waits for it: DETACH CONCURRENTLY where the server can
 * (Manual, ALTER TABLE), and other sessions' transactions are waited for before, not in it. Killed at any moment,
 * the next run finds what is left by its mark (expired.h) and goes on. */
#ifndef BRIDGEJOB_JOBS_DETACH_H
#define BRIDGEJOB_JOBS_DETACH_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/prune/expired.h"
#include "jobs/prune/guard.h"

struct detach {
    const char *cutoff;
    int64_t wait_s;          /* longest wait for other sessions */
    const struct guard *guard;
};

/* '*gone' tells whether it is dropped. 'expired' is EXPIRED_WHOLE, EXPIRED_PENDING or EXPIRED_LEFT, and the guard has
 * let it pass. 0 or an err kind, reported. */
int detach_and_drop(const struct detach *detach, struct expired *expired, bool *gone);

/* Take away the mark that a killed run has left on a partition which is attached still, or again: when somebody else
 * detaches it, it must not look like ours. What keeps it is put there. 0 or an err kind, reported. */
int detach_unmark(const struct detach *detach, struct expired *expired);

#endif
