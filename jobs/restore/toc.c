#include "jobs/restore/toc.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

/* The types that matter here, longest first where one begins another. An entry with a row in a catalog has that
 * catalog's OID, which tells TABLE DATA from the TABLE of a schema called DATA: 1259 is pg_class, and 0 none. */
static const struct kind {
    const char *type;
    const char *catalog; /* NULL: any */
} kinds[] = {
    {"TABLE", "1259"}, {"TABLE DATA", "0"}, {"TABLE ATTACH", "0"}, {"INDEX", "1259"}, {"INDEX ATTACH", "0"},
    {"SEQUENCE", "1259"}, {"SEQUENCE SET", "0"}, {"SEQUENCE OWNED BY", "0"}, {"FK CONSTRAINT", "2606"},
    {"CHECK CONSTRAINT", "2606"}, {"CONSTRAINT", "2606"}, {"DEFAULT", "2604"}, {"TRIGGER", "2620"}, {"RULE", "2618"},
    {"POLICY", NULL}, {"ROW SECURITY", "0"}, {"STATISTICS", "3381"}, {"COMMENT", "0"}, {"ACL", "0"},
    {"SECURITY LABEL", "0"}, {"SCHEMA", NULL}, {"EXTENSION", NULL}, {"TYPE", NULL}, {"SHELL TYPE", NULL},
    {"DOMAIN", NULL}, {"FUNCTION", NULL}, {"PROCEDURE", NULL}, {"AGGREGATE", NULL}, {"OPERATOR CLASS", NULL},
    {"OPERATOR FAMILY", NULL}, {"OPERATOR", NULL}, {"COLLATION", NULL}, {"CAST", NULL}, {"ACCESS METHOD", NULL},
    {"TEXT SEARCH CONFIGURATION", NULL}, {"TEXT SEARCH DICTIONARY", NULL}};

bool toc_is_type(const struct toc_entry *entry, const char *type)
{
    return span_is(entry->type, type);
}

/* "1259" of "221; 1259 16438 TABLE …" and so on; where it ends. */
static const char *take_word(const char *at, const char *end, struct span *word)
{
    const char *from = at;

    while (at < end && *at != ' ')
        at++;
    *word = (struct span){from, (size_t)(at - from)};
    return at < end ? at + 1 : at;
}

static void take_type(struct toc_entry *entry, const char *at, const char *end, struct span catalog)
{
    size_t left = (size_t)(end - at), best = 0;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        size_t n = strlen(kinds[i].type);

        if (n > best && n < left && memcmp(at, kinds[i].type, n) == 0 && at[n] == ' ' &&
            (kinds[i].catalog == NULL || span_is(catalog, kinds[i].catalog)))
            best = n;
    }
    entry->type = (struct span){at, best};
    entry->label = best == 0 ? (struct span){at, left} : (struct span){at + best + 1, left - best - 1};
}

/* "221; 1259 16438 TABLE public idt postgres". False for another line. */
static bool read_entry(struct toc_entry *entry, const char *line, const char *end)
{
    struct span catalog, object;
    char *after;
    long id = strtol(line, &after, 10);
    const char *at = after;

    if (at == line || id < 0 || end - at < 2 || at[0] != ';' || at[1] != ' ')
        return false;
    *entry = (struct toc_entry){.id = id, .line = {line, (size_t)(end - line)}};
    at = take_word(at + 2, end, &catalog);
    at = take_word(at, end, &object);
    take_type(entry, at, end, catalog);
    return true;
}

/* ";\tdepends on: 216 217 217". */
static void read_depends(struct toc *toc, const char *line, const char *end)
{
    static const char words[] = ";\tdepends on:";
    size_t n = sizeof(words) - 1;

    if (toc->n == 0 || (size_t)(end - line) < n || memcmp(line, words, n) != 0)
        return;
    for (const char *at = line + n; at < end;) {
        char *after;
        long id = strtol(at, &after, 10);

        if (after == at || after > end)
            break;
        toc->depends[toc->n_depends++] = id;
        toc->at[toc->n - 1].n_depends++;
        at = after;
    }
}

static int index_ids(struct toc *toc)
{
    for (size_t i = 0; i < toc->n; i++)
        toc->most = toc->at[i].id > toc->most ? toc->at[i].id : toc->most;
    toc->by_id = calloc((size_t)toc->most + 1, sizeof(*toc->by_id));
    if (toc->by_id == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t i = 0; i < toc->n; i++)
        toc->by_id[toc->at[i].id] = (long)i + 1;
    return 0;
}

/* No more entries than lines, no more ids than words. */
static int make_room(struct toc *toc, const char *text)
{
    size_t lines = 1, words = 1;

    for (const char *at = text; *at != '\0'; at++) {
        lines += *at == '\n';
        words += *at == ' ';
    }
    *toc = TOC_INIT;
    toc->at = calloc(lines, sizeof(*toc->at));
    toc->depends = calloc(words, sizeof(*toc->depends));
    return toc->at == NULL || toc->depends == NULL ? fail(ERR_INTERNAL, "out of memory") : 0;
}

int toc_read(struct toc *toc, const char *text)
{
    int result = make_room(toc, text);
    size_t before = 0;

    for (const char *line = text; result == 0 && *line != '\0';) {
        const char *end = line + strcspn(line, "\n");

        if (read_entry(&toc->at[toc->n], line, end))
            toc->n++;
        else
            read_depends(toc, line, end);
        line = *end == '\0' ? end : end + 1;
    }
    for (size_t i = 0; result == 0 && i < toc->n; i++) {
        toc->at[i].depends = toc->depends + before;
        before += toc->at[i].n_depends;
    }
    return result == 0 ? index_ids(toc) : result;
}

void toc_release(struct toc *toc)
{
    free(toc->at);
    free(toc->depends);
    free(toc->by_id);
    *toc = TOC_INIT;
}

/* What pg_restore prints of a name: on one line (dumputils.c, sanitize_line). */
static void add_name(struct buf *label, const char *name)
{
    for (; *name != '\0'; name++)
        buf_add_char(label, *name == '\n' || *name == '\r' ? ' ' : *name);
    buf_add_char(label, ' ');
}

bool toc_begins_with(struct span text, struct span start)
{
    return text.len >= start.len && memcmp(text.at, start.at, start.len) == 0;
}

/* Entries of that table; 'simple': only those whose owner is one word. */
static size_t mark(struct toc *toc, struct span label, enum toc_state state, bool simple)
{
    size_t n = 0;

    for (size_t i = 0; i < toc->n; i++) {
        struct toc_entry *entry = &toc->at[i];
        const char *owner = entry->label.at + label.len;

        if (!toc_is_type(entry, "TABLE") || !toc_begins_with(entry->label, label) ||
            (simple && memchr(owner, ' ', entry->label.len - label.len) != NULL))
            continue;
        entry->state = state;
        n++;
    }
    return n;
}

/* "public a " begins the label of table 'a', and of 'a b' too, whose owner would seem to have two words. */
size_t toc_mark_table(struct toc *toc, const char *schema, const char *name, enum toc_state state)
{
    struct buf label = BUF_INIT;
    size_t n = 0;

    add_name(&label, schema);
    add_name(&label, name);
    if (buf_ok(&label))
        n = mark(toc, buf_span(&label), state, true);
    if (buf_ok(&label) && n == 0)
        n = mark(toc, buf_span(&label), state, false);
    buf_release(&label);
    return n;
}

struct span toc_table_label(struct span label)
{
    while (label.len > 0 && label.at[label.len - 1] != ' ')
        label.len--;
    return label;
}

static bool is_restored(const struct toc_entry *entry)
{
    if (entry->state == TOC_PRESENT)
        return toc_is_type(entry, "TABLE DATA") || toc_is_type(entry, "SEQUENCE SET");
    return entry->state == TOC_WANTED || entry->state == TOC_NEEDED;
}

static void print_entry(const struct toc_entry *entry, struct buf *list)
{
    buf_add_span(list, entry->line);
    buf_add_char(list, '\n');
}

static bool depends_on(const struct toc_entry *entry, long id)
{
    for (size_t i = 0; i < entry->n_depends; i++)
        if (entry->depends[i] == id)
            return true;
    return false;
}

/* Whether a foreign key leads from the table of these rows to that of those. */
static bool refers(const struct toc *toc, const struct toc_entry *rows, const struct toc_entry *others)
{
    for (size_t i = 0; i < toc->n; i++) {
        const struct toc_entry *key = &toc->at[i];

        if (toc_is_type(key, "FK CONSTRAINT") && toc_begins_with(key->label, toc_table_label(rows->label)) &&
            depends_on(key, rows->depends[0]) && depends_on(key, others->depends[0]))
            return true;
    }
    return false;
}

static bool is_row_entry(const struct toc_entry *entry)
{
    return entry->state == TOC_PRESENT && toc_is_type(entry, "TABLE DATA") && entry->n_depends > 0;
}

/* Whether rows that are not printed yet have to be there before it. */
static bool waits(const struct toc *toc, const struct toc_entry *entry, const bool *printed)
{
    for (size_t i = 0; i < toc->n; i++)
        if (!printed[i] && &toc->at[i] != entry && is_row_entry(&toc->at[i]) && refers(toc, entry, &toc->at[i]))
            return true;
    return false;
}

/* Rows of tables that are there, which have their foreign keys already: those that others lead to first. Where keys
 * lead round in a circle, in the order of the archive. */
static void print_rows(const struct toc *toc, struct buf *list)
{
    bool *printed = calloc(toc->n + 1, sizeof(*printed));
    bool circle = false, progress = true;

    list->failed = list->failed || printed == NULL;
    while (printed != NULL && (progress || !circle)) {
        circle = !progress;
        progress = false;
        for (size_t i = 0; i < toc->n; i++) {
            if (printed[i] || !is_row_entry(&toc->at[i]) || (!circle && waits(toc, &toc->at[i], printed)))
                continue;
            print_entry(&toc->at[i], list);
            progress = printed[i] = true;
        }
    }
    free(printed);
}

void toc_print(const struct toc *toc, struct buf *list)
{
    bool rows = false;

    for (size_t i = 0; i < toc->n; i++) {
        if (is_row_entry(&toc->at[i])) {
            if (!rows)
                print_rows(toc, list);
            rows = true;
        } else if (is_restored(&toc->at[i])) {
            print_entry(&toc->at[i], list);
        }
    }
}
