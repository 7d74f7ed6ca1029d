#include "jobs/migrate/standing.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "jobs/migrate/names.h"

int step_compare_version(const struct step *step, const char *version)
{
    return version_compare(span_of(step->version), span_of(version));
}

static int compare_steps(const void *a, const void *b)
{
    const struct step *left = a;
    const struct step *right = b;
    int order = step_compare_version(left, right->version);

    return order != 0 ? order : strcmp(left->file, right->file);
}

static struct step step_of_file(const struct history *history, const struct migration *migration)
{
    const struct history_row *row = history_find(history, migration->forward.name);
    struct step step = {
        .state = STEP_PENDING,
        .version = migration->version,
        .file = migration->forward.name,
        .migration = migration,
        .row = row,
    };

    if (row != NULL)
        step.state = strcmp(row->checksum, migration->forward.checksum) == 0 ? STEP_APPLIED : STEP_CHANGED;
    return step;
}

static void mark_late(struct standing *standing)
{
    const char *highest = NULL;

    for (size_t i = standing->n; i-- > 0;) {
        struct step *step = &standing->at[i];
        if (step->row != NULL && highest == NULL)
            highest = step->version;
        step->late = step->row == NULL && highest != NULL && step_compare_version(step, highest) < 0;
    }
}

static int merge(struct standing *standing)
{
    size_t most = standing->files.n + standing->history.n;

    standing->at = calloc(most > 0 ? most : 1, sizeof(*standing->at));
    if (standing->at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < standing->files.n; i++)
        standing->at[standing->n++] = step_of_file(&standing->history, &standing->files.at[i]);
    for (size_t i = 0; i < standing->history.n; i++) {
        const struct history_row *row = &standing->history.at[i];
        if (migrations_find(&standing->files, row->file) == NULL && !migrations_are_beside(&standing->files, row->file))
            standing->at[standing->n++] =
                (struct step){.state = STEP_MISSING, .version = row->version, .file = row->file, .row = row};
    }
    qsort(standing->at, standing->n, sizeof(*standing->at), compare_steps);
    mark_late(standing);
    return 0;
}

int standing_read(struct standing *standing, enum embedded_set embedded, const char *dir)
{
    int result;

    *standing = (struct standing){.at = NULL};
    result = migrations_read(&standing->files, embedded, dir);
    if (result == 0)
        result = history_read(&standing->history);
    if (result == 0)
        result = merge(standing);
    if (result != 0)
        standing_release(standing);
    return result;
}

void standing_release(struct standing *standing)
{
    free(standing->at);
    history_release(&standing->history);
    migrations_release(&standing->files);
    *standing = (struct standing){.at = NULL};
}

size_t standing_count(const struct standing *standing, enum step_state state)
{
    size_t n = 0;

    for (size_t i = 0; i < standing->n; i++)
        n += standing->at[i].state == state;
    return n;
}

bool standing_has_version(const struct standing *standing, const char *version)
{
    for (size_t i = 0; i < standing->n; i++) {
        if (step_compare_version(&standing->at[i], version) == 0)
            return true;
    }
    return false;
}

bool step_rollback_changed(const struct step *step)
{
    return step->row != NULL && step->migration != NULL && *step->row->rollback_checksum != '\0' &&
           strcmp(step->row->rollback_checksum, step->migration->rollback.checksum) != 0;
}

const char *step_state_name(enum step_state state)
{
    static const char *const names[] = {"applied", "pending", "changed", "missing"};

    return names[state];
}
