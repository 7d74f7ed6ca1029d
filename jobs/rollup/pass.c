#include "jobs/rollup/pass.h"

#include <string.h>

#include "core/buf.h"
#include "core/stop.h"
#include "core/time.h"
#include "db/session.h"
#include "jobs/rollup/aggregate.h"
#include "jobs/rollup/findings.h"
#include "jobs/rollup/keys.h"
#include "jobs/rollup/position.h"
#include "jobs/rollup/scan.h"
#include "jobs/rollup/zone.h"

#define DAY (INT64_C(86400) * TIME_SECOND)
#define CHUNK_WINDOWS INT64_C(100000)    /* of one statement: their starts are one array */
#define CHUNK_LONGEST (INT64_C(7320) * DAY) /* 20 years */
#define FEW_KEYS 200                     /* not worth a pass over a range */

static struct window_size size_of(const struct pass *pass)
{
    return pass->definition->size;
}

static int64_t zone_margin(const struct pass *pass)
{
    struct window_size size = size_of(pass);
    return window_longest(&size) + 2 * DAY;
}

static int fetch_zone(const struct pass *pass, int64_t from, int64_t to, struct zone *zone)
{
    return zone_fetch(pass->definition->tz, from - zone_margin(pass), to + zone_margin(pass), zone);
}

static bool writes(const struct pass *pass)
{
    return pass->kind == PASS_ROLL || pass->kind == PASS_REPAIR;
}

static bool compares(const struct pass *pass)
{
    return pass->kind == PASS_VERIFY || pass->kind == PASS_REPAIR;
}

/* When everything is looked at, that stamps of sealed windows are gone is no news. */
static bool sealed_is_news(const struct pass *pass)
{
    return pass->kind == PASS_ROLL && (strcmp(pass->why, "marks") == 0 || strcmp(pass->why, "range") == 0);
}

/* rollup_fresh and rollup_keys are filled: the rest is the same for keys and ranges. */
static int finish(struct pass *pass, int64_t ms)
{
    int rc = persist_judge(pass->definition, &pass->counts);

    if (rc == 0 && compares(pass))
        rc = findings_differences(pass->definition, pass->listing);
    if (rc == 0)
        rc = findings_kept(sealed_is_news(pass), &pass->kept);
    if (rc == 0 && writes(pass) && pass->careful)
        rc = persist_lock(pass->at);
    if (rc == 0 && writes(pass))
        rc = persist_apply(pass->definition, ms, &pass->counts);
    return rc == 0 ? stop_requested() : rc;
}

static int64_t ms_since(int64_t started)
{
    return (time_monotonic() - started) / (TIME_SECOND / 1000);
}

/* A range's worth of windows that one statement takes. */
struct chunk {
    struct buf starts; /* "{…}" */
    int64_t from;
    int64_t to;
};

static void chunk_fill(struct chunk *chunk, const struct pass *pass, const struct zone *zone, int64_t at, int64_t until)
{
    struct window_size size = size_of(pass);
    struct window window = window_of(&size, zone, at);
    char text[TIME_TEXT_SIZE];

    chunk->from = window.start;
    buf_add_char(&chunk->starts, '{');
    for (;; window = window_of(&size, zone, window.end)) {
        time_format(window.start, text);
        buf_add_text(&chunk->starts, text);
        if (window.end >= until)
            break;
        buf_add_char(&chunk->starts, ',');
    }
    buf_add_char(&chunk->starts, '}');
    chunk->to = window.end;
}

/* Windows of the new marks, in order of name space and time. */
static int read_marks(const struct pass *pass, struct zone *zone, struct keys *keys)
{
    int64_t earliest = 0;
    int64_t latest = 0;
    int rc = position_marks_range(pass->definition, &earliest, &latest);

    if (rc == 0 && earliest <= latest)
        rc = fetch_zone(pass, earliest, latest, zone);
    if (rc == 0 && earliest <= latest)
        rc = position_marks(pass->definition, zone, keys);
    return rc;
}

/* Windows that wait for a rollup are not wrong yet. */
static int copy_pending(const struct pass *pass)
{
    struct zone zone = ZONE_INIT;
    struct keys keys;
    int rc;

    keys_init(&keys, pass->definition);
    rc = read_marks(pass, &zone, &keys);
    if (rc == 0)
        rc = keys_copy_pending(&keys);
    keys_release(&keys);
    zone_release(&zone);
    return rc;
}

static int prepare(const struct pass *pass)
{
    int rc = writes(pass) ? aggregate_create() : 0;
    return rc == 0 ? aggregate_empty() : rc;
}

static int roll_chunk(struct pass *pass, const struct zone *zone, const struct chunk *chunk)
{
    char end[TIME_TEXT_SIZE];
    struct buf starts = chunk->starts;
    int64_t started = time_monotonic();
    int64_t ms;
    int rc;

    if (!buf_ok(&starts))
        return session_keep("53200", "this program is out of memory", "");
    time_format(chunk->to, end);
    rc = prepare(pass);
    if (rc == 0 && compares(pass))
        rc = copy_pending(pass);
    if (rc == 0)
        rc = aggregate_range(pass->definition, buf_text(&starts), end);
    if (rc == 0)
        rc = aggregate_windows(pass->definition);
    ms = ms_since(started);
    if (rc == 0)
        rc = persist_keys(pass->definition, zone, chunk->from, chunk->to);
    return rc == 0 ? finish(pass, ms) : rc;
}

static int list_chunk(struct pass *pass, const struct zone *zone, const struct chunk *chunk)
{
    char end[TIME_TEXT_SIZE];
    struct buf starts = chunk->starts;
    struct keys keys;
    int rc;

    if (!buf_ok(&starts))
        return session_keep("53200", "this program is out of memory", "");
    time_format(chunk->to, end);
    keys_init(&keys, pass->definition);
    keys.listing = pass->listing;
    keys.why = pass->why;
    rc = scan_windows(pass->definition, buf_text(&starts), end, zone, &keys);
    pass->counts.checked += keys.n;
    keys_release(&keys);
    return rc;
}

static int64_t chunk_span(const struct pass *pass)
{
    struct window_size size = size_of(pass);
    int64_t span = CHUNK_LONGEST;

    if (size.unit == WINDOW_MINUTES && size.count * 60 * TIME_SECOND < CHUNK_LONGEST / CHUNK_WINDOWS)
        span = size.count * 60 * TIME_SECOND * CHUNK_WINDOWS;
    return span;
}

/* All windows that touch [from, to), with what they hold; '*at' moves behind the last one looked at. */
static int roll_next_chunk(struct pass *pass, int64_t *at, int64_t to)
{
    struct chunk chunk = {.starts = BUF_INIT};
    struct zone zone = ZONE_INIT;
    int64_t until;
    int rc = scan_next(pass->definition, *at, to, at);

    if (rc != 0 || *at >= to)
        return rc;
    until = *at + chunk_span(pass) < to ? *at + chunk_span(pass) : to;
    rc = fetch_zone(pass, *at, until, &zone);
    if (rc == 0) {
        chunk_fill(&chunk, pass, &zone, *at, until);
        rc = pass->kind == PASS_LIST ? list_chunk(pass, &zone, &chunk) : roll_chunk(pass, &zone, &chunk);
        *at = chunk.to;
    }
    buf_release(&chunk.starts);
    zone_release(&zone);
    return rc;
}

/* The first window may begin before 'from'. */
static int range_start(struct pass *pass, int64_t from, int64_t *start)
{
    struct window_size size = size_of(pass);
    struct zone zone = ZONE_INIT;
    int rc = fetch_zone(pass, from, from, &zone);

    if (rc == 0)
        *start = window_of(&size, &zone, from).start;
    zone_release(&zone);
    return rc;
}

static int roll_range(struct pass *pass, int64_t from, int64_t to)
{
    int64_t at = from;
    int rc = range_start(pass, from, &at);

    pass->looked = true;
    while (rc == 0 && at < to)
        rc = roll_next_chunk(pass, &at, to);
    return rc;
}

static int roll_keys(struct pass *pass, const struct keys *keys)
{
    int64_t started = time_monotonic();
    int rc = prepare(pass);

    pass->looked = true;
    if (rc == 0)
        rc = keys_copy(keys);
    if (rc == 0)
        rc = aggregate_keys(pass->definition);
    if (rc == 0)
        rc = aggregate_windows(pass->definition);
    return rc == 0 ? finish(pass, ms_since(started)) : rc;
}

/* Looking windows up one by one is cheaper than a pass over the range they lie in, until most of them are in it. */
static bool are_dense(const struct pass *pass, const struct keys *keys)
{
    struct window_size size = size_of(pass);
    int64_t windows = (keys->last - keys->first) / (window_longest(&size) - DAY) + 1;

    return keys->n > FEW_KEYS && keys->n > windows * keys->namespaces / 2;
}

static int roll_marks(struct pass *pass)
{
    struct zone zone = ZONE_INIT;
    struct keys keys;
    int rc;

    keys_init(&keys, pass->definition);
    if (pass->kind == PASS_LIST) {
        keys.listing = pass->listing;
        keys.why = pass->why;
    }
    rc = read_marks(pass, &zone, &keys);
    if (rc == 0 && pass->kind == PASS_LIST)
        pass->counts.checked += keys.n;
    else if (rc == 0 && keys.n > 0)
        rc = are_dense(pass, &keys) ? roll_range(pass, keys.first, keys.last) : roll_keys(pass, &keys);
    keys_release(&keys);
    zone_release(&zone);
    return rc;
}

static int roll(struct pass *pass)
{
    const char *everything = "";
    int rc;

    if (pass->ranged) {
        pass->why = "range";
        return roll_range(pass, pass->from, pass->to);
    }
    rc = position_read(pass->definition, &everything);
    pass->why = *everything == '\0' ? "marks" : everything;
    if (rc == 0)
        rc = *everything == '\0' ? roll_marks(pass) : roll_range(pass, PASS_FIRST, PASS_LAST);
    return rc == 0 && pass->kind == PASS_ROLL ? position_move(pass->definition, pass->run) : rc;
}

static void forget(struct pass *pass)
{
    pass->counts = (struct persisted){0};
    pass->at[0] = '\0';
    pass->looked = false;
    buf_reset(&pass->kept);
    if (pass->listing != NULL) {
        const struct table empty = *pass->listing;
        table_release(pass->listing);
        table_init(pass->listing, empty.columns, empty.n_columns);
    }
}

int pass_run(struct pass *pass)
{
    int rc = 0;

    forget(pass);
    if (pass->kind == PASS_VERIFY)
        rc = aggregate_create(); /* a read-only transaction makes no tables */
    if (rc == 0)
        rc = scan_begin(!writes(pass));
    if (rc == 0)
        rc = roll(pass);
    if (rc == 0)
        rc = session_commit_noted();
    if (rc != 0)
        session_rollback();
    return rc;
}

void pass_release(struct pass *pass)
{
    buf_release(&pass->kept);
}
