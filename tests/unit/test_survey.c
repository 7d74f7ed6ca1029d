#include "jobs/wal/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define MB16 (16U << 20)

/* "1:3-5,9 2:7 …": segments of timelines. */
static void fill(struct survey *survey, const char *segments)
{
    char *words = strdup(segments);
    char *rest = words;

    survey->segment_size = MB16;
    survey->segments = calloc(100, sizeof(*survey->segments));
    for (char *word = strsep(&rest, " "); word != NULL && *word != '\0'; word = strsep(&rest, " ")) {
        char *ranges = NULL;
        uint32_t timeline = (uint32_t)strtoul(word, &ranges, 10);

        ranges++;
        for (char *range = strsep(&ranges, ","); range != NULL; range = strsep(&ranges, ",")) {
            char *dash = strchr(range, '-');
            uint64_t first = strtoull(range, NULL, 10);
            uint64_t last = dash == NULL ? first : strtoull(dash + 1, NULL, 10);

            /* The last first: the order is not that of the names. */
            for (uint64_t number = last + 1; number-- > first;)
                survey->segments[survey->n_segments++] =
                    (struct survey_segment){.timeline = timeline, .number = number, .bytes = 10, .at = (int64_t)number};
        }
    }
    free(words);
}

/* "1:6-8 2:3" */
static void print_gaps(const struct survey *survey, char text[200])
{
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < survey->n_gaps && n < 150; i++) {
        const struct survey_gap *gap = &survey->gaps[i];

        n += (size_t)snprintf(text + n, 200 - n, "%s%u:%llu", i == 0 ? "" : " ", gap->timeline,
                              (unsigned long long)gap->first);
        if (gap->last != gap->first)
            n += (size_t)snprintf(text + n, 200 - n, "-%llu", (unsigned long long)gap->last);
    }
}

static void test_gaps(void **state)
{
    static const struct {
        const char *segments;
        const char *history; /* of timeline 2 */
        const char *gaps;
    } cases[] = {
        {"", NULL, ""},
        {"1:3", NULL, ""},
        {"1:3-9", NULL, ""},
        {"1:9,3-5", NULL, "1:6-8"},
        {"1:3,5,7", NULL, "1:4 1:6"},
        {"1:3-5 2:9", NULL, ""}, /* nothing says that they belong together */
        {"1:3-5 2:5-9", "1\t0/5000098\tno recovery target specified\n", ""},
        {"1:3-4 2:5-9", "1\t0/5000098\tno recovery target specified\n", ""}, /* 2 has a copy of 5 */
        {"1:3-9 2:5-9", "1\t0/5000098\tbefore 2026-01-01\n", ""},            /* 1 went on by itself */
        {"1:3 2:5-9", "1\t0/5000098\tx\n", "1:4"},
        {"1:3-5 2:6-9", "1\t0/5000098\tx\n", "2:5"},
        {"1:3 2:7,9", "1\t0/5000098\tx\n", "1:4 2:5-6 2:8"},
        {"2:7", "1\t0/5000098\tx\n", ""},      /* what was before has expired */
        {"1:7 2:9", "1\t0/5000098\tx\n", ""},
        {"1:3-9", "1\t0/5000098\tx\n", ""},    /* it has nothing yet */
        {"1:3 2:7", "no history at all", ""},
        {"1:3 2:6", "# comment\n\n1\t0/1000000\tx\n1\t0/5000000\tx\n", "1:4 2:5"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct survey survey = SURVEY_INIT;
        char gaps[200];

        fill(&survey, cases[i].segments);
        if (cases[i].history != NULL)
            assert_int_equal(survey_add_history(&survey, 2, span_of(cases[i].history)), 0);
        assert_int_equal(survey_conclude(&survey), 0);
        print_gaps(&survey, gaps);
        if (strcmp(gaps, cases[i].gaps) != 0)
            fail_msg("'%s': gaps '%s' instead of '%s'", cases[i].segments, gaps, cases[i].gaps);
        survey_release(&survey);
    }
}

static void test_timelines(void **state)
{
    struct survey survey = SURVEY_INIT;

    (void)state;
    fill(&survey, "3:8-9 1:3-5");
    assert_int_equal(survey_add_history(&survey, 3, SPAN("1\t0/5000098\tx\n2\t1/6000000\ty")), 0);
    assert_int_equal(survey_add_history(&survey, 2, SPAN("1\t0/5000098\tx\n")), 0);
    assert_int_equal(survey_conclude(&survey), 0);
    assert_int_equal(survey.n_timelines, 3);
    assert_int_equal(survey.timelines[0].id, 1);
    assert_int_equal(survey.timelines[0].parent, 0);
    assert_int_equal(survey.timelines[0].n, 3);
    assert_int_equal(survey.timelines[0].bytes, 30);
    assert_int_equal(survey.timelines[0].newest_at, 5);
    assert_int_equal(survey.timelines[1].id, 2);
    assert_int_equal(survey.timelines[1].n, 0);
    assert_int_equal(survey.timelines[2].parent, 2);
    assert_int_equal(survey.timelines[2].begin, UINT64_C(0x106000000));
    assert_int_equal(survey.timelines[2].first, 8);
    assert_int_equal(survey.timelines[2].last, 9);
    survey_release(&survey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_timelines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
