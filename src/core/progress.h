/* One line of progress on a terminal, and nothing off one. */
#ifndef BRIDGEJOB_CORE_PROGRESS_H
#define BRIDGEJOB_CORE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool on;              /* stderr is a terminal and the run is not quiet */
    const char *label;    /* what is worked on; borrowed */
    int64_t total_bytes;  /* 0 when unknown */
    int64_t started;      /* time_monotonic() */
    int64_t painted;      /* when the line was last painted */
};

/* 'quiet' keeps it off. */
void progress_start(struct progress *progress, const char *label, int64_t total_bytes, bool quiet);
/* Paint at most ten times a second: bytes of bytes, lines/s, rejects, ETA. */
void progress_update(struct progress *progress, int64_t bytes, int64_t lines, int64_t rejects);
/* The same for work that is not told in bytes: "<label>: <text>". */
void progress_say(struct progress *progress, const char *text);
/* Wipe the line, so that the next message starts clean. */
void progress_end(struct progress *progress);

#endif
