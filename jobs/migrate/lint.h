/* lint: what is better not done to a database that is in use, or done otherwise. Names of rules are squawk's where it
 * has one for the same (https://squawkhq.com/docs/rules). */
#ifndef BRIDGEJOB_JOBS_MIGRATE_LINT_H
#define BRIDGEJOB_JOBS_MIGRATE_LINT_H

#include <stdbool.h>

#include "jobs/migrate/effect.h"
#include "jobs/migrate/files.h"

struct rule {
    const char *name;
    const char *reason;
    const char *better;
};

/* Where a finding goes. 'warning': it will be felt; otherwise the table is small now, or it is a matter of habit. */
struct lint {
    void (*found)(void *context, const struct rule *rule, bool warning, const char *object);
    void *context;
    bool in_transaction; /* the file runs in one */
};

void lint_file(const struct lint *lint, const struct migration *migration);
void lint_change(const struct lint *lint, const struct change *change, const struct facts *facts,
                 const struct effect *effect);
/* Names that are too long. */
void lint_names(const struct lint *lint, struct span statement, const struct change *change);

#endif
