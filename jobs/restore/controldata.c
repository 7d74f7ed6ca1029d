#include "jobs/restore/controldata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/spawn.h"
#include "jobs/backup/cause.h"
#include "jobs/backup/pg_program.h"

static void read_line(const char *line, struct controldata *control)
{
    static const char key[] = "max_prepared_xacts setting:";

    if (strncmp(line, key, sizeof(key) - 1) == 0)
        control->max_prepared_transactions = strtoll(line + sizeof(key) - 1, NULL, 10);
}

static int read_output(struct child *child, struct controldata *control)
{
    FILE *output = fdopen(child->out, "r");
    char line[512];
    int code;

    if (output == NULL)
        return fail_errno(ERR_INTERNAL, "cannot read from '%s'", child->name);
    child->out = -1;
    while (fgets(line, sizeof(line), output) != NULL)
        read_line(line, control);
    fclose(output);
    code = child_wait(child);
    return code == 0 ? 0 : cause_report(child, code, ERR_INPUT);
}

int controldata_read(const char *bindir, int64_t version_num, const char *data, struct controldata *control)
{
    char *program = pg_program(bindir, version_num, "pg_controldata");
    const char *const argv[] = {program, "-D", data, NULL};
    const char *const env[] = {"LC_ALL=C.UTF-8", NULL};
    const struct spawn spawn = {.argv = argv, .env = env, .in = SPAWN_NULL, .out = SPAWN_PIPE};
    struct child child = CHILD_INIT;
    int result = program == NULL ? ERR_INTERNAL : spawn_start(&spawn, &child);

    *control = (struct controldata){.max_prepared_transactions = 0};
    if (result == 0)
        result = read_output(&child, control);
    child_release(&child);
    free(program);
    return result;
}
