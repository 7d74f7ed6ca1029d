#include "jobs/bridges/gap_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/rollup/definition.h"
#include "jobs/rollup/missing.h"

#define HOLDERS 5

static const struct column gap_columns[] = {
    {"window", CELL_TEXT},    {"tz", CELL_TEXT},    {"type", CELL_TEXT},
    {"verdict", CELL_TEXT},   {"from", CELL_TEXT},  {"to", CELL_TEXT},
    {"windows", CELL_NUMBER}, {"items", CELL_NUMBER}, {"namespaces", CELL_JSON},
};

struct listing {
    struct table table;
    int64_t missed; /* windows */
};

static bool is_wanted(const char *wanted, const char *value)
{
    return wanted == NULL || strcmp(wanted, value) == 0;
}

static void put_range(void *to, const struct missing_rollup *rollup, const struct missing_range *range)
{
    struct listing *listing = to;
    struct table *table = &listing->table;
    char text[TIME_TEXT_SIZE];

    table_add(table, rollup->window);
    table_add(table, rollup->tz);
    table_add(table, rollup->type);
    table_add(table, missing_verdict_name(range->verdict));
    time_format(range->from, text);
    table_add(table, text);
    time_format(range->to, text);
    table_add(table, text);
    table_add_int(table, range->windows);
    table_add_int(table, range->items);
    table_add(table, range->namespaces);
    if (range->verdict == MISSING_MISSED)
        listing->missed += range->windows;
}

static void say_command(const struct missing_rollup *rollup, const char *more)
{
    struct buf command = BUF_INIT;

    missing_command(rollup, more, &command);
    log_hint("%s", buf_text(&command));
    buf_release(&command);
}

static void say_behind(const struct missing_rollup *rollup)
{
    log_warning("rollup %s is behind: %lld change%s since %s not seen yet", rollup->window, rollup->unseen,
                rollup->unseen == 1 ? "" : "s", rollup->last_run_at);
    say_command(rollup, "");
}

static int say_holders(void)
{
    struct missing_holder holders[HOLDERS];
    size_t n = 0;
    int rc = missing_holders(holders, HOLDERS, &n);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (holders[i].pid == 0)
            log_warning("a prepared transaction holds changes back: psql -c 'SELECT * FROM pg_prepared_xacts'");
        else
            log_warning("a transaction that is still open holds changes back: pid %lld, '%s', since %s", holders[i].pid,
                        holders[i].name, holders[i].since);
    }
    return rc;
}

static void say_missed(const struct missing_rollup *rollup, int64_t windows)
{
    log_warning("rollup %s has missed %lld window%s that stamps lie in", rollup->window, (long long)windows,
                windows == 1 ? "" : "s");
    say_command(rollup, " --repair");
}

/* '*', the namespace of windows of all of them, has no stamps of its own. */
static bool is_of_namespace(const char *wanted, const struct missing_rollup *rollup)
{
    bool together = strcmp(rollup->type, rollup_type_name(ROLLUP_TIME_WINDOW)) == 0;

    if (wanted == NULL)
        return true;
    if (together || strcmp(wanted, ROLLUP_TOGETHER) == 0)
        return together && strcmp(wanted, ROLLUP_TOGETHER) == 0;
    return rollup->only_namespace[0] == '\0' || strcmp(wanted, rollup->only_namespace) == 0;
}

static int add_rollup(const struct missing_rollup *rollup, const char *wanted, int64_t from, int64_t to,
                      struct listing *listing)
{
    int64_t missed = listing->missed;
    int rc;

    if (rollup->unseen > 0)
        say_behind(rollup);
    if (wanted == NULL || strcmp(wanted, ROLLUP_TOGETHER) == 0)
        wanted = "";
    rc = missing_windows(rollup, wanted, from, to, put_range, listing);
    if (rc == 0 && listing->missed > missed)
        say_missed(rollup, listing->missed - missed);
    return rc;
}

static int add_rollups(const struct bridges_options *options, int64_t from, int64_t to, struct listing *listing)
{
    struct missing_rollup *rollups = NULL;
    size_t n = 0;
    int rc = missing_rollups(&rollups, &n);

    if (rc == 0 && n == 0)
        log_info("no rollup has run yet: bridgejob help rollup");
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (!is_wanted(options->window, rollups[i].window) || !is_wanted(options->type, rollups[i].type) ||
            !is_wanted(options->tz, rollups[i].tz) || !is_of_namespace(options->name_space, &rollups[i]))
            continue;
        rc = add_rollup(&rollups[i], options->name_space, from, to, listing);
    }
    free(rollups);
    return rc;
}

int gap_list(const struct bridges_options *options, enum format format, int64_t from, int64_t to)
{
    struct listing listing = {.missed = 0};
    int rc;

    table_init(&listing.table, gap_columns, sizeof(gap_columns) / sizeof(*gap_columns));
    rc = add_rollups(options, from, to, &listing);
    if (rc == 0)
        rc = say_holders();
    if (rc == 0)
        rc = table_print(&listing.table, format, stdout);
    table_release(&listing.table);
    return rc == 0 && listing.missed > 0 ? ERR_FINDINGS : rc;
}
