#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "jobs/prune/pruned.h"
#include "tests/unit/unit.h"

static const struct column columns[] = {{"node_id", CELL_TEXT}, {"action", CELL_TEXT}};

struct fixture {
    struct common_options common;
    struct run run;
    struct pruned pruned;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.common = {.quiet = true}, .run = {.id = 7, .tally = BUF_INIT}};
    fixture.run.common = &fixture.common;
    pruned_init(&fixture.pruned, &fixture.run, "nodes", columns, 2);
    fixture.pruned.counts[0] = (struct pruned_count){"marked", 2};
    fixture.pruned.counts[1] = (struct pruned_count){"deleted", 1};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    pruned_release(&fixture->pruned);
    buf_release(&fixture->run.tally);
    return 0;
}

/* What stands before the time it took. */
static void assert_tally(struct fixture *fixture, const char *wanted)
{
    char *text = (buf_add_char(&fixture->run.tally, '\0'), fixture->run.tally.data);
    char *end = strstr(text, "\"elapsed_s\":");

    assert_non_null(end);
    *end = '\0';
    assert_string_equal(text, wanted);
}

static void test_numbers_and_no_list(void **state)
{
    struct fixture *fixture = *state;

    table_add(&fixture->pruned.listing, "a");
    table_add(&fixture->pruned.listing, "mark");
    assert_int_equal(pruned_finish(&fixture->pruned, &fixture->run, 0), 0);
    assert_tally(fixture, "{\"marked\":2,\"deleted\":1,");
}

static void test_what_is_kept_is_a_finding(void **state)
{
    struct fixture *fixture = *state;

    fixture->pruned.guarded = true;
    pruned_block(&fixture->pruned, "in_use", "a \"b\"\n", "by 'c'", "d");
    assert_int_equal(pruned_finish(&fixture->pruned, &fixture->run, 0), ERR_FINDINGS);
    assert_tally(fixture, "{\"marked\":2,\"deleted\":1,\"blocked_by\":[\n {\"guard\": \"in_use\", \"subject\": "
                          "\"a \\\"b\\\"\\n\", \"detail\": \"by 'c'\", \"next\": \"d\"}\n],");
}

static void test_nothing_is_kept(void **state)
{
    struct fixture *fixture = *state;

    fixture->pruned.guarded = true;
    assert_int_equal(pruned_finish(&fixture->pruned, &fixture->run, 0), 0);
    assert_tally(fixture, "{\"marked\":2,\"deleted\":1,\"blocked_by\":[],");
}

static void test_an_error_is_worse(void **state)
{
    struct fixture *fixture = *state;

    pruned_block(&fixture->pruned, "in_use", "a", "b", "c");
    assert_int_equal(pruned_finish(&fixture->pruned, &fixture->run, ERR_IO), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_numbers_and_no_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_kept_is_a_finding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_error_is_worse, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
