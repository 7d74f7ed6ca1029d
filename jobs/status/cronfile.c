#include "jobs/status/cronfile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

/* NAME = value; quotes round either are not part of it. */
static bool is_setting(const char *text, char zone[64])
{
    const char *at = text;
    size_t len;

    while (isalnum((unsigned char)*at) || *at == '_' || *at == '"' || *at == '\'')
        at++;
    at += strspn(at, " \t");
    if (*at != '=' || isdigit((unsigned char)*text))
        return false;
    at += 1 + strspn(at + 1, " \t\"'");
    len = strcspn(at, " \t\"'");
    if (strncmp(text + strspn(text, "\"'"), "CRON_TZ", 7) == 0)
        snprintf(zone, 64, "%.*s", (int)len, at);
    return true;
}

/* cron(8): there a line names its user in front of the command. */
static bool has_users(const char *path)
{
    return strncmp(path, "/etc/cron", strlen("/etc/cron")) == 0;
}

static int append(struct cronfile *file, const struct cronfile_line *line)
{
    struct cronfile_line *grown = realloc(file->at, (file->n + 1) * sizeof(*grown));

    if (grown == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    file->at = grown;
    grown[file->n++] = *line;
    return 0;
}

/* A '-' in front asks cronie not to tell syslog (crontab(5) of cronie). */
static int take_line(struct cronfile *file, const char *path, int number, const char *text, job_finder *find)
{
    struct cronfile_line line = {.number = number};
    const char *command;

    text += strspn(text, " \t");
    if (*text == '\0' || *text == '#' || is_setting(text, file->zone))
        return 0;
    if (crontab_parse(text + (*text == '-' ? 1 : 0), &line.when, &command) != 0) {
        log_warning("'%s': line %d is no line of a crontab", path, number);
        return 0;
    }
    if (cronline_parse(command, has_users(path), find, &line.run) != 0)
        return 0;
    memcpy(line.zone, file->zone, sizeof(line.zone));
    return append(file, &line);
}

static int read_lines(struct cronfile *file, const char *path, FILE *in, job_finder *find)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    int result = 0;

    for (int number = 1; result == 0 && (len = getline(&text, &size, in)) >= 0; number++) {
        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
            text[--len] = '\0';
        result = take_line(file, path, number, text, find);
    }
    if (result == 0 && ferror(in))
        result = fail_errno(ERR_NOINPUT, "cannot read '%s'", path);
    free(text);
    return result;
}

int cronfile_read(struct cronfile *file, const char *path, job_finder *find)
{
    struct stat info;
    FILE *in = fopen(path, "re");
    int result;

    memset(file, 0, sizeof(*file));
    if (in == NULL || fstat(fileno(in), &info) != 0) {
        result = fail_errno(ERR_NOINPUT, "cannot read '%s'", path);
        log_hint("name the crontab that runs the jobs: crontab -l >FILE");
    } else {
        file->modified = info.st_mtime;
        result = read_lines(file, path, in, find);
    }
    if (in != NULL)
        fclose(in);
    return result;
}

void cronfile_release(struct cronfile *file)
{
    free(file->at);
    memset(file, 0, sizeof(*file));
}

void cronfile_zone(const struct cronfile_line *line)
{
    static char machine[64];
    static bool known, given;

    if (!known) {
        const char *tz = getenv("TZ");

        given = tz != NULL;
        snprintf(machine, sizeof(machine), "%s", given ? tz : "");
        known = true;
    }
    if (line != NULL && line->zone[0] != '\0')
        setenv("TZ", line->zone, 1);
    else if (given)
        setenv("TZ", machine, 1);
    else
        unsetenv("TZ");
    tzset();
}
