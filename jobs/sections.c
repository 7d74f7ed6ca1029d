#include "jobs/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"

#define BOLD "\033[1m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

static const struct column finding_columns[] = {
    {"finding", CELL_TEXT}, {"subject", CELL_TEXT}, {"what", CELL_TEXT}, {"why", CELL_TEXT}, {"statement", CELL_TEXT},
};

#define N_FINDING_COLUMNS (sizeof(finding_columns) / sizeof(*finding_columns))

void sections_init(struct sections *sections, const struct common_options *common)
{
    memset(sections, 0, sizeof(*sections));
    sections->common = common;
    table_init(&sections->findings, finding_columns, N_FINDING_COLUMNS);
}

void sections_release(struct sections *sections)
{
    for (size_t i = 0; i < sections->n; i++)
        table_release(&sections->at[i].table);
    table_release(&sections->findings);
    sections->n = 0;
}

struct table *sections_begin(struct sections *sections, const char *name, const struct column *columns,
                             size_t n_columns)
{
    struct section *section = &sections->at[sections->n++];

    section->name = name;
    table_init(&section->table, columns, n_columns);
    return &section->table;
}

struct table *sections_begin_single(struct sections *sections, const char *name, const struct column *columns,
                                    size_t n_columns)
{
    struct table *table = sections_begin(sections, name, columns, n_columns);

    sections->at[sections->n - 1].single = true;
    return table;
}

/* A conninfo string or URI may hold a password. */
static void add_database(struct buf *text, const char *dbname)
{
    buf_add_text(text, " -d ");
    if (strstr(dbname, "password") != NULL || strstr(dbname, "://") != NULL)
        buf_add_text(text, "...");
    else
        buf_add_shell_word(text, dbname);
}

static bool needs_database(const struct sections *sections, const char *statement)
{
    if (sections->common->dbname == NULL || strncmp(statement, "bridgejob ", strlen("bridgejob ")) != 0)
        return false;
    return strcmp(statement, "bridgejob help") != 0 && strstr(statement, " -d") == NULL &&
           strstr(statement, " --dbname") == NULL;
}

void sections_find(struct sections *sections, const char *finding, const char *subject, const char *what,
                   const char *why, const char *statement)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, statement == NULL ? "" : statement);
    if (text.len > 0 && needs_database(sections, statement))
        add_database(&text, sections->common->dbname);
    table_add(&sections->findings, finding);
    table_add(&sections->findings, subject);
    table_add(&sections->findings, what);
    table_add(&sections->findings, why);
    table_add(&sections->findings, text.len == 0 ? NULL : buf_text(&text));
    buf_release(&text);
}

/* ECPG leaves no NUL behind a text that is too long for its cell. */
static void end_cells(char *row, size_t n_cells)
{
    for (size_t i = 0; i < n_cells; i++)
        row[(i + 1) * CELL_SIZE - 1] = '\0';
}

void sections_take(struct sections *sections, struct table *table, char *rows, size_t n, size_t shown)
{
    size_t n_columns = table == NULL ? 1 : table->n_columns;
    size_t n_cells = n_columns + FINDING_CELLS;

    for (size_t i = 0; i < n; i++) {
        char *row = rows + i * n_cells * CELL_SIZE;
        const char *finding = row + n_columns * CELL_SIZE;

        end_cells(row, n_cells);
        for (size_t j = 0; table != NULL && i < shown && j < n_columns; j++)
            table_add(table, row[j * CELL_SIZE] == '\0' ? NULL : row + j * CELL_SIZE);
        if (*finding != '\0')
            sections_find(sections, finding, row, finding + CELL_SIZE, finding + (size_t)2 * CELL_SIZE,
                          finding + (size_t)3 * CELL_SIZE);
    }
}

static int print_line(const char *before, const char *text, const char *behind)
{
    struct buf line = BUF_INIT;
    int result;

    buf_printf(&line, "%s%s%s", before, text, behind);
    result = buf_print(&line, stdout);
    buf_release(&line);
    return result;
}

static int print_json(const struct sections *sections)
{
    int result = print_line("{", "", "\n");

    for (size_t i = 0; result == 0 && i < sections->n; i++) {
        result = print_line("\"", sections->at[i].name, "\": ");
        if (result == 0)
            result = sections->at[i].single ? table_print_object(&sections->at[i].table, stdout)
                                            : table_print(&sections->at[i].table, FORMAT_JSON, stdout);
        if (result == 0)
            result = print_line(",", "", "\n");
    }
    if (result == 0)
        result = print_line("\"findings\": ", "", "");
    if (result == 0)
        result = table_print(&sections->findings, FORMAT_JSON, stdout);
    return result == 0 ? print_line("}", "", "\n") : result;
}

/* A finding takes a few lines: its texts are longer than a column can be. */
static void add_finding(struct buf *out, const char *const cells[N_FINDING_COLUMNS], bool color)
{
    buf_printf(out, "%s%s%s ", color ? YELLOW : "", cells[0], color ? PLAIN : "");
    buf_add_visible(out, span_of(cells[1]), false);
    buf_add_text(out, ": ");
    buf_add_visible(out, span_of(cells[2]), false);
    buf_add_text(out, "\n    why:  ");
    buf_add_visible(out, span_of(cells[3]), false);
    if (cells[4] != NULL) {
        buf_add_text(out, "\n    type: ");
        buf_add_visible(out, span_of(cells[4]), false);
    }
    buf_add_char(out, '\n');
}

/* How many findings of a name there are. */
struct alike {
    const char *finding; /* in the table of findings */
    size_t n;
};

static struct alike *count_alike(struct alike *alike, const char *finding)
{
    while (alike->finding != NULL && strcmp(alike->finding, finding) != 0)
        alike++;
    alike->finding = finding;
    alike->n++;
    return alike;
}

static void add_more(struct buf *out, const struct alike *alike)
{
    for (; alike->finding != NULL; alike++) {
        if (alike->n > SECTION_ALIKE)
            buf_printf(out, "%zu%s more of %s; '--format csv' lists them\n", alike->n - SECTION_ALIKE,
                       alike->n >= SECTION_ROWS ? " or" : "", alike->finding);
    }
}

static int print_findings(const struct table *findings, bool color)
{
    struct alike *alike = calloc(findings->n_rows + 1, sizeof(*alike));
    const char *cells[N_FINDING_COLUMNS];
    const char *at = findings->cells.data;
    struct buf text = BUF_INIT;
    int result;

    if (alike == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    for (size_t row = 0; row < findings->n_rows; row++) {
        for (size_t i = 0; i < N_FINDING_COLUMNS; i++)
            cells[i] = table_next_cell(&at);
        if (count_alike(alike, cells[0])->n <= SECTION_ALIKE)
            add_finding(&text, cells, color);
    }
    add_more(&text, alike);
    if (findings->n_rows == 0)
        buf_add_text(&text, "no findings\n");
    result = buf_print(&text, stdout);
    buf_release(&text);
    free(alike);
    return result;
}

static int print_tables(const struct sections *sections, bool quiet)
{
    bool color = log_use_color(STDOUT_FILENO);
    int result = 0;

    for (size_t i = 0; !quiet && result == 0 && i < sections->n; i++) {
        if (sections->at[i].table.n_rows == 0)
            continue;
        result = print_line(color ? BOLD : "", sections->at[i].name, color ? PLAIN "\n" : "\n");
        if (result == 0)
            result = table_print(&sections->at[i].table, FORMAT_TABLE, stdout);
        if (result == 0)
            result = print_line("", "", "\n");
    }
    return result == 0 ? print_findings(&sections->findings, color) : result;
}

int sections_print(const struct sections *sections)
{
    const struct common_options *common = sections->common;
    size_t found = sections->findings.n_rows;
    int result;

    if (common->quiet && found == 0)
        return 0;
    if (common->format == FORMAT_JSON)
        result = print_json(sections);
    else if (common->format == FORMAT_CSV)
        result = table_print(&sections->findings, FORMAT_CSV, stdout);
    else
        result = print_tables(sections, common->quiet);
    return result == 0 && found > 0 ? ERR_FINDINGS : result;
}
