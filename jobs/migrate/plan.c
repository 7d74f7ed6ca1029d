#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "core/stop.h"
#include "core/table.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/change.h"
#include "jobs/migrate/control.h"
#include "jobs/migrate/facts.h"
#include "jobs/migrate/lint.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/names_made.h"
#include "jobs/migrate/plan_hash.h"
#include "jobs/migrate/standing.h"
#include "jobs/migrate/statements.h"

/* Bytes of a statement: for people and for programs. */
#define STATEMENT_SHOWN 56
#define STATEMENT_KEPT 400

static const struct column statement_columns[] = {
    {"file", CELL_TEXT},   {"line", CELL_NUMBER}, {"statement", CELL_TEXT}, {"table", CELL_TEXT},
    {"lock", CELL_TEXT},   {"work", CELL_TEXT},   {"blocks", CELL_TEXT},    {"bytes", CELL_NUMBER},
    {"rows", CELL_NUMBER}, {"held_by", CELL_TEXT}, {"note", CELL_TEXT},
};

static const struct column finding_columns[] = {
    {"file", CELL_TEXT},   {"line", CELL_NUMBER}, {"level", CELL_TEXT},  {"rule", CELL_TEXT},
    {"object", CELL_TEXT}, {"reason", CELL_TEXT}, {"better", CELL_TEXT},
};

struct planner {
    const struct common_options *common;
    struct table statements;
    struct table findings;
    struct buf lines;           /* the findings for people */
    size_t warnings;
    size_t unshown;             /* statements that touch nothing in use: not in the table for people */
    struct names_made made;     /* by the statements so far */
    bool out_of_sight;          /* this file has changed the search_path */
    const struct migration *file;
    int line;
    struct lint lint;
};

static void note_finding(void *context, const struct rule *rule, bool warning, const char *object)
{
    struct planner *planner = context;

    table_add(&planner->findings, planner->file->forward.name);
    table_add_int(&planner->findings, planner->line);
    table_add(&planner->findings, warning ? "warning" : "note");
    table_add(&planner->findings, rule->name);
    table_add(&planner->findings, object == NULL || *object == '\0' ? NULL : object);
    table_add(&planner->findings, rule->reason);
    table_add(&planner->findings, rule->better);
    planner->warnings += warning;
    buf_add_visible(&planner->lines, span_of(planner->file->forward.name), false);
    buf_printf(&planner->lines, ":%d: %s: %s: ", planner->line, warning ? "warning" : "note", rule->name);
    if (object != NULL && *object != '\0') {
        buf_add_visible(&planner->lines, span_of(object), false);
        buf_add_text(&planner->lines, ": ");
    }
    buf_printf(&planner->lines, "%s\n    better: %s\n", rule->reason, rule->better);
}

static void shorten(struct span statement, size_t most, struct buf *text)
{
    bool blank = false;

    for (size_t i = 0; i < statement.len && text->len < most; i++) {
        bool is_blank = isspace((unsigned char)statement.at[i]) != 0;
        if (!is_blank || !blank)
            buf_add_char(text, is_blank ? ' ' : statement.at[i]);
        blank = is_blank;
    }
    if (text->len < most)
        return;
    text->len = text_utf8_valid_prefix(buf_span(text));
    buf_add_text(text, " …");
}

static const char *note_of(const struct change *change, const struct facts *facts)
{
    if (change->kind == CHANGE_UNKNOWN)
        return "what it locks cannot be told from its words";
    if (facts->made_here)
        return "made by this plan: nobody else uses it";
    if (*change->table == '\0')
        return NULL;
    if (facts->out_of_sight)
        return "search_path is changed: which table this is cannot be told";
    return facts->exists ? NULL : "no such table is there, nor made by what can be read here";
}

static void add_number(struct table *table, bool known, long long value)
{
    if (known)
        table_add_int(table, value);
    else
        table_add(table, NULL);
}

static void add_row(struct planner *planner, struct span statement, const struct change *change,
                    const struct facts *facts, const struct effect *effect, const char *holders)
{
    struct table *table = &planner->statements;
    bool in_use = !facts->made_here && effect->lock != TABLE_LOCK_NONE;
    struct buf text = BUF_INIT;

    if (planner->common->format == FORMAT_TABLE && !in_use) {
        planner->unshown++;
        return;
    }
    if (change->action.at != NULL)
        buf_add_text(&text, "ALTER TABLE … ");
    shorten(change->action.at != NULL ? change->action : statement,
            planner->common->format == FORMAT_TABLE ? STATEMENT_SHOWN : STATEMENT_KEPT, &text);
    table_add(table, planner->file->forward.name);
    table_add_int(table, planner->line);
    table_add(table, buf_text(&text));
    table_add(table, *facts->path != '\0' ? facts->path : *change->table != '\0' ? change->table : NULL);
    table_add(table, table_lock_name(effect->lock));
    table_add(table, table_work_name(effect->work));
    table_add(table, in_use ? table_lock_blocks(effect->lock) : NULL);
    add_number(table, facts->exists, facts->bytes);
    add_number(table, facts->exists && facts->rows >= 0, facts->rows);
    table_add(table, *holders == '\0' ? NULL : holders);
    table_add(table, note_of(change, facts));
    buf_release(&text);
}

/* What is not there and is made by this plan is used by nobody else; nor is an index on it. */
static int note_made(struct planner *planner, const struct change *change, const struct facts *facts)
{
    switch (change->kind) {
    case CHANGE_CREATE_VIEW:
        return facts->exists || facts->out_of_sight ? 0 : names_made_add(&planner->made, change->table);
    case CHANGE_CREATE_INDEX:
    case CHANGE_CREATE_INDEX_CONCURRENTLY:
        return facts->made_here && *change->made != '\0' ? names_made_add(&planner->made, change->made) : 0;
    case CHANGE_CREATE_TABLE:
    case CHANGE_CREATE_TABLE_AS:
    case CHANGE_CREATE_PARTITION:
        return facts->made_exists || planner->out_of_sight ? 0 : names_made_add(&planner->made, change->made);
    default:
        return 0;
    }
}

static int plan_change(struct planner *planner, struct span statement, const struct change *change)
{
    struct facts facts = {.out_of_sight = planner->out_of_sight && strchr(change->table, '.') == NULL,
                          .made_here = names_made_has(&planner->made, change->table)};
    struct effect effect;
    struct buf holders = BUF_INIT;
    int result = facts_find(&facts, change);

    effect = effect_of(change, &facts);
    if (result == 0 && facts.exists && effect.lock != TABLE_LOCK_NONE && effect.lock != TABLE_LOCK_UNKNOWN)
        result = facts_find_holders(&facts, effect.lock, &holders);
    if (result == 0) {
        lint_change(&planner->lint, change, &facts, &effect);
        add_row(planner, statement, change, &facts, &effect, buf_text(&holders));
        result = note_made(planner, change, &facts);
    }
    planner->out_of_sight = planner->out_of_sight || change->kind == CHANGE_SEARCH_PATH;
    buf_release(&holders);
    return result;
}

static int plan_statement(struct planner *planner, struct span statement)
{
    enum control control = statement_control(statement);
    struct changes changes;
    int result = changes_read(&changes, statement);

    if (result == 0)
        lint_names(&planner->lint, statement, &changes.at[0]);
    if (control == CONTROL_BEGIN || control == CONTROL_COMMIT)
        planner->lint.in_transaction = control == CONTROL_BEGIN || statement_chains(statement);
    for (size_t i = 0; result == 0 && i < changes.n; i++)
        result = plan_change(planner, statement, &changes.at[i]);
    changes_release(&changes);
    return result;
}

static int plan_file(struct planner *planner, const struct migration *migration)
{
    const struct span text = {migration->forward.text, migration->forward.len};
    struct script script = script_of(text);
    struct span statement;
    int result = 0;

    planner->file = migration;
    planner->line = 1;
    planner->out_of_sight = false;
    planner->lint.in_transaction = !migration_is_piecewise(&migration->forward);
    lint_file(&planner->lint, migration);
    while (result == 0 && script_next(&script, &statement)) {
        planner->line = script_line_of_offset(text, (size_t)(statement.at - text.at));
        result = stop_requested();
        if (result == 0)
            result = plan_statement(planner, statement);
    }
    return result;
}

static int print_json(const struct planner *planner, const char *hash)
{
    int result;

    printf("{\"plan\": \"%s\",\n\"statements\": ", hash);
    result = table_print(&planner->statements, FORMAT_JSON, stdout);
    printf(",\n\"findings\": ");
    if (result == 0)
        result = table_print(&planner->findings, FORMAT_JSON, stdout);
    printf("}\n");
    return result;
}

static int print_tables(struct planner *planner, const char *hash, size_t files)
{
    int result = 0;

    if (planner->statements.n_rows > 0) {
        result = table_print(&planner->statements, FORMAT_TABLE, stdout);
        printf("\n");
    }
    if (planner->lines.len > 0)
        printf("%s\n", buf_text(&planner->lines));
    printf("plan %s\n%zu file%s; %zu change%s of tables in use, %zu of nothing in use\n", hash, files,
           files == 1 ? "" : "s", planner->statements.n_rows, planner->statements.n_rows == 1 ? "" : "s",
           planner->unshown);
    return result;
}

static int print_plan(struct planner *planner, const char *hash, size_t files)
{
    int result;

    if (planner->common->format == FORMAT_JSON)
        result = print_json(planner, hash);
    else if (planner->common->format == FORMAT_CSV)
        result = table_print(&planner->statements, FORMAT_CSV, stdout);
    else
        result = print_tables(planner, hash, files);
    if (result != 0 || planner->warnings == 0)
        return result != 0 || !ferror(stdout) ? result : fail(ERR_IO, "cannot write to stdout");
    log_warning("%zu finding%s that will be felt", planner->warnings, planner->warnings == 1 ? "" : "s");
    log_hint("each says what is better; to run just this: bridgejob migrate up --plan %s", hash);
    return ERR_FINDINGS;
}

static int plan_course(struct planner *planner, const struct standing *standing, const char *to)
{
    struct course course;
    char hash[SHA256_HEX_SIZE];
    int result = course_up(&course, standing, to);

    if (result == 0)
        result = plan_hash(standing, &course, hash);
    for (size_t i = 0; result == 0 && i < course.n; i++)
        result = plan_file(planner, course.at[i].step->migration);
    if (result == 0)
        result = print_plan(planner, hash, course.n);
    course_release(&course);
    return result;
}

static int run_plan(struct run *run, const void *options)
{
    const struct migrate_options *migrate = options;
    struct planner planner = {.common = run->common, .lint = {.found = note_finding}};
    struct standing standing;
    int result = standing_read_in_order(&standing, (enum embedded_set)migrate->set, migrate->dir,
                                        (enum file_order)migrate->order);

    if (result != 0)
        return result;
    planner.lint.context = &planner;
    table_init(&planner.statements, statement_columns, sizeof(statement_columns) / sizeof(*statement_columns));
    table_init(&planner.findings, finding_columns, sizeof(finding_columns) / sizeof(*finding_columns));
    result = plan_course(&planner, &standing, migrate->to);
    names_made_release(&planner.made);
    buf_release(&planner.lines);
    table_release(&planner.findings);
    table_release(&planner.statements);
    standing_release(&standing);
    return result;
}

const struct job migrate_plan_job = {.name = "migrate plan", .needs = NEEDS_DB | READS_ONLY, .run = run_plan};
