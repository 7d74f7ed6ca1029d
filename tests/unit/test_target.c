#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "db/target.h"

static const char *const variables[] = {
    "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSERVICE", "PGSERVICEFILE",
    "PGCONNECT_TIMEOUT", "PGSSLMODE", "PGOPTIONS", "DATABASE_URL",
};

static char service_file[] = "/tmp/test_target.XXXXXX";

static int clear_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        unsetenv(variables[i]);
    return setenv("PGSERVICEFILE", service_file, 1);
}

static int write_service_file(void **state)
{
    static const char text[] = "[prod]\nhost=db.example\ndbname=prod\nuser=owner\nkeepalives_idle=7\n";
    int fd = mkstemp(service_file);
    ssize_t n = write(fd, text, sizeof(text) - 1);

    (void)state;
    close(fd);
    return n == (ssize_t)sizeof(text) - 1 ? 0 : -1;
}

static int remove_service_file(void **state)
{
    (void)state;
    return unlink(service_file);
}

static void assert_env(const char *name, const char *wanted)
{
    const char *got = getenv(name);

    if (wanted == NULL ? got != NULL : got == NULL || strcmp(got, wanted) != 0)
        fail_msg("%s is '%s', not '%s'", name, got == NULL ? "(unset)" : got, wanted == NULL ? "(unset)" : wanted);
}

static const struct {
    const char *dbname;
    const char *host, *port, *database, *user, *password; /* NULL: stays unset */
} cases[] = {
    {"shop", NULL, NULL, "shop", NULL, NULL},
    {"it's a name; DROP", NULL, NULL, "it's a name; DROP", NULL, NULL},
    {"host=h port=6000 dbname=shop user='a b' password='p&?%'", "h", "6000", "shop", "a b", "p&?%"},
    {"postgresql://u:p%20w@h:6000/shop", "h", "6000", "shop", "u", "p w"},
    {"postgres:///shop?host=/run/x", "/run/x", NULL, "shop", NULL, NULL},
    {"postgresql://", NULL, NULL, NULL, NULL, NULL},
    {"", NULL, NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static void test_parts_go_into_the_environment(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        clear_environment(state);
        assert_int_equal(target_resolve(cases[i].dbname), 0);
        assert_env("PGHOST", cases[i].host);
        assert_env("PGPORT", cases[i].port);
        assert_env("PGDATABASE", cases[i].database);
        assert_env("PGUSER", cases[i].user);
        assert_env("PGPASSWORD", cases[i].password);
        assert_env("PGCONNECT_TIMEOUT", "10");
    }
}

static void test_ports(void **state)
{
    static const char *const bad[] = {
        "port=0", "port=65536", "port=x", "port=1x", "host=a,b port=1,x", "port=123456789",
        "postgresql://u:p@ss:word@h/db",
    };
    struct capture capture;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        clear_environment(state);
        capture_start(&capture, STDERR_FILENO);
        int rc = target_resolve(bad[i]);
        assert_null(strstr(capture_end(&capture), "word@"));
        assert_int_equal(rc, ERR_USAGE);
    }
    clear_environment(state);
    assert_int_equal(target_resolve("host=a,b,c port=1,,65535"), 0);
}

static void test_defaults(void **state)
{
    (void)state;
    setenv("PGCONNECT_TIMEOUT", "3", 1);
    assert_int_equal(target_resolve(NULL), 0);
    assert_env("PGCONNECT_TIMEOUT", "3");
    assert_string_equal(target_url(), "tcp:postgresql://?keepalives_idle=60&keepalives_interval=10&keepalives_count=6"
                                      "&tcp_user_timeout=120000");
}

static void test_options_without_variable(void **state)
{
    (void)state;
    assert_int_equal(target_resolve("dbname=x keepalives=0 tcp_user_timeout=5"), 0);
    assert_string_equal(target_url(), "tcp:postgresql://?keepalives=0&tcp_user_timeout=5");
    assert_int_equal(target_resolve("postgresql:///x?sslpassword=a/"), 0);
    assert_non_null(strstr(target_url(), "//?sslpassword=a/&keepalives_idle=60"));
}

static void test_database_url(void **state)
{
    setenv("DATABASE_URL", "postgresql://u@h/from_url", 1);
    assert_int_equal(target_resolve(NULL), 0);
    assert_env("PGDATABASE", "from_url");

    clear_environment(state);
    setenv("DATABASE_URL", "postgresql://u@h/from_url", 1);
    setenv("PGUSER", "somebody", 1);
    assert_int_equal(target_resolve(NULL), 0);
    assert_env("PGDATABASE", NULL);

    clear_environment(state);
    setenv("DATABASE_URL", "postgresql://u@h/from_url", 1);
    assert_int_equal(target_resolve("named"), 0);
    assert_env("PGDATABASE", "named");
    assert_env("PGHOST", NULL);
}

/* libpq lets the service win over PGDATABASE; what -d says must win over the service. */
static void test_service(void **state)
{
    setenv("PGSERVICE", "prod", 1);
    assert_int_equal(target_resolve("mine"), 0);
    assert_env("PGHOST", "db.example");
    assert_env("PGDATABASE", "mine");
    assert_env("PGUSER", "owner");
    assert_env("PGSERVICE", NULL);
    assert_string_equal(target_url(), "tcp:postgresql://?keepalives_idle=7&tcp_user_timeout=120000");

    clear_environment(state);
    assert_int_equal(target_resolve("service=prod user=me"), 0);
    assert_env("PGDATABASE", "prod");
    assert_env("PGUSER", "me");
}

static const struct {
    const char *dbname;
    int kind;
    const char *said;
} refused[] = {
    {"service=nowhere", ERR_CONFIG, "service 'nowhere'"},
    {"host=h passwort=hunter2", ERR_USAGE, "is no connection string"},
    {"postgresql://u:hunter2@[h/db", ERR_USAGE, "is no connection string"},
    {"host=h password=a hunter2", ERR_USAGE, "is no connection string"},
    {"postgresql://u:hunter2@h/db?schema=public", ERR_USAGE, "invalid URI query parameter"},
    {"dbname=x sslpassword=hunter2&", ERR_USAGE, "'sslpassword'"},
};

static void test_refused_without_telling_the_password(void **state)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct capture capture;
        const char *said;
        int kind;

        clear_environment(state);
        capture_start(&capture, STDERR_FILENO);
        kind = target_resolve(refused[i].dbname);
        said = capture_end(&capture);
        assert_int_equal(kind, refused[i].kind);
        if (strstr(said, refused[i].said) == NULL || strstr(said, "hint:") == NULL || strstr(said, "hunter2") != NULL)
            fail_msg("'%s': %s", refused[i].dbname, said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_go_into_the_environment),
        cmocka_unit_test_setup(test_ports, clear_environment),
        cmocka_unit_test_setup(test_defaults, clear_environment),
        cmocka_unit_test_setup(test_options_without_variable, clear_environment),
        cmocka_unit_test_setup(test_database_url, clear_environment),
        cmocka_unit_test_setup(test_service, clear_environment),
        cmocka_unit_test(test_refused_without_telling_the_password),
    };

    return cmocka_run_group_tests(tests, write_service_file, remove_service_file);
}
