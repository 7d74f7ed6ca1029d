#include <string.h>

#include "core/err.h"
#include "jobs/backup/cause.h"
#include "tests/unit/unit.h"

/* As the programs said it. */
static void test_causes(void **state)
{
    static const struct {
        const char *said;
        int kind;
        const char *hint; /* part of it; NULL: none */
    } cases[] = {
        {"", ERR_IO, NULL},
        {"pg_dump: error: something new", ERR_IO, NULL},
        {"pg_dump: error: could not write to output file: No space left on device", ERR_CANTCREATE, "expire"},
        {"age: error: write -: input/output error", ERR_IO, "dmesg"},
        {"pg_dump: error: connection to server on socket \"/run/.s.PGSQL.5432\" failed: FATAL:  the database system is "
         "shutting down", ERR_TEMPFAIL, "again"},
        {"pg_dump: error: connection to server at \"db\", port 5432 failed: Connection refused", ERR_UNAVAILABLE,
         "status"},
        {"pg_basebackup: error: connection to server at \"db\" failed: FATAL:  no pg_hba.conf entry for replication "
         "connection from host \"10.0.0.1\"", ERR_UNAVAILABLE, "pg_hba.conf"},
        {"pg_dump: error: aborting because of server version mismatch", ERR_CONFIG, "--bindir"},
        {"pg_dump: error: query failed: ERROR:  permission denied for table t", ERR_NOPERM, "pg_read_all_data"},
        {"pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table \"t\"",
         ERR_NOPERM, "BYPASSRLS"},
        {"pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout", ERR_TEMPFAIL,
         "--lock-timeout"},
        {"pg_dump: error: Error message from server: ERROR:  invalid page in block 7 of relation base/5/16384", ERR_IO,
         "pg_amcheck"},
        {"pg_basebackup: error: could not send replication command \"BASE_BACKUP\": ERROR:  requested WAL segment "
         "000000010000000000000003 has already been removed", ERR_TEMPFAIL, "wal_keep_size"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *hint = "unset";
        int kind = cause_of(cases[i].said, ERR_IO, &hint);

        if (kind != cases[i].kind || (hint == NULL) != (cases[i].hint == NULL) ||
            (hint != NULL && strstr(hint, cases[i].hint) == NULL))
            fail_msg("'%s': %d, '%s'", cases[i].said, kind, hint == NULL ? "" : hint);
    }
    assert_int_equal(cause_of("nothing known", ERR_CONFIG, NULL), ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_causes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
