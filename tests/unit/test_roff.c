#include <string.h>

#include "cli/roff.h"
#include "tests/unit/unit.h"

static const struct {
    const char *text;
    const char *prose;
} proses[] = {
    {"", "\n"},
    {"plain text", "plain text\n"},
    {"a 'b' `c` ~d ^e \\f", "a \\(aqb\\(aq \\(gac\\(ga \\(tid \\(hae \\ef\n"},
    {"one-two", "one\\-two\n"},
    {".TH is no request", "\\&.TH is no request\n"},
    {"see --dry-run, or -q; not - alone", "see \\fB\\-\\-dry\\-run\\fR, or \\fB\\-q\\fR; not \\- alone\n"},
    {"(--yes) --quiet=no", "(\\-\\-yes) \\fB\\-\\-quiet\\fR=no\n"},
    {"first\nsecond", "first\n.PP\nsecond\n"},
    {"1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890",
     "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890\n1234567890 1234567890\n"},
};

static void test_prose(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(proses) / sizeof(proses[0]); i++) {
        struct buf out = BUF_INIT;

        roff_add_prose(&out, proses[i].text);
        assert_string_equal(buf_text(&out), proses[i].prose);
        buf_release(&out);
    }
}

/* Wherever a line is broken, none begins with a request. */
static void test_no_line_is_a_request(void **state)
{
    char text[400] = "";
    struct buf out = BUF_INIT;

    (void)state;
    for (size_t i = 0; i + 4 < sizeof(text); i += 4)
        memcpy(text + i, ".b  ", 5);
    roff_add_prose(&out, text);
    assert_null(strstr(buf_text(&out), "\n.b"));
    assert_non_null(strstr(buf_text(&out), "\n\\&.b"));
    buf_release(&out);
}

static void test_synopsis(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    roff_add_synopsis(&out, "[OPTION]... FILE...|DIR|- bash|zsh");
    assert_string_equal(buf_text(&out), "[\\fIOPTION\\fR]... \\fIFILE\\fR...|\\fIDIR\\fR|\\- bash|zsh");
    buf_release(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prose),
        cmocka_unit_test(test_no_line_is_a_request),
        cmocka_unit_test(test_synopsis),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
