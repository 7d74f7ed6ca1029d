/* dependents: what needs a partition of event_logs, or events in it, so that they cannot go. DROP TABLE refuses for the
 * first and DETACH for the second (Manual 5.14); it is asked before anything is begun, as a table that is detached and
 * cannot be dropped is missed in event_logs. */
#ifndef BRIDGEJOB_JOBS_DEPENDENTS_H
#define BRIDGEJOB_JOBS_DEPENDENTS_H

#include "jobs/prune/expired.h"

/* Bytes of what is found, for people. */
#define DEPENDENT_SIZE 640

/* The next command, for who needs to know what there is. */
#define DEPENDENTS_SHOWN "see what needs it: psql -c '\\d+ event_logs'"

/* An object that needs the table: "view public.x needs it"; "" when there is none. 0 or an err kind, noted. */
int dependents_object(const struct expired *expired, char found[DEPENDENT_SIZE]);

/* A table of which a foreign key leads to an event older than the cutoff; "" when there is none that this role may
 * read. With ON DELETE CASCADE too: what others keep about an event is not for a prune to delete. 0 or an err kind,
 * noted. */
int dependents_reference(const char *cutoff, const struct expired *expired, char found[DEPENDENT_SIZE]);

#endif
