#include "jobs/ingest/load.h"

#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "db/session.h"
#include "jobs/ingest/after.h"
#include "jobs/ingest/identity.h"
#include "jobs/ingest/seal.h"

#define LINES_PER_LOOK 1024 /* lines between two looks at the clock and the signals */
/* Files whose last lines may be under way while the next one is read: small files share batches, and
 * each of them holds open at most its two files of refused lines. */
#define INPUTS_AT_MOST BATCH_PARTS

static int take_piece(struct input *input, const struct line *line)
{
    if (input->long_length == 0) {
        input->long_from = line->offset;
        input->counts.lines++;
    }
    input->long_length += (int64_t)line->raw.len;
    int rc = reject_piece(&input->reject, line, input->long_from, input->long_length);
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
        return take_piece(input, line);
    if (line->blank) {
        input->counts.lines++;
        input->counts.blank++;
        return 0;
    }
    enum reason reason = event_parse(&load->parser, line->text, &event);
    if (may_grow(line, reason)) {
        input->tail = line->raw.len;
        return 0;
    }
    input->counts.lines++;
    if (reason != REASON_NONE)
        return reject_line(&input->reject, line->number, line->offset, line->raw, reason, load->parser.detail, NULL);
    if (load->writers == NULL) {
        input->counts.inserted++;
        return 0;
    }
    return writers_put(load->writers, &input->owner, line, &event, buf_span(&load->parser.text));
}

/* A fault may end a line that was too long already: it is refused with what there is of it. */
static int end_long_line(struct input *input)
{
    struct line line = {.raw = SPAN(""), .number = input->lines.number, .too_long = true, .last_piece = true};
    return input->long_length > 0 ? take_piece(input, &line) : 0;
}

static int take_lines(struct load *load, struct input *input)
{
    struct line line;
    int more;
    while ((more = line_next(&input->lines, &line)) > 0) {
        int rc = take_line(load, input, &line);
        if (rc != 0)
            return rc;
        input->given_up = budget_is_past(&load->budget, input->reject.count, input->counts.lines, false);
        if (input->given_up && input->long_length == 0)
            break;
        if (line.number % LINES_PER_LOOK == 0 || !line.last_piece) {
            if (stop_requested())
                return stop_requested();
            progress_update(&load->progress, input->source.bytes_read, line.number, input->reject.count);
        }
    }
    if (stop_requested())
        return stop_requested();
    if (more < 0 && input->source.fault == SOURCE_FINE)
        return fail(ERR_INTERNAL, "out of memory for a line of '%s'", input->path);
    return end_long_line(input);
}

static void unlist(struct load *load, const struct input *input)
{
    struct input **at = &load->open;
    while (*at != NULL && *at != input)
        at = &(*at)->next;
    if (*at != NULL) {
        *at = input->next;
        load->n_open--;
    }
}

/* All lines of these files are back: seal them, and let them go. What is returned ends the run. */
static int finish(struct load *load, struct input **inputs, size_t n)
{
    int rc = n > 0 ? seal_inputs(load, inputs, n) : 0;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = input_unlock(inputs[i]);
    for (size_t i = 0; i < n; i++) {
        unlist(load, inputs[i]);
        input_free(inputs[i]);
    }
    return rc;
}

static struct input *input_of(const struct batch_part *part)
{
    return (struct input *)(void *)part->owner;
}

static int note_refusals(const struct batch *batch)
{
    for (size_t i = 0; i < batch->n_refused; i++) {
        const struct batch_refusal *refusal = &batch->refusals[i];
        const struct batch_entry *entry = &batch->entries[refusal->seq];
        struct input *input = input_of(&batch->parts[batch_part_of(batch, refusal->seq)]);
        bool deep = strcmp(refusal->sqlstate, "54001") == 0; /* statement_too_complex: the server's own depth */
        int rc = reject_line(&input->reject, entry->line, entry->offset, entry->raw,
                             deep ? REASON_TOO_DEEP : REASON_SERVER_REFUSED, refusal->message, refusal->sqlstate);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int load_batch_done(void *self, const struct batch *batch)
{
    struct input *ended[BATCH_PARTS];
    size_t n_ended = 0;
    int rc = note_refusals(batch);
    for (size_t i = 0; rc == 0 && i < batch->n_parts; i++) {
        const struct batch_part *part = &batch->parts[i];
        struct input *input = input_of(part);
        input->counts.inserted += part->inserted;
        input->counts.duplicates += part->duplicates;
        input->owner.pending--;
        if (input->read && input->owner.pending == 0)
            ended[n_ended++] = input;
    }
    return rc == 0 ? finish(self, ended, n_ended) : rc;
}

/* All lines are read: what is left of them shares a batch with the next file's. Not with --atomic, which ends the
 * file's one transaction first, nor with events of mbflow. */
static int end_reading(struct load *load, struct input *input)
{
    int rc = 0;
    if (load->writers != NULL && load->options->atomic)
        rc = writers_flush(load->writers);
    else if (load->writers != NULL && load->options->profile == PROFILE_MBFLOW)
        rc = writers_send(load->writers);
    if (rc != 0)
        return rc;
    input_close(input);
    return input->owner.pending == 0 ? finish(load, &input, 1) : 0;
}

struct step {
    struct load *load;
    struct input *input;
    bool done;                       /* the very same bytes are in the tables */
};

static int begin_in_ledger(void *arg)
{
    const struct step *step = arg;
    return ledger_begin_file(&step->input->identity, step->load->run->id, &step->input->owner.file_id);
}

/* From here on the input is listed, and what goes wrong ends the run. */
static int read_input(struct load *load, struct input *input)
{
    struct step step = {.load = load, .input = input};
    input->next = load->open;
    load->open = input;
    load->n_open++;
    int rc = load->writers == NULL ? 0 : session_retry(begin_in_ledger, &step);
    progress_start(&load->progress, input->path, input->identity.size, load->run->common->quiet);
    if (rc == 0)
        rc = take_lines(load, input);
    progress_end(&load->progress);
    return rc == 0 ? end_reading(load, input) : rc;
}

/* Whether the very same bytes are in the tables. Another modification time is settled by reading the
 * file: its name, place and time do not matter. 0 or an err kind, reported. */
static int find_done(struct input *input, bool *done)
{
    long long file_id;
    bool same_time;
    char content[SHA256_HEX_SIZE];
    int rc = ledger_find_done(&input->identity, &file_id, &same_time, content);
    *done = rc == 0 && file_id != 0 && same_time;
    if (rc != 0 || file_id == 0 || same_time)
        return rc;
    rc = identity_read_all(input->path, &input->identity);
    *done = rc == 0 && strcmp(content, input->identity.content) == 0;
    return *done ? ledger_touch(file_id, &input->identity) : rc;
}

/* A file of the same bytes is on its way in this very run: wait how it ends. */
static int wait_for_twin(struct load *load, const struct input *input)
{
    int rc = 0;
    for (const struct input *twin = load->open; rc == 0 && twin != NULL;) {
        bool same = strcmp(twin->identity.fingerprint, input->identity.fingerprint) == 0;
        if (same)
            rc = writers_wait(load->writers);
        twin = same ? load->open : twin->next;
    }
    return rc;
}

/* Lock a regular file and see whether it is done. */
static int lock_and_find(void *arg)
{
    struct step *step = arg;
    const struct ingest_options *options = step->load->options;
    bool retried = options->retry_rejects != NULL && strcmp(options->retry_rejects, step->input->path) == 0;
    int rc = input_lock(step->input);
    return rc == 0 && !options->again && !retried ? find_done(step->input, &step->done) : rc;
}

/* The session was idle while the writers worked: whether it still lives shows only here. */
static int claim(struct load *load, struct input *input, bool *done)
{
    struct step step = {.load = load, .input = input};
    if (load->options->profile == PROFILE_MBFLOW)
        identity_set_profile(&input->identity, "mbflow");
    int rc = wait_for_twin(load, input);
    if (rc == 0)
        rc = session_retry(lock_and_find, &step);
    *done = rc == 0 && step.done;
    return rc;
}

/* The steps before the first line; their errors are the file's own unless the session is gone. */
static int prepare(struct load *load, struct input *input, bool *done)
{
    bool dry = load->writers == NULL;
    *done = false;
    reject_init(&input->reject, dry ? NULL : load->options->rejects_dir, input->path, load->run->id);
    int rc = identity_read(input->path, &input->identity, &input->regular);
    if (rc == 0 && !input->regular && !dry)
        rc = writers_flush(load->writers); /* its lines may be long in coming: no other file waits for them */
    if (rc == 0 && input->regular && !dry)
        rc = claim(load, input, done);
    if (rc != 0 || *done)
        return rc;
    rc = input_open(input, (size_t)load->options->max_line);
    return rc == 0 && input->regular && !dry ? identity_read_all(input->path, &input->identity) : rc;
}

int load_file(struct load *load, const char *path)
{
    bool done;
    int rc = 0;
    while (rc == 0 && load->n_open >= INPUTS_AT_MOST)
        rc = writers_wait(load->writers);
    struct input *input = rc == 0 ? input_new(path) : NULL;
    if (input == NULL)
        return rc != 0 ? rc : ERR_INTERNAL;
    rc = prepare(load, input, &done);
    if (rc == 0 && !done)
        return read_input(load, input);
    if (done) {
        load->files_skipped++;
        log_info("'%s' is already in the tables; skipped (--again reads it anyway)", path);
        rc = after_done(load->options->after, path, &input->identity);
    }
    load->worst = err_worst(load->worst, rc);
    if (stop_requested()) { /* the next file, too, could be a pipe that nobody writes to */
        input_free(input);
        return stop_requested();
    }
    bool lost = rc != 0 && load->writers != NULL && session_lost();
    if (!lost)
        rc = input_unlock(input);
    input_free(input);
    return rc;
}

int load_finish(struct load *load)
{
    return load->writers == NULL ? 0 : writers_flush(load->writers);
}

void load_release(struct load *load)
{
    while (load->open != NULL) { /* the run failed: what is known of their refused lines stays */
        struct input *input = load->open;
        reject_commit(&input->reject);
        unlist(load, input);
        input_free(input);
    }
}
