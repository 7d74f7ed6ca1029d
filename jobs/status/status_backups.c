#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/time.h"
#include "jobs/backup/store.h"
#include "jobs/status/status_parts.h"

#define CLOCKS_DIFFER (INT64_C(3600) * TIME_SECOND)

static const struct column columns[] = {
    {"directory", CELL_TEXT},  {"state", CELL_TEXT},         {"backups", CELL_NUMBER}, {"verified", CELL_NUMBER},
    {"damaged", CELL_NUMBER},  {"unverified", CELL_NUMBER},  {"newest", CELL_TEXT},    {"age_s", CELL_NUMBER},
    {"drilled", CELL_TEXT},    {"drill_age_s", CELL_NUMBER}, {"drill_s", CELL_NUMBER},
};

/* What the manifests say of this database's backups, and of base backups, which are of all databases. */
struct backups {
    const char *dir;
    int64_t now;
    size_t n, verified, damaged, unverified;
    const struct manifest *newest; /* verified */
    const struct manifest *drilled; /* the one that was drilled last */
};

static bool concerns(const struct manifest *manifest, const char *database)
{
    bool physical = !manifest->damaged && manifest->kind == BACKUP_PHYSICAL;

    return physical || (manifest->database != NULL && strcmp(manifest->database, database) == 0);
}

/* Its clock was wrong, or ours is: how old it is nobody knows. */
static bool is_from_future(const struct backups *backups, const struct manifest *manifest)
{
    return manifest->created_at > backups->now + CLOCKS_DIFFER;
}

/* They come newest first; one from the future would hide for years that no other comes. */
static void take(struct backups *backups, const struct manifest *manifest)
{
    bool good = manifest_is_good(manifest);

    backups->n++;
    if (good)
        backups->verified++;
    else if (manifest->fault != NULL)
        backups->damaged++;
    else
        backups->unverified++;
    if (good && (backups->newest == NULL || is_from_future(backups, backups->newest)))
        backups->newest = manifest;
    if (manifest->drilled_at != 0 && (backups->drilled == NULL || manifest->drilled_at > backups->drilled->drilled_at))
        backups->drilled = manifest;
}

static int64_t age_of(const struct backups *backups, int64_t us)
{
    return (backups->now - us) / TIME_SECOND;
}

static void add_instant(struct table *table, const struct backups *backups, int64_t us)
{
    char text[TIME_TEXT_SIZE];

    time_format(us, text);
    table_add(table, us == 0 ? NULL : text);
    if (us == 0)
        table_add(table, NULL);
    else
        table_add_int(table, age_of(backups, us));
}

static void add_row(struct table *table, const struct backups *backups, bool old)
{
    char seconds[32] = "";

    table_add(table, backups->dir);
    table_add(table, backups->n == 0 ? "none" : backups->newest == NULL ? "none verified" : old ? "old" : "fresh");
    table_add_int(table, (long long)backups->n);
    table_add_int(table, (long long)backups->verified);
    table_add_int(table, (long long)backups->damaged);
    table_add_int(table, (long long)backups->unverified);
    add_instant(table, backups, backups->newest == NULL ? 0 : backups->newest->created_at);
    add_instant(table, backups, backups->drilled == NULL ? 0 : backups->drilled->drilled_at);
    if (backups->drilled != NULL)
        snprintf(seconds, sizeof(seconds), "%.1f", backups->drilled->drill_s);
    table_add(table, seconds[0] == '\0' ? NULL : seconds);
}

/* The command to type that takes one into that directory. */
static void find_to_create(struct sections *sections, const struct backups *backups, const char *kind, const char *what,
                           const char *why)
{
    struct buf statement = BUF_INIT;

    store_command(&statement, "create", NULL, backups->dir);
    sections_find(sections, kind, backups->dir, what, why, buf_text(&statement));
    buf_release(&statement);
}

static void find_none(struct sections *sections, const struct backups *backups)
{
    const char *what = backups->n == 0 ? "backups were made, and none is there"
                                       : "none of the backups is verified and whole";

    find_to_create(sections, backups, "no_backup", what, "all is lost with the server");
}

static void find_old(struct sections *sections, const struct backups *backups)
{
    char what[160], newest[TIME_TEXT_SIZE];

    time_format(backups->newest->created_at, newest);
    snprintf(what, sizeof(what), "the newest verified backup is of %s, %lld hours ago", newest,
             (long long)age_of(backups, backups->newest->created_at) / 3600);
    find_to_create(sections, backups, "old_backup", what, "what came since is lost with the server");
}

/* What retention will remove in the end is told until then: somebody may want to know why. */
static void find_damaged(struct sections *sections, const struct backups *backups, const struct manifest *manifest)
{
    struct buf statement = BUF_INIT;

    store_command(&statement, manifest_failed_drill(manifest) ? "drill" : "verify", manifest->id, backups->dir);
    if (manifest->fault != NULL)
        sections_find(sections, "damaged_backup", manifest->id, manifest->fault, "it does not count as a backup",
                      buf_text(&statement));
    else
        sections_find(sections, "unverified_backup", manifest->id, "nobody has ever read it back",
                      "it does not count as a backup", buf_text(&statement));
    buf_release(&statement);
}

static void find_future(struct sections *sections, const struct manifest *manifest)
{
    char what[160], created[TIME_TEXT_SIZE];

    time_format(manifest->created_at, created);
    snprintf(what, sizeof(what), "it was made at %s, which is yet to come", created);
    sections_find(sections, "future_backup", manifest->id, what,
                  "its server's clock was wrong, or this machine's is; retention takes it for the newest until then",
                  "timedatectl");
}

static void find_old_drill(struct sections *sections, const struct backups *backups)
{
    char what[160], last[TIME_TEXT_SIZE];

    time_format(backups->drilled->drilled_at, last);
    snprintf(what, sizeof(what), "the last drill was at %s, %lld days ago", last,
             (long long)age_of(backups, backups->drilled->drilled_at) / 86400);
    sections_find(sections, "old_drill", backups->drilled->id, what,
                  "that a backup can be restored is known for that day only", "bridgejob backup drill");
}

static void judge(struct sections *sections, const struct backups *backups, const struct status_options *options,
                  bool old, bool expected)
{
    if (backups->newest == NULL && (backups->n > 0 || expected))
        find_none(sections, backups);
    if (old)
        find_old(sections, backups);
    if (backups->drilled != NULL && age_of(backups, backups->drilled->drilled_at) > options->drill_age_s)
        find_old_drill(sections, backups);
}

/* Where no backup was ever made, none was ever asked for: that is said, and no finding. */
int status_backups(struct sections *sections, const struct status_options *options)
{
    struct table *table = sections_begin_single(sections, "backups", columns, sizeof(columns) / sizeof(*columns));
    struct backups backups = {.dir = options->backup_dir, .now = time_now()};
    struct status_database database;
    struct backup_list list = {NULL, 0};
    int result = status_database(&database);
    bool old;

    if (result == 0)
        result = store_list(options->backup_dir, &list);
    if (result != 0)
        return result;
    for (size_t i = 0; i < list.n; i++) {
        if (!concerns(&list.at[i], database.name))
            continue;
        take(&backups, &list.at[i]);
        if (!manifest_is_good(&list.at[i]))
            find_damaged(sections, &backups, &list.at[i]);
        else if (is_from_future(&backups, &list.at[i]))
            find_future(sections, &list.at[i]);
    }
    old = backups.newest != NULL && age_of(&backups, backups.newest->created_at) > options->backup_age_s;
    add_row(table, &backups, old);
    judge(sections, &backups, options, old, database.backed_up);
    backup_list_release(&list);
    return 0;
}
