#include <string.h>

#include "jobs/status/cronfile.h"
#include "tests/unit/unit.h"

static void test_commands(void **state)
{
    static const struct {
        const char *command, *job; /* NULL: none of ours */
        int64_t splay;
    } cases[] = {
        {"bridgejob ingest -q /var/spool", "ingest", 0},
        {"/usr/local/bin/bridgejob ingest --splay 5m /var/spool", "ingest", 300},
        {"bridgejob rollup --splay=30s", "rollup", 30},
        {"bridgejob rollup --splay", "rollup", 0},
        {"bridgejob rollup --splay x", "rollup", 0},
        {"operator nice -n 10 flock -n /run/x bridgejob prune nodes --older-than 1d", "prune nodes", 0},
        {"\"/opt/my/bridgejob\" migrate up", "migrate up", 0},
        {"bridgejob backup --jobs 2", "backup create", 0},
        {"bridgejob backup", "backup create", 0},
        {"bridgejob backup create -q", "backup create", 0},
        {"bridgejob backup verify --all", "backup verify", 0},
        {"cd /srv && PGSERVICE=x bridgejob vacuum >/dev/null 2>&1", "vacuum", 0},
        {"bridgejob", NULL, 0},
        {"bridgejob --help", NULL, 0},
        {"echo bridgejobs ingest", NULL, 0},
        {"", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct cronfile_line line;
        int result = cronfile_command(cases[i].command, &line);

        if ((result == 0) != (cases[i].job != NULL))
            fail_msg("'%s': %d", cases[i].command, result);
        if (result == 0 && (strcmp(line.job, cases[i].job) != 0 || line.splay_s != cases[i].splay))
            fail_msg("'%s': '%s', %lld", cases[i].command, line.job, (long long)line.splay_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_commands)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
