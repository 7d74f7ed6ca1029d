#include "jobs/ingest/load.h"

#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/ingest/after.h"
#include "jobs/ingest/identity.h"

#define LINES_PER_LOOK 1024 /* lines between two looks at the clock and the signals */

/* The file under way, and what was found at its end. */
struct input {
    const char *path;
    struct ledger_file identity;
    bool regular;
    struct source source;
    struct line_reader lines;
    struct source_check check;
    int64_t long_from, long_length; /* of a line that is too long, so far */
    size_t tail;                    /* bytes of a last line that is not whole */
};

int load_batch_done(void *self, const struct batch *batch)
{
    struct load *load = self;
    load->counts.inserted += batch->inserted;
    load->counts.duplicates += batch->duplicates;
    for (size_t i = 0; i < batch->n_refused; i++) {
        const struct batch_refusal *refusal = &batch->refusals[i];
        const struct batch_entry *entry = &batch->entries[refusal->seq];
        bool deep = strcmp(refusal->sqlstate, "54001") == 0; /* statement_too_complex: the server's own depth */
        int rc = reject_line(&load->reject, entry->line, entry->offset, entry->raw,
                             deep ? REASON_TOO_DEEP : REASON_SERVER_REFUSED, refusal->message, refusal->sqlstate);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int take_piece(struct load *load, struct input *input, const struct line *line)
{
    if (input->long_length == 0) {
        input->long_from = line->offset;
        load->counts.lines++;
    }
    input->long_length += (int64_t)line->raw.len;
    int rc = reject_piece(&load->reject, line, input->long_from, input->long_length);
    if (line->last_piece)
        input->long_length = 0;
    return rc;
}

/* Whether a refused last line may be the beginning of one that is still being written: JSON that
 * is cut is never JSON, but JSON that is whole will not become an event by growing. */
static bool may_grow(const struct line *line, enum reason reason)
{
    return !line->ended && reason >= REASON_INVALID_JSON && reason <= REASON_TOO_DEEP;
}

static int take_line(struct load *load, struct input *input, const struct line *line)
{
    struct event event;
    if (line->too_long)
        return take_piece(load, input, line);
    if (line->blank) {
        load->counts.lines++;
        load->counts.blank++;
        return 0;
    }
    enum reason reason = event_parse(&load->parser, line->text, &event);
    if (may_grow(line, reason)) {
        input->tail = line->raw.len;
        return 0;
    }
    load->counts.lines++;
    if (reason != REASON_NONE)
        return reject_line(&load->reject, line->number, line->offset, line->raw, reason, load->parser.detail, NULL);
    if (load->writers == NULL) {
        load->counts.inserted++;
        return 0;
    }
    return writers_put(load->writers, load->file_id, line, &event, buf_span(&load->parser.text));
}

static int take_lines(struct load *load, struct input *input)
{
    struct line line;
    int more;
    load->given_up = false;
    while ((more = line_next(&input->lines, &line)) > 0) {
        int rc = take_line(load, input, &line);
        if (rc != 0)
            return rc;
        load->given_up = budget_is_past(&load->budget, load->reject.count, load->counts.lines, false);
        if (load->given_up && input->long_length == 0)
            break;
        if (line.number % LINES_PER_LOOK == 0) {
            if (stop_requested())
                return stop_requested();
            progress_update(&load->progress, input->source.bytes_read, line.number, load->reject.count);
        }
    }
    if (stop_requested())
        return stop_requested();
    if (input->long_length > 0 && !load->given_up) { /* a fault ended a line that was too long already */
        line = (struct line){.raw = SPAN(""), .number = input->lines.number, .too_long = true, .last_piece = true};
        int rc = take_piece(load, input, &line);
        if (rc != 0)
            return rc;
    }
    if (more < 0 && input->source.fault == SOURCE_FINE)
        return fail(ERR_INTERNAL, "out of memory for a line of '%s'", input->path);
    return load->writers == NULL ? 0 : writers_flush(load->writers);
}

/* The promise: every line is accounted for. */
static int check_counts(const struct load *load, const char *path)
{
    const struct ledger_counts *counts = &load->counts;
    if (counts->lines == counts->inserted + counts->duplicates + counts->rejected + counts->blank)
        return 0;
    return fail(ERR_INTERNAL, "'%s': %lld lines are not %lld inserted + %lld duplicates + %lld rejected + %lld blank",
                path, (long long)counts->lines, (long long)counts->inserted, (long long)counts->duplicates,
                (long long)counts->rejected, (long long)counts->blank);
}

static int report_fault(struct load *load, const struct input *input)
{
    load->files_damaged++;
    int rc = fail(ERR_INPUT, "'%s' %s (near byte %lld of the file, behind line %lld)", input->path,
                  source_fault_text(input->source.fault),
                  (long long)(input->check.fault != SOURCE_FINE ? input->check.at : input->source.bytes_read),
                  (long long)input->lines.number);
    log_hint("%sget the whole file and run the same command again",
             load->options->atomic ? "" : "the lines before it are loaded; ");
    return rc;
}

static int report_tail(struct load *load, const struct input *input)
{
    load->files_incomplete++;
    if (input->tail > 0)
        log_warning("'%s' ends in an incomplete line of %zu bytes", input->path, input->tail);
    else
        log_warning("'%s' was written to while it was read", input->path);
    log_hint("it is picked up when the file has grown: run the same command again then");
    return ERR_FINDINGS;
}

/* Said even to cron: the exit code alone names neither the file nor how many. */
static void report_rejects(const struct load *load, const char *path)
{
    if (load->counts.rejected > 0)
        log_warning("'%s': %lld of %lld lines refused", path, (long long)load->counts.rejected,
                    (long long)load->counts.lines);
}

static int report_budget(struct load *load, const struct input *input)
{
    load->files_refused++;
    int rc = fail(ERR_INPUT, "'%s' is given up: %lld of %lld lines are refused (--max-rejects %s)", input->path,
                  (long long)load->counts.rejected, (long long)load->counts.lines, load->options->max_rejects);
    log_hint("see the refused lines in '%s', mend the file or raise the budget, and run the same command again",
             load->options->rejects_dir);
    return rc;
}

/* How the file ended, as the ledger calls it, and what to exit with. */
static const char *judge_end(struct load *load, const struct input *input, int *rc)
{
    if (load->given_up || budget_is_past(&load->budget, load->counts.rejected, load->counts.lines, true)) {
        *rc = report_budget(load, input);
        return "refused";
    }
    if (input->source.fault != SOURCE_FINE) {
        *rc = report_fault(load, input);
        return "cut";
    }
    if (input->tail > 0 || (input->regular && !identity_holds(input->path, &input->identity))) {
        *rc = report_tail(load, input);
        return "incomplete";
    }
    *rc = load->counts.rejected > 0 ? ERR_FINDINGS : 0;
    return "done";
}

static void add_totals(struct load *load)
{
    struct ledger_counts *totals = &load->totals;
    load->files++;
    totals->lines += load->counts.lines;
    totals->inserted += load->counts.inserted;
    totals->duplicates += load->counts.duplicates;
    totals->rejected += load->counts.rejected;
    totals->blank += load->counts.blank;
    totals->bytes_read += load->counts.bytes_read;
    for (size_t i = 0; i < REASON_COUNT; i++)
        load->rejects_by_reason[i] += load->reject.by_reason[i];
}

/* With --atomic: keep the file when it is whole, else nothing of it, which then counts for nothing. */
static int end_transaction(struct load *load, const struct input *input, bool whole)
{
    if (whole)
        return writers_commit(load->writers);
    load->counts = (struct ledger_counts){.bytes_read = input->source.bytes_read};
    memset(load->reject.by_reason, 0, sizeof(load->reject.by_reason));
    log_info("'%s': nothing of it is loaded (--atomic)", input->path);
    return writers_rollback(load->writers);
}

static int enter_in_ledger(struct load *load, const struct input *input, const char *state)
{
    int rc = session_lost() ? session_reopen() : 0;
    return rc == 0 ? ledger_end_file(load->file_id, state, &input->identity, &load->counts) : rc;
}

/* Everything is in the tables and the refused lines are on disk: only then the file is done. */
static int finish(struct load *load, struct input *input)
{
    int outcome;
    load->counts.rejected = load->reject.count;
    load->counts.bytes_read = input->source.bytes_read;
    int rc = reject_commit(&load->reject);
    if (rc == 0)
        rc = check_counts(load, input->path);
    if (rc != 0)
        return rc;
    report_rejects(load, input->path);
    const char *state = judge_end(load, input, &outcome);
    bool done = strcmp(state, "done") == 0;
    if (load->writers == NULL)
        return outcome;
    if (load->options->atomic)
        rc = end_transaction(load, input, done);
    if (rc == 0)
        rc = enter_in_ledger(load, input, state);
    if (rc == 0 && done && input->regular)
        rc = after_done(load->options->after, input->path);
    return rc != 0 ? rc : outcome;
}

static int load_lines(struct load *load, struct input *input)
{
    int rc = line_init(&input->lines, &input->source, (size_t)load->options->max_line);
    if (rc == 0 && load->writers != NULL)
        rc = ledger_begin_file(&input->identity, load->run->id, &load->file_id);
    if (rc == 0)
        rc = take_lines(load, input);
    if (rc == 0)
        rc = finish(load, input);
    line_release(&input->lines);
    return rc;
}

/* Open, and for gzip find out first what of it can be trusted. */
static int open_input(struct load *load, struct input *input, bool *fatal)
{
    int rc = source_open(&input->source, input->path);
    *fatal = false;
    if (rc != 0)
        return rc;
    rc = source_verify(&input->source, &input->check);
    if (rc == 0 && input->regular && load->writers != NULL)
        rc = identity_read_all(input->path, &input->identity);
    return rc;
}

static int load_opened(struct load *load, struct input *input, bool *fatal)
{
    bool dry = load->writers == NULL;
    int rc = open_input(load, input, fatal);
    reject_init(&load->reject, dry ? NULL : load->options->rejects_dir, input->path, load->run->id);
    load->counts = (struct ledger_counts){0};
    if (rc == 0) {
        progress_start(&load->progress, input->path, input->identity.size, load->run->common->quiet);
        rc = load_lines(load, input);
        progress_end(&load->progress);
        *fatal = rc != 0 && rc != ERR_FINDINGS && rc != ERR_INPUT;
        if (*fatal) /* what is known of the refused lines stays, though the run failed */
            reject_commit(&load->reject);
        else
            add_totals(load);
    }
    reject_release(&load->reject);
    source_release(&input->source);
    return rc;
}

/* Whether the very same bytes are in the tables. Another modification time is settled by reading the
 * file: its name, place and time do not matter. 0 or an err kind, reported. */
static int find_done(const struct input *input, struct ledger_file *file, bool *done)
{
    long long file_id;
    bool same_time;
    char content[LEDGER_SHA256_SIZE];
    int rc = ledger_find_done(file, &file_id, &same_time, content);
    *done = rc == 0 && file_id != 0 && same_time;
    if (rc != 0 || file_id == 0 || same_time)
        return rc;
    rc = identity_read_all(input->path, file);
    *done = rc == 0 && strcmp(content, file->content) == 0;
    return *done ? ledger_touch(file_id, file) : rc;
}

static int load_locked(struct load *load, struct input *input, bool *fatal)
{
    bool done = false;
    const char *retried = load->options->retry_rejects;
    bool again = load->options->again || (retried != NULL && strcmp(retried, input->path) == 0);
    int rc = again ? 0 : find_done(input, &input->identity, &done);
    if (rc != 0) {
        *fatal = session_lost();
        return rc;
    }
    if (!done)
        return load_opened(load, input, fatal);
    load->files_skipped++;
    log_info("'%s' is already in the tables; skipped (--again reads it anyway)", input->path);
    return 0;
}

int load_file(struct load *load, const char *path, bool *fatal)
{
    struct input input = {.path = path};
    char what[300];
    *fatal = false;
    int rc = identity_read(path, &input.identity, &input.regular);
    if (rc != 0)
        return rc;
    if (!input.regular || load->writers == NULL)
        return load_opened(load, &input, fatal);
    if (load->options->profile == PROFILE_MBFLOW)
        identity_set_profile(&input.identity, "mbflow");
    int key = identity_lock_key(&input.identity);
    snprintf(what, sizeof(what), "'%s'", path);
    rc = lock_take(key, what);
    if (rc != 0)
        return rc;
    unsigned session = session_number();
    rc = load_locked(load, &input, fatal);
    /* With the session it was taken in, the lock is gone. */
    if (!*fatal && !session_lost() && session_number() == session)
        rc = err_worst(rc, lock_give(key, what));
    return rc;
}
