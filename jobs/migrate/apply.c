#include "jobs/migrate/apply.h"

#include <string.h>
#include <sys/random.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/migrate/piecewise.h"
#include "jobs/migrate/statements.h"
#include "jobs/migrate/work.h"

#define TRIES 5                     /* for a file that meets a lock */
#define FIRST_PAUSE (TIME_SECOND / 2) /* doubles; what is taken of each is half of it, and chance */

static int run_whole(struct work *work)
{
    struct script script = script_of((struct span){work->file->text, work->file->len});
    struct span statement;
    int result = session_begin();

    while (result == 0 && script_next(&script, &statement)) {
        result = stop_requested();
        if (result == 0)
            result = work_run(work, statement);
    }
    if (result == 0)
        result = work_record(work);
    return result != 0 ? result : work_commit(work);
}

/* What was begun in pieces goes on in pieces, even if the file says otherwise now. */
static int try_once(struct work *work)
{
    struct halfway_list under_way;
    const struct halfway *before;
    int result = halfway_read(&under_way);

    if (result != 0)
        return result;
    before = halfway_find(&under_way, work->migration->forward.name);
    result = work_begin(work);
    if (result == 0 && (before != NULL || migration_is_piecewise(work->file)))
        result = piecewise_run(work, before);
    else if (result == 0)
        result = run_whole(work);
    work_end();
    halfway_release(&under_way);
    return result;
}

/* Only what another session's lock did: the same work may succeed a moment later (Manual, appendix A). */
static bool met_lock(const struct work *work)
{
    const char *sqlstate = session_last_error()->sqlstate;

    return work->failed.at != NULL && stop_requested() == 0 && !session_lost() &&
           (strcmp(sqlstate, "55P03") == 0 || strcmp(sqlstate, "40P01") == 0);
}

/* So long that the one in the way may be done, and not as long as another runner's pause. */
static int64_t pause_before(int try)
{
    int64_t pause = FIRST_PAUSE << (try - 1);
    uint32_t chance = 0;

    if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
        chance = 0;
    return pause / 2 + pause / 2 * (int64_t)(chance >> 16) / 65536;
}

static void say_again(const struct work *work, int try, int64_t pause)
{
    log_warning("'%s': line %d: %s%s%s; try %d of %d in %lld.%lld s", work->file->name, work_line(work),
                session_last_error()->message, *work->blocker == '\0' ? "" : ": in the way is ", work->blocker, try + 1,
                TRIES, (long long)(pause / TIME_SECOND), (long long)(pause % TIME_SECOND / (TIME_SECOND / 10)));
}

static int run(struct work *work, long long *ms)
{
    int result = try_once(work);

    for (int try = 1; result != 0 && try < TRIES && met_lock(work); try++) {
        int64_t pause = pause_before(try);
        say_again(work, try, pause);
        stop_poll(NULL, 0, (int)(pause / 1000));
        if (stop_requested() != 0)
            break;
        result = try_once(work);
    }
    *ms = work_ms(work);
    if (result != 0 && work->failed.at != NULL)
        result = work_report(work, result);
    work_release(work);
    return result;
}

int migration_apply(const struct migration *migration, int64_t lock_timeout_s, long long *ms)
{
    struct work work;

    work_init(&work, migration, true, lock_timeout_s);
    return run(&work, ms);
}

int migration_reverse(const struct migration *migration, int64_t lock_timeout_s, long long *ms)
{
    struct work work;

    work_init(&work, migration, false, lock_timeout_s);
    return run(&work, ms);
}
