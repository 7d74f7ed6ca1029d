/* A result set printed the way the user asked: a table for people, JSON or CSV
 * for programs. Results go to stdout and nowhere else. */
#ifndef BRIDGEJOB_CORE_TABLE_H
#define BRIDGEJOB_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/buf.h"

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };

enum cell_type {
    CELL_TEXT,   /* JSON string, or null when absent */
    CELL_NUMBER, /* digits, printed as they are; right-aligned */
    CELL_BOOL,   /* "true" or "false", printed as they are */
    CELL_JSON    /* JSON text, printed as it is in JSON */
};

struct column {
    const char *name; /* JSON key, CSV and table heading */
    enum cell_type type;
};

/* Rows are collected, then printed at once (widths are known only then). */
struct table {
    const struct column *columns; /* borrowed */
    size_t n_columns;
    struct buf cells;             /* row after row: '=' (or '-' when absent), the text, NUL */
    size_t n_rows;                /* whole rows */
    size_t n_begun;               /* cells of the row begun */
};

void table_init(struct table *table, const struct column *columns, size_t n_columns);
void table_release(struct table *table);
/* The next cell, left to right; NULL is absent. Bytes are copied. */
void table_add(struct table *table, const char *text);
void table_add_int(struct table *table, long long value);
/* JSON: an array of objects. CSV: a heading, quoted as in RFC 4180, lines end in LF,
 * an absent cell is empty and an empty text is "". Table: aligned columns, control
 * characters made visible. 0; ERR_IO when 'out' fails, ERR_INTERNAL when memory is out or the
 * last row is not whole, reported. */
int table_print(const struct table *table, enum format format, FILE *out);
/* The first row as one JSON object, null when there is none; errors as table_print(). */
int table_print_object(const struct table *table, FILE *out);

/* The array into a JSON document that is being made, without a newline at its end. When memory runs out, or the last
 * row is not whole, the document has failed. */
void table_add_json(const struct table *table, struct buf *document);

/* Read the cells back, row after row: '*at' starts as table->cells.data and moves on. NULL is absent. */
const char *table_next_cell(const char **at);

#endif
