#include "jobs/migrate/course.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/names.h"

const char *action_file(const struct action *action)
{
    return action->up ? action->step->migration->forward.name : action->step->migration->rollback.name;
}

size_t course_count(const struct course *course, bool up)
{
    size_t n = 0;

    for (size_t i = 0; i < course->n; i++)
        n += course->at[i].up == up;
    return n;
}

/* A migration is on a course at most twice. */
static int init(struct course *course, const struct standing *standing)
{
    *course = (struct course){.at = calloc(2 * standing->n + 1, sizeof(*course->at))};
    return course->at == NULL ? fail(ERR_INTERNAL, "out of memory") : 0;
}

void course_release(struct course *course)
{
    free(course->at);
    *course = (struct course){NULL, 0};
}

static void add(struct course *course, const struct step *step, bool up)
{
    course->at[course->n++] = (struct action){step, up};
}

/* The number of a migration, however padded; 'zero_too': or 0, before all. */
static int find_version(const struct standing *standing, const char *version, bool zero_too, size_t *behind)
{
    bool digits = version_is(version);

    *behind = digits ? standing_behind(standing, version) : 0;
    if (digits && (*behind > 0 || (zero_too && version[strspn(version, "0")] == '\0')))
        return 0;
    fail(ERR_USAGE, "no migration has the number '%s'", version);
    log_hint("see: bridgejob migrate status");
    return ERR_USAGE;
}

static int refuse_changed(const struct standing *standing, const struct step *but)
{
    int result = 0;

    for (size_t i = 0; i < standing->n; i++) {
        if (standing->at[i].state == STEP_CHANGED && &standing->at[i] != but)
            result = fail(ERR_CONFIG, "'%s' was changed after it was applied", standing->at[i].file);
    }
    if (result != 0)
        log_hint("put the file back as it was, and what is new into one of its own; see: bridgejob migrate status");
    return result;
}

static int add_up(struct course *course, const struct step *step)
{
    if (step->late)
        log_warning("'%s' is applied late: one that comes behind it is in already", step->file);
    add(course, step, true);
    return migration_check(&step->migration->forward);
}

static int add_pending(struct course *course, const struct standing *standing, size_t end)
{
    int result = refuse_changed(standing, NULL);

    for (size_t i = 0; result == 0 && i < end; i++) {
        if (standing->at[i].state == STEP_PENDING)
            result = add_up(course, &standing->at[i]);
    }
    return result;
}

static int refuse_no_rollback(const struct step *step)
{
    char name[ROLLBACK_NAME_SIZE];

    fail(ERR_CONFIG, "'%s' has no rollback file", step->file);
    log_hint("write one beside it: %s", file_name_of_rollback(step->file, name));
    return ERR_CONFIG;
}

static int add_down(struct course *course, const struct step *step)
{
    if (step->state == STEP_MISSING) {
        fail(ERR_CONFIG, "'%s' is applied, but the file is not there", step->file);
        log_hint("bring it back with its rollback, or name its directory with --dir");
        return ERR_CONFIG;
    }
    if (step->migration->rollback.name == NULL)
        return refuse_no_rollback(step);
    if (strcmp(step->row->rollback_checksum, step->migration->rollback.checksum) != 0)
        log_warning("'%s' is not the rollback file it was when '%s' was applied", step->migration->rollback.name,
                    step->file);
    add(course, step, false);
    return migration_check(&step->migration->rollback);
}

/* The newest first, down to 'start', at most so many. */
static int add_applied(struct course *course, const struct standing *standing, size_t start, size_t most)
{
    int result = 0;

    for (size_t i = standing->n; result == 0 && i-- > start && course->n < most;) {
        if (standing->at[i].row != NULL)
            result = add_down(course, &standing->at[i]);
    }
    return result;
}

static int refuse_halfway(const struct step *step)
{
    const struct halfway *halfway = step->halfway;

    fail(ERR_CONFIG, "'%s' is half %s: %lld statement%s of it %s done", step->file,
         halfway->up ? "applied" : "reversed", halfway->done, halfway->done == 1 ? "" : "s",
         halfway->done == 1 ? "is" : "are");
    log_hint("finish it: bridgejob migrate %s; or undo them by hand and delete its row in schema_migration_progress",
             halfway->up ? "up" : "down");
    return ERR_CONFIG;
}

/* What is half done is finished before anything goes the other way. */
static int check_halfway(const struct course *course, const struct standing *standing)
{
    for (size_t i = 0; i < standing->n; i++) {
        const struct step *step = &standing->at[i];
        bool open = step->halfway != NULL;
        for (size_t j = 0; open && j < course->n; j++) {
            if (course->at[j].up != step->halfway->up)
                return refuse_halfway(step);
            open = course->at[j].step != step;
        }
    }
    return 0;
}

int course_up(struct course *course, const struct standing *standing, const char *to)
{
    size_t end = standing->n;
    int result = init(course, standing);

    if (result == 0 && to != NULL)
        result = find_version(standing, to, false, &end);
    if (result == 0)
        result = add_pending(course, standing, end);
    return result != 0 ? result : check_halfway(course, standing);
}

int course_down(struct course *course, const struct standing *standing, const char *to, int64_t steps)
{
    size_t most = to != NULL ? standing->n : steps > 0 ? (size_t)steps : 1;
    size_t start = 0;
    int result = init(course, standing);

    if (result == 0 && to != NULL && steps > 0)
        result = fail(ERR_USAGE, "--to and --steps exclude each other");
    if (result == 0 && to != NULL)
        result = find_version(standing, to, true, &start);
    if (result == 0)
        result = add_applied(course, standing, start, most);
    return result != 0 ? result : check_halfway(course, standing);
}

int course_goto(struct course *course, const struct standing *standing, const char *to)
{
    size_t border = 0;
    int result = init(course, standing);

    if (result == 0)
        result = find_version(standing, to, true, &border);
    if (result == 0)
        result = add_applied(course, standing, border, standing->n);
    if (result == 0)
        result = add_pending(course, standing, border);
    return result != 0 ? result : check_halfway(course, standing);
}

int course_redo(struct course *course, const struct standing *standing)
{
    int result = init(course, standing);

    if (result == 0)
        result = add_applied(course, standing, 0, 1);
    if (result == 0 && course->n > 0) {
        const struct step *step = course->at[0].step;
        add(course, step, true);
        result = refuse_changed(standing, step);
        if (result == 0)
            result = migration_check(&step->migration->forward);
    }
    return result != 0 ? result : check_halfway(course, standing);
}
