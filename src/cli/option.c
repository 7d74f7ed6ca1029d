#include "cli/option.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct unit {
    const char *name;
    int64_t size;
};

static const struct unit size_units[] = {
    {"TB", INT64_C(1) << 40}, {"GB", INT64_C(1) << 30}, {"MB", INT64_C(1) << 20}, {"kB", INT64_C(1) << 10}, {"B", 1}};

static const struct unit duration_units[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}};

static const struct choice flag_words[] = {{"yes", 1}, {"no", 0},   {"true", 1}, {"false", 0}, {"on", 1},
                                           {"off", 0}, {"1", 1},    {"0", 0},    {NULL, 0}};

struct option_value {
    int64_t number;
    const char *text;
};

static bool is_named(const char *option_name, const char *name, size_t len)
{
    return option_name != NULL && strncmp(option_name, name, len) == 0 && option_name[len] == '\0';
}

struct option_ref option_find(const struct option_group *groups, const char *name, size_t len)
{
    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++) {
            if (is_named(option->name, name, len) || is_named(option->also, name, len))
                return (struct option_ref){option, groups->storage};
        }
    }
    return (struct option_ref){NULL, NULL};
}

void option_env_name(const char *name, char out[OPTION_ENV_SIZE])
{
    size_t len = (size_t)snprintf(out, OPTION_ENV_SIZE, "BRIDGEJOB_%s", name);

    if (len >= OPTION_ENV_SIZE)
        len = OPTION_ENV_SIZE - 1;
    for (size_t i = 0; i < len; i++)
        out[i] = out[i] == '-' ? '_' : (char)toupper((unsigned char)out[i]);
}

static int parse_choice(const struct choice *choices, const char *text, int64_t *number)
{
    for (; choices->word != NULL; choices++) {
        if (strcmp(choices->word, text) == 0) {
            *number = choices->value;
            return 0;
        }
    }
    return -1;
}

static int parse_number(const struct option *option, const char *text, int64_t *number)
{
    int failed;

    if (option->kind == OPTION_SIZE)
        failed = text_parse_size(text, number);
    else if (option->kind == OPTION_DURATION)
        failed = text_parse_duration(text, number);
    else
        failed = text_parse_int64(text, number);
    return failed || *number < option->min || *number > option->max ? -1 : 0;
}

static int parse_value(const struct option *option, const char *text, struct option_value *value)
{
    value->text = text;
    value->number = 0;
    switch (option->kind) {
    case OPTION_TEXT:
    case OPTION_LIST:
        return *text == '\0' ? -1 : 0;
    case OPTION_FLAG:
        return parse_choice(flag_words, text, &value->number);
    case OPTION_CHOICE:
        return parse_choice(option->choices, text, &value->number);
    case OPTION_COUNT:
    case OPTION_SIZE:
    case OPTION_DURATION:
        return parse_number(option, text, &value->number);
    case OPTION_HELP:
        break;
    }
    return -1;
}

static struct text_list *list_of(struct option_ref ref)
{
    return ref.storage == NULL || ref.option->kind != OPTION_LIST ? NULL
                                                                  : (void *)((char *)ref.storage + ref.option->offset);
}

static void store_value(struct option_ref ref, const struct option_value *value)
{
    char *field = (char *)ref.storage + ref.option->offset;
    bool flag = value->number != 0;
    int word = (int)value->number;

    switch (ref.option->kind) {
    case OPTION_TEXT:
        memcpy(field, &value->text, sizeof(value->text));
        break;
    case OPTION_LIST:
        list_of(ref)->at[list_of(ref)->n++] = value->text;
        break;
    case OPTION_FLAG:
        memcpy(field, &flag, sizeof(flag));
        break;
    case OPTION_CHOICE:
        memcpy(field, &word, sizeof(word));
        break;
    case OPTION_COUNT:
    case OPTION_SIZE:
    case OPTION_DURATION:
        memcpy(field, &value->number, sizeof(value->number));
        break;
    case OPTION_HELP:
        break;
    }
}

/* In the largest unit that divides it: 16777216 is "16MB". The last unit is 1. */
static void add_in_units(struct buf *out, int64_t number, const struct unit *units, size_t n_units)
{
    size_t i = 0;

    while (i < n_units - 1 && (number < units[i].size || number % units[i].size != 0))
        i++;
    buf_printf(out, "%lld%s", (long long)(number / units[i].size), units[i].name);
}

static void add_range(struct buf *out, const struct option *option, const struct unit *units, size_t n_units)
{
    buf_add_text(out, "from ");
    add_in_units(out, option->min, units, n_units);
    buf_add_text(out, " to ");
    add_in_units(out, option->max, units, n_units);
}

static void add_words(struct buf *out, const struct choice *choices)
{
    for (size_t i = 0; choices[i].word != NULL; i++) {
        if (i > 0)
            buf_add_text(out, choices[i + 1].word == NULL ? " or " : ", ");
        buf_add_text(out, choices[i].word);
    }
}

/* What would have been a good value. */
static void add_expected(struct buf *out, const struct option *option)
{
    switch (option->kind) {
    case OPTION_COUNT:
        buf_printf(out, "a whole number from %lld to %lld", (long long)option->min, (long long)option->max);
        break;
    case OPTION_SIZE:
        buf_add_text(out, "a size such as 512kB or 16MB, ");
        add_range(out, option, size_units, sizeof(size_units) / sizeof(size_units[0]));
        break;
    case OPTION_DURATION:
        buf_add_text(out, "a duration such as 30s, 5m or 1h, ");
        add_range(out, option, duration_units, sizeof(duration_units) / sizeof(duration_units[0]));
        break;
    case OPTION_CHOICE:
        add_words(out, option->choices);
        break;
    case OPTION_FLAG:
        buf_add_text(out, "yes or no");
        break;
    case OPTION_TEXT:
    case OPTION_LIST:
    case OPTION_HELP:
        buf_add_text(out, "something");
        break;
    }
}

static bool is_full(struct option_ref ref)
{
    const struct text_list *list = list_of(ref);

    return list != NULL && list->n == TEXT_LIST_MAX;
}

int option_add(struct option_ref ref, const char *text, const struct option_origin *origin)
{
    struct option_value value;
    struct buf expected = BUF_INIT;
    int status = 0;

    if (is_full(ref)) {
        status = fail(origin->kind, "%s'%s' is given more than %d times", origin->where, origin->name, TEXT_LIST_MAX);
    } else if (parse_value(ref.option, text, &value) == 0) {
        if (ref.storage != NULL)
            store_value(ref, &value);
    } else if (*text == '\0') {
        status = fail(origin->kind, "%s'%s' must not be empty", origin->where, origin->name);
    } else {
        add_expected(&expected, ref.option);
        status = fail(origin->kind, "%s'%s' must be %s, not '%s'", origin->where, origin->name, buf_text(&expected),
                      text);
    }
    buf_release(&expected);
    return status;
}

int option_set(struct option_ref ref, const char *text, const struct option_origin *origin)
{
    if (list_of(ref) != NULL)
        list_of(ref)->n = 0;
    return option_add(ref, text, origin);
}

int option_set_defaults(const struct option_group *groups)
{
    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++) {
            struct option_origin origin = {"default of ", option->name, ERR_INTERNAL};
            struct option_ref ref = {option, groups->storage};
            int status = option->fallback == NULL ? 0 : option_set(ref, option->fallback, &origin);

            if (status)
                return status;
        }
    }
    return 0;
}

static int set_from_variable(struct option_ref ref, const char *name)
{
    char variable[OPTION_ENV_SIZE];
    struct option_origin origin = {"", variable, ERR_CONFIG};
    const char *text;

    option_env_name(name, variable);
    text = getenv(variable);
    return text == NULL || *text == '\0' ? 0 : option_set(ref, text, &origin);
}

int option_set_from_environment(const struct option_group *groups)
{
    for (; groups->options != NULL; groups++) {
        for (const struct option *option = groups->options; option->name != NULL; option++) {
            struct option_ref ref = {option, groups->storage};
            int status = 0;

            if (option->kind == OPTION_HELP)
                continue;
            if (option->also != NULL)
                status = set_from_variable(ref, option->also);
            if (status == 0)
                status = set_from_variable(ref, option->name);
            if (status)
                return status;
        }
    }
    return 0;
}
