#include "jobs/maintenance/account.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"

static const struct column columns[] = {
    {"table", CELL_TEXT},         {"action", CELL_TEXT},    {"reason", CELL_TEXT}, {"held_by", CELL_TEXT},
    {"removed", CELL_NUMBER},     {"left", CELL_NUMBER},    {"bytes_before", CELL_NUMBER},
    {"bytes_after", CELL_NUMBER}, {"ms", CELL_NUMBER},
};

void account_init(struct account *account)
{
    *account = (struct account){.done = BUF_INIT, .skipped = BUF_INIT, .said = BUF_INIT, .notes = BUF_INIT};
    table_init(&account->table, columns, sizeof(columns) / sizeof(columns[0]));
}

void account_release(struct account *account)
{
    table_release(&account->table);
    buf_release(&account->notes);
    buf_release(&account->said);
    buf_release(&account->skipped);
    buf_release(&account->done);
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

static void add_number(struct account *account, const char *key, long long value)
{
    if (value < 0) {
        buf_printf(&account->done, ",\"%s\":null", key);
        table_add(&account->table, NULL);
    } else {
        buf_printf(&account->done, ",\"%s\":%lld", key, value);
        table_add_int(&account->table, value);
    }
}

void account_done(struct account *account, const struct done *done)
{
    struct buf *out = &account->done;

    buf_add_text(out, account->n_done++ == 0 ? "{" : ",{");
    add_member(out, "table", done->table);
    buf_add_char(out, ',');
    add_member(out, "action", done->action);
    buf_add_char(out, ',');
    add_member(out, "reason", done->reason);
    table_add(&account->table, done->table);
    table_add(&account->table, done->action);
    table_add(&account->table, done->reason);
    table_add(&account->table, NULL);
    add_number(account, "removed", done->removed);
    add_number(account, "left", done->left);
    add_number(account, "bytes_before", done->bytes_before);
    add_number(account, "bytes_after", done->bytes_after);
    add_number(account, "ms", done->ms);
    buf_add_char(out, '}');
}

/* Texts with their NUL, to be printed at the end: warning, hint ("" for none). */
static void keep_warning(struct buf *said, const char *table, const char *reason, const char *who, const char *hint)
{
    buf_printf(said, "'%s': %s%s%s", table, reason, *who == '\0' ? "" : "; held by ", who);
    buf_add_char(said, '\0');
    buf_add(said, hint, strlen(hint) + 1);
}

void account_skipped(struct account *account, const char *table, const char *reason, const struct holder *holder)
{
    struct buf *out = &account->skipped;
    const char *who = holder == NULL ? "" : holder->who;

    buf_add_text(out, account->n_skipped++ == 0 ? "{" : ",{");
    add_member(out, "table", table);
    buf_add_char(out, ',');
    add_member(out, "reason", reason);
    buf_add_char(out, ',');
    add_member(out, "held_by", *who == '\0' ? NULL : who);
    buf_add_char(out, '}');
    table_add(&account->table, table);
    table_add(&account->table, "skipped");
    table_add(&account->table, reason);
    table_add(&account->table, *who == '\0' ? NULL : who);
    for (int i = 0; i < 5; i++)
        table_add(&account->table, NULL);
    keep_warning(&account->said, table, reason, who, holder == NULL ? "" : holder->hint);
}

void account_note(struct account *account, long long table_oid, const char *index_name)
{
    buf_printf(&account->notes, "%s{\"table_oid\":%lld,", account->notes.len == 0 ? "" : ",", table_oid);
    add_member(&account->notes, "index", index_name);
    buf_add_char(&account->notes, '}');
}

static void say_warnings(const struct account *account)
{
    const char *at = account->said.data;
    const char *end = at + account->said.len;

    while (buf_ok(&account->said) && at < end) {
        const char *hint = at + strlen(at) + 1;

        log_warning("%s", at);
        if (*hint != '\0')
            log_hint("%s", hint);
        at = hint + strlen(hint) + 1;
    }
}

static void add_json(struct account *account, const struct run *run, struct buf *out)
{
    buf_add_text(out, "{\"done\":[");
    buf_add_span(out, buf_span(&account->done));
    buf_add_text(out, "],\"skipped\":[");
    buf_add_span(out, buf_span(&account->skipped));
    if (account->notes.len > 0) {
        buf_add_text(out, "],\"leftovers\":[");
        buf_add_span(out, buf_span(&account->notes));
    }
    buf_printf(out, "],\"dry_run\":%s,\"elapsed_s\":%.3f,\"run_id\":%lld}", run->common->dry_run ? "true" : "false",
               run_elapsed_s(run), run->id);
}

static int print(const struct account *account, const struct run *run)
{
    if (run->common->format == FORMAT_JSON)
        puts(run->tally.data);
    else if (run->common->format == FORMAT_CSV || (!run->common->quiet && account->table.n_rows > 0))
        return table_print(&account->table, run->common->format, stdout);
    else if (!run->common->quiet)
        puts("nothing to do");
    return fflush(stdout) == 0 ? 0 : fail_errno(ERR_IO, "cannot write the report");
}

int account_close(struct account *account, struct run *run)
{
    int result;

    buf_reset(&run->tally);
    add_json(account, run, &run->tally);
    if (!buf_ok(&run->tally) || !buf_ok(&account->done) || !buf_ok(&account->skipped))
        return fail(ERR_INTERNAL, "out of memory");
    buf_text(&run->tally);
    say_warnings(account);
    result = print(account, run);
    return err_worst(result, account->n_skipped > 0 ? ERR_FINDINGS : 0);
}
