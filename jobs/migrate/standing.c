#include "jobs/migrate/standing.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

int step_compare_version(const struct step *step, const char *version)
{
    return version_compare(span_of(step->version), span_of(version));
}

static int compare_names(const void *a, const void *b)
{
    const struct step *left = a;
    const struct step *right = b;

    return strcmp(left->file, right->file);
}

static int compare_numbers(const void *a, const void *b)
{
    const struct step *left = a;
    const struct step *right = b;
    int order = step_compare_version(left, right->version);

    return order != 0 ? order : strcmp(left->file, right->file);
}

static struct step step_of_file(const struct standing *standing, const struct migration *migration)
{
    const struct history_row *row = history_find(&standing->history, migration->forward.name);
    struct step step = {
        .state = STEP_PENDING,
        .version = migration->version,
        .file = migration->forward.name,
        .migration = migration,
        .row = row,
        .halfway = halfway_find(&standing->halfway, migration->forward.name),
    };

    if (row != NULL)
        step.state = strcmp(row->checksum, migration->forward.checksum) == 0 ? STEP_APPLIED : STEP_CHANGED;
    return step;
}

static void mark_late(struct standing *standing)
{
    bool applied = false;

    for (size_t i = standing->n; i-- > 0;) {
        struct step *step = &standing->at[i];
        step->late = step->row == NULL && applied;
        applied = applied || step->row != NULL;
    }
}

/* Sorted by number, are they sorted by name as well? Of the files only: what is missing is not run. */
static int refuse_two_orders(const struct standing *standing)
{
    const struct step *last = NULL;

    for (size_t i = 0; i < standing->n; i++) {
        const struct step *step = &standing->at[i];
        if (step->state == STEP_MISSING)
            continue;
        if (last != NULL && compare_names(last, step) > 0) {
            fail(ERR_USAGE, "'%s' comes before '%s' by number, and behind it by name", last->file, step->file);
            log_hint("say which is meant: --order number or --order text");
            return ERR_USAGE;
        }
        last = step;
    }
    return 0;
}

static int sort(struct standing *standing, enum file_order order)
{
    qsort(standing->at, standing->n, sizeof(*standing->at), order == ORDER_TEXT ? compare_names : compare_numbers);
    mark_late(standing);
    return order == ORDER_UNSAID ? refuse_two_orders(standing) : 0;
}

/* Whether a row without a file here is somebody else's: another embedded set's or, beside an embedded set, a
 * directory's. */
static bool is_beside(const struct standing *standing, const struct history_row *row)
{
    return migrations_are_beside(&standing->files, row->file) || (standing->files.embedded && row->from_directory);
}

static int merge(struct standing *standing)
{
    size_t most = standing->files.n + standing->history.n;

    standing->at = calloc(most > 0 ? most : 1, sizeof(*standing->at));
    if (standing->at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < standing->files.n; i++)
        standing->at[standing->n++] = step_of_file(standing, &standing->files.at[i]);
    for (size_t i = 0; i < standing->history.n; i++) {
        const struct history_row *row = &standing->history.at[i];
        if (migrations_find(&standing->files, row->file) == NULL && !is_beside(standing, row))
            standing->at[standing->n++] =
                (struct step){.state = STEP_MISSING, .version = row->version, .file = row->file, .row = row};
    }
    return 0;
}

int standing_read_in_order(struct standing *standing, enum embedded_set embedded, const char *dir,
                           enum file_order order)
{
    int result;

    *standing = (struct standing){.at = NULL};
    result = migrations_read(&standing->files, embedded, dir);
    if (result == 0)
        result = history_read(&standing->history);
    if (result == 0)
        result = halfway_read(&standing->halfway);
    if (result == 0)
        result = merge(standing);
    if (result == 0)
        result = sort(standing, order);
    if (result != 0)
        standing_release(standing);
    return result;
}

int standing_read(struct standing *standing, enum embedded_set embedded, const char *dir)
{
    return standing_read_in_order(standing, embedded, dir, ORDER_UNSAID);
}

void standing_release(struct standing *standing)
{
    free(standing->at);
    halfway_release(&standing->halfway);
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

size_t standing_behind(const struct standing *standing, const char *version)
{
    size_t behind = standing->n;

    while (behind > 0 && step_compare_version(&standing->at[behind - 1], version) != 0)
        behind--;
    return behind;
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
