#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/table.h"
#include "db/script.h"
#include "db/session.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/differences.h"
#include "jobs/migrate/history.h"
#include "jobs/migrate/in_scratch.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/standing.h"

/* One row a file that is proved, or one for each finding. */
static const struct column prove_columns[] = {
    {"version", CELL_TEXT}, {"name", CELL_TEXT},   {"file", CELL_TEXT}, {"state", CELL_TEXT},
    {"step", CELL_TEXT},    {"object", CELL_TEXT}, {"note", CELL_TEXT},
};

struct proof {
    struct run *run;
    const struct migrate_options *options;
    const struct migration *at; /* the file being proved */
    const char *step;           /* "up", "down", "up again" */
    struct table table;
    size_t findings;
    size_t proved;
};

static void add_row(struct proof *proof, const char *state, const char *step, const char *object, const char *note)
{
    table_add(&proof->table, proof->at == NULL ? NULL : proof->at->version);
    table_add(&proof->table, proof->at == NULL ? NULL : proof->at->title);
    table_add(&proof->table, proof->at == NULL ? NULL : proof->at->forward.name);
    table_add(&proof->table, state);
    table_add(&proof->table, step);
    table_add(&proof->table, object);
    table_add(&proof->table, note);
}

static void find(struct proof *proof, const char *object, const char *note)
{
    add_row(proof, "finding", proof->step, object, note);
    proof->findings++;
}

/* SQLSTATEs of "already exists, skipping": table, index, view or sequence; column; schema; function; the rest
 * (Manual, Appendix A). */
static void hear(const char *sqlstate, const char *message, void *context)
{
    static const char *const skipped[] = {"42P07", "42701", "42P06", "42723", "42710"};
    struct proof *proof = context;
    struct buf note = BUF_INIT;

    for (size_t i = 0; strcmp(proof->step, "up") == 0 && i < sizeof(skipped) / sizeof(*skipped); i++) {
        if (strcmp(sqlstate, skipped[i]) != 0)
            continue;
        buf_printf(&note, "IF NOT EXISTS did nothing: %s", message);
        find(proof, NULL, buf_text(&note));
    }
    buf_release(&note);
}

/* The catalog must be now as it was then. */
static int compare(struct proof *proof, const struct description *then, const struct description *now)
{
    struct differences differences;
    int result = differences_find(&differences, then, now);

    for (size_t i = 0; i < differences.n; i++) {
        const struct object *object = difference_object(&differences.at[i]);
        struct buf name = BUF_INIT;
        struct buf note = BUF_INIT;
        buf_printf(&name, "%s %s", object->kind, object->name);
        difference_say(&differences.at[i], &note);
        find(proof, buf_text(&name), buf_text(&note));
        buf_release(&note);
        buf_release(&name);
    }
    differences_release(&differences);
    return result;
}

/* What the file itself is to blame for is a finding, and has been reported; all else ends the run. */
static int judge(struct proof *proof, int result)
{
    const char *said = session_last_error()->message;

    if (result != ERR_CONFIG)
        return result;
    find(proof, NULL, *said == '\0' ? "it cannot be run" : said);
    return ERR_FINDINGS;
}

/* One of the three runs of a file, and the catalog behind it. ERR_FINDINGS when it failed. */
static int run_step(struct proof *proof, const char *step, struct description *behind)
{
    long long ms;
    int64_t wait = proof->options->lock_timeout_s;
    bool down = strcmp(step, "down") == 0;
    int result;

    proof->step = step;
    session_keep("", "", "");
    script_listen(hear, proof);
    result = judge(proof, down ? migration_reverse(proof->at, wait, &ms) : migration_apply(proof->at, wait, &ms));
    script_listen(NULL, NULL);
    return result == 0 ? description_take(behind) : result;
}

/* Down and up again, when up is done. Where down fails nothing is lost for the files behind. */
static int prove_way_back(struct proof *proof, const struct description *before, const struct description *up)
{
    struct description behind = {.text = BUF_INIT};
    int result = run_step(proof, "down", &behind);

    if (result == ERR_FINDINGS)
        return 0;
    if (result == 0)
        result = compare(proof, before, &behind);
    description_release(&behind);
    if (result == 0)
        result = run_step(proof, "up again", &behind);
    if (result == 0)
        result = compare(proof, up, &behind);
    description_release(&behind);
    return result;
}

/* ERR_FINDINGS when nothing behind this file can be proved. */
static int prove_file(struct proof *proof)
{
    struct description before;
    struct description up = {.text = BUF_INIT};
    size_t findings = proof->findings;
    int result = description_take(&before);

    if (result == 0)
        result = run_step(proof, "up", &up);
    proof->step = "down";
    if (result == 0 && proof->at->rollback.name == NULL)
        find(proof, NULL, "there is no rollback file");
    else if (result == 0)
        result = prove_way_back(proof, &before, &up);
    description_release(&up);
    description_release(&before);
    if (proof->findings == findings && result == 0) {
        add_row(proof, "proved", NULL, NULL, NULL);
        proof->proved++;
    }
    return result;
}

static int read_standing(const struct proof *proof, struct standing *standing)
{
    const struct migrate_options *options = proof->options;

    return standing_read_in_order(standing, (enum embedded_set)options->set, options->dir,
                                  (enum file_order)options->order);
}

/* A second up must find nothing to do. */
static int prove_no_more(struct proof *proof)
{
    struct standing standing;
    int result = read_standing(proof, &standing);

    if (result != 0)
        return result;
    proof->step = "second up";
    for (size_t i = 0; i < standing.n; i++) {
        proof->at = standing.at[i].migration;
        if (standing.at[i].state != STEP_APPLIED)
            find(proof, NULL, "it is to be applied a second time");
    }
    standing_release(&standing);
    return 0;
}

static int print_proof(struct proof *proof, size_t files)
{
    const struct common_options *common = proof->run->common;
    int result = 0;

    if (!common->quiet || proof->findings > 0)
        result = table_print(&proof->table, common->format, stdout);
    if (proof->findings == 0) {
        log_info("%zu file%s proved: up, down and up again, in a scratch database", files, files == 1 ? "" : "s");
        return result;
    }
    log_warning("%zu of %zu files proved; findings: %zu", proof->proved, files, proof->findings);
    log_hint("a rollback drops exactly what its forward file made; mend the files, then run the same command again");
    return err_worst(result, ERR_FINDINGS);
}

static int prove_all(struct proof *proof)
{
    struct standing standing;
    int result = read_standing(proof, &standing);

    if (result != 0)
        return result;
    result = history_create();
    for (size_t i = 0; result == 0 && i < standing.n; i++) {
        proof->at = standing.at[i].migration;
        result = stop_requested();
        if (result == 0)
            result = prove_file(proof);
    }
    if (result == 0)
        result = prove_no_more(proof);
    if (result == 0 || result == ERR_FINDINGS)
        result = print_proof(proof, standing.n);
    standing_release(&standing);
    return result;
}

static int prove_here(void *arg)
{
    struct proof *proof = arg;
    int result;

    table_init(&proof->table, prove_columns, sizeof(prove_columns) / sizeof(*prove_columns));
    result = prove_all(proof);
    table_release(&proof->table);
    return result;
}

/* Read once before anything is made, so that a wrong directory costs nothing; a dry run says what there is to prove. */
static int run_prove(struct run *run, const void *options)
{
    struct proof proof = {.run = run, .options = options};
    struct migrations files;
    int result = migrations_read(&files, (enum embedded_set)proof.options->set, proof.options->dir);

    if (result != 0)
        return result;
    if (run->common->dry_run)
        log_info("%zu files would be proved, in a scratch database", files.n);
    else
        result = in_scratch("migrate prove", prove_here, &proof);
    buf_printf(&run->tally, "{\"files\": %zu}", files.n);
    migrations_release(&files);
    return result;
}

const struct job migrate_prove_job = {.name = "migrate prove", .needs = NEEDS_DB, .run = run_prove};
