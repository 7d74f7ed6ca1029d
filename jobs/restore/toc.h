/* toc: the table of contents of an archive, and which entries of it bring back some tables and nothing else. Pure: it
 * reads what `pg_restore --list --verbose` prints, and writes what `pg_restore --use-list` takes (Manual, pg_restore).
 * pg_restore's own --table leaves out indexes, constraints and all else that belongs to a table; here an entry belongs
 * to a table when it depends on it, as the "depends on" lines say. */
#ifndef BRIDGEJOB_JOBS_RESTORE_TOC_H
#define BRIDGEJOB_JOBS_RESTORE_TOC_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

enum toc_state {
    TOC_OUT,     /* not wanted */
    TOC_NEEDED,  /* wanted because what is wanted needs it: a type, a function, a schema */
    TOC_THERE,   /* belongs to another table that is there already: it is left alone */
    TOC_PRESENT, /* belongs to a wanted table that is there already: only its rows are restored */
    TOC_WANTED   /* a wanted table, or what belongs to one */
};

struct toc_entry {
    long id;
    struct span line;      /* as it was read */
    struct span type;      /* "TABLE DATA" */
    struct span label;     /* "public app postgres": schema, name, owner */
    const long *depends;   /* ids; some may be of no entry */
    size_t n_depends;
    enum toc_state state;
};

struct toc {
    struct toc_entry *at;
    size_t n;
    long *depends; /* of all of them */
    size_t n_depends;
    long most;     /* the largest id */
    long *by_id;   /* index + 1 of the entry, 0: none; of ids up to 'most' */
};

#define TOC_INIT ((struct toc){.at = NULL})

/* Take the listing apart; the text is the caller's and stays. 0 or ERR_INTERNAL, reported. */
int toc_read(struct toc *toc, const char *text);
void toc_release(struct toc *toc);

/* Mark that table (a name as in the catalog) as TOC_WANTED, TOC_PRESENT or TOC_THERE. How many entries are it: 0 when
 * it is not in the archive, more than 1 when the listing does not tell it from another one (blanks in names). */
size_t toc_mark_table(struct toc *toc, const char *schema, const char *name, enum toc_state state);

/* Find what belongs to the tables that are wanted; with 'needs' what they need, too: for a database
 * that has nothing. */
void toc_choose(struct toc *toc, bool needs);

/* The foreign keys between a wanted table and one that is neither wanted nor there, or that is there and leads to a
 * wanted one: they are left out. Labels, in 'names', with ", " between. How many. */
size_t toc_left_out(const struct toc *toc, struct buf *names);

bool toc_is_type(const struct toc_entry *entry, const char *type);
bool toc_begins_with(struct span text, struct span start);
/* "public idt " of "public idt postgres": all but the owner, when that is one word. */
struct span toc_table_label(struct span label);

/* The lines that are restored, in an order in which they can be. */
void toc_print(const struct toc *toc, struct buf *list);

#endif
