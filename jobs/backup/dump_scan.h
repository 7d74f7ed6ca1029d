/* dump_scan: a dump as SQL text, in pieces as they come → the tables in it, and how many rows each has. Reads what
 * pg_dump --format plain and pg_restore --file write: rows stand behind COPY … FROM stdin, a line each, up to "\."
 * (Manual, COPY, "Text Format"). Knows enough of SQL's quotes (Manual 4.1) that a function that holds such a statement
 * is not taken for one. */
#ifndef BRIDGEJOB_JOBS_BACKUP_DUMP_SCAN_H
#define BRIDGEJOB_JOBS_BACKUP_DUMP_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

enum dump_state {
    DUMP_SQL,
    DUMP_QUOTE,   /* '…', and E'…': pg_dump doubles quotes and backslashes in both */
    DUMP_NAME,    /* "…" */
    DUMP_TAG,     /* between two dollar signs */
    DUMP_DOLLAR,  /* $tag$…$tag$ */
    DUMP_COMMENT, /* to the end of the line */
    DUMP_META,    /* \restrict and the like: to the end of the line */
    DUMP_HEAD,    /* what is left of the line with COPY */
    DUMP_ROWS
};

struct dump_scan {
    /* A table has ended; the names are as the catalog has them. */
    void (*table)(void *context, const char *schema, const char *name, long long rows);
    void *context;
    enum dump_state state;
    struct buf statement; /* as long as it may be a COPY; nothing of others */
    struct buf tag;       /* "$tag$" */
    struct buf comment;   /* its first bytes */
    size_t matched;       /* bytes of the tag found at the end of what came */
    size_t word;          /* letters and digits at the end of what came */
    char last;            /* the byte before */
    bool begun;           /* something of a statement is there */
    char head[2];         /* of the row */
    size_t length;        /* of the row, so far */
    long long rows;
    bool complete;        /* pg_dump's closing line came, and no statement behind it */
};

void dump_scan_init(struct dump_scan *scan, void (*table)(void *context, const char *schema, const char *name,
                                                          long long rows), void *context);
void dump_scan_release(struct dump_scan *scan);
void dump_scan_add(struct dump_scan *scan, const char *bytes, size_t n);

/* All of it came: NULL, or what is wrong: "it ends among the rows of a table". */
const char *dump_scan_end(const struct dump_scan *scan);

#endif
