#include "jobs/migrate/differences.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

/* Of each definition, in bytes: a view may go on for pages. */
#define DEFINITION_SHOWN 400

static int compare(const struct object *a, const struct object *b)
{
    int order = strcmp(a->kind, b->kind);

    return order != 0 ? order : strcmp(a->name, b->name);
}

static bool same(const struct object *a, const struct object *b)
{
    return strcmp(a->definition, b->definition) == 0 && strcmp(a->parent, b->parent) == 0;
}

const struct object *difference_object(const struct difference *difference)
{
    return difference->is != NULL ? difference->is : difference->was;
}

static bool is_kind(const struct difference *difference, const char *kind)
{
    return strcmp(difference_object(difference)->kind, kind) == 0;
}

/* Two lists, sorted alike, side by side. */
static void collect(struct differences *found, const struct description *was, const struct description *is)
{
    size_t w = 0;
    size_t i = 0;

    while (w < was->n || i < is->n) {
        int order = w == was->n ? 1 : i == is->n ? -1 : compare(&was->at[w], &is->at[i]);
        const struct object *left = order <= 0 ? &was->at[w++] : NULL;
        const struct object *right = order >= 0 ? &is->at[i++] : NULL;
        if (left == NULL || right == NULL || !same(left, right))
            found->at[found->n++] = (struct difference){left, right};
    }
}

/* Whether 'other' says already what 'it' would: its parent is gone, or extra, as a whole; or a column is. */
static bool said_by(const struct difference *it, const struct difference *other)
{
    const struct object *about = difference_object(it);
    const struct object *by = difference_object(other);
    bool one_sided = other->was == NULL || other->is == NULL;

    if (it == other || !one_sided)
        return false;
    if (is_kind(it, "column order") && is_kind(other, "column") && strcmp(about->parent, by->parent) == 0)
        return true;
    return *about->parent != '\0' && strcmp(about->parent, by->name) == 0 && strcmp(by->parent, by->name) != 0 &&
           (it->was == NULL) == (other->was == NULL) && (it->is == NULL) == (other->is == NULL);
}

static bool said_already(const struct differences *found, size_t i)
{
    for (size_t other = 0; other < found->n; other++) {
        if (said_by(&found->at[i], &found->at[other]))
            return true;
    }
    return false;
}

static int keep_what_says_more(struct differences *differences, const struct differences *found)
{
    differences->at = calloc(found->n + 1, sizeof(*differences->at));
    if (differences->at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < found->n; i++) {
        if (!said_already(found, i))
            differences->at[differences->n++] = found->at[i];
    }
    return 0;
}

int differences_find(struct differences *differences, const struct description *was, const struct description *is)
{
    struct differences found = {calloc(was->n + is->n + 1, sizeof(struct difference)), 0};
    int result;

    *differences = (struct differences){NULL, 0};
    if (found.at == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    collect(&found, was, is);
    result = keep_what_says_more(differences, &found);
    free(found.at);
    return result;
}

void differences_release(struct differences *differences)
{
    free(differences->at);
    *differences = (struct differences){NULL, 0};
}

/* On one line: runs of blanks and newlines become a blank. */
static void add_definition(struct buf *text, const char *definition)
{
    struct span shown = span_of(definition);
    bool cut = shown.len > DEFINITION_SHOWN;
    bool blank = true;

    if (cut) {
        shown.len = DEFINITION_SHOWN;
        shown.len = text_utf8_valid_prefix(shown);
    }
    for (size_t i = 0; i < shown.len; i++) {
        bool is_blank = strchr(" \t\r\n", shown.at[i]) != NULL;
        if (!is_blank)
            buf_add_char(text, shown.at[i]);
        else if (!blank)
            buf_add_char(text, ' ');
        blank = is_blank;
    }
    if (cut)
        buf_add_text(text, " …");
}

void difference_say(const struct difference *difference, struct buf *text)
{
    const char *says = difference->was == NULL ? "is extra" : difference->is == NULL ? "is gone" : "differs";

    buf_add_text(text, says);
    if (difference->was != NULL) {
        buf_add_text(text, "; it was: ");
        add_definition(text, difference->was->definition);
    }
    if (difference->is != NULL) {
        buf_add_text(text, "; it is: ");
        add_definition(text, difference->is->definition);
    }
}

void difference_say_all(const struct difference *difference, struct buf *text)
{
    const struct object *object = difference_object(difference);

    buf_printf(text, "%s %s ", object->kind, object->name);
    difference_say(difference, text);
}
