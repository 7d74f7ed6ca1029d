/* halfway: public.schema_migration_progress, how far a file got that runs statement by statement. A row is there
 * from its first statement that is done, or started outside a transaction, until the file is in the history (or,
 * on the way back, out of it). */
#ifndef BRIDGEJOB_JOBS_MIGRATE_HALFWAY_H
#define BRIDGEJOB_JOBS_MIGRATE_HALFWAY_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/migrate/checksum.h"
#include "jobs/migrate/concurrent.h"

struct halfway {
    char file[256];                       /* the forward file's name, on both ways */
    bool up;
    long long done;                       /* statements that are done and committed */
    char checksum[SHA256_HEX_SIZE];         /* of their texts */
    char running[16001];                  /* the next one, where it was started outside a transaction and how it
                                           * ended is not known: its first 4000 characters; "" otherwise */
    char running_checksum[SHA256_HEX_SIZE]; /* of all of it */
};

struct halfway_list {
    struct halfway *at;
    size_t n;
};

/* Read them all; none where there is no table. 0 or an err kind, reported. */
int halfway_read(struct halfway_list *list);
void halfway_release(struct halfway_list *list);

/* The row of a forward file, or NULL. */
const struct halfway *halfway_find(const struct halfway_list *list, const char *file);

/* Make the table where it is not there. */
int halfway_create(void);

/* In a transaction of the caller's: write how far it got (nothing is running then) … */
int halfway_write(const struct halfway *halfway);

/* … that 'running' is started, and which indexes there are, so that a leftover can be told from them … */
int halfway_start(const struct halfway *halfway, const struct concurrent *concurrent);

/* … that it ended and did nothing; or that the file is through. */
int halfway_stop(const char *file);
int halfway_forget(const char *file);

#endif
