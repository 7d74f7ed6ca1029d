/* What a file is, before any of it is run (apply.h). */
#include "core/err.h"
#include "core/log.h"
#include "jobs/migrate/apply.h"
#include "jobs/migrate/control.h"
#include "jobs/migrate/statements.h"

/* What the files of other programs say between the way up and the way down in one file. */
static const struct {
    const char *words;
    const char *program;
} sections[] = {
    {"+goose Down", "goose"},
    {"migrate:down", "dbmate"},
    {"+migrate Down", "sql-migrate"},
};

static struct span text_of(const struct migration_file *file)
{
    return (struct span){file->text, file->len};
}

static int line_of(const struct migration_file *file, const char *at)
{
    return script_line_of_offset(text_of(file), (size_t)(at - file->text));
}

bool migration_is_piecewise(const struct migration_file *file)
{
    struct script script = script_of(text_of(file));
    struct span statement;

    if (script_head_says(text_of(file), "bridgejob: no-transaction"))
        return true;
    while (script_next(&script, &statement)) {
        if (statement_control(statement) != CONTROL_NONE)
            return true;
    }
    return false;
}

static int check_direction(const struct migration_file *file)
{
    for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
        const char *at = script_find_comment(text_of(file), sections[i].words);
        if (at == NULL)
            continue;
        fail(ERR_CONFIG, "'%s': line %d: the file holds both ways, as %s has them", file->name, line_of(file, at),
             sections[i].program);
        log_hint("move what follows that line into a file of its own: NNN_name.up.sql, NNN_name.down.sql");
        return ERR_CONFIG;
    }
    return 0;
}

static int refuse_psql(const struct migration_file *file, const char *at)
{
    fail(ERR_CONFIG, "'%s': line %d: a backslash begins a command of psql, which only psql knows", file->name,
         line_of(file, at));
    log_hint("say it in SQL (of COPY, INSERT), or apply the file with psql and adopt it: bridgejob migrate baseline");
    return ERR_CONFIG;
}

static int refuse_prepare(const struct migration_file *file, const char *at)
{
    fail(ERR_CONFIG, "'%s': line %d: a transaction that is prepared stays open when the file is through", file->name,
         line_of(file, at));
    log_hint("write COMMIT in place of PREPARE TRANSACTION");
    return ERR_CONFIG;
}

static int refuse_open(const struct migration_file *file, const char *at)
{
    fail(ERR_CONFIG, "'%s': line %d: the file begins a transaction and does not end it", file->name,
         line_of(file, at));
    log_hint("write COMMIT behind its last statement, or leave BEGIN out");
    return ERR_CONFIG;
}

int migration_check(const struct migration_file *file)
{
    struct script script = script_of(text_of(file));
    struct span statement;
    const char *open = NULL;
    int result = check_direction(file);

    while (result == 0 && script_next(&script, &statement)) {
        enum control control = statement_control(statement);
        if (script.psql_command != NULL)
            return refuse_psql(file, script.psql_command);
        if (control == CONTROL_PREPARE)
            return refuse_prepare(file, statement.at);
        if (control == CONTROL_BEGIN)
            open = open == NULL ? statement.at : open;
        else if (control == CONTROL_COMMIT || control == CONTROL_ROLLBACK)
            open = statement_chains(statement) ? statement.at : NULL;
    }
    return result != 0 || open == NULL ? result : refuse_open(file, open);
}
