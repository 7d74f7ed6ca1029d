#include "unit.h"

#include <string.h>

#include "capture.h"
#include "core/err.h"
#include "jobs/migrate/apply.h"

static struct migration_file file_of(char *text)
{
    return (struct migration_file){.name = (char *)(uintptr_t)"1_x.sql", .text = text, .len = strlen(text)};
}

static void test_piecewise(void **state)
{
    static const struct {
        char text[64];
        bool piecewise;
    } files[] = {
        {"CREATE TABLE a ()", false},
        {"-- bridgejob: no-transaction\nVACUUM", true},
        {"SELECT 1;\n-- bridgejob: no-transaction\n", false},
        {"BEGIN; SELECT 1; COMMIT;", true},
        {"SELECT 1; END", true},
        {"SAVEPOINT a; ROLLBACK TO a", false},
        {"DO $$ BEGIN COMMIT; END $$", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char text[64];
        struct migration_file file;

        memcpy(text, files[i].text, sizeof(text));
        file = file_of(text);
        if (migration_is_piecewise(&file) != files[i].piecewise)
            fail_msg("'%s'", text);
    }
}

/* What is said of each; NULL: it is fine. */
static void test_check(void **state)
{
    static const struct {
        char text[96];
        const char *said;
    } files[] = {
        {"CREATE TABLE a ()", NULL},
        {"", NULL},
        {"BEGIN; SELECT 1; COMMIT; BEGIN; ROLLBACK", NULL},
        {"COMMIT", NULL},
        {"SELECT 1;\nBEGIN; SELECT 2", "line 2: the file begins a transaction and does not end it"},
        {"BEGIN; COMMIT\nAND CHAIN", "line 1: the file begins a transaction and does not end it"},
        {"BEGIN; COMMIT AND CHAIN; COMMIT", NULL},
        {"BEGIN;\nPREPARE TRANSACTION 'x'", "line 2: a transaction that is prepared stays open"},
        {"SELECT 1;\n\\set x 1\n", "line 2: a backslash begins a command of psql"},
        {"-- migrate:up\nSELECT 1;\n-- migrate:down\n", "line 3: the file holds both ways, as dbmate has them"},
        {"-- +goose Up\nSELECT 1;\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct capture capture;
        struct migration_file file;
        char text[96];
        int result;

        memcpy(text, files[i].text, sizeof(text));
        file = file_of(text);
        capture_start(&capture, STDERR_FILENO);
        result = migration_check(&file);
        capture_end(&capture);
        if (result != (files[i].said == NULL ? 0 : ERR_CONFIG) ||
            (files[i].said == NULL ? *capture.text != '\0' : strstr(capture.text, files[i].said) == NULL))
            fail_msg("'%s': %d: %s", text, result, capture.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piecewise),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
