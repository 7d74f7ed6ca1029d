#include "jobs/migrate/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool take_suffix(struct span *text, const char *suffix)
{
    size_t n = strlen(suffix);

    if (text->len <= n || memcmp(text->at + text->len - n, suffix, n) != 0)
        return false;
    text->len -= n;
    return true;
}

static struct span without_verb(struct span title)
{
    const char *underscore = memchr(title.at, '_', title.len);

    if (underscore == NULL)
        return title;
    return (struct span){underscore + 1, title.len - (size_t)(underscore + 1 - title.at)};
}

static bool begins(struct span text, const char *prefix)
{
    return text.len > strlen(prefix) && memcmp(text.at, prefix, strlen(prefix)) == 0;
}

static bool take_version(struct span *rest, struct span *version)
{
    size_t digits = 0;

    if (rest->len > 0 && *rest->at == 'V')
        *rest = (struct span){rest->at + 1, rest->len - 1};
    while (digits < rest->len && isdigit((unsigned char)rest->at[digits]))
        digits++;
    if (digits == 0 || (digits < rest->len && strchr("_.-", rest->at[digits]) == NULL))
        return false;
    *version = (struct span){rest->at, digits};
    digits += digits < rest->len;
    *rest = (struct span){rest->at + digits, rest->len - digits};
    return true;
}

/* With .up or .down there may be no name but the number. */
bool file_name_parse(const char *name, struct file_name *parsed)
{
    struct span rest = span_of(name);
    bool up;
    bool down;

    *parsed = (struct file_name){.name = name, .partner = PARTNER_NONE};
    if (!take_suffix(&rest, ".sql"))
        return false;
    up = take_suffix(&rest, ".up");
    down = !up && take_suffix(&rest, ".down");
    if (!take_version(&rest, &parsed->version) || (rest.len == 0 && !up && !down))
        return false;
    parsed->title = rest;
    parsed->object = up || down ? rest : without_verb(rest);
    if (down || (!up && begins(rest, "rollback_")))
        parsed->role = ROLE_ROLLBACK;
    else if (!up && begins(rest, "drop_"))
        parsed->role = ROLE_DROP;
    return true;
}

const char *file_name_of_rollback(const char *forward, char name[ROLLBACK_NAME_SIZE])
{
    struct span stem = span_of(forward);
    struct file_name parsed;

    take_suffix(&stem, ".sql");
    if (take_suffix(&stem, ".up"))
        snprintf(name, ROLLBACK_NAME_SIZE, "%.*s.down.sql", (int)stem.len, stem.at);
    else if (file_name_parse(forward, &parsed))
        snprintf(name, ROLLBACK_NAME_SIZE, "%.*srollback_%.*s.sql", (int)(parsed.title.at - forward), forward,
                 (int)parsed.object.len, parsed.object.at);
    else
        snprintf(name, ROLLBACK_NAME_SIZE, "NNN_rollback_object.sql");
    return name;
}

int version_compare(struct span a, struct span b)
{
    while (a.len > 1 && *a.at == '0')
        a = (struct span){a.at + 1, a.len - 1};
    while (b.len > 1 && *b.at == '0')
        b = (struct span){b.at + 1, b.len - 1};
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return memcmp(a.at, b.at, a.len);
}

int file_name_compare(const void *a, const void *b)
{
    const struct file_name *left = a;
    const struct file_name *right = b;
    int order = version_compare(left->version, right->version);

    return order != 0 ? order : strcmp(left->name, right->name);
}

static bool same_number(const struct file_name *a, const struct file_name *b)
{
    return version_compare(a->version, b->version) == 0;
}

static bool same_object(const struct file_name *a, const struct file_name *b)
{
    return same_number(a, b) && span_equal(a->object, b->object);
}

/* Whether a file of that number (and, if asked, object) has that role. */
static bool exists(const struct file_name *names, size_t n, const struct file_name *like, enum file_role role,
                   bool of_object)
{
    for (size_t i = 0; i < n; i++) {
        if (names[i].role == role && (of_object ? same_object(&names[i], like) : same_number(&names[i], like)))
            return true;
    }
    return false;
}

/* 012_drop_x.sql is a migration when it has a rollback of its own, or when its number has no other. */
static void settle_early(struct file_name *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct file_name *at = &names[i];
        if (at->role != ROLE_DROP || exists(names, n, at, ROLE_FORWARD, true))
            continue;
        if (exists(names, n, at, ROLE_ROLLBACK, true) || !exists(names, n, at, ROLE_FORWARD, false))
            at->role = ROLE_FORWARD;
    }
}

static void join(struct file_name *names, size_t forward, size_t rollback)
{
    names[forward].partner = rollback;
    names[rollback].partner = forward;
    names[rollback].role = ROLE_ROLLBACK;
}

static void pair_by_object(struct file_name *names, size_t n, enum file_role role)
{
    for (size_t f = 0; f < n; f++) {
        for (size_t r = 0; r < n; r++) {
            if (names[f].role == ROLE_FORWARD && names[f].partner == PARTNER_NONE && names[r].role == role &&
                names[r].partner == PARTNER_NONE && same_object(&names[f], &names[r]))
                join(names, f, r);
        }
    }
}

/* The one unpaired file of that number on that side, or PARTNER_NONE when there are none or several. */
static size_t only_free(const struct file_name *names, size_t n, const struct file_name *like, bool forward)
{
    size_t found = PARTNER_NONE;

    for (size_t i = 0; i < n; i++) {
        if (names[i].partner != PARTNER_NONE || (names[i].role == ROLE_FORWARD) != forward ||
            !same_number(&names[i], like))
            continue;
        if (found != PARTNER_NONE)
            return PARTNER_NONE;
        found = i;
    }
    return found;
}

static void pair_by_number(struct file_name *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t forward = only_free(names, n, &names[i], true);
        size_t rollback = only_free(names, n, &names[i], false);
        if (forward != PARTNER_NONE && rollback != PARTNER_NONE)
            join(names, forward, rollback);
    }
}

void file_names_pair(struct file_name *names, size_t n)
{
    settle_early(names, n);
    pair_by_object(names, n, ROLE_ROLLBACK);
    pair_by_object(names, n, ROLE_DROP);
    pair_by_number(names, n);
    for (size_t i = 0; i < n; i++) {
        if (names[i].role == ROLE_DROP)
            names[i].role = exists(names, n, &names[i], ROLE_FORWARD, true) ? ROLE_ROLLBACK : ROLE_FORWARD;
    }
}
