#include "jobs/backup/drill_result.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"

int drill_problem(struct drill_result *result, int kind, const char *fmt, ...)
{
    char text[DRILL_PROBLEM_SIZE];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (result->n_problems < DRILL_PROBLEMS)
        snprintf(result->problems[result->n_problems], DRILL_PROBLEM_SIZE, "%s", text);
    result->n_problems++;
    return fail((enum err)kind, "%s", text);
}

/* Clocks of two machines may differ a little. */
static double rpo_s(const struct drill_result *result)
{
    return result->data_at < result->started ? (double)(result->started - result->data_at) / (double)TIME_SECOND : 0;
}

static const char *verdict(int outcome)
{
    switch (outcome) {
    case 0: return "good";
    case ERR_FINDINGS: return "findings";
    case ERR_INPUT: return "bad";
    default: return "not run";
    }
}

static void add_problems(const struct drill_result *result, struct buf *json)
{
    for (size_t i = 0; i < result->n_problems && i < DRILL_PROBLEMS; i++) {
        buf_add_text(json, i == 0 ? "" : ",");
        buf_add_json_string(json, span_of(result->problems[i]));
    }
}

/* A time that was not reached is null, as no number would be right. */
static void add_times(const struct drill_result *result, struct buf *json)
{
    char at[TIME_TEXT_SIZE];

    if (result->rto_s == 0) {
        buf_add_text(json, ",\"rto_s\":null,\"rpo_s\":null,\"data_at\":null");
        return;
    }
    time_format(result->data_at, at);
    buf_printf(json, ",\"rto_s\":%.3f,\"rpo_s\":%.3f,\"data_at\":\"%s\"", result->rto_s, rpo_s(result), at);
}

void drill_result_json(const struct drill_result *result, const struct manifest *manifest, double elapsed_s,
                       long long run_id, int outcome, struct buf *json)
{
    buf_add_text(json, "{\"id\":");
    buf_add_json_string(json, span_of(manifest->id));
    buf_printf(json, ",\"kind\":\"%s\",\"result\":\"%s\"", backup_kind_name(manifest->kind), verdict(outcome));
    add_times(result, json);
    buf_printf(json, ",\"tables_checked\":%lld,\"rows_checked\":%lld,\"constraints_checked\":%lld,", result->tables,
               result->rows, result->constraints);
    buf_printf(json, "\"relations_checked\":%lld,\"rollups_checked\":%lld,\"amcheck\":%s,", result->relations,
               result->rollups, result->amcheck ? "true" : "false");
    buf_printf(json, "\"problems_found\":%zu,\"problems\":[", result->n_problems);
    add_problems(result, json);
    buf_printf(json, "],\"elapsed_s\":%.3f,\"run_id\":%lld}", elapsed_s, run_id);
}

/* "12.3 s", "4 min 5 s", "3 h 20 min", "2 d 4 h". */
static void add_duration(struct buf *text, double seconds)
{
    long long s = (long long)(seconds + 0.5);

    if (s < 60)
        buf_printf(text, "%.1f s", seconds);
    else if (s < 3600)
        buf_printf(text, "%lld min %lld s", s / 60, s % 60);
    else if (s < 86400)
        buf_printf(text, "%lld h %lld min", s / 3600, s % 3600 / 60);
    else
        buf_printf(text, "%lld d %lld h", s / 86400, s % 86400 / 3600);
}

void drill_result_text(const struct drill_result *result, const struct manifest *manifest, struct buf *text)
{
    if (result->rto_s == 0)
        return;
    buf_printf(text, "backup '%s' (%s) came back in ", manifest->id, backup_kind_name(manifest->kind));
    add_duration(text, result->rto_s);
    buf_add_text(text, " (RTO); what is newer than ");
    add_duration(text, rpo_s(result));
    buf_add_text(text, " would be lost (RPO)\n");
    buf_printf(text, "%lld rows in %lld tables counted, %lld constraints validated, %lld rollups verified, ",
               result->rows, result->tables, result->constraints, result->rollups);
    if (result->amcheck)
        buf_printf(text, "%lld tables and indexes checked by amcheck", result->relations);
    else
        buf_add_text(text, "amcheck is not there");
    buf_printf(text, ": %zu problem%s\n", result->n_problems, result->n_problems == 1 ? "" : "s");
}
