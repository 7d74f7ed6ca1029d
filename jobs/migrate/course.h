/* course: what one run will do: which files, forwards or back, in which order. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_COURSE_H
#define BRIDGEJOB_JOBS_MIGRATE_COURSE_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/migrate/migrate.h"
#include "jobs/migrate/standing.h"

struct action {
    const struct step *step;
    bool up;
};

/* Steps are the standing's. */
struct course {
    struct action *at;
    size_t n;
};

/* Each makes a course, or refuses one that cannot be gone: a file that was changed, has no way back, is no SQL,
 * or lies behind another that is half done. What is late is named. 0 or an err kind, reported; release in any
 * case. */
int course_up(struct course *course, const struct standing *standing, const char *to);

/* The last 'steps', or with 'to' what lies behind it; with neither the last one. */
int course_down(struct course *course, const struct standing *standing, const char *to, int64_t steps);

/* Back to what 'to' and all before it make, then what of these is pending. */
int course_goto(struct course *course, const struct standing *standing, const char *to);

/* The last one, back and forwards; its file may have changed since. */
int course_redo(struct course *course, const struct standing *standing);

void course_release(struct course *course);

/* The file that is run for it. */
const char *action_file(const struct action *action);

/* How many go in that direction. */
size_t course_count(const struct course *course, bool up);

#endif
