#include "jobs/restore/toc.h"

#include <string.h>

/* How an entry comes to be wanted. */
enum way {
    WAY_NONE,
    WAY_OWNED,  /* with what it depends on */
    WAY_NAMED,  /* the same, and its label begins with the table's: a rule may depend on several tables */
    WAY_BETWEEN /* with all it depends on */
};

static enum way way_of(struct span type)
{
    static const char *const owned[] = {"TABLE DATA", "INDEX", "SEQUENCE", "SEQUENCE SET", "SEQUENCE OWNED BY",
                                        "CHECK CONSTRAINT", "CONSTRAINT", "DEFAULT", "ROW SECURITY", "STATISTICS",
                                        "COMMENT", "ACL", "SECURITY LABEL"};
    static const char *const named[] = {"TRIGGER", "RULE", "POLICY"};
    static const char *const between[] = {"FK CONSTRAINT", "TABLE ATTACH", "INDEX ATTACH"};

    for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++)
        if (span_is(type, owned[i]))
            return WAY_OWNED;
    for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
        if (span_is(type, named[i]))
            return WAY_NAMED;
    for (size_t i = 0; i < sizeof(between) / sizeof(*between); i++)
        if (span_is(type, between[i]))
            return WAY_BETWEEN;
    return WAY_NONE;
}

static struct toc_entry *find(const struct toc *toc, long id)
{
    return id < 0 || id > toc->most || toc->by_id[id] == 0 ? NULL : &toc->at[toc->by_id[id] - 1];
}

/* Whether its label begins with that of a table it depends on, which is in that state. */
static bool is_of_table(const struct toc *toc, const struct toc_entry *entry, enum toc_state state)
{
    for (size_t i = 0; i < entry->n_depends; i++) {
        const struct toc_entry *table = find(toc, entry->depends[i]);

        if (table != NULL && table->state == state && toc_is_type(table, "TABLE") &&
            toc_begins_with(entry->label, toc_table_label(table->label)))
            return true;
    }
    return false;
}

/* An index of a partitioned table that is there gives its partitions theirs when they are attached. */
static bool comes_by_itself(const struct toc *toc, const struct toc_entry *entry)
{
    for (size_t i = 0; i < entry->n_depends; i++) {
        const struct toc_entry *index = find(toc, entry->depends[i]);

        if (index != NULL && (index->state == TOC_PRESENT || index->state == TOC_THERE) &&
            (toc_is_type(index, "INDEX") || toc_is_type(index, "CONSTRAINT")))
            return true;
    }
    return false;
}

/* The state it gets from what it depends on: from a table before anything else. */
static enum toc_state owner_state(const struct toc *toc, const struct toc_entry *entry)
{
    enum toc_state state = TOC_OUT;
    bool by_table = false;

    for (size_t i = 0; i < entry->n_depends; i++) {
        const struct toc_entry *owner = find(toc, entry->depends[i]);
        bool table = owner != NULL && toc_is_type(owner, "TABLE");

        if (owner == NULL || owner->state < TOC_THERE || (by_table && !table))
            continue;
        state = owner->state;
        by_table = table;
    }
    if (state == TOC_WANTED && (toc_is_type(entry, "INDEX") || toc_is_type(entry, "CONSTRAINT")) &&
        comes_by_itself(toc, entry))
        return TOC_PRESENT;
    return state;
}

/* A rule may depend on several tables, and is of one; it can be made when all are there. */
static enum toc_state named_state(const struct toc *toc, const struct toc_entry *entry)
{
    for (size_t i = 0; i < entry->n_depends; i++) {
        const struct toc_entry *table = find(toc, entry->depends[i]);

        if (table != NULL && toc_is_type(table, "TABLE") && table->state < TOC_THERE)
            return TOC_OUT;
    }
    return is_of_table(toc, entry, TOC_WANTED) ? TOC_WANTED : TOC_OUT;
}

/* Between what is all there, one of it new. A foreign key is looked at when its own table is new: rows of one that is
 * there may not fit. */
static enum toc_state between_state(const struct toc *toc, const struct toc_entry *entry)
{
    bool new = false;

    if (toc_is_type(entry, "FK CONSTRAINT") && !is_of_table(toc, entry, TOC_WANTED))
        return TOC_OUT;
    if (toc_is_type(entry, "INDEX ATTACH") && comes_by_itself(toc, entry))
        return TOC_OUT;
    for (size_t i = 0; i < entry->n_depends; i++) {
        const struct toc_entry *end = find(toc, entry->depends[i]);

        if (end == NULL || end->state < TOC_THERE)
            return TOC_OUT;
        new = new || end->state == TOC_WANTED;
    }
    return new ? TOC_WANTED : TOC_OUT;
}

static enum toc_state state_of(const struct toc *toc, const struct toc_entry *entry)
{
    switch (way_of(entry->type)) {
    case WAY_OWNED: return owner_state(toc, entry);
    case WAY_NAMED: return named_state(toc, entry);
    case WAY_BETWEEN: return between_state(toc, entry);
    default: return TOC_OUT;
    }
}

/* One round; whether anything changed. */
static bool choose_owned(struct toc *toc)
{
    bool changed = false;

    for (size_t i = 0; i < toc->n; i++) {
        struct toc_entry *entry = &toc->at[i];

        if (entry->state != TOC_OUT)
            continue;
        entry->state = state_of(toc, entry);
        changed = changed || entry->state != TOC_OUT;
    }
    return changed;
}

/* A table that another one depends on is its partitioned table, or one it inherits from: that is asked for by name. */
static bool choose_needed(struct toc *toc)
{
    bool changed = false;

    for (size_t i = 0; i < toc->n; i++) {
        const struct toc_entry *entry = &toc->at[i];

        if (entry->state != TOC_WANTED && entry->state != TOC_NEEDED && !toc_is_type(entry, "EXTENSION"))
            continue;
        toc->at[i].state = entry->state == TOC_OUT ? TOC_NEEDED : entry->state;
        for (size_t k = 0; k < entry->n_depends; k++) {
            struct toc_entry *need = find(toc, entry->depends[k]);

            if (need == NULL || need->state != TOC_OUT || need->type.len == 0 || toc_is_type(need, "TABLE") ||
                (way_of(need->type) != WAY_NONE && !toc_is_type(need, "SEQUENCE")))
                continue;
            need->state = TOC_NEEDED;
            changed = true;
        }
    }
    return changed;
}

void toc_choose(struct toc *toc, bool needs)
{
    while (choose_owned(toc))
        continue;
    while (needs && choose_needed(toc))
        continue;
}

/* Whether one of the tables it leads from or to is new. */
static bool touches_wanted(const struct toc *toc, const struct toc_entry *entry)
{
    for (size_t i = 0; i < entry->n_depends; i++) {
        const struct toc_entry *table = find(toc, entry->depends[i]);

        if (table != NULL && table->state == TOC_WANTED && toc_is_type(table, "TABLE"))
            return is_of_table(toc, entry, TOC_WANTED) || is_of_table(toc, entry, TOC_THERE);
    }
    return false;
}

size_t toc_left_out(const struct toc *toc, struct buf *names)
{
    size_t n = 0;

    for (size_t i = 0; i < toc->n; i++) {
        const struct toc_entry *entry = &toc->at[i];

        if (!toc_is_type(entry, "FK CONSTRAINT") || entry->state != TOC_OUT || !touches_wanted(toc, entry))
            continue;
        buf_add_text(names, n == 0 ? "'" : ", '");
        buf_add_span(names, toc_table_label(entry->label));
        names->len -= names->len > 0 && names->data[names->len - 1] == ' ';
        buf_add_char(names, '\'');
        n++;
    }
    return n;
}
