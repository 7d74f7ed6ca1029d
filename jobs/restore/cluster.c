#include "jobs/restore/cluster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/stop.h"
#include "core/tree.h"
#include "jobs/backup/pg_program.h"

/* A socket's path has at most 107 bytes (unix(7)), so it is /tmp and not $TMPDIR. */
#define RUN_DIRS "/tmp"
#define RUN_DIR_NAME "bridgejob-server."
#define GRACE_S 60   /* between the making of a directory and its locking there is a moment */
#define LOOK_MS 50
#define PORT "5432"
#define STATUS_LINE 8 /* of postmaster.pid (miscadmin.h, LOCK_FILE_LINE_PM_STATUS) */
#define MOST_ARGUMENTS ((size_t)128)

/* postgresql.auto.conf comes with the data and beats the configuration file, the command line beats both. */
static const char port_setting[] = "port=" PORT;
static const char *const fixed_settings[] = {
    "listen_addresses=", port_setting, "ssl=off", "unix_socket_permissions=0700", "unix_socket_group=",
    "external_pid_file=", "logging_collector=off", "log_destination=stderr", "log_line_prefix=", "lc_messages=C",
    "log_min_messages=warning", "log_timezone=UTC", "timezone=UTC", "huge_pages=off", "shared_buffers=128MB",
    "autovacuum=off", "archive_command=", "wal_level=replica", "hot_standby=off", "recovery_end_command=",
    "archive_cleanup_command=", "synchronous_standby_names=", "default_transaction_read_only=off", NULL};
static const char *const settings_since_15[] = {"archive_library=", NULL};

int cluster_check_user(void)
{
    if (geteuid() != 0)
        return 0;
    fail(ERR_NOPERM, "PostgreSQL does not run as root, and a server has to be started");
    log_hint("run it as the user who owns the databases: runuser -u postgres -- bridgejob …");
    return ERR_NOPERM;
}

int cluster_make(const struct cluster *cluster)
{
    char *initdb = pg_program(cluster->bindir, cluster->version_num, "initdb");
    const char *argv[] = {initdb, "-D", cluster->data, "-U", CLUSTER_SUPERUSER, "-A", "trust", "--encoding=UTF8",
                          "--locale=C.UTF-8", "--no-sync", NULL};
    struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL};
    int result = initdb == NULL ? ERR_INTERNAL : cluster_check_user();

    if (result == 0)
        result = spawn_run(&spawn, ERR_IO);
    free(initdb);
    return result;
}

static void sweep_one(const char *name)
{
    char *path = file_join(RUN_DIRS, name);
    int lock = path == NULL ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (lock >= 0 && fstat(lock, &st) == 0 && st.st_uid == geteuid() && st.st_ctime < time(NULL) - GRACE_S &&
        flock(lock, LOCK_EX | LOCK_NB) == 0 && tree_remove(path) == 0)
        log_debug("removed '%s', which a killed run left", path);
    if (lock >= 0)
        close(lock);
    free(path);
}

static void sweep(void)
{
    DIR *entries = opendir(RUN_DIRS);

    if (entries == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (strncmp(entry->d_name, RUN_DIR_NAME, sizeof(RUN_DIR_NAME) - 1) == 0)
            sweep_one(entry->d_name);
    closedir(entries);
}

static int write_file(const char *dir, const char *name, const char *text)
{
    char *path = file_join(dir, name);
    int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int result = 0;

    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (fd < 0 || file_write_all(fd, text, strlen(text)) != 0)
        result = file_fail("write", path);
    if (fd >= 0)
        close(fd);
    free(path);
    return result;
}

static int make_run_dir(struct cluster *cluster)
{
    char made[] = RUN_DIRS "/" RUN_DIR_NAME "XXXXXX";
    int result;

    sweep();
    if (mkdtemp(made) == NULL)
        return file_fail("create a directory in", RUN_DIRS "/");
    cluster->run_dir = strdup(made);
    if (cluster->run_dir == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    cluster->lock = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cluster->lock >= 0)
        flock(cluster->lock, LOCK_EX | LOCK_NB);
    result = write_file(made, "postgresql.conf", "");
    if (result == 0)
        result = write_file(made, "pg_hba.conf", "local all all trust\n");
    return result != 0 ? result : write_file(made, "pg_ident.conf", "");
}

static size_t add_settings(const char **argv, size_t n, const char *const *settings)
{
    for (; settings != NULL && *settings != NULL && n < MOST_ARGUMENTS; settings++) {
        argv[n++] = "-c";
        argv[n++] = *settings;
    }
    return n;
}

static int spawn_server(struct cluster *cluster, const char *program, const char *const *settings)
{
    char sockets[128], config[128], hba[128], ident[128];
    const char *const places[] = {sockets, config, hba, ident, NULL};
    const char *argv[MOST_ARGUMENTS + 8] = {program, "-D", cluster->data};
    /* SIGINT is the fast shutdown; with SIGTERM the server would wait for its clients. */
    struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL, .cleans_up = true, .end_with = SIGINT};
    size_t n;

    snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s", cluster->run_dir);
    snprintf(config, sizeof(config), "config_file=%s/postgresql.conf", cluster->run_dir);
    snprintf(hba, sizeof(hba), "hba_file=%s/pg_hba.conf", cluster->run_dir);
    snprintf(ident, sizeof(ident), "ident_file=%s/pg_ident.conf", cluster->run_dir);
    n = add_settings(argv, 3, fixed_settings);
    if (cluster->version_num >= 150000)
        n = add_settings(argv, n, settings_since_15);
    n = add_settings(argv, n, places);
    add_settings(argv, n, settings);
    return spawn_start(&spawn, &cluster->server);
}

int cluster_start(struct cluster *cluster, const char *const *settings)
{
    char *program = pg_program(cluster->bindir, cluster->version_num, "postgres");
    int result = program == NULL ? ERR_INTERNAL : cluster_check_user();

    if (result == 0)
        result = make_run_dir(cluster);
    if (result == 0)
        result = spawn_server(cluster, program, settings);
    cluster->server.name = "postgres"; /* 'program' goes */
    free(program);
    return result;
}

/* Whether the server says that it takes connections: it keeps its state in a line of its lock file for pg_ctl. */
static bool is_ready(const struct cluster *cluster)
{
    char *path = file_join(cluster->data, "postmaster.pid");
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    char line[1024] = "";
    int n = 0;

    while (file != NULL && n < STATUS_LINE && fgets(line, sizeof(line), file) != NULL)
        n++;
    if (file != NULL)
        fclose(file);
    free(path);
    return n == STATUS_LINE && strncmp(line, "ready", 5) == 0;
}

int cluster_await(struct cluster *cluster)
{
    while (!stop_requested() && !child_has_ended(&cluster->server)) {
        if (is_ready(cluster))
            return 0;
        stop_poll(NULL, 0, LOOK_MS);
    }
    return stop_requested() ? stop_requested() : -1;
}

int cluster_report(const struct cluster *cluster, int kind)
{
    static const char *const levels[] = {"PANIC:  ", "FATAL:  ", "ERROR:  "};
    char *log = child_said(&cluster->server);
    char *rest = log;
    bool said = false;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
            if (strncmp(line, levels[i], strlen(levels[i])) == 0) {
                log_error("the server: %s", line + strlen(levels[i]));
                said = true;
            }
        }
        if (strncmp(line, "HINT:  ", 7) == 0 && said)
            log_hint("%s", line + 7);
    }
    free(log);
    return said ? kind : fail((enum err)kind, "the server over '%s' ended without a word", cluster->data);
}

int cluster_open(struct cluster *cluster, const char *const *settings, int otherwise)
{
    int result = cluster_start(cluster, settings);

    if (result == 0)
        result = cluster_await(cluster);
    return result >= 0 ? result : cluster_report(cluster, otherwise);
}

int cluster_target(const struct cluster *cluster, const char *user, const char *database)
{
    static const char *const elsewhere[] = {"PGHOSTADDR", "PGSERVICE", "PGPASSWORD", "PGPASSFILE", "PGOPTIONS",
                                            "PGSSLMODE", "PGREQUIRESSL", "PGCHANNELBINDING", "PGTARGETSESSIONATTRS",
                                            "DATABASE_URL"};

    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
        unsetenv(elsewhere[i]);
    if (setenv("PGHOST", cluster->run_dir, 1) != 0 || setenv("PGPORT", PORT, 1) != 0 ||
        setenv("PGUSER", user, 1) != 0 || setenv("PGDATABASE", database, 1) != 0)
        return fail_errno(ERR_INTERNAL, "cannot set 'PGHOST'");
    return 0;
}

int cluster_stop(struct cluster *cluster)
{
    int code;

    if (cluster->server.pid <= 0)
        return 0;
    kill(cluster->server.pid, SIGINT);
    code = child_wait(&cluster->server);
    return code == 0 ? 0 : fail(ERR_IO, "the server over '%s' did not shut down: it ended with exit code %d",
                                cluster->data, code);
}

void cluster_release(struct cluster *cluster)
{
    if (cluster->server.pid > 0)
        kill(cluster->server.pid, SIGQUIT);
    child_release(&cluster->server);
    if (cluster->run_dir != NULL)
        tree_remove(cluster->run_dir);
    if (cluster->lock >= 0)
        close(cluster->lock);
    free(cluster->run_dir);
    cluster->run_dir = NULL;
    cluster->lock = -1;
}
