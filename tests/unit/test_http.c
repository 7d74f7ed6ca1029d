#include <stdlib.h>
#include <string.h>

#include "core/http.h"
#include "tests/unit/unit.h"

/* What is sent and answered is tested against a server (tests/db/watch.sh); here what never gets there. */
static const char *const bad[] = {
    "", "SECRET", "http://", "http://SECRET:99999/", "file:///etc/passwd#SECRET", "gopher://SECRET/", "SECRET://x",
    "http://[SECRET/", "http://127.0.0.1:1/SECRET", "http://user:SECRET@127.0.0.1:1/",
};

static void test_what_cannot_be_sent(void **state)
{
    char why[200];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        why[0] = '\0';
        assert_int_equal(http_post(bad[i], SPAN("body"), 2, why, sizeof(why)), -1);
        assert_true(strlen(why) > 0);
        assert_null(strstr(why, "SECRET"));
    }
}

static void test_a_short_why_is_cut(void **state)
{
    char why[5] = "xxxx";

    (void)state;
    assert_int_equal(http_post("file:///etc/passwd", SPAN(""), 2, why, sizeof(why)), -1);
    assert_int_equal(strlen(why), 4);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_cannot_be_sent),
        cmocka_unit_test(test_a_short_why_is_cut),
    };

    unsetenv("http_proxy");
    unsetenv("all_proxy");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
