#include "jobs/status/cronline.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/text.h"

#define WORD_SIZE 64

/* A word, cut when it is longer, without quotes; and where it stands. */
struct word {
    const char *from, *to;
    char text[WORD_SIZE];
};

static bool is_operator(char c)
{
    return c != '\0' && strchr(";|&()<>", c) != NULL;
}

/* The next word, also inside quotes, as behind sh -c. An operator is a word of its own. */
static bool next_word(const char *at, struct word *word)
{
    size_t n = 0;

    at += strspn(at, " \t\"'");
    word->from = at;
    while (*at != '\0' && !isspace((unsigned char)*at) && (!is_operator(*at) || at == word->from)) {
        if (*at != '"' && *at != '\'' && n < WORD_SIZE - 1)
            word->text[n++] = *at;
        at++;
        if (is_operator(at[-1]))
            break;
    }
    word->text[n] = '\0';
    word->to = at;
    return at > word->from;
}

/* Up to the first bare '%'; of an escaped one the backslash goes (crontab(5)). */
static void take_line(const char *command, struct buf *text)
{
    for (; *command != '\0' && *command != '%'; command++) {
        if (command[0] == '\\' && command[1] == '%')
            command++;
        buf_add_char(text, *command);
    }
}

/* The quotes that are open at 'at'. */
static char open_quote(const char *text, const char *at)
{
    char quote = '\0';

    for (; text < at; text++) {
        if (quote == '\0' && (*text == '"' || *text == '\''))
            quote = *text;
        else if (*text == quote)
            quote = '\0';
    }
    return quote;
}

/* Where the command ends that begins at 'from': before an operator, or the quote that it stands in. */
static const char *command_end(const char *from, char outer)
{
    const char *at = from;
    char quote = '\0';

    for (; *at != '\0'; at++) {
        if (quote == '\0' && (*at == outer || is_operator(*at)))
            break;
        if (quote == '\0' && (*at == '"' || *at == '\''))
            quote = *at;
        else if (*at == quote)
            quote = '\0';
    }
    /* The 2 of 2>/dev/null. */
    if ((*at == '>' || *at == '<') && at - 2 > from && isdigit((unsigned char)at[-1]) && at[-2] == ' ')
        at--;
    while (at > from && isspace((unsigned char)at[-1]))
        at--;
    return at;
}

/* A password, or the address of a watchdog, is not for the mail that cron sends. */
static void take_command(struct cronline *line, const char *text, const struct word *program)
{
    bool quoted = program->from > text && program->from[-1] == program->to[-1];
    const char *from = program->from - (quoted ? 1 : 0);
    const char *end = command_end(from, open_quote(text, from));

    snprintf(line->command, sizeof(line->command), "%.*s", (int)(end - from), from);
    if ((size_t)(end - from) >= sizeof(line->command) || strstr(line->command, "://") != NULL ||
        strstr(line->command, "password") != NULL)
        line->command[0] = '\0';
}

/* The options that count here, up to the end of the command. */
static void take_options(struct cronline *line, const char *at)
{
    static const char splay[] = "--splay";
    const size_t len = sizeof(splay) - 1;
    struct word word = {.text = ""};

    for (; next_word(at, &word) && !is_operator(word.text[0]); at = word.to) {
        const char *value = word.text + len + 1;

        if (strcmp(word.text, "--dry-run") == 0)
            line->recorded = false;
        if (strncmp(word.text, splay, len) != 0)
            continue;
        if (word.text[len] == '\0') {
            if (!next_word(word.to, &word))
                return;
            value = word.text;
        }
        if (text_parse_duration(value, &line->splay_s) != 0)
            line->splay_s = 0;
    }
}

static bool looks_like_command(const char *word)
{
    return islower((unsigned char)*word) && word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

/* Whether 'program' is ours, and the words behind it name a job. */
static const struct job *job_behind(const struct word *program, job_finder *find, struct word *first)
{
    struct word second;
    const char *words[2] = {first->text, second.text};

    if (strcmp(file_base(program->text), "bridgejob") != 0 || !next_word(program->to, first))
        return NULL;
    if (!next_word(first->to, &second) || is_operator(second.text[0]) || *second.to == '>' || *second.to == '<')
        return find(1, words);
    return find(2, words);
}

static void take_known(struct cronline *line, const struct job *job, const char *text, const struct word *program)
{
    line->known = true;
    line->recorded = (job->needs & (NEEDS_DB | NEEDS_DB_UNLESS_DRY | KEEPS_HISTORY)) != 0 &&
                     (job->needs & READS_ONLY) == 0;
    snprintf(line->job, sizeof(line->job), "%s", job->name);
    take_command(line, text, program);
    take_options(line, program->to);
}

/* A user, a directory or a host may bear our name as well: it counts where a program stands, or with a path. */
static bool take_unknown(struct cronline *line, const char *text, const struct word *program, const struct word *first,
                         bool in_front)
{
    if (strcmp(file_base(program->text), "bridgejob") != 0 || !looks_like_command(first->text) ||
        (!in_front && strchr(program->text, '/') == NULL))
        return false;
    snprintf(line->job, sizeof(line->job), "%.50s", first->text);
    take_command(line, text, program);
    return true;
}

static int parse(const char *text, bool has_user, job_finder *find, struct cronline *line)
{
    struct word program;
    const char *at = text;
    bool in_front = true;

    if (has_user && next_word(at, &program))
        at = program.to;
    for (; next_word(at, &program); at = program.to) {
        struct word first = {.text = ""};
        const struct job *job = job_behind(&program, find, &first);

        if (job != NULL) {
            take_known(line, job, text, &program);
            return 0;
        }
        if (line->job[0] == '\0')
            take_unknown(line, text, &program, &first, in_front);
        in_front = is_operator(program.text[0]) || (in_front && strchr(program.text, '=') != NULL);
    }
    return line->job[0] == '\0' ? -1 : 0;
}

int cronline_parse(const char *command, bool has_user, job_finder *find, struct cronline *line)
{
    struct buf text = BUF_INIT;
    int result;

    memset(line, 0, sizeof(*line));
    take_line(command, &text);
    result = parse(buf_text(&text), has_user, find, line);
    buf_release(&text);
    return result;
}
