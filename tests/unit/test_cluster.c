#include "jobs/restore/cluster.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/tree.h"
#include "unit.h"

static char base[] = "/tmp/bridgejob-cluster-test.XXXXXX";
static char data[64];

/* PostgreSQL does not run as root, as which CI runs. */
static void become_owner(void)
{
    const struct passwd *owner = getpwnam("postgres");

    assert_non_null(owner);
    assert_int_equal(chown(base, owner->pw_uid, owner->pw_gid), 0);
    assert_int_equal(setgroups(0, NULL), 0);
    assert_int_equal(setgid(owner->pw_gid), 0);
    assert_int_equal(setuid(owner->pw_uid), 0);
    prctl(PR_SET_DUMPABLE, 1); /* LeakSanitizer looks at its own process */
}

static int make_base(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(base));
    snprintf(data, sizeof(data), "%s/data", base);
    return chdir(base);
}

static int remove_base(void **state)
{
    (void)state;
    return tree_remove(base);
}

static void test_root_is_refused(void **state)
{
    struct log_held held = {.error = ""};

    (void)state;
    if (geteuid() == 0) {
        log_hold(&held);
        assert_int_equal(cluster_check_user(), ERR_NOPERM);
        log_hold(NULL);
        become_owner();
    }
    assert_int_equal(cluster_check_user(), 0);
}

static int ask(const char *sql)
{
    const char *argv[] = {"psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql, NULL};
    const struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL};

    return spawn_run(&spawn, ERR_IO);
}

static void test_made_opened_and_stopped(void **state)
{
    static const char *const settings[] = {"fsync=off", "work_mem=7MB", NULL};
    struct cluster cluster = CLUSTER_INIT;
    char run_dir[64];

    (void)state;
    cluster.data = data;
    cluster.version_num = 150000;
    assert_int_equal(cluster_make(&cluster), 0);
    assert_int_equal(cluster_open(&cluster, settings, ERR_UNAVAILABLE), 0);
    assert_int_equal(cluster_target(&cluster, CLUSTER_SUPERUSER, "template1"), 0);
    assert_int_equal(ask("SELECT 1 / (current_setting('work_mem') = '7MB')::int"), 0);
    assert_int_equal(ask("SELECT 1 / (current_setting('listen_addresses') = '')::int"), 0);
    assert_int_equal(cluster_stop(&cluster), 0);
    assert_int_equal(cluster_stop(&cluster), 0);
    snprintf(run_dir, sizeof(run_dir), "%s", cluster.run_dir);
    cluster_release(&cluster);
    assert_int_equal(access(run_dir, F_OK), -1);
    cluster_release(&cluster);
}

static void test_it_says_why_it_does_not_start(void **state)
{
    static const char *const settings[] = {"work_mem=nonsense", NULL};
    struct cluster cluster = CLUSTER_INIT;

    (void)state;
    cluster.data = data;
    cluster.version_num = 150000;
    assert_int_equal(cluster_open(&cluster, settings, ERR_UNAVAILABLE), ERR_UNAVAILABLE);
    assert_non_null(strstr(log_first_error(), "the server: invalid value for parameter \"work_mem\""));
    cluster_release(&cluster);
}

/* The process that started it is killed outright: its server ends by itself. */
static void test_it_does_not_outlive_us(void **state)
{
    struct cluster cluster = CLUSTER_INIT;
    char run_dir[sizeof("/tmp/bridgejob-server.XXXXXX")];
    int ready[2];
    pid_t server = 0, us;

    (void)state;
    cluster.data = data;
    cluster.version_num = 150000;
    assert_int_equal(pipe(ready), 0);
    us = fork();
    if (us == 0) {
        cluster_open(&cluster, NULL, ERR_UNAVAILABLE);
        file_write_all(ready[1], &cluster.server.pid, sizeof(cluster.server.pid));
        file_write_all(ready[1], cluster.run_dir, sizeof(run_dir));
        pause();
        _exit(1);
    }
    assert_int_equal(file_read_all(ready[0], &server, sizeof(server)), 1);
    assert_true(server > 0);
    assert_int_equal(file_read_all(ready[0], run_dir, sizeof(run_dir)), 1);
    kill(us, SIGKILL);
    waitpid(us, NULL, 0);
    for (int i = 0; i < 100 && kill(server, 0) == 0; i++)
        usleep(100000);
    assert_int_equal(kill(server, 0), -1);
    assert_int_equal(tree_remove(run_dir), 0); /* as the next run would, a minute later */
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root_is_refused),
        cmocka_unit_test(test_made_opened_and_stopped),
        cmocka_unit_test(test_it_says_why_it_does_not_start),
        cmocka_unit_test(test_it_does_not_outlive_us),
    };

    return cmocka_run_group_tests(tests, make_base, remove_base);
}
