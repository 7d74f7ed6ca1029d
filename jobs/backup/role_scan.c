#include "jobs/backup/role_scan.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LINE_MOST 4096
#define NAMES_MOST 1000

void role_scan_release(struct role_scan *scan)
{
    buf_release(&scan->line);
    buf_release(&scan->names);
}

static bool is_known(const struct role_scan *scan, const char *name)
{
    const char *at = scan->names.data;

    for (size_t i = 0; i < scan->n; i++, at += strlen(at) + 1)
        if (strcmp(at, name) == 0)
            return true;
    return false;
}

/* pg_dump quotes a name that is not all small letters, digits and '_': PUBLIC and SELECT are none. Where it ends. */
static const char *take_name(struct role_scan *scan, const char *at)
{
    struct buf name = BUF_INIT;
    bool quoted = *at == '"';

    for (at += quoted; *at != '\0'; at++) {
        if (quoted && at[0] == '"' && at[1] == '"')
            at++;
        else if (quoted ? *at == '"' : !islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_')
            break;
        buf_add_char(&name, *at);
    }
    at += quoted && *at == '"';
    if (name.len > 0 && scan->n < NAMES_MOST && !is_known(scan, buf_text(&name))) {
        buf_add(&scan->names, buf_text(&name), name.len + 1);
        scan->n++;
    }
    buf_release(&name);
    return at;
}

static void take_names(struct role_scan *scan, const char *line, const char *marker)
{
    for (const char *at = strstr(line, marker); at != NULL; at = strstr(at, marker)) {
        at = take_name(scan, at + strlen(marker));
        while (strncmp(at, ", ", 2) == 0)
            at = take_name(scan, at + 2);
    }
}

static void end_line(struct role_scan *scan)
{
    static const char *const heads[] = {"ALTER ", "GRANT ", "REVOKE ", "CREATE POLICY ", "SET SESSION AUTHORIZATION "};
    static const char *const markers[] = {" TO ", " FROM ", " ROLE ", " AUTHORIZATION "};
    const char *line = buf_text(&scan->line);
    bool meant = false;

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        meant = meant || strncmp(line, heads[i], strlen(heads[i])) == 0;
    for (size_t i = 0; meant && i < sizeof(markers) / sizeof(markers[0]); i++)
        take_names(scan, line, markers[i]);
    buf_reset(&scan->line);
}

int role_scan_put(void *role_scan, const char *bytes, size_t n)
{
    struct role_scan *scan = role_scan;

    while (n > 0) {
        const char *end = memchr(bytes, '\n', n);
        size_t more = end == NULL ? n : (size_t)(end - bytes);

        if (scan->line.len < LINE_MOST)
            buf_add(&scan->line, bytes, more < LINE_MOST ? more : LINE_MOST);
        if (end != NULL)
            end_line(scan);
        more += end != NULL;
        bytes += more;
        n -= more;
    }
    return 0;
}
