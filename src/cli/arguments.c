#include "cli/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/suggest.h"
#include "core/log.h"

struct cursor {
    const struct option_group *groups;
    int argc;
    const char *const *argv;
    int at; /* the word being read */
};

static int add_given(struct arguments *arguments, struct option_ref ref, const char *text)
{
    if (arguments->n_given == arguments->cap_given) {
        size_t cap = arguments->cap_given * 2 + 16;
        struct given *given = realloc(arguments->given, cap * sizeof(*given));

        if (given == NULL)
            return fail_errno(ERR_INTERNAL, "cannot read the command line");
        arguments->given = given;
        arguments->cap_given = cap;
    }
    arguments->given[arguments->n_given++] = (struct given){ref, text};
    return 0;
}

static int fail_unknown(const struct option_group *groups, const char *name, size_t len)
{
    char word[64];
    struct suggest suggest;

    fail(ERR_USAGE, "unknown option '--%.*s'", (int)len, name);
    snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), name);
    suggest_init(&suggest, word);
    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++) {
            suggest_offer(&suggest, option->name);
            if (option->also != NULL)
                suggest_offer(&suggest, option->also);
        }
    }
    if (suggest.best != NULL)
        log_hint("did you mean '--%s'?", suggest.best);
    return ERR_USAGE;
}

/* An option without a value behind it: a flag is simply yes, any other takes the
 * next word. */
static int take_bare(struct arguments *arguments, struct cursor *cursor, struct option_ref ref)
{
    if (ref.option->kind == OPTION_HELP) {
        arguments->help = true;
        return 0;
    }
    if (ref.option->kind == OPTION_FLAG)
        return add_given(arguments, ref, "yes");
    if (cursor->at + 1 == cursor->argc) {
        fail(ERR_USAGE, "option '--%s' needs a value", ref.option->name);
        log_hint("give it as '--%s %s'", ref.option->name, ref.option->metavar);
        return ERR_USAGE;
    }
    return add_given(arguments, ref, cursor->argv[++cursor->at]);
}

static int take_long(struct arguments *arguments, struct cursor *cursor)
{
    const char *name = cursor->argv[cursor->at] + strlen("--");
    size_t len = strcspn(name, "=");
    struct option_ref ref = option_find(cursor->groups, name, len);

    if (ref.option == NULL)
        return fail_unknown(cursor->groups, name, len);
    if (name[len] == '\0')
        return take_bare(arguments, cursor, ref);
    if (ref.option->kind == OPTION_HELP)
        return fail(ERR_USAGE, "option '--%s' takes no value", ref.option->name);
    return add_given(arguments, ref, name + len + 1);
}

static struct option_ref find_letter(const struct option_group *groups, char letter)
{
    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++) {
            if (option->letter == letter)
                return (struct option_ref){option, groups->storage};
        }
    }
    return (struct option_ref){NULL, NULL};
}

/* "-qv", "-n value", "-nvalue", "-qnvalue". */
static int take_letters(struct arguments *arguments, struct cursor *cursor)
{
    const char *word = cursor->argv[cursor->at];
    int status = 0;

    for (const char *letter = word + 1; *letter != '\0' && !arguments->help && status == 0; letter++) {
        struct option_ref ref = find_letter(cursor->groups, *letter);

        if (ref.option == NULL && letter == word + 1 && letter[1] == '\0')
            return fail(ERR_USAGE, "unknown option '%s'", word);
        if (ref.option == NULL)
            return fail(ERR_USAGE, "unknown option '-%c' in '%s'", *letter, word);
        if (ref.option->metavar != NULL && letter[1] != '\0')
            return add_given(arguments, ref, letter + 1);
        status = take_bare(arguments, cursor, ref);
    }
    return status;
}

int arguments_parse(struct arguments *arguments, const struct option_group *groups, int argc, const char *const *argv)
{
    struct cursor cursor = {groups, argc, argv, 0};
    bool options_ended = false;
    int status = 0;

    memset(arguments, 0, sizeof(*arguments));
    arguments->operands = calloc((size_t)argc + 1, sizeof(*arguments->operands));
    if (arguments->operands == NULL)
        return fail_errno(ERR_INTERNAL, "cannot read the command line");
    for (; cursor.at < argc && !arguments->help && status == 0; cursor.at++) {
        const char *word = argv[cursor.at];

        if (options_ended || word[0] != '-' || word[1] == '\0')
            arguments->operands[arguments->n_operands++] = word;
        else if (strcmp(word, "--") == 0)
            options_ended = true;
        else if (word[1] == '-')
            status = take_long(arguments, &cursor);
        else
            status = take_letters(arguments, &cursor);
    }
    return status;
}

void arguments_release(struct arguments *arguments)
{
    free(arguments->given);
    free(arguments->operands);
    memset(arguments, 0, sizeof(*arguments));
}

static bool is_given_before(const struct arguments *arguments, size_t i)
{
    const struct option *option = arguments->given[i].ref.option;

    while (i-- > 0) {
        if (arguments->given[i].ref.option == option)
            return true;
    }
    return false;
}

int arguments_set_options(const struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->n_given; i++) {
        const struct given *given = &arguments->given[i];
        char name[OPTION_ENV_SIZE];
        struct option_origin origin = {"", name, ERR_USAGE};
        int status;

        snprintf(name, sizeof(name), "--%s", given->ref.option->name);
        if (is_given_before(arguments, i))
            status = option_add(given->ref, given->text, &origin);
        else
            status = option_set(given->ref, given->text, &origin);
        if (status)
            return status;
    }
    return 0;
}
