#include "jobs/vacuum/show.h"

#include <stdio.h>

#include "core/time.h"
#include "db/pooler.h"

#define LOOK_EVERY (TIME_SECOND / 2)

static void look(void *context)
{
    struct show *show = context;
    char text[80];

    if (beside_find_progress(&show->beside, pooler_backend(), text, sizeof(text)))
        progress_say(&show->progress, text);
}

void show_table(struct show *show, size_t number, size_t total, const char *table, bool quiet)
{
    snprintf(show->label, sizeof(show->label), "table %zu of %zu, %s", number, total, table);
    progress_start(&show->progress, show->label, 0, quiet);
    show->watch = (struct script_watch){
        .every_us = LOOK_EVERY,
        .look = show->progress.on && pooler_backend() != 0 ? look : NULL,
        .context = show,
    };
}

void show_end(struct show *show)
{
    progress_end(&show->progress);
}

void show_release(struct show *show)
{
    beside_release(&show->beside);
}
