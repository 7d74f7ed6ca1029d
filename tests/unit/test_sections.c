#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "jobs/sections.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static const struct column columns[] = {{"name", CELL_TEXT}, {"n", CELL_NUMBER}};

struct fetched {
    char name[CELL_SIZE], n[CELL_SIZE], finding[CELL_SIZE], what[CELL_SIZE], why[CELL_SIZE], statement[CELL_SIZE];
};

/* Three rows, the second with a finding; one is shown. */
static void fill(struct sections *sections)
{
    static struct fetched rows[3];

    memset(rows, 0, sizeof(rows));
    memset(rows[0].name, 'a', CELL_SIZE); /* as ECPG leaves what is too long: without a NUL */
    snprintf(rows[0].n, CELL_SIZE, "1");
    snprintf(rows[1].name, CELL_SIZE, "b\n\033[1m");
    snprintf(rows[1].finding, CELL_SIZE, "bad_thing");
    snprintf(rows[1].what, CELL_SIZE, "is \"bad\"");
    snprintf(rows[1].why, CELL_SIZE, "so");
    sections_init(sections);
    sections_take(sections, sections_begin(sections, "things", columns, 2), (char *)rows, 3, 1);
    sections_begin_single(sections, "one", columns, 2);
}

static const char *print(struct capture *capture, enum format format, bool quiet, bool filled, int *result)
{
    struct common_options common = {.format = format, .quiet = quiet};
    struct sections sections;

    sections_init(&sections);
    if (filled)
        fill(&sections);
    capture_start(capture, STDOUT_FILENO);
    *result = sections_print(&sections, &common);
    sections_release(&sections);
    return capture_end(capture);
}

static void test_formats(void **state)
{
    static struct capture capture;
    const char *text;
    int result;

    (void)state;
    text = print(&capture, FORMAT_CSV, false, true, &result);
    assert_int_equal(result, ERR_FINDINGS);
    assert_string_equal(text, "finding,subject,what,why,statement\nbad_thing,\"b\n\033[1m\",\"is \"\"bad\"\"\",so,\n");
    text = print(&capture, FORMAT_TABLE, true, true, &result);
    assert_int_equal(result, ERR_FINDINGS);
    assert_string_equal(text, "bad_thing b\\x0a\\x1b[1m: is \"bad\"\n    why:  so\n");
    text = print(&capture, FORMAT_JSON, false, true, &result);
    assert_non_null(strstr(text,
                           "\"one\": null\n,\n\"findings\": [\n {\"finding\": \"bad_thing\", \"subject\": \"b\\n"));
    assert_non_null(strstr(text, "aaa\", \"n\": 1}\n]\n,\n"));
}

static void test_well(void **state)
{
    static struct capture capture;
    int result;

    (void)state;
    assert_string_equal(print(&capture, FORMAT_TABLE, true, false, &result), "");
    assert_int_equal(result, 0);
    assert_string_equal(print(&capture, FORMAT_TABLE, false, false, &result), "no findings\n");
    assert_string_equal(print(&capture, FORMAT_JSON, false, false, &result), "{\n\"findings\": []\n}\n");
    assert_int_equal(result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
