#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "jobs/migrate/describe.h"

static int compare(const void *a, const void *b)
{
    const struct object *left = a;
    const struct object *right = b;
    int order = strcmp(left->kind, right->kind);

    return order != 0 ? order : strcmp(left->name, right->name);
}

static size_t count_records(const struct buf *text)
{
    size_t n = 0;

    for (size_t i = 0; i < text->len; i++)
        n += text->data[i] == DESCRIPTION_RECORD;
    return n;
}

/* End the field that begins at '*at' with a NUL; '*at' moves behind it, but not behind the record. */
static const char *take_field(char **at)
{
    char *field = *at;
    size_t len = strcspn(field, (const char[]){DESCRIPTION_FIELD, DESCRIPTION_RECORD, '\0'});

    *at = field + len;
    if (**at == DESCRIPTION_FIELD)
        *(*at)++ = '\0';
    return field;
}

static char *take_record(char *at, struct object *object)
{
    object->kind = take_field(&at);
    object->parent = take_field(&at);
    object->name = take_field(&at);
    object->definition = take_field(&at);
    object->file = take_field(&at);
    *at = '\0';
    return at + 1;
}

int description_index(struct description *description)
{
    size_t n = count_records(&description->text);
    char *at;

    buf_text(&description->text);
    description->at = calloc(n > 0 ? n : 1, sizeof(*description->at));
    if (description->at == NULL || !buf_ok(&description->text))
        return fail(ERR_INTERNAL, "out of memory");
    at = description->text.data;
    for (description->n = 0; description->n < n; description->n++)
        at = take_record(at, &description->at[description->n]);
    qsort(description->at, n, sizeof(*description->at), compare);
    return 0;
}

void description_write(const struct description *description, struct buf *records)
{
    for (size_t i = 0; i < description->n; i++) {
        const struct object *at = &description->at[i];
        buf_printf(records, "%s%c%s%c%s%c%s%c", at->kind, DESCRIPTION_FIELD, at->parent, DESCRIPTION_FIELD, at->name,
                   DESCRIPTION_FIELD, at->definition, DESCRIPTION_RECORD);
    }
}

void description_release(struct description *description)
{
    free(description->at);
    buf_release(&description->text);
    *description = (struct description){.text = BUF_INIT};
}

const struct object *description_find(const struct description *description, const char *kind, const char *name)
{
    const struct object key = {.kind = kind, .name = name};

    if (description->n == 0)
        return NULL;
    return bsearch(&key, description->at, description->n, sizeof(key), compare);
}
