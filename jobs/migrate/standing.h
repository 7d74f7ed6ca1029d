/* standing: the files there are beside the history there is. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_STANDING_H
#define BRIDGEJOB_JOBS_MIGRATE_STANDING_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/migrate/files.h"
#include "jobs/migrate/halfway.h"
#include "jobs/migrate/history.h"
#include "jobs/migrate/names.h"

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
    const struct halfway *halfway;     /* some of its statements are done, or undone; NULL: all or none */
    bool late;                         /* pending, while one that comes later is applied */
};

/* In their order. Of the history only what is these files' or nobody's: another embedded set's is its
 * own affair, and to an embedded set what came from a directory. */
struct standing {
    struct migrations files;
    struct history history;
    struct halfway_list halfway;
    struct step *at;
    size_t n;
};

/* 'embedded' and 'dir' as for migrations_read(). ERR_USAGE where the order of numbers and that of names differ and
 * 'order' says neither. 0 or an err kind, reported. */
int standing_read_in_order(struct standing *standing, enum embedded_set embedded, const char *dir,
                           enum file_order order);

/* The same with ORDER_UNSAID. */
int standing_read(struct standing *standing, enum embedded_set embedded, const char *dir);
void standing_release(struct standing *standing);

size_t standing_count(const struct standing *standing, enum step_state state);

/* Whether some migration, applied or not, has that number. */
bool standing_has_version(const struct standing *standing, const char *version);

/* The index behind the last step that has that number; 0 when none has. */
size_t standing_behind(const struct standing *standing, const char *version);

/* Of an applied step: the rollback file is another one than there was then, or is gone. (One that came later is
 * not.) */
bool step_rollback_changed(const struct step *step);

const char *step_state_name(enum step_state state);

/* Compare its number with another: < 0, 0, > 0. */
int step_compare_version(const struct step *step, const char *version);

#endif
