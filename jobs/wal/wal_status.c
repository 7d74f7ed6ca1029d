#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/err.h"
#include "core/stop.h"
#include "core/time.h"
#include "jobs/sections.h"
#include "jobs/wal/archive.h"
#include "jobs/wal/survey.h"
#include "jobs/wal/wal.h"

static const struct column archive_columns[] = {
    {"wal_dir", CELL_TEXT}, {"system_identifier", CELL_TEXT}, {"segment_size", CELL_NUMBER}, {"segments", CELL_NUMBER},
    {"bytes", CELL_NUMBER}, {"newest", CELL_TEXT}, {"newest_at", CELL_TEXT}, {"age_s", CELL_NUMBER},
};
static const struct column timeline_columns[] = {
    {"timeline", CELL_NUMBER}, {"parent", CELL_NUMBER}, {"begins_at", CELL_TEXT}, {"first", CELL_TEXT},
    {"last", CELL_TEXT}, {"segments", CELL_NUMBER}, {"missing", CELL_NUMBER}, {"bytes", CELL_NUMBER},
    {"newest_at", CELL_TEXT},
};
static const struct column gap_columns[] = {
    {"timeline", CELL_NUMBER}, {"first", CELL_TEXT}, {"last", CELL_TEXT}, {"segments", CELL_NUMBER},
};

#define N(columns) (sizeof(columns) / sizeof(*(columns)))

/* What one 'wal status' has found. */
struct report {
    const struct wal_options *options;
    struct survey survey;
    struct sections sections;
};

static void add_time(struct table *table, int64_t us)
{
    char text[TIME_TEXT_SIZE];

    time_format(us, text);
    table_add(table, us == 0 ? NULL : text);
}

static void add_segment(struct table *table, const struct survey *survey, uint32_t timeline, uint64_t number)
{
    char name[WAL_NAME_SIZE];

    wal_segment_name(timeline, number, survey->segment_size, name);
    table_add(table, name);
}

static const struct survey_segment *newest(const struct survey *survey)
{
    const struct survey_segment *found = NULL;

    for (size_t i = 0; i < survey->n_segments; i++)
        if (found == NULL || survey->segments[i].at >= found->at)
            found = &survey->segments[i];
    return found;
}

static int64_t age_s(const struct survey_segment *segment)
{
    int64_t age = (time_now() - segment->at) / TIME_SECOND;

    return age > 0 ? age : 0;
}

static void add_archive(struct report *report)
{
    const struct survey *survey = &report->survey;
    const struct survey_segment *last = newest(survey);
    struct table *table = sections_begin_single(&report->sections, "archive", archive_columns, N(archive_columns));
    char identifier[24];
    int64_t bytes = 0;

    for (size_t i = 0; i < survey->n_segments; i++)
        bytes += survey->segments[i].bytes;
    snprintf(identifier, sizeof(identifier), "%" PRIu64, survey->system_identifier);
    table_add(table, report->options->wal_dir);
    table_add(table, identifier);
    table_add_int(table, survey->segment_size);
    table_add_int(table, (long long)survey->n_segments);
    table_add_int(table, bytes);
    if (last == NULL) {
        for (int i = 0; i < 3; i++)
            table_add(table, NULL);
        return;
    }
    add_segment(table, survey, last->timeline, last->number);
    add_time(table, last->at);
    table_add_int(table, age_s(last));
}

static uint64_t missing(const struct survey *survey, uint32_t timeline)
{
    uint64_t n = 0;

    for (size_t i = 0; i < survey->n_gaps; i++)
        if (survey->gaps[i].timeline == timeline)
            n += survey->gaps[i].last - survey->gaps[i].first + 1;
    return n;
}

static void add_timelines(struct report *report)
{
    const struct survey *survey = &report->survey;
    struct table *table = sections_begin(&report->sections, "timelines", timeline_columns, N(timeline_columns));

    for (size_t i = 0; i < survey->n_timelines; i++) {
        const struct survey_timeline *timeline = &survey->timelines[i];
        char begin[24];

        snprintf(begin, sizeof(begin), "%X/%X", (uint32_t)(timeline->begin >> 32), (uint32_t)timeline->begin);
        table_add_int(table, timeline->id);
        if (timeline->parent == 0)
            table_add(table, NULL);
        else
            table_add_int(table, timeline->parent);
        table_add(table, timeline->parent == 0 ? NULL : begin);
        if (timeline->n == 0) {
            table_add(table, NULL);
            table_add(table, NULL);
        } else {
            add_segment(table, survey, timeline->id, timeline->first);
            add_segment(table, survey, timeline->id, timeline->last);
        }
        table_add_int(table, (long long)timeline->n);
        table_add_int(table, (long long)missing(survey, timeline->id));
        table_add_int(table, timeline->bytes);
        add_time(table, timeline->newest_at);
    }
}

static void find_gap(struct report *report, const struct survey_gap *gap)
{
    char first[WAL_NAME_SIZE], last[WAL_NAME_SIZE], subject[32], what[160];

    wal_segment_name(gap->timeline, gap->first, report->survey.segment_size, first);
    wal_segment_name(gap->timeline, gap->last, report->survey.segment_size, last);
    snprintf(subject, sizeof(subject), "timeline %u", gap->timeline);
    if (gap->first == gap->last)
        snprintf(what, sizeof(what), "segment %s is missing", first);
    else
        snprintf(what, sizeof(what), "%" PRIu64 " segments are missing, %s to %s", gap->last - gap->first + 1, first,
                 last);
    sections_find(&report->sections, "wal_gap", subject, what,
                  "a backup from before it can be restored up to it, and no further",
                  "bridgejob backup create --kind physical");
}

static void add_gaps(struct report *report)
{
    const struct survey *survey = &report->survey;
    struct table *table = sections_begin(&report->sections, "gaps", gap_columns, N(gap_columns));

    for (size_t i = 0; i < survey->n_gaps; i++) {
        const struct survey_gap *gap = &survey->gaps[i];

        table_add_int(table, gap->timeline);
        add_segment(table, survey, gap->timeline, gap->first);
        add_segment(table, survey, gap->timeline, gap->last);
        table_add_int(table, (long long)gap->last - (long long)gap->first + 1);
        find_gap(report, gap);
    }
}

/* Recovery follows a timeline by its history alone. Where the archive begins there need be none. */
static void find_histories(struct report *report)
{
    const struct survey *survey = &report->survey;
    char subject[32];

    for (size_t i = 1; i < survey->n_timelines; i++) {
        if (survey->timelines[i].parent != 0)
            continue;
        snprintf(subject, sizeof(subject), "timeline %u", survey->timelines[i].id);
        sections_find(&report->sections, "wal_history", subject, "its history is missing, or cannot be read",
                      "a restore does not go on to it, and ends with the timeline before",
                      "bridgejob backup create --kind physical");
    }
}

static void find_age(struct report *report)
{
    const struct survey_segment *last = newest(&report->survey);
    char what[96];

    if (report->options->max_age_s == 0 || (last != NULL && age_s(last) <= report->options->max_age_s))
        return;
    if (last == NULL)
        snprintf(what, sizeof(what), "no segment has been archived");
    else
        snprintf(what, sizeof(what), "the newest segment was archived %" PRId64 " s ago", age_s(last));
    sections_find(&report->sections, "wal_stale", report->options->wal_dir, what,
                  "what was written since is lost with the server; set archive_timeout where little is written",
                  "SELECT * FROM pg_stat_archiver;");
}

static int verify_file(struct report *report, const char *name)
{
    struct archived archived = {.fd = -1};
    int result = stop_requested();

    if (result == 0)
        result = archive_read(report->options->wal_dir, name, report->survey.system_identifier, NULL, &archived);
    if (archived.wrong == NULL)
        return result;
    sections_find(&report->sections, "wal_damaged", name, archived.wrong,
                  "recovery stops when it comes to it", "bridgejob backup create --kind physical");
    return 0;
}

/* What recovery asks for: histories, and segments. */
static int verify(struct report *report)
{
    const struct survey *survey = &report->survey;
    char name[WAL_NAME_SIZE];
    int result = 0;

    for (size_t i = 0; result == 0 && i < survey->n_timelines; i++) {
        snprintf(name, sizeof(name), "%08X.history", survey->timelines[i].id);
        if (survey->timelines[i].has_history)
            result = verify_file(report, name);
    }
    for (size_t i = 0; result == 0 && i < survey->n_segments; i++) {
        wal_segment_name(survey->segments[i].timeline, survey->segments[i].number, survey->segment_size, name);
        result = verify_file(report, name);
    }
    return result;
}

static int wal_status_check(const void *given)
{
    const struct wal_options *options = given;

    return wal_check_archive(options);
}

static int wal_status_run(struct run *run, const void *given)
{
    struct report report = {.options = given, .survey = SURVEY_INIT};
    int result = survey_read(report.options->wal_dir, &report.survey);

    sections_init(&report.sections, run->common);
    if (result == 0) {
        add_archive(&report);
        add_timelines(&report);
        add_gaps(&report);
        find_histories(&report);
        find_age(&report);
    }
    if (result == 0 && report.options->verify)
        result = verify(&report);
    if (result == 0)
        result = sections_print(&report.sections);
    sections_release(&report.sections);
    survey_release(&report.survey);
    return result;
}

const struct job wal_status_job = {.name = "wal status", .check = wal_status_check, .run = wal_status_run};
