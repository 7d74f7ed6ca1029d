#include "core/table.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

/* The first byte of a kept cell. */
#define PRESENT '='
#define ABSENT '-'

#define GAP 2 /* blanks between the columns of a table */

void table_init(struct table *table, const struct column *columns, size_t n_columns)
{
    *table = (struct table){.columns = columns, .n_columns = n_columns, .cells = BUF_INIT};
}

void table_release(struct table *table)
{
    buf_release(&table->cells);
    table->n_rows = 0;
    table->n_begun = 0;
}

void table_add(struct table *table, const char *text)
{
    buf_add_char(&table->cells, text != NULL ? PRESENT : ABSENT);
    if (text != NULL)
        buf_add_text(&table->cells, text);
    buf_add_char(&table->cells, '\0');
    table->n_begun++;
    if (table->n_begun == table->n_columns) {
        table->n_begun = 0;
        table->n_rows++;
    }
}

void table_add_int(struct table *table, long long value)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld", value);
    table_add(table, text);
}

const char *table_next_cell(const char **at)
{
    const char *cell = *at;

    *at += strlen(cell) + 1;
    return cell[0] == PRESENT ? cell + 1 : NULL;
}

static void add_json_cell(struct buf *out, const struct column *column, const char *text)
{
    buf_add_json_string(out, span_of(column->name));
    buf_add_text(out, ": ");
    if (text == NULL)
        buf_add_text(out, "null");
    else if (column->type == CELL_TEXT)
        buf_add_json_string(out, span_of(text));
    else
        buf_add_text(out, text);
}

static void add_json_row(const struct table *table, const char **at, struct buf *out)
{
    buf_add_char(out, '{');
    for (size_t i = 0; i < table->n_columns; i++) {
        if (i > 0)
            buf_add_text(out, ", ");
        add_json_cell(out, &table->columns[i], table_next_cell(at));
    }
    buf_add_char(out, '}');
}

static void format_json(const struct table *table, struct buf *out)
{
    const char *at = table->cells.data;

    buf_add_char(out, '[');
    for (size_t row = 0; row < table->n_rows; row++) {
        buf_add_text(out, row > 0 ? ",\n " : "\n ");
        add_json_row(table, &at, out);
    }
    buf_add_text(out, table->n_rows > 0 ? "\n]\n" : "]\n");
}

/* Quoted where it must be; the empty text too, which tells it from an absent one. */
static void add_csv_cell(struct buf *out, const char *text)
{
    if (text == NULL)
        return;
    if (text[0] != '\0' && strpbrk(text, ",\"\r\n") == NULL) {
        buf_add_text(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

static void format_csv(const struct table *table, struct buf *out)
{
    const char *at = table->cells.data;

    for (size_t i = 0; i < table->n_columns; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_csv_cell(out, table->columns[i].name);
    }
    buf_add_char(out, '\n');
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t i = 0; i < table->n_columns; i++) {
            if (i > 0)
                buf_add_char(out, ',');
            add_csv_cell(out, table_next_cell(&at));
        }
        buf_add_char(out, '\n');
    }
}

/* How many characters a cell takes on a terminal. */
static size_t cell_width(const char *text, struct buf *scratch)
{
    buf_reset(scratch);
    buf_add_visible(scratch, span_of(text), false);
    return text_utf8_length(buf_span(scratch));
}

static void add_blanks(struct buf *out, size_t n, char blank)
{
    for (size_t i = 0; i < n; i++)
        buf_add_char(out, blank);
}

/* Pad to the column's width. */
static void add_table_cell(const struct table *table, size_t column, const size_t *widths, const char *text,
                           struct buf *out, struct buf *scratch)
{
    size_t width = cell_width(text, scratch);
    size_t pad = width < widths[column] ? widths[column] - width : 0;
    bool right = table->columns[column].type == CELL_NUMBER;

    if (!buf_ok(scratch))
        out->failed = true;
    if (column > 0)
        add_blanks(out, GAP, ' ');
    if (right)
        add_blanks(out, pad, ' ');
    buf_add_span(out, buf_span(scratch));
    if (!right)
        add_blanks(out, pad, ' ');
}

/* A line ends where its text ends. */
static void end_line(struct buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    buf_add_char(out, '\n');
}

static void measure(const struct table *table, size_t *widths, struct buf *scratch)
{
    const char *at = table->cells.data;

    for (size_t i = 0; i < table->n_columns; i++)
        widths[i] = cell_width(table->columns[i].name, scratch);
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t i = 0; i < table->n_columns; i++) {
            size_t width = cell_width(table_next_cell(&at), scratch);

            if (width > widths[i])
                widths[i] = width;
        }
    }
}

static void add_heading(const struct table *table, const size_t *widths, struct buf *out, struct buf *scratch)
{
    for (size_t i = 0; i < table->n_columns; i++)
        add_table_cell(table, i, widths, table->columns[i].name, out, scratch);
    end_line(out);
    for (size_t i = 0; i < table->n_columns; i++) {
        add_blanks(out, i > 0 ? GAP : 0, ' ');
        add_blanks(out, widths[i], '-');
    }
    buf_add_char(out, '\n');
}

static void format_table(const struct table *table, struct buf *out)
{
    const char *at = table->cells.data;
    struct buf scratch = BUF_INIT;
    size_t *widths = calloc(table->n_columns, sizeof(*widths));

    if (widths == NULL) {
        out->failed = true;
        return;
    }
    measure(table, widths, &scratch);
    add_heading(table, widths, out, &scratch);
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t i = 0; i < table->n_columns; i++)
            add_table_cell(table, i, widths, table_next_cell(&at), out, &scratch);
        end_line(out);
    }
    buf_release(&scratch);
    free(widths);
}

static void format_object(const struct table *table, struct buf *out)
{
    const char *at = table->cells.data;

    if (table->n_rows == 0)
        buf_add_text(out, "null");
    else
        add_json_row(table, &at, out);
    buf_add_char(out, '\n');
}

static int print(const struct table *table, void (*format)(const struct table *, struct buf *), FILE *out)
{
    struct buf text = BUF_INIT;
    int kind;

    if (table->n_begun != 0)
        return fail(ERR_INTERNAL, "the last row of the result has %zu of %zu cells", table->n_begun, table->n_columns);
    if (!buf_ok(&table->cells))
        return fail(ERR_INTERNAL, "out of memory");
    format(table, &text);
    kind = buf_print(&text, out);
    buf_release(&text);
    return kind;
}

int table_print(const struct table *table, enum format format, FILE *out)
{
    static void (*const formats[])(const struct table *, struct buf *) = {
        [FORMAT_TABLE] = format_table,
        [FORMAT_JSON] = format_json,
        [FORMAT_CSV] = format_csv,
    };

    return print(table, formats[format], out);
}

int table_print_object(const struct table *table, FILE *out)
{
    return print(table, format_object, out);
}

void table_add_json(const struct table *table, struct buf *document)
{
    if (table->n_begun != 0 || !buf_ok(&table->cells)) {
        document->failed = true;
        return;
    }
    format_json(table, document);
    if (document->len > 0 && document->data[document->len - 1] == '\n')
        document->len--;
}
