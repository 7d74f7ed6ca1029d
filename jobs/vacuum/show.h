/* How far the table is that is worked on: one line on a terminal, and nothing off one. */
#ifndef BRIDGEJOB_JOBS_VACUUM_SHOW_H
#define BRIDGEJOB_JOBS_VACUUM_SHOW_H

#include <stddef.h>

#include "core/progress.h"
#include "db/beside.h"
#include "db/script.h"

struct show {
    struct progress progress;
    struct beside beside;
    struct script_watch watch; /* for attempt_run(): paints, where there is a terminal */
    char label[320];
};

/* Table 'number' of 'total' begins; the line is "table 2 of 7, visits: scanning heap, 45%". 'quiet' keeps it off. The
 * connection that tells it is made when the first line is due, and kept for the tables that follow: 'show' is all
 * zero before the first, and does not move from then on. */
void show_table(struct show *show, size_t number, size_t total, const char *table, bool quiet);

/* Wipe the line: before anything else is said. */
void show_end(struct show *show);

void show_release(struct show *show);

#endif
