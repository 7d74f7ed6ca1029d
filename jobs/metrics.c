#include "jobs/metrics.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/err.h"
#include "core/file.h"
#include "core/time.h"
#include "pipe/json.h"

#define LAST_SUCCESS "bridgejob_last_success_timestamp_seconds"

/* Longest line of a file of ours; longer ones are not read. */
#define LINE_SIZE 512

/* A number as text. */
#define VALUE_SIZE 40

bool metrics_is_success(int exit_code)
{
    return exit_code == 0 || exit_code == ERR_FINDINGS;
}

/* A label's value: three characters are escaped, all others stand for themselves. */
static void add_label(struct buf *out, const char *name, struct span value)
{
    buf_printf(out, "%s=\"", name);
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == '\n')
            buf_add_text(out, "\\n");
        else if (value.at[i] == '"' || value.at[i] == '\\')
            buf_printf(out, "\\%c", value.at[i]);
        else
            buf_add_char(out, value.at[i]);
    }
    buf_add_char(out, '"');
}

static void add_gauge(struct buf *out, const char *job, const char *name, const char *help, const char *value)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s{", name, help, name, name);
    add_label(out, "job", span_of(job));
    buf_printf(out, "} %s\n", value);
}

static void format_time(int64_t us, char value[VALUE_SIZE])
{
    snprintf(value, VALUE_SIZE, "%lld.%03lld", (long long)(us / TIME_SECOND), (long long)(us % TIME_SECOND / 1000));
}

static void add_time(struct buf *out, const char *job, const char *name, const char *help, int64_t us)
{
    char value[VALUE_SIZE];

    format_time(us, value);
    add_gauge(out, job, name, help, value);
}

/* What a name of a metric may hold of a key: others become '_'. */
static void add_name(struct buf *out, struct span key)
{
    buf_add_text(out, "bridgejob_run_");
    for (size_t i = 0; i < key.len; i++) {
        char c = key.at[i];
        bool taken = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        buf_add_char(out, taken ? c : '_');
    }
}

static void add_sample(struct buf *out, const char *name, const char *job, const struct json_member *member,
                       const struct json_member *inner)
{
    buf_printf(out, "%s{", name);
    add_label(out, "job", span_of(job));
    if (inner != NULL) {
        buf_add_char(out, ',');
        add_label(out, "key", inner->key);
    }
    buf_add_text(out, "} ");
    buf_add_span(out, inner == NULL ? member->value : inner->value);
    buf_add_char(out, '\n');
}

/* A sample given twice makes the whole file void, so a repeated key counts once. */
static bool is_last(const struct json_members *members, size_t i)
{
    for (size_t j = i + 1; j < members->n; j++) {
        if (span_equal(members->at[j].key, members->at[i].key))
            return false;
    }
    return true;
}

/* The numbers one level further down: {"rejects_by_reason": {"invalid_json": 1}}. */
static void add_inner(struct buf *out, const char *name, const char *job, const struct json_member *member)
{
    struct json_members inner = {0};

    if (json_object_members(member->value, &inner) == 0) {
        for (size_t i = 0; i < inner.n; i++) {
            if (inner.at[i].type == JSON_NUMBER && is_last(&inner, i))
                add_sample(out, name, job, member, &inner.at[i]);
        }
    }
    json_members_release(&inner);
}

static bool has_number(const struct json_member *member)
{
    return member->type == JSON_NUMBER || member->type == JSON_OBJECT;
}

static void add_member(struct buf *out, const char *job, const struct json_member *member)
{
    struct buf name = BUF_INIT;

    add_name(&name, member->key);
    buf_printf(out, "# HELP %s From the tally of the last run.\n# TYPE %s gauge\n", buf_text(&name), buf_text(&name));
    if (member->type == JSON_NUMBER)
        add_sample(out, buf_text(&name), job, member, NULL);
    else
        add_inner(out, buf_text(&name), job, member);
    buf_release(&name);
}

static void add_tally(struct buf *out, const char *job, struct span tally)
{
    struct json_members members = {0};
    enum json_type type;
    size_t error_at;

    if (tally.len > 0 && json_check(tally, &type, &members, &error_at) == JSON_OK && type == JSON_OBJECT) {
        for (size_t i = 0; i < members.n; i++) {
            if (has_number(&members.at[i]) && is_last(&members, i) && !json_key_is(&members.at[i], "run_id"))
                add_member(out, job, &members.at[i]);
        }
    }
    json_members_release(&members);
}

void metrics_format(const struct metrics *metrics, const char *last_success, struct buf *out)
{
    const char *job = metrics->job;
    char value[VALUE_SIZE];

    add_time(out, job, "bridgejob_last_start_timestamp_seconds", "When the job started last.", metrics->started);
    add_time(out, job, "bridgejob_last_end_timestamp_seconds", "When the job ended last.", metrics->ended);
    if (*last_success != '\0')
        add_gauge(out, job, LAST_SUCCESS, "When the job ended last with exit code 0 or 3.", last_success);
    snprintf(value, sizeof(value), "%d", metrics->exit_code);
    add_gauge(out, job, "bridgejob_last_exit_code", "How the job ended last.", value);
    snprintf(value, sizeof(value), "%.3f", metrics->elapsed_s);
    add_gauge(out, job, "bridgejob_last_duration_seconds", "How long the last run took.", value);
    snprintf(value, sizeof(value), "%lld", metrics->run_id);
    add_gauge(out, job, "bridgejob_last_run_id", "The row of the last run in job_runs; 0 when there is none.", value);
    add_tally(out, job, metrics->tally);
}

/* The value of the last success in a line of ours, if it is one: "1763704800.123". */
static bool take_last_success(const char *line, const char *sample, char value[VALUE_SIZE])
{
    static const char digits[] = "0123456789";
    size_t len = strlen(sample);
    size_t n;

    if (strncmp(line, sample, len) != 0)
        return false;
    line += len;
    n = strspn(line, digits);
    if (n > 0 && line[n] == '.')
        n += 1 + strspn(line + n + 1, digits);
    if (n == 0 || n >= VALUE_SIZE || line[n] != '\n')
        return false;
    memcpy(value, line, n);
    value[n] = '\0';
    return true;
}

/* "" when there is no file, or it tells of none. */
static void read_last_success(const char *path, const char *job, char value[VALUE_SIZE])
{
    char line[LINE_SIZE];
    struct stat found;
    struct buf sample = BUF_INIT;
    FILE *file;

    value[0] = '\0';
    /* A pipe would keep us waiting. */
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode) || (file = fopen(path, "re")) == NULL)
        return;
    buf_add_text(&sample, LAST_SUCCESS "{");
    add_label(&sample, "job", span_of(job));
    buf_add_text(&sample, "} ");
    while (fgets(line, sizeof(line), file) != NULL && !take_last_success(line, buf_text(&sample), value))
        ;
    fclose(file);
    buf_release(&sample);
}

static char *name_in_directory(const char *directory, const char *job)
{
    char name[100];

    snprintf(name, sizeof(name), "bridgejob-%s.prom", job);
    for (char *c = name; *c != '\0'; c++) {
        if (*c == ' ')
            *c = '-';
    }
    return file_join(directory, name);
}

static int write_file(const char *path, struct buf *text)
{
    struct file_out out;
    int result = file_create(&out, path);

    if (result != 0)
        return result;
    file_write(&out, text->data, text->len);
    /* The collector is another user. */
    if (fchmod(out.fd, 0644) != 0) {
        result = fail_errno(ERR_IO, "cannot make '%s' readable for all", path);
        file_discard(&out);
        return result;
    }
    return file_commit(&out);
}

int metrics_write(const char *path, const struct metrics *metrics)
{
    struct stat found;
    struct buf text = BUF_INIT;
    char last_success[VALUE_SIZE];
    int result;
    char *name = stat(path, &found) == 0 && S_ISDIR(found.st_mode) ? name_in_directory(path, metrics->job)
                                                                   : strdup(path);

    if (name == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (metrics_is_success(metrics->exit_code))
        format_time(metrics->ended, last_success);
    else
        read_last_success(name, metrics->job, last_success);
    metrics_format(metrics, last_success, &text);
    result = buf_ok(&text) ? write_file(name, &text) : fail(ERR_INTERNAL, "out of memory");
    buf_release(&text);
    free(name);
    return result;
}
