#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/proc.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

static int setup(void **state)
{
    (void)state;
    log_set_program("bridgejob ingest");
    log_set_level(LOG_INFO);
    log_set_color(COLOR_NEVER);
    return 0;
}

static void say_all(void)
{
    log_error("e");
    log_hint("he");
    log_warning("w");
    log_hint("hw");
    log_info("i");
    log_hint("hi");
    log_debug("d");
    log_hint("hd");
}

static void test_levels_and_hints(void **state)
{
#define P "bridgejob ingest: "
    static const struct {
        enum log_level level;
        const char *text;
    } cases[] = {
        {LOG_ERROR, P "error: e\n" P "hint: he\n"},
        {LOG_WARNING, P "error: e\n" P "hint: he\n" P "warning: w\n" P "hint: hw\n"},
        {LOG_INFO, P "error: e\n" P "hint: he\n" P "warning: w\n" P "hint: hw\n" P "i\n" P "hint: hi\n"},
        {LOG_DEBUG,
         P "error: e\n" P "hint: he\n" P "warning: w\n" P "hint: hw\n" P "i\n" P "hint: hi\n" P "d\n" P "hint: hd\n"},
    };
#undef P
    struct capture capture;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        log_set_level(cases[i].level);
        assert_int_equal(log_level(), cases[i].level);
        capture_start(&capture, STDERR_FILENO);
        say_all();
        assert_string_equal(capture_end(&capture), cases[i].text);
    }
}

static void test_hostile_text_cannot_drive_the_terminal(void **state)
{
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {"a\tb", "a\tb"},
        {"one\ntwo\n", "one\\x0atwo"},
        {"two\n\n", "two\\x0a"},
        {"\033[2J\r\x07", "\\x1b[2J\\x0d\\x07"},
        {"del\x7f", "del\\x7f"},
        {"c1 \xc2\x9b" "31m \xc2\xa0", "c1 \\xc2\\x9b31m \xc2\xa0"},
        {"raw \x9b" "1m \xff\xc3", "raw \\x9b1m \\xff\\xc3"},
        {"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"},
        {"", ""},
    };
    struct capture capture;
    char expected[128];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(expected, sizeof(expected), "bridgejob ingest: error: %s\n", cases[i].printed);
        capture_start(&capture, STDERR_FILENO);
        log_error("%s", cases[i].text);
        assert_string_equal(capture_end(&capture), expected);
    }
}

static void test_long_text_is_not_cut(void **state)
{
    struct capture capture;
    char text[5000];
    const char *printed;

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    capture_start(&capture, STDERR_FILENO);
    log_warning("%s", text);
    printed = capture_end(&capture);
    assert_int_equal(strlen(printed), strlen("bridgejob ingest: warning: \n") + sizeof(text) - 1);
}

static void test_colors(void **state)
{
    struct capture capture;

    (void)state;
    log_set_color(COLOR_ALWAYS);
    capture_start(&capture, STDERR_FILENO);
    log_error("e");
    log_warning("w");
    log_hint("h");
    log_info("i");
    assert_string_equal(capture_end(&capture), "bridgejob ingest: \033[01;31merror:\033[0m e\n"
                                               "bridgejob ingest: \033[01;35mwarning:\033[0m w\n"
                                               "bridgejob ingest: \033[01;36mhint:\033[0m h\n"
                                               "bridgejob ingest: i\n");
}

static void set_or_unset(const char *name, const char *value)
{
    if (value != NULL)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void test_when_to_color(void **state)
{
    static const struct {
        enum color_choice choice;
        bool terminal;
        const char *no_color, *term;
        bool colored;
    } cases[] = {
        {COLOR_AUTO, true, NULL, "xterm", true},
        {COLOR_AUTO, true, NULL, NULL, true},
        {COLOR_AUTO, true, "", "xterm", true},
        {COLOR_AUTO, true, "1", "xterm", false},
        {COLOR_AUTO, true, "0", "xterm", false},
        {COLOR_AUTO, true, NULL, "dumb", false},
        {COLOR_AUTO, false, NULL, "xterm", false},
        {COLOR_ALWAYS, false, "1", "dumb", true},
        {COLOR_NEVER, true, NULL, "xterm", false},
    };
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    int file = memfd_create("no terminal", 0);

    (void)state;
    assert_true(terminal >= 0 && file >= 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        set_or_unset("NO_COLOR", cases[i].no_color);
        set_or_unset("TERM", cases[i].term);
        log_set_color(cases[i].choice);
        assert_int_equal(log_use_color(cases[i].terminal ? terminal : file), cases[i].colored);
    }
    close(terminal);
    close(file);
}

static void test_the_program_name_is_copied_and_cut(void **state)
{
    struct capture capture;
    char name[200];
    const char *printed;

    (void)state;
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    log_set_program(name);
    name[0] = 'X';
    capture_start(&capture, STDERR_FILENO);
    log_info("i");
    printed = capture_end(&capture);
    assert_int_equal(printed[0], 'n');
    assert_int_equal(strlen(printed), 63 + strlen(": i\n"));
}

static void test_errno_survives_and_stdout_comes_first(void **state)
{
    struct capture both;

    (void)state;
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    log_set_color(COLOR_AUTO); /* asks whether it is a terminal, which sets errno */
    capture_start(&both, STDOUT_FILENO);
    int saved = dup(STDERR_FILENO);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    printf("result\n");
    errno = EDOM;
    log_warning("behind it");
    int after = errno;
    dup2(saved, STDERR_FILENO);
    close(saved);
    assert_string_equal(capture_end(&both), "result\nbridgejob ingest: warning: behind it\n");
    assert_int_equal(after, EDOM);
}

/* What is held is not printed, and only the first of it is kept; warnings go out. */
static void test_hold(void **state)
{
    struct capture capture;
    struct log_held held = {.error = "", .hint = ""};

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    log_hold(&held);
    log_error("%s", "first");
    log_hint("%s", "do this");
    log_hint("not that");
    log_error("second");
    log_hint("of the second");
    log_warning("w");
    log_hint("of the warning");
    log_hold(NULL);
    assert_string_equal(capture_end(&capture),
                        "bridgejob ingest: warning: w\nbridgejob ingest: hint: of the warning\n");
    assert_string_equal(held.error, "first");
    assert_string_equal(held.hint, "do this");

    capture_start(&capture, STDERR_FILENO);
    log_print_held(&held);
    assert_string_equal(capture_end(&capture), "bridgejob ingest: error: first\nbridgejob ingest: hint: do this\n");
    held.error[0] = '\0';
    capture_start(&capture, STDERR_FILENO);
    log_print_held(&held);
    assert_string_equal(capture_end(&capture), "");
}

/* The first error that is printed stays; what is held is none until then. */
static int keeps_the_first(void *arg)
{
    struct log_held held = {.error = "", .hint = ""};
    struct capture capture;
    char longer[600];

    (void)arg;
    capture_start(&capture, STDERR_FILENO);
    log_warning("w");
    log_hold(&held);
    log_error("held");
    log_hold(NULL);
    bool none = log_first_error()[0] == '\0';
    memset(longer, 'x', sizeof(longer));
    memcpy(longer + sizeof(longer) - sizeof("end"), "end", sizeof("end"));
    memcpy(longer, "a\n\xe9\xc3\xa9", 5);
    memcpy(longer + 504, "\xc3\xa9", 2); /* behind 4 bytes more for each of two that are made visible: cut in two */
    log_error("%s", longer);
    log_error("second");
    capture_end(&capture);
    return !none || strncmp(log_first_error(), "a\\x0a\\xe9\xc3\xa9xxx", 14) != 0 || strlen(log_first_error()) != 510;
}

static void test_the_first_error(void **state)
{
    (void)state;
    assert_int_equal(proc_wait(proc_fork(keeps_the_first, NULL)), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_first_error, setup), /* before there is any */
        cmocka_unit_test_setup(test_levels_and_hints, setup),
        cmocka_unit_test_setup(test_hostile_text_cannot_drive_the_terminal, setup),
        cmocka_unit_test_setup(test_long_text_is_not_cut, setup),
        cmocka_unit_test_setup(test_colors, setup),
        cmocka_unit_test_setup(test_when_to_color, setup),
        cmocka_unit_test_setup(test_the_program_name_is_copied_and_cut, setup),
        cmocka_unit_test_setup(test_errno_survives_and_stdout_comes_first, setup),
        cmocka_unit_test_setup(test_hold, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
