#include "jobs/maintenance/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

static const struct column columns[] = {
    {"table", CELL_TEXT},         {"action", CELL_TEXT},    {"reason", CELL_TEXT}, {"held_by", CELL_TEXT},
    {"removed", CELL_NUMBER},     {"left", CELL_NUMBER},    {"bytes_before", CELL_NUMBER},
    {"bytes_after", CELL_NUMBER}, {"ms", CELL_NUMBER},
};

void account_init(struct account *account)
{
    *account = (struct account){.done = BUF_INIT, .skipped = BUF_INIT, .said = BUF_INIT, .notes = BUF_INIT,
                                .unmeasured = -1};
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

/* Texts with their NUL, to be printed at the end: table, warning, hint ("" for none). */
static void keep_warning(struct buf *said, const char *table, const char *reason, const char *who, const char *hint)
{
    buf_add(said, table, strlen(table) + 1);
    buf_printf(said, "%s%s%s", reason, *who == '\0' ? "" : "; held by ", who);
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

struct warning {
    const char *table;
    const char *text;
    const char *hint;
    bool said;
};

static const char *behind(const char *text)
{
    return text + strlen(text) + 1;
}

/* What holds for many tables is said once. */
static void say_warning(struct warning *warnings, size_t n)
{
    struct warning *first = &warnings[0];
    size_t more = 0;

    for (size_t i = 1; i < n; i++) {
        bool same = strcmp(warnings[i].text, first->text) == 0 && strcmp(warnings[i].hint, first->hint) == 0;

        warnings[i].said = warnings[i].said || same;
        more += same;
    }
    if (more == 0)
        log_warning("'%s': %s", first->table, first->text);
    else
        log_warning("'%s' and %zu more: %s", first->table, more, first->text);
    if (*first->hint != '\0')
        log_hint("%s", first->hint);
}

static int say_warnings(const struct account *account)
{
    struct warning *warnings = calloc(account->n_skipped + 1, sizeof(*warnings));
    const char *at = account->said.data;

    if (warnings == NULL || !buf_ok(&account->said)) {
        free(warnings);
        return fail(ERR_INTERNAL, "out of memory");
    }
    for (size_t i = 0; i < account->n_skipped; i++) {
        warnings[i] = (struct warning){.table = at, .text = behind(at), .hint = behind(behind(at))};
        at = behind(warnings[i].hint);
    }
    for (size_t i = 0; i < account->n_skipped; i++) {
        if (!warnings[i].said)
            say_warning(&warnings[i], account->n_skipped - i);
    }
    free(warnings);
    return 0;
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
    buf_add_char(out, ']');
    if (account->unmeasured >= 0)
        buf_printf(out, ",\"unmeasured\":%lld", account->unmeasured);
    buf_printf(out, ",\"dry_run\":%s,\"elapsed_s\":%.3f,\"run_id\":%lld}", run->common->dry_run ? "true" : "false",
               run_elapsed_s(run), run->id);
}

/* Of a run that did not come to its end nobody knows whether there was nothing to do. */
static int print(const struct account *account, const struct run *run, bool whole)
{
    if (run->common->format == FORMAT_JSON)
        puts(run->tally.data);
    else if (run->common->format == FORMAT_CSV || (!run->common->quiet && account->table.n_rows > 0))
        return table_print(&account->table, run->common->format, stdout);
    else if (!run->common->quiet && whole)
        puts("nothing to do");
    return fflush(stdout) == 0 ? 0 : fail_errno(ERR_IO, "cannot write the report");
}

int account_close(struct account *account, struct run *run, int result)
{
    int printed;

    buf_reset(&run->tally);
    add_json(account, run, &run->tally);
    if (!buf_ok(&run->tally) || !buf_ok(&account->done) || !buf_ok(&account->skipped))
        return fail(ERR_INTERNAL, "out of memory");
    buf_text(&run->tally);
    result = err_worst(result, say_warnings(account));
    printed = print(account, run, result == 0);
    return err_worst(err_worst(result, printed), account->n_skipped > 0 ? ERR_FINDINGS : 0);
}
