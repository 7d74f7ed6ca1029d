#include "jobs/backup/growth.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/proc.h"
#include "core/progress.h"
#include "core/stop.h"
#include "core/tree.h"

#define LOOK_EVERY_MS 250

struct growth {
    const char *dir;
    struct progress progress;
    int64_t bytes;
};

static int add(const char *name, void *context)
{
    struct growth *growth = context;
    char *path = file_join(growth->dir, name);
    struct stat st;

    if (path != NULL && stat(path, &st) == 0)
        growth->bytes += st.st_size;
    free(path);
    return 0;
}

/* Until it is asked to stop, by growth_end() or by our death. */
static int paint(void *arg)
{
    struct growth *growth = arg;
    struct buf text = BUF_INIT;

    while (stop_poll(NULL, 0, LOOK_EVERY_MS) == 0 && !stop_requested()) {
        growth->bytes = 0;
        if (tree_visit(growth->dir, add, growth) != 0)
            break;
        buf_reset(&text);
        buf_add_size(&text, growth->bytes);
        progress_say(&growth->progress, buf_text(&text));
    }
    progress_end(&growth->progress);
    buf_release(&text);
    return 0;
}

pid_t growth_start(const char *dir, const char *label)
{
    struct growth growth = {.dir = dir};
    pid_t pid;

    progress_start(&growth.progress, label, 0, false);
    if (!growth.progress.on)
        return 0;
    pid = proc_fork(paint, &growth);
    return pid > 0 ? pid : 0;
}

void growth_end(pid_t painter)
{
    if (painter == 0)
        return;
    kill(painter, SIGTERM);
    proc_wait(painter);
}
