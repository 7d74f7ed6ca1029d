#include "jobs/ingest/seal.h"

#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "db/session.h"
#include "jobs/ingest/after.h"
#include "jobs/ingest/identity.h"

static int report_fault(struct load *load, const struct input *input)
{
    load->files_damaged++;
    if (input->fault == SOURCE_IO)
        return input->io_error;
    int rc = fail(ERR_INPUT, "'%s' %s (near byte %lld of the file, behind line %lld)", input->path,
                  source_fault_text(input->fault),
                  (long long)(input->check.fault != SOURCE_FINE ? input->check.at : input->counts.bytes_read),
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
static void report_rejects(const struct input *input)
{
    if (input->counts.rejected > 0)
        log_warning("'%s': %lld of %lld lines refused", input->path, (long long)input->counts.rejected,
                    (long long)input->counts.lines);
}

static int report_budget(struct load *load, const struct input *input)
{
    load->files_refused++;
    int rc = fail(ERR_INPUT, "'%s' is given up: %lld of %lld lines are refused (--max-rejects %s)", input->path,
                  (long long)input->counts.rejected, (long long)input->counts.lines, load->options->max_rejects);
    log_hint("see the refused lines in '%s', mend the file or raise the budget, and run the same command again",
             load->options->rejects_dir);
    return rc;
}

/* How the file ended, as the ledger calls it, and what to exit with. */
static const char *judge_end(struct load *load, const struct input *input, int *rc)
{
    const struct ledger_counts *counts = &input->counts;
    if (input->given_up || budget_is_past(&load->budget, counts->rejected, counts->lines, true)) {
        *rc = report_budget(load, input);
        return "refused";
    }
    if (input->fault != SOURCE_FINE) {
        *rc = report_fault(load, input);
        return "cut";
    }
    if (input->tail > 0 || (input->regular && !identity_holds(input->path, &input->identity))) {
        *rc = report_tail(load, input);
        return "incomplete";
    }
    *rc = counts->rejected > 0 ? ERR_FINDINGS : 0;
    return "done";
}

static void add_totals(struct load *load, const struct input *input)
{
    struct ledger_counts *totals = &load->totals;
    load->files++;
    totals->lines += input->counts.lines;
    totals->inserted += input->counts.inserted;
    totals->duplicates += input->counts.duplicates;
    totals->rejected += input->counts.rejected;
    totals->blank += input->counts.blank;
    totals->bytes_read += input->counts.bytes_read;
    for (size_t i = 0; i < REASON_COUNT; i++)
        load->rejects_by_reason[i] += input->reject.by_reason[i];
}

/* With --atomic: keep the file when it is whole, else nothing of it, which then counts for nothing. */
static int end_transaction(struct load *load, struct input *input, bool whole)
{
    if (whole)
        return writers_commit(load->writers);
    input->counts = (struct ledger_counts){.bytes_read = input->counts.bytes_read};
    memset(input->reject.by_reason, 0, sizeof(input->reject.by_reason));
    log_info("'%s': nothing of it is loaded (--atomic)", input->path);
    return writers_rollback(load->writers);
}

static bool is_done(const struct ledger_end *end)
{
    return strcmp(end->state, "done") == 0;
}

/* Everything is in the tables and the refused lines are on disk: how the file ended is known. */
static int judge(struct load *load, struct input *input, struct ledger_end *end, int *outcome)
{
    input->counts.rejected = input->reject.count;
    int rc = reject_commit(&input->reject);
    if (rc == 0)
        rc = input_check_counts(input);
    if (rc != 0)
        return rc;
    report_rejects(input);
    *end = (struct ledger_end){.file_id = input->owner.file_id, .state = judge_end(load, input, outcome),
                               .file = &input->identity, .counts = &input->counts};
    return load->options->atomic && load->writers != NULL ? end_transaction(load, input, is_done(end)) : 0;
}

static int enter_in_ledger(const struct ledger_end *ends, size_t n)
{
    int rc = session_lost() ? session_reopen() : 0;
    return rc == 0 ? ledger_end_files(ends, n) : rc;
}

int seal_inputs(struct load *load, struct input *const *inputs, size_t n)
{
    struct ledger_end ends[BATCH_PARTS];
    int outcomes[BATCH_PARTS];
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = judge(load, inputs[i], &ends[i], &outcomes[i]);
    if (rc == 0 && load->writers != NULL)
        rc = enter_in_ledger(ends, n);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        add_totals(load, inputs[i]);
        load->worst = err_worst(load->worst, outcomes[i]);
        /* What cannot be done to the file now is tried again by the next run, which skips it. */
        if (load->writers != NULL && is_done(&ends[i]) && inputs[i]->regular)
            load->worst = err_worst(load->worst,
                                    after_done(load->options->after, inputs[i]->path, &inputs[i]->identity));
    }
    return rc;
}
