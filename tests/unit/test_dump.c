#include "jobs/restore/dump.h"

#include <string.h>

#include "unit.h"

static const struct {
    const char *script, *locale;
} cases[] = {
    {"SET x;\n\nCREATE DATABASE app WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C';\n\n\nALTER …;\n",
     " ENCODING = 'UTF8' LOCALE = 'C'"},
    {"CREATE DATABASE \"a WITH TEMPLATE = template0 b\" WITH TEMPLATE = template0 ENCODING = 'LATIN1';\n",
     " ENCODING = 'LATIN1'"},
    {"CREATE DATABASE app WITH TEMPLATE = template0;\n", ""},
    {"CREATE DATABASE app WITH TEMPLATE = template0 ENCODING", ""}, /* cut */
    {"-- CREATE DATABASE app WITH TEMPLATE = template0 X;\n", ""},
    {"", ""},
};

static void test_locale(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf locale = BUF_INIT;

        dump_find_locale(cases[i].script, &locale);
        assert_string_equal(buf_text(&locale), cases[i].locale);
        buf_release(&locale);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
