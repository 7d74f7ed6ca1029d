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

/* Commands of two words; "backup" alone is "backup create". */
static const char *const parents[] = {"migrate", "prune", "backup", "wal", NULL};

static bool is_parent(const char *word)
{
    for (const char *const *parent = parents; *parent != NULL; parent++) {
        if (strcmp(*parent, word) == 0)
            return true;
    }
    return false;
}

/* The next word into 'word' (cut when it is longer); quotes are left out. NULL when there is none. */
static const char *next_word(const char *at, char word[64])
{
    size_t n = 0;

    while (isspace((unsigned char)*at))
        at++;
    if (*at == '\0')
        return NULL;
    for (; *at != '\0' && !isspace((unsigned char)*at); at++) {
        if (*at != '"' && *at != '\'' && n < 63)
            word[n++] = *at;
    }
    word[n] = '\0';
    return at;
}

static void take_splay(const char *at, struct cronfile_line *line)
{
    static const char option[] = "--splay";
    char word[64] = "";

    while ((at = next_word(at, word)) != NULL) {
        const char *value = word + sizeof(option);

        if (strncmp(word, option, sizeof(option) - 1) != 0)
            continue;
        if (word[sizeof(option) - 1] == '\0' && (at = next_word(at, word)) != NULL)
            value = word;
        if (at == NULL || text_parse_duration(value, &line->splay_s) != 0)
            return;
    }
}

int cronfile_command(const char *command, struct cronfile_line *line)
{
    char program[64] = "", word[64] = "", second[64] = "";
    const char *at = command;

    line->splay_s = 0;
    do
        at = next_word(at, program);
    while (at != NULL && strcmp(file_base(program), "bridgejob") != 0);
    if (at == NULL || (at = next_word(at, word)) == NULL || !islower((unsigned char)word[0]))
        return -1;
    if (is_parent(word) && next_word(at, second) != NULL && islower((unsigned char)second[0]))
        snprintf(line->job, sizeof(line->job), "%.24s %.24s", word, second);
    else
        snprintf(line->job, sizeof(line->job), "%.40s%s", word, strcmp(word, "backup") == 0 ? " create" : "");
    take_splay(at, line);
    return 0;
}

/* NAME = value; quotes round either are not part of it. */
static bool is_setting(const char *text, char zone[64])
{
    const char *at = text;
    char value[64] = "";

    while (isalnum((unsigned char)*at) || *at == '_' || *at == '"' || *at == '\'')
        at++;
    at += strspn(at, " \t");
    if (*at != '=' || isdigit((unsigned char)*text))
        return false;
    next_word(at + 1, value);
    if (strncmp(text + strspn(text, "\"'"), "CRON_TZ", 7) == 0)
        snprintf(zone, 64, "%s", value);
    return true;
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

static int take_line(struct cronfile *file, const char *path, int number, const char *text, char zone[64])
{
    struct cronfile_line line;
    const char *command;

    memset(&line, 0, sizeof(line));
    text += strspn(text, " \t");
    if (*text == '\0' || *text == '#' || is_setting(text, zone))
        return 0;
    if (crontab_parse(text, &line.when, &command) != 0) {
        log_warning("'%s': line %d is no line of a crontab", path, number);
        return 0;
    }
    if (cronfile_command(command, &line) != 0)
        return 0;
    memcpy(line.zone, zone, sizeof(line.zone));
    return append(file, &line);
}

int cronfile_read(struct cronfile *file, const char *path)
{
    char zone[64] = "";
    char *text = NULL;
    size_t size = 0;
    struct stat info;
    ssize_t len;
    int result = 0;
    FILE *in = fopen(path, "re");

    memset(file, 0, sizeof(*file));
    if (in == NULL || fstat(fileno(in), &info) != 0) {
        result = fail_errno(ERR_NOINPUT, "cannot read '%s'", path);
        log_hint("name the crontab that runs the jobs: crontab -l >FILE");
        goto out;
    }
    file->modified = info.st_mtime;
    for (int number = 1; result == 0 && (len = getline(&text, &size, in)) >= 0; number++) {
        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
            text[--len] = '\0';
        result = take_line(file, path, number, text, zone);
    }
    if (result == 0 && ferror(in))
        result = fail_errno(ERR_NOINPUT, "cannot read '%s'", path);
out:
    if (in != NULL)
        fclose(in);
    free(text);
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
