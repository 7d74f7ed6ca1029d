#include "jobs/wal/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

void survey_release(struct survey *survey)
{
    free(survey->segments);
    free(survey->timelines);
    free(survey->gaps);
    *survey = SURVEY_INIT;
}

/* The timeline of that id, a new one when it is not there. NULL, reported. */
static struct survey_timeline *timeline_of(struct survey *survey, uint32_t id)
{
    struct survey_timeline *grown;
    size_t i = 0;

    while (i < survey->n_timelines && survey->timelines[i].id < id)
        i++;
    if (i < survey->n_timelines && survey->timelines[i].id == id)
        return &survey->timelines[i];
    grown = reallocarray(survey->timelines, survey->n_timelines + 1, sizeof(*grown));
    if (grown == NULL) {
        fail(ERR_INTERNAL, "out of memory");
        return NULL;
    }
    survey->timelines = grown;
    memmove(&grown[i + 1], &grown[i], (survey->n_timelines - i) * sizeof(*grown));
    grown[i] = (struct survey_timeline){.id = id};
    survey->n_timelines++;
    return &grown[i];
}

/* "1\t0/5000098\tno recovery target specified" */
static void read_line(const char *line, struct survey_timeline *timeline)
{
    uint32_t parent;
    char position[20];
    uint64_t begin;

    if (line[strspn(line, " \t")] == '#' || sscanf(line, "%u %19[0-9A-F/]", &parent, position) != 2 ||
        wal_position_parse(position, &begin) != 0)
        return;
    timeline->parent = parent;
    timeline->begin = begin;
}

int survey_add_history(struct survey *survey, uint32_t id, struct span text)
{
    struct survey_timeline *timeline = timeline_of(survey, id);
    char *lines = timeline == NULL ? NULL : strndup(text.at, text.len);
    char *rest = lines;

    if (timeline != NULL && lines == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (timeline == NULL)
        return ERR_INTERNAL;
    timeline->has_history = true;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
        read_line(line, timeline);
    free(lines);
    return 0;
}

static int by_position(const void *a, const void *b)
{
    const struct survey_segment *one = a, *other = b;

    if (one->timeline != other->timeline)
        return one->timeline < other->timeline ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

static int add_gap(struct survey *survey, uint32_t timeline, uint64_t first, uint64_t last)
{
    struct survey_gap *grown = reallocarray(survey->gaps, survey->n_gaps + 1, sizeof(*grown));

    if (grown == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    survey->gaps = grown;
    grown[survey->n_gaps++] = (struct survey_gap){timeline, first, last};
    return 0;
}

/* Count a segment in; those of its timeline come in order. */
static int count_segment(struct survey *survey, const struct survey_segment *segment)
{
    struct survey_timeline *timeline = timeline_of(survey, segment->timeline);
    int result = 0;

    if (timeline == NULL)
        return ERR_INTERNAL;
    if (timeline->n == 0)
        timeline->first = segment->number;
    else if (segment->number > timeline->last + 1)
        result = add_gap(survey, timeline->id, timeline->last + 1, segment->number - 1);
    timeline->last = segment->number;
    timeline->n++;
    timeline->bytes += segment->bytes;
    if (segment->at > timeline->newest_at)
        timeline->newest_at = segment->at;
    return result;
}

static const struct survey_timeline *find(const struct survey *survey, uint32_t id)
{
    for (size_t i = 0; i < survey->n_timelines; i++)
        if (survey->timelines[i].id == id)
            return &survey->timelines[i];
    return NULL;
}

/* A timeline begins with a copy of the segment in which it leaves its parent, so the parent has to go on only to the
 * one before. What an expiry took of a timeline's begin took all of its parent before it. */
static int join_parent(struct survey *survey, const struct survey_timeline *timeline)
{
    const struct survey_timeline *parent = timeline->parent == 0 ? NULL : find(survey, timeline->parent);
    uint64_t begin = timeline->begin / survey->segment_size;
    int result = 0;

    if (parent == NULL || parent->n == 0 || parent->first > begin)
        return 0;
    if (parent->last + 1 < begin)
        result = add_gap(survey, parent->id, parent->last + 1, begin - 1);
    if (result == 0 && timeline->n > 0 && timeline->first > begin)
        result = add_gap(survey, timeline->id, begin, timeline->first - 1);
    return result;
}

static int gaps_by_position(const void *a, const void *b)
{
    const struct survey_gap *one = a, *other = b;

    if (one->timeline != other->timeline)
        return one->timeline < other->timeline ? -1 : 1;
    return one->first < other->first ? -1 : one->first > other->first;
}

int survey_conclude(struct survey *survey)
{
    int result = 0;

    if (survey->n_segments == 0)
        return 0;
    qsort(survey->segments, survey->n_segments, sizeof(*survey->segments), by_position);
    for (size_t i = 0; result == 0 && i < survey->n_segments; i++)
        result = count_segment(survey, &survey->segments[i]);
    for (size_t i = 0; result == 0 && i < survey->n_timelines; i++)
        result = join_parent(survey, &survey->timelines[i]);
    if (survey->n_gaps > 0)
        qsort(survey->gaps, survey->n_gaps, sizeof(*survey->gaps), gaps_by_position);
    return result;
}

bool survey_misses(const struct survey *survey, const struct wal_name *name)
{
    for (size_t i = 0; i < survey->n_gaps; i++) {
        const struct survey_gap *gap = &survey->gaps[i];
        uint64_t number = wal_number(name, survey->segment_size);

        if (gap->timeline == name->timeline && number >= gap->first && number <= gap->last)
            return true;
    }
    return false;
}
