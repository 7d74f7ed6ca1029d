#include <string.h>

#include "jobs/status/cronline.h"
#include "tests/unit/unit.h"

static const struct job ingest = {.name = "ingest", .needs = NEEDS_DB_UNLESS_DRY};
static const struct job rollup = {.name = "rollup", .needs = NEEDS_DB};
static const struct job prune = {.name = "prune nodes", .needs = NEEDS_DB};
static const struct job status = {.name = "status", .needs = NEEDS_DB | READS_ONLY};
static const struct job create = {.name = "backup create", .needs = KEEPS_HISTORY};
static const struct job wal = {.name = "wal-push", .needs = 0};

static const struct job *find(size_t n, const char *const *words)
{
    if (n > 1 && strcmp(words[0], "prune") == 0 && strcmp(words[1], "nodes") == 0)
        return &prune;
    if (strcmp(words[0], "backup") == 0 && (n < 2 || *words[1] == '-'))
        return &create;
    if (strcmp(words[0], "ingest") == 0)
        return &ingest;
    if (strcmp(words[0], "rollup") == 0)
        return &rollup;
    if (strcmp(words[0], "wal-push") == 0)
        return &wal;
    return strcmp(words[0], "status") == 0 ? &status : NULL;
}

struct parse_case {
    const char *line;
    const char *job;     /* NULL: none of ours */
    const char *command; /* what to type */
    int64_t splay;
    bool unknown, has_user, unrecorded;
};

static const struct parse_case cases[] = {
    {"bridgejob ingest -q /var/spool", "ingest", "bridgejob ingest -q /var/spool", .splay = 0},
    {"/usr/local/bin/bridgejob ingest --splay 5m /x", "ingest", "/usr/local/bin/bridgejob ingest --splay 5m /x",
     .splay = 300},
    {"bridgejob rollup --splay=30s", "rollup", "bridgejob rollup --splay=30s", .splay = 30},
    {"bridgejob rollup --splay", "rollup", "bridgejob rollup --splay", .splay = 0},
    {"bridgejob rollup --splay x", "rollup", "bridgejob rollup --splay x", .splay = 0},
    {"bridgejob rollup; sleep --splay 5m", "rollup", "bridgejob rollup", .splay = 0},
    /* What stands around it. */
    {"operator nice -n 10 flock -n /run/x bridgejob prune nodes", "prune nodes", "bridgejob prune nodes", .splay = 0},
    {"cd /srv && PGSERVICE=x bridgejob rollup >/dev/null 2>&1", "rollup", "bridgejob rollup", .splay = 0},
    {"bridgejob rollup --window 1h 2>/dev/null", "rollup", "bridgejob rollup --window 1h", .splay = 0},
    {"\"/opt/my/bridgejob\" rollup --tz 'a;b' | mail x", "rollup", "\"/opt/my/bridgejob\" rollup --tz 'a;b'",
     .splay = 0},
    {"sh -c \"cd /x; bridgejob rollup --tz 'a b'\" && true", "rollup", "bridgejob rollup --tz 'a b'", .splay = 0},
    {"bridgejob ingest a\\%b%the input", "ingest", "bridgejob ingest a%b", .splay = 0},
    {"true%bridgejob ingest", NULL, NULL, .splay = 0},
    {"bridgejob backup", "backup create", "bridgejob backup", .splay = 0},
    {"bridgejob backup -q", "backup create", "bridgejob backup -q", .splay = 0},
    {"bridgejob backup >/dev/null", "backup create", "bridgejob backup", .splay = 0},
    {"bridgejob backup 2>/dev/null", "backup create", "bridgejob backup", .splay = 0},
    {"bridgejob backup&", "backup create", "bridgejob backup", .splay = 0},
    {"bridgejob rollup&&bridgejob ingest", "rollup", "bridgejob rollup", .splay = 0},
    /* Users and directories of our name. */
    {"bridgejob /usr/bin/bridgejob ingest /x", "ingest", "/usr/bin/bridgejob ingest /x", .has_user = true},
    {"bridgejob bridgejob ingest /x", "ingest", "bridgejob ingest /x", .has_user = true},
    {"bridgejob bridgejob ingest /x", "ingest", "bridgejob ingest /x", .has_user = false},
    {"ingest bridgejob rollup", "rollup", "bridgejob rollup", .has_user = true},
    {"cd /var/lib/bridgejob && bridgejob ingest", "ingest", "bridgejob ingest", .splay = 0},
    {"cd /var/lib/bridgejob; sudo -u bridgejob bridgejob ingest", "ingest", "bridgejob ingest", .splay = 0},
    {"bridgejob certbot renew", NULL, NULL, .has_user = true},
    {"sudo -u bridgejob certbot renew", NULL, NULL, .splay = 0},
    {"chown -R bridgejob /data", NULL, NULL, .splay = 0},
    {"tar czf /x/bridgejob /data", NULL, NULL, .splay = 0},
    {"echo bridgejobs ingest", NULL, NULL, .splay = 0},
    {"bridgejob", NULL, NULL, .splay = 0},
    {"bridgejob --help", NULL, NULL, .splay = 0},
    {"", NULL, NULL, .splay = 0},
    {"\"", NULL, NULL, .has_user = true},
    /* No such job. */
    {"bridgejob ingset --quiet", "ingset", "bridgejob ingset --quiet", .unknown = true},
    {"A=b bridgejob prune nods", "prune", "bridgejob prune nods", .unknown = true},
    {"nice /usr/bin/bridgejob ingset", "ingset", "/usr/bin/bridgejob ingset", .unknown = true},
    {"bridgejob /usr/bin/bridgejob ingset", "ingset", "/usr/bin/bridgejob ingset", .unknown = true, .has_user = true},
    {"cd /x && bridgejob ingset", "ingset", "bridgejob ingset", .unknown = true},
    /* What leaves no row. */
    {"bridgejob status --quiet", "status", "bridgejob status --quiet", .unrecorded = true},
    {"bridgejob wal-push /x", "wal-push", "bridgejob wal-push /x", .unrecorded = true},
    {"bridgejob rollup --dry-run", "rollup", "bridgejob rollup --dry-run", .unrecorded = true},
    {"bridgejob rollup && x --dry-run", "rollup", "bridgejob rollup", .unrecorded = false},
    /* What nobody should read. */
    {"bridgejob ingest --ping https://hc-ping.com/x", "ingest", "", .splay = 0},
    {"bridgejob ingest -d 'password=x'", "ingest", "", .splay = 0},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct parse_case *it = &cases[i];
        struct cronline line;
        int result = cronline_parse(it->line, it->has_user, find, &line);

        if ((result == 0) != (it->job != NULL))
            fail_msg("'%s': %d, '%s'", it->line, result, line.job);
        if (it->job == NULL)
            continue;
        if (strcmp(line.job, it->job) != 0 || strcmp(line.command, it->command) != 0 || line.splay_s != it->splay)
            fail_msg("'%s': '%s', '%s', %lld", it->line, line.job, line.command, (long long)line.splay_s);
        if (line.known == it->unknown || line.recorded == (it->unrecorded || it->unknown))
            fail_msg("'%s': known %d, recorded %d", it->line, line.known, line.recorded);
    }
}

/* Words of any length are cut, never what lies behind them; a long command is not shown in part. */
static void test_long(void **state)
{
    char text[1000];
    struct cronline line;

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text, "bridgejob ingest ", 17);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(cronline_parse(text, false, find, &line), 0);
    assert_string_equal(line.job, "ingest");
    assert_string_equal(line.command, "");
    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "bridgejob ", 10);
    assert_int_equal(cronline_parse(text, false, find, &line), 0);
    assert_false(line.known);
    assert_int_equal(strlen(line.job), 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
