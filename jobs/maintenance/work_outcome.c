#include "jobs/maintenance/work_outcome.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"

static const struct column columns[] = {
    {"table", CELL_TEXT},         {"action", CELL_TEXT},    {"reason", CELL_TEXT}, {"held_by", CELL_TEXT},
    {"removed", CELL_NUMBER},     {"left", CELL_NUMBER},    {"bytes_before", CELL_NUMBER},
    {"bytes_after", CELL_NUMBER}, {"ms", CELL_NUMBER},
};

void outcome_init(struct outcome *outcome)
{
    *outcome = (struct outcome){.done = BUF_INIT, .skipped = BUF_INIT, .said = BUF_INIT, .notes = BUF_INIT};
    table_init(&outcome->table, columns, sizeof(columns) / sizeof(columns[0]));
}

void outcome_release(struct outcome *outcome)
{
    table_release(&outcome->table);
    buf_release(&outcome->notes);
    buf_release(&outcome->said);
    buf_release(&outcome->skipped);
    buf_release(&outcome->done);
}

/* "key": "text", with null for no text. */
static void add_member(struct buf *out, const char *key, const char *text)
{
    buf_printf(out, "\"%s\":", key);
    if (text == NULL)
        buf_add_text(out, "null");
    else
        buf_add_json_string(out, span_of(text));
}

static void add_number(struct outcome *outcome, const char *key, long long value)
{
    if (value < 0) {
        buf_printf(&outcome->done, ",\"%s\":null", key);
        table_add(&outcome->table, NULL);
    } else {
        buf_printf(&outcome->done, ",\"%s\":%lld", key, value);
        table_add_int(&outcome->table, value);
    }
}

void outcome_done(struct outcome *outcome, const struct done *done)
{
    struct buf *out = &outcome->done;

    buf_add_text(out, outcome->n_done++ == 0 ? "{" : ",{");
    add_member(out, "table", done->table);
    buf_add_char(out, ',');
    add_member(out, "action", done->action);
    buf_add_char(out, ',');
    add_member(out, "reason", done->reason);
    table_add(&outcome->table, done->table);
    table_add(&outcome->table, done->action);
    table_add(&outcome->table, done->reason);
    table_add(&outcome->table, NULL);
    add_number(outcome, "removed", done->removed);
    add_number(outcome, "left", done->left);
    add_number(outcome, "bytes_before", done->bytes_before);
    add_number(outcome, "bytes_after", done->bytes_after);
    add_number(outcome, "ms", done->ms);
    buf_add_char(out, '}');
}

/* Texts with their NUL, to be printed at the end: warning, hint ("" for none). */
static void keep_warning(struct buf *said, const char *table, const char *reason, const char *who, const char *hint)
{
    buf_printf(said, "'%s': %s%s%s", table, reason, *who == '\0' ? "" : "; held by ", who);
    buf_add_char(said, '\0');
    buf_add(said, hint, strlen(hint) + 1);
}

void outcome_skipped(struct outcome *outcome, const char *table, const char *reason, const struct holder *holder)
{
    struct buf *out = &outcome->skipped;
    const char *who = holder == NULL ? "" : holder->who;

    buf_add_text(out, outcome->n_skipped++ == 0 ? "{" : ",{");
    add_member(out, "table", table);
    buf_add_char(out, ',');
    add_member(out, "reason", reason);
    buf_add_char(out, ',');
    add_member(out, "held_by", *who == '\0' ? NULL : who);
    buf_add_char(out, '}');
    table_add(&outcome->table, table);
    table_add(&outcome->table, "skipped");
    table_add(&outcome->table, reason);
    table_add(&outcome->table, *who == '\0' ? NULL : who);
    for (int i = 0; i < 5; i++)
        table_add(&outcome->table, NULL);
    keep_warning(&outcome->said, table, reason, who, holder == NULL ? "" : holder->hint);
}

void outcome_note(struct outcome *outcome, long long table_oid, const char *index_name)
{
    buf_printf(&outcome->notes, "%s{\"table_oid\":%lld,", outcome->notes.len == 0 ? "" : ",", table_oid);
    add_member(&outcome->notes, "index", index_name);
    buf_add_char(&outcome->notes, '}');
}

static void say_warnings(const struct outcome *outcome)
{
    const char *at = outcome->said.data;
    const char *end = at + outcome->said.len;

    while (buf_ok(&outcome->said) && at < end) {
        const char *hint = at + strlen(at) + 1;

        log_warning("%s", at);
        if (*hint != '\0')
            log_hint("%s", hint);
        at = hint + strlen(hint) + 1;
    }
}

static void add_json(struct outcome *outcome, const struct run *run, struct buf *out)
{
    buf_add_text(out, "{\"done\":[");
    buf_add_span(out, buf_span(&outcome->done));
    buf_add_text(out, "],\"skipped\":[");
    buf_add_span(out, buf_span(&outcome->skipped));
    if (outcome->notes.len > 0) {
        buf_add_text(out, "],\"leftovers\":[");
        buf_add_span(out, buf_span(&outcome->notes));
    }
    buf_printf(out, "],\"dry_run\":%s,\"elapsed_s\":%.3f,\"run_id\":%lld}", run->common->dry_run ? "true" : "false",
               run_elapsed_s(run), run->id);
}

static int print(const struct outcome *outcome, const struct run *run)
{
    if (run->common->format == FORMAT_JSON)
        puts(run->tally.data);
    else if (run->common->format == FORMAT_CSV || (!run->common->quiet && outcome->table.n_rows > 0))
        return table_print(&outcome->table, run->common->format, stdout);
    else if (!run->common->quiet)
        puts("nothing to do");
    return fflush(stdout) == 0 ? 0 : fail_errno(ERR_IO, "cannot write the report");
}

int outcome_close(struct outcome *outcome, struct run *run)
{
    int result;

    buf_reset(&run->tally);
    add_json(outcome, run, &run->tally);
    if (!buf_ok(&run->tally) || !buf_ok(&outcome->done) || !buf_ok(&outcome->skipped))
        return fail(ERR_INTERNAL, "out of memory");
    buf_text(&run->tally);
    say_warnings(outcome);
    result = print(outcome, run);
    return err_worst(result, outcome->n_skipped > 0 ? ERR_FINDINGS : 0);
}
