#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"
#include "jobs/status/cronfile.h"
#include "jobs/status/status_parts.h"

/* So many missed runs are counted. */
#define MISSED_MOST 1000

/* A run that begins up to so many seconds before its time is the one that was due: starts are told by the server's
 * clock, due times by this machine's. */
#define EARLY 30

static const struct column columns[] = {
    {"job", CELL_TEXT}, {"last_start", CELL_TEXT}, {"last_end", CELL_TEXT}, {"last_exit", CELL_NUMBER},
    {"next_due", CELL_TEXT}, {"missed", CELL_NUMBER}, {"last_duration_s", CELL_NUMBER}, {"state", CELL_TEXT},
};

/* What the lines of a job in the crontab say of it. What was due before the file was written was due by another. */
struct due {
    const struct cronfile_line *line; /* the one that was due last, or the first; NULL: there is none */
    bool recorded;       /* a run would be seen */
    int64_t next;        /* 0: never */
    int64_t last;        /* that a run should have followed, 0: none */
    int missed;          /* so many due times have passed without a run behind them */
};

static void add_time(struct table *table, int64_t seconds)
{
    char text[TIME_TEXT_SIZE];

    if (seconds != 0)
        time_format(seconds * TIME_SECOND, text);
    table_add(table, seconds == 0 ? NULL : text);
}

static const char *state_of(const struct status_run *run, const struct due *due)
{
    if (due->line != NULL && !due->line->run.known)
        return "no such job";
    if (run == NULL)
        return due->recorded ? "never ran" : "keeps no history";
    if (run->exit_code < 0)
        return run->alive ? "running" : "died";
    return run->exit_code == 0 ? "done" : run->exit_code == ERR_FINDINGS ? "done, with findings" : "failed";
}

static void add_missed(struct due *due, const struct cronfile_line *line, int64_t since, int64_t until)
{
    int64_t at;

    due->recorded = true;
    due->missed += crontab_count(&line->when, since, until, MISSED_MOST);
    if (crontab_last(&line->when, until, &at) && at > since && at > due->last) {
        due->last = at;
        due->line = line;
    }
}

static void add_line(struct due *due, const struct cronfile_line *line, int64_t since, int64_t now, int64_t grace)
{
    int64_t at;

    if (due->line == NULL)
        due->line = line;
    if (!line->run.known)
        return;
    cronfile_zone(line);
    if (crontab_next(&line->when, now, &at) && (due->next == 0 || at < due->next))
        due->next = at;
    if (line->run.recorded)
        add_missed(due, line, since, now - grace - line->run.splay_s);
    cronfile_zone(NULL);
}

/* Of a job that runs nothing is missed: that it takes long is another finding. */
static struct due due_of(const char *job, const struct status_run *run, const struct cronfile *file, int64_t grace)
{
    struct due due = {.next = 0};
    int64_t now = time_now() / TIME_SECOND;
    int64_t since = file->modified;

    if (run != NULL && run->newest + EARLY > since)
        since = run->newest + EARLY;
    for (size_t i = 0; i < file->n; i++) {
        if (strcmp(file->at[i].run.job, job) == 0)
            add_line(&due, &file->at[i], since, now, grace);
    }
    if (run != NULL && run->alive)
        due.missed = 0;
    return due;
}

/* As the crontab has it; else what is known of the job. */
static int state_command(const char *job, const struct due *due, struct buf *statement)
{
    if (due->line != NULL && due->line->run.command[0] != '\0') {
        buf_add_text(statement, due->line->run.command);
        return 0;
    }
    if (strcmp(job, "rollup") == 0)
        return status_last_rollup(statement);
    buf_printf(statement, "bridgejob %s%s", job, strcmp(job, "ingest") == 0 ? " FILE" : "");
    return 0;
}

static void find_missed(struct sections *sections, const char *job, const struct status_run *run,
                        const struct due *due, const char *statement)
{
    char last[TIME_TEXT_SIZE], start[TIME_TEXT_SIZE], what[256];

    time_format(due->last * TIME_SECOND, last);
    if (run != NULL)
        time_format(run->newest * TIME_SECOND, start);
    snprintf(what, sizeof(what), "%d run%s missed, last due %s; last run %s", due->missed,
             due->missed == 1 ? "" : "s", last, run == NULL ? "never" : start);
    sections_find(sections, "missed_run", job, what, "cron, the machine or the crontab does not do what it should",
                  statement);
}

static void find_died(struct sections *sections, const struct status_run *run, const char *statement)
{
    char start[TIME_TEXT_SIZE], what[128];

    time_format(run->start * TIME_SECOND, start);
    snprintf(what, sizeof(what), "the run of %s never ended, and its session is gone", start);
    sections_find(sections, "died_run", run->job, what,
                  "it was killed, or the machine went down; what it had done whole is in", statement);
}

static void find_failed(struct sections *sections, const struct status_run *run, const char *statement)
{
    struct buf what = BUF_INIT;
    char start[TIME_TEXT_SIZE];

    time_format(run->start * TIME_SECOND, start);
    buf_printf(&what, "the run of %s ended with exit code %d: %s", start, run->exit_code, run->message);
    sections_find(sections, "failed_run", run->job, buf_text(&what), "its work is not done", statement);
    buf_release(&what);
}

static void find_long(struct sections *sections, const struct status_run *run, int64_t most)
{
    int64_t took = time_now() / TIME_SECOND - run->start;
    char start[TIME_TEXT_SIZE], what[128];

    if (took < most)
        return;
    time_format(run->start * TIME_SECOND, start);
    snprintf(what, sizeof(what), "it has run since %s, for %lld hours", start, (long long)(took / 3600));
    sections_find(sections, "long_run", run->job, what, "no other run of it begins before it ends",
                  "bridgejob health");
}

static void find_unknown(struct sections *sections, const struct cronfile_line *line)
{
    struct buf what = BUF_INIT;

    buf_printf(&what, "line %d of the crontab has it, and there is no such job%s%s", line->number,
               line->run.command[0] == '\0' ? "" : ": ", line->run.command);
    sections_find(sections, "unknown_job", line->run.job, buf_text(&what),
                  "what it was to do is not done", "bridgejob help");
    buf_release(&what);
}

static int find_faults(struct sections *sections, const char *job, const struct status_run *run,
                       const struct due *due, const struct status_options *options)
{
    struct buf statement = BUF_INIT;
    int result = state_command(job, due, &statement);

    if (result == 0 && due->missed > 0)
        find_missed(sections, job, run, due, buf_text(&statement));
    if (result == 0 && run != NULL && run->alive)
        find_long(sections, run, options->long_run_s);
    else if (result == 0 && run != NULL && run->exit_code < 0)
        find_died(sections, run, buf_text(&statement));
    else if (result == 0 && run != NULL && run->exit_code > 0 && run->exit_code != ERR_FINDINGS)
        find_failed(sections, run, buf_text(&statement));
    buf_release(&statement);
    return result;
}

static int add_job(struct sections *sections, struct table *table, const char *job, const struct status_run *run,
                   const struct cronfile *file, const struct status_options *options)
{
    struct due due = due_of(job, run, file, options->grace_s);

    table_add(table, job);
    add_time(table, run == NULL ? 0 : run->start);
    add_time(table, run == NULL ? 0 : run->end);
    if (run == NULL || run->exit_code < 0)
        table_add(table, NULL);
    else
        table_add_int(table, run->exit_code);
    add_time(table, due.next);
    if (due.recorded)
        table_add_int(table, due.missed);
    else
        table_add(table, NULL);
    if (run == NULL || run->end == 0)
        table_add(table, NULL);
    else
        table_add_int(table, run->end - run->start);
    table_add(table, state_of(run, &due));
    return find_faults(sections, job, run, &due, options);
}

static bool has_run(const struct status_run *runs, size_t n, const char *job)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(runs[i].job, job) == 0)
            return true;
    }
    return false;
}

static bool came_before(const struct cronfile *file, size_t n, const char *job)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(file->at[i].run.job, job) == 0)
            return true;
    }
    return false;
}

/* Jobs that have run, then those that only the crontab knows, each once; each line that names no job. */
static int add_jobs(struct sections *sections, struct table *table, const struct status_run *runs, size_t n,
                    const struct cronfile *file, const struct status_options *options)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < n; i++)
        result = add_job(sections, table, runs[i].job, &runs[i], file, options);
    for (size_t i = 0; result == 0 && i < file->n; i++) {
        const char *job = file->at[i].run.job;

        if (!has_run(runs, n, job) && !came_before(file, i, job))
            result = add_job(sections, table, job, NULL, file, options);
        if (!file->at[i].run.known)
            find_unknown(sections, &file->at[i]);
    }
    return result;
}

int status_jobs(struct sections *sections, const struct status_options *options, job_finder *find)
{
    static struct status_run runs[STATUS_RUNS_MAX];
    struct table *table = sections_begin(sections, "jobs", columns, sizeof(columns) / sizeof(*columns));
    struct cronfile file = {.n = 0};
    size_t n = 0;
    int result = options->cron == NULL ? 0 : cronfile_read(&file, options->cron, find);

    if (options->cron == NULL)
        log_info("missed runs are not looked for: '--cron FILE' names the crontab");
    if (result == 0)
        result = status_read_runs(runs, &n);
    if (result == 0)
        result = add_jobs(sections, table, runs, n, &file, options);
    cronfile_release(&file);
    return result;
}
