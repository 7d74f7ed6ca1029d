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
    sections_take(sections, sections_begin(sections, "things", columns, 2), (char *)rows, 3, 1);
    sections_begin_single(sections, "one", columns, 2);
}

static const char *print(struct capture *capture, enum format format, bool quiet, bool filled, int *result)
{
    struct common_options common = {.format = format, .quiet = quiet};
    struct sections sections;

    sections_init(&sections, &common);
    if (filled)
        fill(&sections);
    capture_start(capture, STDOUT_FILENO);
    *result = sections_print(&sections);
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

/* What is printed of a finding's statement, for each database that --dbname may name. */
static void test_database(void **state)
{
    static const struct {
        const char *dbname, *statement, *shown;
    } cases[] = {
        {NULL, "bridgejob rollup", "bridgejob rollup"},
        {"app", "bridgejob rollup", "bridgejob rollup -d app"},
        {"it's", "bridgejob rollup", "bridgejob rollup -d 'it'\\''s'"},
        {"app", "bridgejob rollup -d other", "bridgejob rollup -d other"},
        {"app", "bridgejob rollup --dbname=other", "bridgejob rollup --dbname=other"},
        {"app", "SELECT 1;", "SELECT 1;"},
        {"app", "bridgejob help", "bridgejob help"},
        {"postgresql://me:secret@host/app", "bridgejob rollup", "bridgejob rollup -d ..."},
        {"dbname=app password=secret", "bridgejob rollup", "bridgejob rollup -d ..."},
    };
    static struct capture capture;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct common_options common = {.quiet = true, .dbname = cases[i].dbname};
        struct sections sections;
        char wanted[200];

        sections_init(&sections, &common);
        sections_find(&sections, "bad", "x", "is", "so", cases[i].statement);
        capture_start(&capture, STDOUT_FILENO);
        assert_int_equal(sections_print(&sections), ERR_FINDINGS);
        snprintf(wanted, sizeof(wanted), "bad x: is\n    why:  so\n    type: %s\n", cases[i].shown);
        assert_string_equal(capture_end(&capture), wanted);
        sections_release(&sections);
    }
}

/* So many of one name that they would fill the screen; programs are given all of them. */
static void test_alike(void **state)
{
    static struct capture capture;
    struct common_options common = {.quiet = true};
    struct sections sections;
    const char *text;
    int n = 0;

    (void)state;
    sections_init(&sections, &common);
    for (int i = 0; i < 100; i++)
        sections_find(&sections, i % 10 == 9 ? "ill" : "bad", "x", "is", "so", NULL);
    capture_start(&capture, STDOUT_FILENO);
    assert_int_equal(sections_print(&sections), ERR_FINDINGS);
    text = capture_end(&capture);
    assert_non_null(strstr(text, "85 more of bad; '--format csv' lists them\n5 more of ill; "));
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        n++;
    assert_int_equal(n, (SECTION_ALIKE * 2) * 2 + 2);
    common.format = FORMAT_CSV;
    capture_start(&capture, STDOUT_FILENO);
    assert_int_equal(sections_print(&sections), ERR_FINDINGS);
    n = 0;
    for (const char *at = capture_end(&capture); (at = strchr(at, '\n')) != NULL; at++)
        n++;
    assert_int_equal(n, 101);
    sections_release(&sections);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_well),
        cmocka_unit_test(test_database),
        cmocka_unit_test(test_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
