#include <stdlib.h>

#include "core/err.h"
#include "core/log.h"
#include "core/table.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static const struct column columns[] = {
    {"name", CELL_TEXT},
    {"n", CELL_NUMBER},
    {"ok", CELL_BOOL},
    {"extra", CELL_JSON},
};

static void fill(struct table *table)
{
    table_init(table, columns, 4);
    table_add(table, "plain");
    table_add_int(table, 7);
    table_add(table, "true");
    table_add(table, "{\"a\": [1]}");

    table_add(table, "a \"b\", c\n\033[2J");
    table_add_int(table, INT64_MIN);
    table_add(table, "false");
    table_add(table, "null");

    table_add(table, "gr\xc3\xbc\xc3\x9f");
    table_add(table, NULL);
    table_add(table, NULL);
    table_add(table, NULL);

    table_add(table, "");
    table_add(table, "1.5");
    table_add(table, "true");
    table_add(table, "\"x\"");

    table_add(table, "\1");
    table_add(table, "0");
    table_add(table, "true");
    table_add(table, "-");
}

static void assert_printed(const struct table *table, enum format format, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    assert_int_equal(table_print(table, format, out), 0);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void test_table(void **state)
{
    struct table table;

    (void)state;
    fill(&table);
    assert_int_equal(table.n_rows, 5);
    assert_printed(&table, FORMAT_TABLE,
                   "name                                    n  ok     extra\n"
                   "-------------------  --------------------  -----  ----------\n"
                   "plain                                   7  true   {\"a\": [1]}\n"
                   "a \"b\", c\\x0a\\x1b[2J  -9223372036854775808  false  null\n"
                   "gr\xc3\xbc\xc3\x9f\n"
                   "                                      1.5  true   \"x\"\n"
                   "\\x01                                    0  true   -\n");
    table_release(&table);
}

static void test_json(void **state)
{
    struct table table;

    (void)state;
    fill(&table);
    assert_printed(&table, FORMAT_JSON,
                   "[\n"
                   " {\"name\": \"plain\", \"n\": 7, \"ok\": true, \"extra\": {\"a\": [1]}},\n"
                   " {\"name\": \"a \\\"b\\\", c\\n\\u001b[2J\", \"n\": -9223372036854775808, \"ok\": false, "
                   "\"extra\": null},\n"
                   " {\"name\": \"gr\xc3\xbc\xc3\x9f\", \"n\": null, \"ok\": null, \"extra\": null},\n"
                   " {\"name\": \"\", \"n\": 1.5, \"ok\": true, \"extra\": \"x\"},\n"
                   " {\"name\": \"\\u0001\", \"n\": 0, \"ok\": true, \"extra\": -}\n"
                   "]\n");
    table_release(&table);
}

static void test_csv(void **state)
{
    struct table table;

    (void)state;
    fill(&table);
    assert_printed(&table, FORMAT_CSV,
                   "name,n,ok,extra\n"
                   "plain,7,true,\"{\"\"a\"\": [1]}\"\n"
                   "\"a \"\"b\"\", c\n\033[2J\",-9223372036854775808,false,null\n"
                   "gr\xc3\xbc\xc3\x9f,,,\n"
                   "\"\",1.5,true,\"\"\"x\"\"\"\n"
                   "\1,0,true,-\n");
    table_release(&table);
}

static void test_no_rows(void **state)
{
    struct table table;

    (void)state;
    table_init(&table, columns, 4);
    assert_printed(&table, FORMAT_TABLE, "name  n  ok  extra\n----  -  --  -----\n");
    assert_printed(&table, FORMAT_JSON, "[]\n");
    assert_printed(&table, FORMAT_CSV, "name,n,ok,extra\n");
    table_release(&table);
}

static void test_within_a_document(void **state)
{
    static const struct column one[] = {{"a", CELL_TEXT}};
    struct buf document = BUF_INIT;
    struct table table;

    (void)state;
    table_init(&table, one, 1);
    table_add_json(&table, &document);
    buf_add_char(&document, ' ');
    table_add(&table, "x");
    table_add_json(&table, &document);
    assert_string_equal(buf_text(&document), "[] [\n {\"a\": \"x\"}\n]");
    table.n_begun = 1;
    table_add_json(&table, &document);
    assert_false(buf_ok(&document));
    buf_release(&document);
    table_release(&table);
}

static void test_release_empties(void **state)
{
    struct table table;

    (void)state;
    fill(&table);
    table_release(&table);
    assert_int_equal(table.n_rows, 0);
    assert_printed(&table, FORMAT_JSON, "[]\n");
    table_add(&table, "again");
    table_release(&table);
    assert_printed(&table, FORMAT_JSON, "[]\n");
}

static void assert_fails(const struct table *table, FILE *out, int kind, const char *message)
{
    struct capture capture;
    int result;

    capture_start(&capture, STDERR_FILENO);
    result = table_print(table, FORMAT_CSV, out);
    assert_string_equal(capture_end(&capture), message);
    assert_int_equal(result, kind);
}

static void test_failures(void **state)
{
    FILE *full = fopen("/dev/full", "w");
    struct table table;

    (void)state;
    assert_non_null(full);
    fill(&table);
    assert_fails(&table, full, ERR_IO, "bridgejob: error: cannot write the result: No space left on device\n");
    fclose(full);
    table_add(&table, "alone");
    assert_fails(&table, stdout, ERR_INTERNAL, "bridgejob: error: the last row of the result has 1 of 4 cells\n");
    table_release(&table);

    fill(&table);
    assert_null(buf_reserve(&table.cells, SIZE_MAX));
    assert_fails(&table, stdout, ERR_INTERNAL, "bridgejob: error: out of memory\n");
    table_release(&table);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_within_a_document),
        cmocka_unit_test(test_release_empties),
        cmocka_unit_test(test_failures),
    };

    log_set_color(COLOR_NEVER);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
