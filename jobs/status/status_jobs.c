#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/time.h"
#include "jobs/status/cronfile.h"
#include "jobs/status/status_parts.h"

/* So many missed runs are counted. */
#define MISSED_MOST 1000

static const struct column columns[] = {
    {"job", CELL_TEXT}, {"last_start", CELL_TEXT}, {"last_end", CELL_TEXT}, {"last_exit", CELL_NUMBER},
    {"next_due", CELL_TEXT}, {"missed", CELL_NUMBER}, {"last_duration_s", CELL_NUMBER}, {"state", CELL_TEXT},
};

/* These change nothing and keep no history: whether they ran cannot be told. */
static const char *const without_history[] = {"status", "health", "doctor", "bridges", "report", "trace", "failed",
                                              "session", "stats", "nodes", "migrate status", "migrate plan",
                                              "backup list", NULL};

static bool keeps_history(const char *job)
{
    for (const char *const *name = without_history; *name != NULL; name++) {
        if (strcmp(*name, job) == 0)
            return false;
    }
    return true;
}

static void add_time(struct table *table, int64_t seconds)
{
    char text[TIME_TEXT_SIZE];

    if (seconds != 0)
        time_format(seconds * TIME_SECOND, text);
    table_add(table, seconds == 0 ? NULL : text);
}

static const char *state_of(const struct status_run *run)
{
    if (run == NULL)
        return "never ran";
    if (run->exit_code < 0)
        return run->alive ? "running" : "died";
    return run->exit_code == 0 ? "done" : run->exit_code == ERR_FINDINGS ? "done, with findings" : "failed";
}

/* Due times of all lines of the job: the next one, and how many have passed without a run behind them. What was due
 * before the file was written was due by another file. */
struct due {
    bool scheduled;
    int64_t next;        /* 0: never */
    int64_t last;        /* that a run should have followed, 0: none */
    int missed;
};

static void add_line(struct due *due, const struct cronfile_line *line, int64_t since, int64_t now, int64_t grace)
{
    int64_t at;

    cronfile_zone(line);
    due->scheduled = true;
    if (crontab_next(&line->when, now, &at) && (due->next == 0 || at < due->next))
        due->next = at;
    due->missed += crontab_count(&line->when, since, now - grace - line->splay_s, MISSED_MOST);
    if (crontab_last(&line->when, now - grace - line->splay_s, &at) && at > since && at > due->last)
        due->last = at;
    cronfile_zone(NULL);
}

static struct due due_of(const char *job, const struct status_run *run, const struct cronfile *file, int64_t grace)
{
    struct due due = {.next = 0};
    int64_t now = time_now() / TIME_SECOND;
    int64_t since = run != NULL && run->start > file->modified ? run->start : file->modified;

    for (size_t i = 0; i < file->n; i++) {
        if (strcmp(file->at[i].job, job) == 0)
            add_line(&due, &file->at[i], since, now, grace);
    }
    if (!keeps_history(job))
        due.missed = 0;
    return due;
}

static void find_missed(struct sections *sections, const char *job, const struct status_run *run,
                        const struct due *due)
{
    char last[TIME_TEXT_SIZE], start[TIME_TEXT_SIZE], what[256], statement[128];

    if (due->missed == 0)
        return;
    time_format(due->last * TIME_SECOND, last);
    if (run != NULL)
        time_format(run->start * TIME_SECOND, start);
    snprintf(what, sizeof(what), "%d run%s missed, last due %s; last run %s", due->missed,
             due->missed == 1 ? "" : "s", last, run == NULL ? "never" : start);
    snprintf(statement, sizeof(statement), "bridgejob %s", job);
    sections_find(sections, "missed_run", job, what, "cron, the machine or the crontab does not do what it should",
                  statement);
}

static void find_failed(struct sections *sections, const struct status_run *run)
{
    struct buf what = BUF_INIT, statement = BUF_INIT;
    char start[TIME_TEXT_SIZE];

    time_format(run->start * TIME_SECOND, start);
    buf_printf(&statement, "bridgejob %s", run->job);
    if (run->exit_code < 0 && !run->alive) {
        buf_printf(&what, "the run of %s never ended, and its session is gone", start);
        sections_find(sections, "died_run", run->job, buf_text(&what),
                      "it was killed, or the machine went down; what it had done whole is in", buf_text(&statement));
    } else if (run->exit_code > 0 && run->exit_code != ERR_FINDINGS) {
        buf_printf(&what, "the run of %s ended with exit code %d: %s", start, run->exit_code, run->message);
        sections_find(sections, "failed_run", run->job, buf_text(&what), "its work is not done", buf_text(&statement));
    }
    buf_release(&statement);
    buf_release(&what);
}

static void add_job(struct sections *sections, struct table *table, const char *job, const struct status_run *run,
                    const struct due *due)
{
    table_add(table, job);
    add_time(table, run == NULL ? 0 : run->start);
    add_time(table, run == NULL ? 0 : run->end);
    if (run == NULL || run->exit_code < 0)
        table_add(table, NULL);
    else
        table_add_int(table, run->exit_code);
    add_time(table, due->next);
    if (due->scheduled && keeps_history(job))
        table_add_int(table, due->missed);
    else
        table_add(table, NULL);
    if (run == NULL || run->end == 0)
        table_add(table, NULL);
    else
        table_add_int(table, run->end - run->start);
    table_add(table, run == NULL && !keeps_history(job) ? "keeps no history" : state_of(run));
    find_missed(sections, job, run, due);
    if (run != NULL)
        find_failed(sections, run);
}

static const struct status_run *find_run(const struct status_run *runs, size_t n, const char *job)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(runs[i].job, job) == 0)
            return &runs[i];
    }
    return NULL;
}

/* Jobs that have run, then those that only the crontab knows, each once. */
static void add_jobs(struct sections *sections, struct table *table, const struct status_run *runs, size_t n,
                     const struct cronfile *file, int64_t grace)
{
    for (size_t i = 0; i < n; i++) {
        struct due due = due_of(runs[i].job, &runs[i], file, grace);

        add_job(sections, table, runs[i].job, &runs[i], &due);
    }
    for (size_t i = 0; i < file->n; i++) {
        const char *job = file->at[i].job;
        bool seen = find_run(runs, n, job) != NULL;

        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(file->at[j].job, job) == 0;
        if (!seen) {
            struct due due = due_of(job, NULL, file, grace);

            add_job(sections, table, job, NULL, &due);
        }
    }
}

int status_jobs(struct sections *sections, const struct status_options *options)
{
    static struct status_run runs[STATUS_RUNS_MAX];
    struct table *table = sections_begin(sections, "jobs", columns, sizeof(columns) / sizeof(*columns));
    struct cronfile file = {.n = 0};
    size_t n = 0;
    int result = options->cron == NULL ? 0 : cronfile_read(&file, options->cron);

    if (result == 0)
        result = status_read_runs(runs, &n);
    if (result == 0)
        add_jobs(sections, table, runs, n, &file, options->grace_s);
    cronfile_release(&file);
    return result;
}
