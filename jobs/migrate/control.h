/* control: what a statement does to the transaction and to the session it runs in. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_CONTROL_H
#define BRIDGEJOB_JOBS_MIGRATE_CONTROL_H

#include <stdbool.h>

#include "core/text.h"

enum control {
    CONTROL_NONE,
    CONTROL_BEGIN,    /* BEGIN, START TRANSACTION */
    CONTROL_COMMIT,   /* COMMIT, END */
    CONTROL_ROLLBACK, /* ROLLBACK, ABORT; not ROLLBACK TO a savepoint */
    CONTROL_PREPARE,  /* PREPARE TRANSACTION */
    CONTROL_PREPARED  /* COMMIT PREPARED, ROLLBACK PREPARED */
};

enum control statement_control(struct span statement);

/* COMMIT or ROLLBACK AND CHAIN: the next transaction begins at once. */
bool statement_chains(struct span statement);

/* Whether it sets what later statements of the session rely on, and can be run again: SET, RESET and
 * SELECT set_config(…), but not SET LOCAL, SET TRANSACTION, SET CONSTRAINTS. */
bool statement_is_setting(struct span statement);

#endif
