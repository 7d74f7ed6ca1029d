/* survey: what is in an archive of WAL: timelines, from where to where, and what is missing between. */
#ifndef BRIDGEJOB_JOBS_WAL_SURVEY_H
#define BRIDGEJOB_JOBS_WAL_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "jobs/wal/segment.h"

/* A whole segment in the archive. */
struct survey_segment {
    uint32_t timeline;
    uint64_t number; /* wal_number() */
    int64_t bytes;   /* of its file, compressed */
    int64_t at;      /* when it was archived: microseconds since 1970 */
};

struct survey_timeline {
    uint32_t id;
    bool has_history;     /* there is a file, whatever is in it */
    uint32_t parent;      /* 0: none, or its history is not in the archive */
    uint64_t begin;       /* where it leaves its parent; 0: it has none */
    uint64_t first, last; /* segments; nothing when n is 0 */
    size_t n;             /* of them */
    int64_t bytes;
    int64_t newest_at;
};

/* Segments that are missing, the last one included. */
struct survey_gap {
    uint32_t timeline;
    uint64_t first, last;
};

struct survey {
    uint64_t system_identifier;
    uint32_t segment_size;           /* 0: there is no segment */
    struct survey_segment *segments; /* by timeline and number; owned, as the others */
    size_t n_segments;
    struct survey_timeline *timelines; /* by id */
    size_t n_timelines;
    struct survey_gap *gaps;         /* by timeline and number */
    size_t n_gaps;
};

#define SURVEY_INIT ((struct survey){.segments = NULL})

/* Look through an archive. 0; ERR_NOINPUT when there is none, ERR_INPUT, ERR_IO …, reported. */
int survey_read(const char *dir, struct survey *survey);
void survey_release(struct survey *survey);

/* Whether a segment is one of those that are missing. */
bool survey_misses(const struct survey *survey, const struct wal_name *name);

/* For survey_read(), and its test. Pure but for memory: 0 or ERR_INTERNAL, reported.
 * Add a timeline that has a history file, with the text of that: its last line names parent and begin (Manual 26.3.5);
 * of a text that is none, the parent stays 0. */
int survey_add_history(struct survey *survey, uint32_t timeline, struct span text);
/* With 'segments' filled in any order: sort them, count them into their timelines, find the gaps. A timeline must
 * begin where it left its parent, and the parent go on to there, if the archive has segments of both. */
int survey_conclude(struct survey *survey);

#endif
