#include "cli/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/suggest.h"
#include "core/file.h"
#include "core/log.h"

#define SYSTEM_FILE "/etc/bridgejob.conf"
#define USER_FILE ".config/bridgejob.conf"
#define COMMON "common"

/* Common to all commands that can use it, and so no row of the common options. */
#define SHARED "namespace"

/* More than this is not a configuration but a wrong file name. */
#define MAX_FILE (1 << 20)

/* A command's section beats [common] wherever it stands, so common keys come first. */
enum pass { PASS_COMMON, PASS_COMMAND };

struct config_text {
    struct config_text *next;
    char text[];
};

struct reading {
    struct config *config;
    const char *path;
    const struct command *command;
    const struct option_group *groups;
    enum pass pass;
    struct span rest;   /* of the file */
    int line;           /* number of the line inih has in hand */
    int status;
};

void config_init(struct config *config)
{
    config->texts = NULL;
}

void config_release(struct config *config)
{
    while (config->texts != NULL) {
        struct config_text *next = config->texts->next;

        free(config->texts);
        config->texts = next;
    }
}

static const char *keep_text(struct config *config, const char *text)
{
    size_t size = strlen(text) + 1;
    struct config_text *kept = malloc(sizeof(*kept) + size);

    if (kept == NULL)
        return NULL;
    memcpy(kept->text, text, size);
    kept->next = config->texts;
    config->texts = kept;
    return kept->text;
}

static bool is_common(const char *section)
{
    return *section == '\0' || strcmp(section, COMMON) == 0;
}

static bool is_section_of(const char *section, const struct command *command)
{
    size_t len = command_section(command);

    return command->job != NULL && strlen(section) == len && strncmp(command->name, section, len) == 0;
}

/* --config cannot be read from the file it names, and help is no setting. */
static bool is_settable(const struct option *option)
{
    return option != NULL && option->kind != OPTION_HELP && strcmp(option->name, "config") != 0;
}

/* Whether the command's own options may be set in [section]. */
static bool is_own_key(const char *section, const char *key, const struct command *command)
{
    if (is_common(section))
        return command->job != NULL && strcmp(key, SHARED) == 0;
    return is_section_of(section, command);
}

/* The option 'key' means in [section]: of any command with that section, or common. */
static const struct option *find_key(const char *section, const char *key, bool *section_known)
{
    const struct option_group common[] = {{common_option_table, NULL}, {NULL, NULL}};
    struct option_ref ref = option_find(common, key, strlen(key));

    *section_known = is_common(section);
    for (const struct command *command = commands; command->name != NULL; command++) {
        const struct option_group own[] = {{command->options, NULL}, {NULL, NULL}};

        if (!is_own_key(section, key, command))
            continue;
        *section_known = true;
        if (ref.option == NULL)
            ref = option_find(own, key, strlen(key));
    }
    return is_settable(ref.option) ? ref.option : NULL;
}

static void offer_settable(struct suggest *suggest, const struct option *options)
{
    for (; options->name != NULL; options++) {
        if (is_settable(options))
            suggest_offer(suggest, options->name);
    }
}

/* The section it belongs in, or the key that may have been meant. */
static void hint_key(const char *section, const char *key)
{
    struct suggest suggest;

    suggest_init(&suggest, key);
    offer_settable(&suggest, common_option_table);
    for (const struct command *command = commands; command->name != NULL; command++) {
        const struct option_group own[] = {{command->options, NULL}, {NULL, NULL}};

        if (command->job == NULL)
            continue;
        if (option_find(own, key, strlen(key)).option != NULL) {
            log_hint("'%s' belongs in the section [%.*s]", key, (int)command_section(command), command->name);
            return;
        }
        if (is_section_of(section, command))
            offer_settable(&suggest, command->options);
    }
    if (suggest.best != NULL)
        log_hint("did you mean '%s'?", suggest.best);
}

static int fail_section(const struct reading *reading, const char *section)
{
    fail(ERR_CONFIG, "%s: line %d: unknown section '%s'", reading->path, reading->line, section);
    log_hint("a section is [" COMMON "] or a command's, as its help tells: its first word, or its name");
    return ERR_CONFIG;
}

static int fail_key(const struct reading *reading, const char *section, const char *key)
{
    fail(ERR_CONFIG, "%s: line %d: unknown key '%s' in [%s]", reading->path, reading->line, key,
         *section == '\0' ? COMMON : section);
    hint_key(section, key);
    return ERR_CONFIG;
}

/* Whether this pass sets what [section] says, and not only checks it. */
static bool is_for_this_pass(const struct reading *reading, const char *section)
{
    if (reading->pass == PASS_COMMON)
        return is_common(section);
    return is_section_of(section, reading->command);
}

static int take_value(struct reading *reading, const char *section, const char *key, const char *text)
{
    char where[4096];
    struct option_origin origin = {where, key, ERR_CONFIG};
    bool section_known;
    struct option_ref ref = {find_key(section, key, &section_known), NULL};
    struct option_ref here = {NULL, NULL};

    if (!section_known)
        return fail_section(reading, section);
    if (ref.option == NULL)
        return fail_key(reading, section, key);
    if (is_for_this_pass(reading, section))
        here = option_find(reading->groups, key, strlen(key));
    if (here.option != NULL) {
        ref = here;
        text = keep_text(reading->config, text);
        if (text == NULL)
            return fail_errno(ERR_INTERNAL, "cannot read '%s'", reading->path);
    }
    snprintf(where, sizeof(where), "%s: line %d: ", reading->path, reading->line);
    return option_set(ref, text, &origin);
}

/* inih's handler: 1 goes on, 0 is an error. */
static int on_value(void *user, const char *section, const char *key, const char *text)
{
    struct reading *reading = user;

    if (reading->status == 0)
        reading->status = take_value(reading, section, key, text);
    return reading->status == 0;
}

/* inih's fgets: one line, a comment as an empty one. Leading blanks are dropped, or inih
 * would take the line for more of the value before; a line it could not hold is an error,
 * or it would take the rest of it for another line. */
static char *next_line(char *line, int size, void *user)
{
    struct reading *reading = user;
    const char *at = reading->rest.at;
    size_t len = 0;

    if (reading->rest.len == 0 || reading->status)
        return NULL;
    while (len < reading->rest.len && at[len] != '\n')
        len++;
    reading->line++;
    reading->rest.at += len < reading->rest.len ? len + 1 : len;
    reading->rest.len -= len < reading->rest.len ? len + 1 : len;
    while (len > 0 && (*at == ' ' || *at == '\t')) {
        at++;
        len--;
    }
    if (len > 0 && (*at == '#' || *at == ';'))
        len = 0;
    if (len >= (size_t)size || memchr(at, '\0', len) != NULL) {
        reading->status = fail(ERR_CONFIG, "%s: line %d: longer than %d bytes, or not text", reading->path,
                               reading->line, size - 1);
        return NULL;
    }
    memcpy(line, at, len);
    line[len] = '\0';
    return line;
}

static int read_pass(struct reading *reading, enum pass pass, struct span content)
{
    int bad_line;

    reading->pass = pass;
    reading->rest = content;
    reading->line = 0;
    bad_line = ini_parse_stream(next_line, reading, on_value, reading);
    if (reading->status == 0 && bad_line != 0)
        reading->status = fail(ERR_CONFIG, "%s: line %d: neither 'key = value' nor '[section]'", reading->path,
                               bad_line);
    return reading->status;
}

static int fail_open(const char *path)
{
    enum err kind = errno == ENOENT || errno == ENOTDIR ? ERR_NOINPUT : errno == EACCES ? ERR_NOPERM : ERR_IO;

    return fail_errno(kind, "cannot open configuration file '%s'", path);
}

static int read_content(FILE *file, const char *path, struct buf *content)
{
    size_t n = 1;

    while (n > 0 && content->len <= MAX_FILE) {
        char *to = buf_reserve(content, BUFSIZ);

        if (to == NULL)
            return fail(ERR_INTERNAL, "out of memory");
        n = fread(to, 1, BUFSIZ, file);
        content->len += n;
    }
    if (ferror(file))
        return fail_errno(ERR_IO, "cannot read configuration file '%s'", path);
    if (content->len > MAX_FILE)
        return fail(ERR_CONFIG, "'%s' is too large for a configuration file", path);
    return 0;
}

int config_read(struct config *config, const char *path, const struct command *command,
                const struct option_group *groups)
{
    struct reading reading = {.config = config, .path = path, .command = command, .groups = groups};
    struct buf content = BUF_INIT;
    FILE *file = fopen(path, "re");
    int status;

    if (file == NULL)
        return fail_open(path);
    status = read_content(file, path, &content);
    if (status == 0)
        status = read_pass(&reading, PASS_COMMON, buf_span(&content));
    if (status == 0)
        status = read_pass(&reading, PASS_COMMAND, buf_span(&content));
    buf_release(&content);
    fclose(file);
    return status;
}

/* One we may not read lies in another user's home, where su without '-' left HOME. */
static int read_user_file(struct config *config, const struct command *command, const struct option_group *groups)
{
    const char *home = getenv("HOME");
    char *path;
    int status = 0;

    if (home == NULL || *home == '\0')
        return 0;
    path = file_join(home, USER_FILE);
    if (path == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    if (access(path, R_OK) == 0)
        status = config_read(config, path, command, groups);
    free(path);
    return status;
}

int config_apply(struct config *config, const char *path, const struct command *command,
                 const struct option_group *groups)
{
    int status = 0;

    if (path != NULL)
        return config_read(config, path, command, groups);
    if (access(SYSTEM_FILE, F_OK) == 0)
        status = config_read(config, SYSTEM_FILE, command, groups);
    return status ? status : read_user_file(config, command, groups);
}
