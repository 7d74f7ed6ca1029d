#include "jobs/vacuum/task.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/err.h"

/* An index-only scan pays from some pages on, and as long as most of them need no look (Manual 11.9). */
#define SMALL_PAGES 64
#define VISIBLE_ENOUGH 0.8

/* Keep the reason that is furthest past its limit; one for VACUUM beats one for ANALYZE. */
static void weigh(struct task *task, bool *due, double urgency, const char *reason)
{
    bool beaten = due == &task->analyze && task->vacuum;

    if (urgency < 1)
        return;
    if (due == &task->vacuum && !task->vacuum)
        task->urgency = 0;
    *due = true;
    if (beaten || urgency <= task->urgency)
        return;
    task->urgency = urgency;
    snprintf(task->reason, sizeof(task->reason), "%s", reason);
}

static double ratio(double value, double limit)
{
    return value / (limit < 1 ? 1 : limit);
}

static void weigh_ages(struct task *task, const struct facts *facts)
{
    const char *of = facts->toast ? " (TOAST)" : "";
    char reason[200];

    snprintf(reason, sizeof(reason), "its oldest row is %.0f transactions old%s, a freeze is due at %.0f",
             facts->xid_age, of, facts->xid_limit);
    weigh(task, &task->vacuum, ratio(facts->xid_age, facts->xid_limit), reason);
    snprintf(reason, sizeof(reason), "its oldest multixact is %.0f multixacts old%s, a freeze is due at %.0f",
             facts->mxid_age, of, facts->mxid_limit);
    weigh(task, &task->vacuum, ratio(facts->mxid_age, facts->mxid_limit), reason);
    task->freeze = task->freeze || facts->xid_age >= facts->xid_limit || facts->mxid_age >= facts->mxid_limit;
    task->danger = task->danger || facts->xid_age >= facts->xid_danger || facts->mxid_age >= facts->mxid_danger;
}

static void weigh_rows(struct task *task, const struct facts *facts)
{
    const char *of = facts->toast ? " in TOAST" : "";
    char reason[200];

    snprintf(reason, sizeof(reason), "%.0f dead rows%s, VACUUM is due at %.0f", facts->dead, of, facts->dead_limit);
    weigh(task, &task->vacuum, ratio(facts->dead, facts->dead_limit), reason);
    if (facts->insert_limit < 0)
        return;
    snprintf(reason, sizeof(reason), "%.0f rows inserted%s since its last VACUUM, the next is due at %.0f",
             facts->inserted, of, facts->insert_limit);
    weigh(task, &task->vacuum, ratio(facts->inserted, facts->insert_limit), reason);
}

/* Without anything new in the table, another VACUUM would find what the last one did. */
static void weigh_visibility(struct task *task, const struct facts *facts)
{
    double hidden = facts->pages > 0 ? 1 - facts->pages_visible / facts->pages : 0;
    char reason[200];

    if (facts->toast || !facts->searched || facts->pages < SMALL_PAGES || facts->inserted + facts->dead <= 0)
        return;
    snprintf(reason, sizeof(reason), "index-only scans read the table: only %.0f of its %.0f pages are all-visible",
             facts->pages_visible, facts->pages);
    weigh(task, &task->vacuum, hidden > 1 - VISIBLE_ENOUGH ? 1 + hidden : 0, reason);
}

/* Of system tables autovacuum keeps the statistics well enough, and TOAST tables have none. */
static void weigh_statistics(struct task *task, const struct facts *facts)
{
    char reason[200];

    if (facts->toast || facts->catalog)
        return;
    if (facts->analyzed < 0 && !facts->counted && facts->pages > 0)
        weigh(task, &task->analyze, 1, "it was never analyzed");
    snprintf(reason, sizeof(reason), "%.0f rows changed since its last ANALYZE, the next is due at %.0f",
             facts->changed, facts->change_limit);
    weigh(task, &task->analyze, ratio(facts->changed, facts->change_limit), reason);
}

/* Into the task of its table. */
static void weigh_table(struct task *task, const struct facts *facts, bool only_analyze)
{
    if (!only_analyze) {
        weigh_ages(task, facts);
        weigh_rows(task, facts);
        weigh_visibility(task, facts);
    }
    weigh_statistics(task, facts);
}

/* What has changed in a partition since its parent was analyzed: what the partition counts, and at least what made it
 * due if autovacuum has analyzed it since then. (Not if a command has: an ANALYZE of the parent is followed by those of
 * its partitions. Before PostgreSQL 14 a partitioned table knows no number of rows.) */
static void weigh_parent(struct task *task, const struct census *census)
{
    const struct facts *parent = task->facts;
    double rows = 0, changed = 0, pages = 0, limit;
    char reason[200];

    for (size_t i = 0; i < census->n; i++) {
        const struct facts *part = &census->at[i];

        if (part->root != parent->oid || part->partitioned)
            continue;
        rows += part->rows;
        pages += part->pages;
        changed += part->changed;
        if (part->autoanalyzed > parent->analyzed && part->changed < part->change_limit)
            changed += part->change_limit - part->changed;
    }
    if (parent->analyzed < 0 && pages > 0)
        weigh(task, &task->analyze, 1, "it was never analyzed as a whole");
    if (parent->analyzed < 0 || parent->root != parent->oid)
        return;
    limit = parent->rows > 0 ? parent->change_limit : parent->change_limit + rows / 10;
    snprintf(reason, sizeof(reason), "%.0f rows changed in its partitions since its last ANALYZE, "
             "the next is due at %.0f", changed, limit);
    weigh(task, &task->analyze, ratio(changed, limit), reason);
}

static void ask_for(struct task *task, const struct maintenance_options *options)
{
    bool asked = options->all || task->facts->named;

    if (!asked)
        return;
    if (!task->vacuum && !task->analyze)
        snprintf(task->reason, sizeof(task->reason), "%s", options->all ? "--all" : "--table");
    task->analyze = true;
    task->vacuum = !task->facts->partitioned && !options->analyze_only;
}

/* Whether it may be worked on at all. */
static bool is_candidate(const struct facts *facts, const struct maintenance_options *options)
{
    if (facts->target != facts->oid || (options->tables.n > 0 && !facts->named))
        return false;
    if (facts->partitioned && facts->root != facts->oid && !facts->named)
        return false;
    return facts->named || !facts->catalog || *facts->owner == '\0';
}

static int compare_target(const void *key, const void *element)
{
    long long oid = *(const long long *)key;
    const struct task *task = element;

    return (oid > task->facts->oid) - (oid < task->facts->oid);
}

/* While the tasks are still in the census's order. */
static struct task *find_task(const struct tasks *tasks, long long oid)
{
    return tasks->n == 0 ? NULL : bsearch(&oid, tasks->at, tasks->n, sizeof(*tasks->at), compare_target);
}

/* What its parent's ANALYZE will do need not be done twice. */
static void settle(const struct tasks *tasks, struct task *task, const struct maintenance_options *options)
{
    const struct task *root = task->facts->root == task->facts->oid ? NULL : find_task(tasks, task->facts->root);

    if (root != NULL && root->analyze && *root->facts->owner == '\0')
        task->analyze = false;
    task->flush = !task->vacuum && !options->analyze_only && task->facts->gin && task->facts->inserted > 0;
    if (task->flush && !task->analyze)
        snprintf(task->reason, sizeof(task->reason), "its GIN indexes may have pending lists");
}

static int compare(const void *one, const void *other)
{
    const struct task *a = one, *b = other;

    if (a->facts->partitioned != b->facts->partitioned)
        return a->facts->partitioned ? 1 : -1;
    if (a->danger != b->danger)
        return a->danger ? -1 : 1;
    if (a->facts->cut_short != b->facts->cut_short)
        return a->facts->cut_short ? 1 : -1;
    if (a->vacuum != b->vacuum)
        return a->vacuum ? -1 : 1;
    if (a->urgency < b->urgency || a->urgency > b->urgency)
        return a->urgency < b->urgency ? 1 : -1;
    return (a->facts->oid > b->facts->oid) - (a->facts->oid < b->facts->oid);
}

/* One task for each table of the census that may be worked on, in its order. TOAST tables weigh for their table. */
static void weigh_all(const struct census *census, const struct maintenance_options *options, struct tasks *tasks)
{
    for (size_t i = 0; i < census->n; i++) {
        if (is_candidate(&census->at[i], options))
            tasks->at[tasks->n++] = (struct task){.facts = &census->at[i]};
    }
    for (size_t i = 0; i < tasks->n; i++) {
        struct task *task = &tasks->at[i];

        if (task->facts->partitioned)
            weigh_parent(task, census);
        else
            weigh_table(task, task->facts, options->analyze_only);
    }
}

static void weigh_toast(const struct census *census, const struct maintenance_options *options, struct tasks *tasks)
{
    for (size_t i = 0; i < census->n; i++) {
        const struct facts *facts = &census->at[i];
        struct task *task = facts->toast ? find_task(tasks, facts->target) : NULL;

        if (task != NULL)
            weigh_table(task, facts, options->analyze_only);
    }
}

int tasks_choose(const struct census *census, const struct maintenance_options *options, struct tasks *tasks)
{
    size_t kept = 0;

    *tasks = (struct tasks){calloc(census->n + 1, sizeof(*tasks->at)), 0};
    if (tasks->at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    weigh_all(census, options, tasks);
    weigh_toast(census, options, tasks);
    for (size_t i = 0; i < tasks->n; i++)
        ask_for(&tasks->at[i], options);
    for (size_t i = 0; i < tasks->n; i++)
        settle(tasks, &tasks->at[i], options);
    for (size_t i = 0; i < tasks->n; i++) {
        if (tasks->at[i].vacuum || tasks->at[i].analyze || tasks->at[i].flush)
            tasks->at[kept++] = tasks->at[i];
    }
    tasks->n = kept;
    qsort(tasks->at, tasks->n, sizeof(*tasks->at), compare);
    return 0;
}

void tasks_release(struct tasks *tasks)
{
    free(tasks->at);
    *tasks = (struct tasks){NULL, 0};
}
