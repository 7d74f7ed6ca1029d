/* standing: the files there are beside the history there is. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_STANDING_H
#define BRIDGEJOB_JOBS_MIGRATE_STANDING_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/migrate/files.h"
#include "jobs/migrate/history.h"

enum step_state {
    STEP_APPLIED,
    STEP_PENDING,
    STEP_CHANGED, /* applied, and the file is another one now */
    STEP_MISSING  /* applied, and the file is gone */
};

struct step {
    enum step_state state;
    const char *version;
    const char *file;
    const struct migration *migration; /* NULL when missing */
    const struct history_row *row;     /* NULL when pending */
    bool late;                         /* pending, while one with a higher number is applied */
};

/* Sorted: number, then file name. Of the history only what is these files' or nobody's: another embedded set's is its
 * own affair. */
struct standing {
    struct migrations files;
    struct history history;
    struct step *at;
    size_t n;
};

/* 'embedded' and 'dir' as for migrations_read(). 0 or an err kind, reported. */
int standing_read(struct standing *standing, enum embedded_set embedded, const char *dir);
void standing_release(struct standing *standing);

size_t standing_count(const struct standing *standing, enum step_state state);

/* Whether some migration, applied or not, has that number. */
bool standing_has_version(const struct standing *standing, const char *version);

/* Of an applied step: the rollback file is another one than there was then, or is gone. (One that came later is not.) */
bool step_rollback_changed(const struct step *step);

const char *step_state_name(enum step_state state);

/* Compare its number with another: < 0, 0, > 0. */
int step_compare_version(const struct step *step, const char *version);

#endif
