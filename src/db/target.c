#include "db/target.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "core/text.h"

/* A server that takes the connection and then says nothing must not stop a cron job. */
#define CONNECT_TIMEOUT_S "10"

static const char *const target_variables[] = {
    "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE",
};

/* A dead peer is noticed within about two minutes, not the system's two hours. */
static const struct {
    const char *keyword;
    const char *value;
} link_defaults[] = {
    {"keepalives_idle", "60"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "6"},
    {"tcp_user_timeout", "120000"},
};

static struct buf url;

static bool has_text(const char *text)
{
    return text != NULL && *text != '\0';
}

static bool environment_names_target(void)
{
    for (size_t i = 0; i < sizeof(target_variables) / sizeof(*target_variables); i++) {
        if (has_text(getenv(target_variables[i])))
            return true;
    }
    return false;
}

/* The same test as libpq's recognized_connection_string(). */
static bool is_conninfo(const char *text)
{
    return strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0 ||
           strchr(text, '=') != NULL;
}

/* libpq quotes what it could not read, and that may be a password: only what it says
 * before the quote is shown. */
static int refuse_conninfo(const char *source, char *why)
{
    size_t shown = why == NULL ? 0 : strcspn(why, "\"\n");
    while (shown > 0 && (why[shown - 1] == ' ' || why[shown - 1] == ':'))
        shown--;
    fail(ERR_USAGE, "%s is no connection string libpq can read%s%.*s", source, shown > 0 ? ": " : "", (int)shown,
         shown > 0 ? why : "");
    log_hint("write it as postgresql://user@host:5432/database or 'host=… dbname=…'; parameters of other tools"
             " (schema, pgbouncer) must go");
    PQfreemem(why);
    return ERR_USAGE;
}

static int set_variable(const char *name, const char *value)
{
    return setenv(name, value, 1) == 0 ? 0 : fail_errno(ERR_INTERNAL, "cannot set '%s'", name);
}

/* A plain name is a conninfo that says nothing but dbname, whatever bytes the name has. */
static int parse_given(const char *dbname, const char *source, PQconninfoOption **given)
{
    char *why = NULL;

    *given = PQconninfoParse(is_conninfo(dbname) ? dbname : "", &why);
    if (*given == NULL)
        return refuse_conninfo(source, why);
    for (PQconninfoOption *at = *given; !is_conninfo(dbname) && at->keyword != NULL; at++) {
        if (strcmp(at->keyword, "dbname") == 0)
            at->val = strdup(dbname);
    }
    return 0;
}

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (; options != NULL && options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0 && has_text(options->val))
            return options->val;
    }
    return NULL;
}

/* One port, or one for each host, empty for the default. libpq looks only when it connects. The value is not shown:
 * it may be the end of a password that holds an '@'. */
static int check_ports(const PQconninfoOption *given, const char *source)
{
    const char *at = value_of(given, "port");

    while (at != NULL) {
        size_t len = strcspn(at, ",");
        char port[8];
        int64_t number = 1;

        snprintf(port, sizeof(port), "%.*s", (int)len, at);
        bool bad = len >= sizeof(port) || (len > 0 && text_parse_int64(port, &number) != 0);
        if (bad || number < 1 || number > 65535) {
            fail(ERR_USAGE, "%s names a port that is no number from 1 to 65535", source);
            log_hint("in the password of a URI write '@', ':' and '/' as %%40, %%3A and %%2F, or use ~/.pgpass");
            return ERR_USAGE;
        }
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
    return 0;
}

static int export_options(const PQconninfoOption *options)
{
    int result = 0;

    for (; result == 0 && options != NULL && options->keyword != NULL; options++) {
        if (options->envvar != NULL && has_text(options->val))
            result = set_variable(options->envvar, options->val);
    }
    return result;
}

/* Whether libpq finds the service: it only tells a connection that is being made, so one
 * is begun towards this machine's port 1 and dropped. */
static int check_service(const char *service)
{
    static const char *const keywords[] = {"service", "host", "hostaddr", "port", NULL};
    const char *const values[] = {service, "localhost", "127.0.0.1", "1", NULL};
    PGconn *conn = PQconnectStartParams(keywords, values, 0);
    PQconninfoOption *options = conn == NULL ? NULL : PQconninfo(conn);
    bool found = false;

    for (const PQconninfoOption *at = options; at != NULL && at->keyword != NULL; at++)
        found = found || (strcmp(at->keyword, "hostaddr") == 0 && has_text(at->val));
    if (!found) {
        fail(ERR_CONFIG, "service '%s': %s", service, conn == NULL ? "out of memory" : PQerrorMessage(conn));
        log_hint("name it in ~/.pg_service.conf, or the file that PGSERVICEFILE names");
    }
    PQconninfoFree(options);
    PQfinish(conn);
    return found ? 0 : ERR_CONFIG;
}

/* Write the service's parts into the environment, and what the user gave over them. */
static int flatten_service(const PQconninfoOption *given, PQconninfoOption **resolved)
{
    const char *service = getenv("PGSERVICE");
    int result = 0;

    if (!has_text(service))
        return 0;
    if ((result = check_service(service)) != 0)
        return result;
    *resolved = PQconndefaults();
    if (*resolved == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if ((result = export_options(*resolved)) == 0 && (result = export_options(given)) == 0)
        unsetenv("PGSERVICE");
    return result;
}

static int add_option(const char *keyword, const char *value)
{
    if (strpbrk(value, "&?") != NULL) {
        fail(ERR_USAGE, "the value of '%s' holds '&' or '?', which ECPG cannot pass on", keyword);
        log_hint("choose a value without them");
        return ERR_USAGE;
    }
    buf_printf(&url, "%c%s=%s", strchr(buf_text(&url), '?') == NULL ? '?' : '&', keyword, value);
    return 0;
}

static bool names_keepalives(const PQconninfoOption *options)
{
    for (; options != NULL && options->keyword != NULL; options++) {
        if (strncmp(options->keyword, "keepalives", 10) == 0 && has_text(options->val))
            return true;
    }
    return false;
}

static int add_link_defaults(const PQconninfoOption *given, const PQconninfoOption *resolved)
{
    bool ours = !names_keepalives(given) && !names_keepalives(resolved);
    int result = 0;

    for (size_t i = 0; result == 0 && i < sizeof(link_defaults) / sizeof(*link_defaults); i++) {
        const char *keyword = link_defaults[i].keyword;
        bool wanted = strncmp(keyword, "keepalives", 10) == 0
                          ? ours
                          : value_of(given, keyword) == NULL && value_of(resolved, keyword) == NULL;
        if (wanted)
            result = add_option(keyword, link_defaults[i].value);
    }
    return result;
}

static int build_url(const PQconninfoOption *given, const PQconninfoOption *resolved)
{
    const PQconninfoOption *all = given != NULL ? given : resolved;
    int result = 0;

    buf_reset(&url);
    buf_add_text(&url, "tcp:postgresql://");
    for (; result == 0 && all != NULL && all->keyword != NULL; all++) {
        const char *value = value_of(given, all->keyword);
        value = value != NULL ? value : value_of(resolved, all->keyword);
        if (all->envvar == NULL && value != NULL)
            result = add_option(all->keyword, value);
    }
    if (result == 0)
        result = add_link_defaults(given, resolved);
    return result != 0 || buf_ok(&url) ? result : fail(ERR_INTERNAL, "out of memory");
}

int target_resolve(const char *dbname)
{
    const char *source = "what -d gives";
    PQconninfoOption *given = NULL;
    PQconninfoOption *resolved = NULL;
    int result = 0;

    if (dbname == NULL && !environment_names_target() && has_text(getenv("DATABASE_URL"))) {
        dbname = getenv("DATABASE_URL");
        source = "DATABASE_URL";
    }
    if (has_text(dbname) && (result = parse_given(dbname, source, &given)) == 0)
        result = check_ports(given, source);
    if (result != 0)
        goto out;
    if ((result = export_options(given)) != 0 || (result = flatten_service(given, &resolved)) != 0)
        goto out;
    if (!has_text(getenv("PGCONNECT_TIMEOUT")) && (result = set_variable("PGCONNECT_TIMEOUT", CONNECT_TIMEOUT_S)) != 0)
        goto out;
    result = build_url(given, resolved);
out:
    PQconninfoFree(resolved);
    PQconninfoFree(given);
    return result;
}

int target_use_database(const char *name)
{
    return set_variable("PGDATABASE", name);
}

const char *target_url(void)
{
    return buf_text(&url);
}
