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

static bool is_separator(char c)
{
    return c == '_' || c == '.' || c == '-' || c == ' ';
}

/* What stands before the first separator, and behind it. */
static struct span take_first_word(struct span *text)
{
    size_t len = 0;
    struct span word;

    while (len < text->len && !is_separator(text->at[len]))
        len++;
    word = (struct span){text->at, len};
    len += len < text->len;
    *text = (struct span){text->at + len, text->len - len};
    return word;
}

/* What stands behind the last separator, and before it. */
static struct span take_last_word(struct span *text)
{
    size_t start = text->len;
    struct span word;

    while (start > 0 && !is_separator(text->at[start - 1]))
        start--;
    word = (struct span){text->at + start, text->len - start};
    text->len = start > 0 ? start - 1 : 0;
    return word;
}

static bool is_one_of(struct span word, const char *const *words)
{
    while (*words != NULL) {
        if (span_is(word, *words++))
            return true;
    }
    return false;
}

/* What a title says without .up or .down: rollback_x; drop_x, undo_x, x_down and their like, which may be a migration,
 * too; do_x and x_up, which are the other half of those. */
static void parse_title(struct file_name *parsed)
{
    static const char *const either_first[] = {"drop", "undo", "revert", "down", NULL};
    static const char *const either_last[] = {"rollback", "undo", "revert", "down", NULL};
    struct span behind = parsed->title;
    struct span before = parsed->title;
    struct span first = take_first_word(&behind);
    struct span last = take_last_word(&before);

    parsed->object = without_verb(parsed->title);
    if (span_is(first, "rollback"))
        parsed->role = ROLE_ROLLBACK;
    else if (is_one_of(first, either_first) || is_one_of(last, either_last))
        parsed->role = ROLE_EITHER;
    if (span_is(first, "rollback") || span_is(first, "do") || is_one_of(first, either_first))
        parsed->object = behind;
    else if (span_is(last, "up") || is_one_of(last, either_last))
        parsed->object = without_verb(before);
}

/* Behind the digits that begin at 'at'. */
static size_t digits_end(struct span text, size_t at)
{
    while (at < text.len && isdigit((unsigned char)text.at[at]))
        at++;
    return at;
}

static bool ends_there(struct span text, size_t at)
{
    return at == text.len || strchr("_.-", text.at[at]) != NULL;
}

/* "1.10" of V1.10__name.sql; "1_10" of V1_10__name.sql, where two underscores end the number (Flyway). */
static size_t version_end(struct span text, bool flyway)
{
    const char *separators = flyway && memmem(text.at, text.len, "__", 2) != NULL ? "._" : ".";
    size_t end = digits_end(text, 0);

    while (end > 0 && end < text.len && strchr(separators, text.at[end]) != NULL) {
        size_t next = digits_end(text, end + 1);
        if (next == end + 1 || !ends_there(text, next))
            break;
        end = next;
    }
    return end;
}

static bool take_version(struct span *rest, struct span *version)
{
    bool flyway = rest->len > 0 && (*rest->at == 'V' || *rest->at == 'U');
    size_t end;

    if (flyway)
        *rest = (struct span){rest->at + 1, rest->len - 1};
    end = version_end(*rest, flyway);
    if (end == 0 || !ends_there(*rest, end))
        return false;
    *version = (struct span){rest->at, end};
    end += end < rest->len;
    *rest = (struct span){rest->at + end, rest->len - end};
    return true;
}

/* With .up or .down there may be no name but the number. */
bool file_name_parse(const char *name, struct file_name *parsed)
{
    struct span rest = span_of(name);
    bool dotted;
    bool up;
    bool down;

    *parsed = (struct file_name){.name = name, .partner = PARTNER_NONE};
    if (!take_suffix(&rest, ".sql"))
        return false;
    up = take_suffix(&rest, ".up");
    down = !up && take_suffix(&rest, ".down");
    if (!take_version(&rest, &parsed->version))
        return false;
    dotted = memchr(parsed->version.at, '.', parsed->version.len) != NULL;
    if (rest.len == 0 && !up && !down && !dotted)
        return false;
    parsed->title = rest;
    parsed->object = rest;
    if (!up && !down)
        parse_title(parsed);
    if (down || *name == 'U')
        parsed->role = ROLE_ROLLBACK;
    return true;
}

const char *file_name_of_rollback(const char *forward, char name[ROLLBACK_NAME_SIZE])
{
    struct span stem = span_of(forward);
    struct file_name parsed;

    take_suffix(&stem, ".sql");
    if (take_suffix(&stem, ".up"))
        snprintf(name, ROLLBACK_NAME_SIZE, "%.*s.down.sql", (int)stem.len, stem.at);
    else if (file_name_parse(forward, &parsed) && parsed.object.len == 0)
        snprintf(name, ROLLBACK_NAME_SIZE, "%.*srollback.sql", (int)(parsed.title.at - forward), forward);
    else if (file_name_parse(forward, &parsed))
        snprintf(name, ROLLBACK_NAME_SIZE, "%.*srollback_%.*s.sql", (int)(parsed.title.at - forward), forward,
                 (int)parsed.object.len, parsed.object.at);
    else
        snprintf(name, ROLLBACK_NAME_SIZE, "NNN_rollback_object.sql");
    return name;
}

bool version_is(const char *text)
{
    return isdigit((unsigned char)*text) && text[strspn(text, "0123456789._")] == '\0';
}

/* The next part of a number, without the zeros in front. */
static struct span take_part(struct span *version)
{
    size_t len = digits_end(*version, 0);
    struct span part = {version->at, len};

    len += len < version->len;
    *version = (struct span){version->at + len, version->len - len};
    while (part.len > 0 && *part.at == '0')
        part = (struct span){part.at + 1, part.len - 1};
    return part;
}

int version_compare(struct span a, struct span b)
{
    int order = 0;

    while (order == 0 && (a.len > 0 || b.len > 0)) {
        struct span left = take_part(&a);
        struct span right = take_part(&b);
        if (left.len != right.len)
            return left.len < right.len ? -1 : 1;
        order = memcmp(left.at, right.at, left.len);
    }
    return order;
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
        if (at->role != ROLE_EITHER || exists(names, n, at, ROLE_FORWARD, true))
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
    pair_by_object(names, n, ROLE_EITHER);
    pair_by_number(names, n);
    for (size_t i = 0; i < n; i++) {
        if (names[i].role == ROLE_EITHER)
            names[i].role = exists(names, n, &names[i], ROLE_FORWARD, true) ? ROLE_ROLLBACK : ROLE_FORWARD;
    }
}
