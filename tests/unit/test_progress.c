#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "core/progress.h"
#include "core/time.h"
#include "tests/unit/capture.h"
#include "tests/unit/unit.h"

/* A terminal that stands in for stderr. */
struct screen {
    int master;
    int saved;
    char text[1024];
};

static void screen_start(struct screen *screen, unsigned short width)
{
    struct winsize window = {.ws_row = 24, .ws_col = width};
    int slave;

    screen->master = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(screen->master);
    unlockpt(screen->master);
    slave = open(ptsname(screen->master), O_RDWR | O_NOCTTY);
    ioctl(slave, TIOCSWINSZ, &window);
    screen->saved = dup(STDERR_FILENO);
    dup2(slave, STDERR_FILENO);
    close(slave);
}

/* All that was written: a terminal hands it over in parts, and fails when nobody has its other end any more. */
static const char *screen_end(struct screen *screen)
{
    size_t len = 0;
    ssize_t n;

    dup2(screen->saved, STDERR_FILENO);
    close(screen->saved);
    while (len < sizeof(screen->text) - 1 &&
           (n = read(screen->master, screen->text + len, sizeof(screen->text) - 1 - len)) > 0)
        len += (size_t)n;
    close(screen->master);
    screen->text[len] = '\0';
    return screen->text;
}

/* As if it had begun ten seconds ago. */
static void ten_seconds_pass(struct progress *progress)
{
    progress->started -= 10 * TIME_SECOND;
    progress->painted -= 10 * TIME_SECOND;
}

static int setup(void **state)
{
    (void)state;
    return setenv("TERM", "xterm", 1);
}

static void test_lines(void **state)
{
    static const struct {
        int64_t total, bytes, lines, rejects;
        const char *line;
    } cases[] = {
        {4096, 1024, 105, 0, "\ra.gz: 1.0 kB of 4.0 kB (25%), 10 lines/s, ETA 0:00:30\033[K"},
        {4096, 4096, 105, 3, "\ra.gz: 4.0 kB of 4.0 kB (100%), 10 lines/s, 3 rejected\033[K"},
        {4096, 0, 0, 0, "\ra.gz: 0 B of 4.0 kB (0%), 0 lines/s\033[K"},
        {0, 1536, 105, 1, "\ra.gz: 1.5 kB, 10 lines/s, 1 rejected\033[K"},
        {0, 1023, 0, 0, "\ra.gz: 1023 B, 0 lines/s\033[K"},
        {INT64_C(1) << 50, INT64_C(1) << 39, 105, 0,
         "\ra.gz: 512.0 GB of 1024.0 TB (0%), 10 lines/s, ETA 5:41:10\033[K"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct progress progress;
        struct screen screen;
        char *eta;

        screen_start(&screen, 100);
        progress_start(&progress, "a.gz", cases[i].total, false);
        ten_seconds_pass(&progress);
        progress_update(&progress, cases[i].bytes, cases[i].lines, cases[i].rejects);
        screen_end(&screen);
        eta = strstr(screen.text, "ETA 5:41:1"); /* long ETAs move with the microseconds */
        if (eta != NULL)
            eta[10] = '0';
        assert_string_equal(screen.text, cases[i].line);
    }
}

static void test_other_work_is_told_in_words(void **state)
{
    struct progress progress;
    struct screen screen;

    (void)state;
    screen_start(&screen, 100);
    progress_start(&progress, "table 1 of 2, a\nb", 0, false);
    progress_say(&progress, "too early");
    ten_seconds_pass(&progress);
    progress_say(&progress, "scanning heap\033, 40%");
    progress_say(&progress, "too early again");
    progress_end(&progress);
    progress_say(&progress, "too late");
    assert_string_equal(screen_end(&screen), "\rtable 1 of 2, a\\x0ab: scanning heap\\x1b, 40%\033[K\r\033[K");
}

static void test_it_is_painted_seldom_and_wiped(void **state)
{
    struct progress progress;
    struct screen screen;

    (void)state;
    screen_start(&screen, 100);
    progress_start(&progress, "a", 0, false);
    progress_update(&progress, 1, 1, 0);
    ten_seconds_pass(&progress);
    progress_update(&progress, 2, 0, 0);
    progress_update(&progress, 3, 0, 0);
    progress_end(&progress);
    progress_update(&progress, 4, 0, 0);
    progress_end(&progress);
    assert_string_equal(screen_end(&screen), "\ra: 2 B, 0 lines/s\033[K\r\033[K");
}

static void test_what_was_never_painted_is_not_wiped(void **state)
{
    struct progress progress;
    struct screen screen;

    (void)state;
    screen_start(&screen, 100);
    progress_start(&progress, "a", 0, false);
    progress_end(&progress);
    assert_string_equal(screen_end(&screen), "");
}

/* One column is left for the cursor; characters, not bytes, count. */
static void test_it_never_wraps(void **state)
{
    static const struct {
        unsigned short width;
        const char *label, *line;
    } cases[] = {
        {12, "a", "\ra: 0 B, 0 l\033[K"},
        {12, "\xc3\xa4\xc3\xb6", "\r\xc3\xa4\xc3\xb6: 0 B, 0 \033[K"},
        {3, "\xc3\xa4\xc3\xb6\xc3\xbc", "\r\xc3\xa4\xc3\xb6\033[K"},
        {1, "a", "\r\033[K"},
        {0, "a", "\ra: 0 B, 0 lines/s\033[K"},
        {100, "\033[2J", "\r\\x1b[2J: 0 B, 0 lines/s\033[K"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct progress progress;
        struct screen screen;

        screen_start(&screen, cases[i].width);
        progress_start(&progress, cases[i].label, 0, false);
        ten_seconds_pass(&progress);
        progress_update(&progress, 0, 0, 0);
        assert_string_equal(screen_end(&screen), cases[i].line);
    }
}

static void test_quiet_or_dumb(void **state)
{
    static const struct {
        bool quiet;
        const char *term;
    } cases[] = {{true, "xterm"}, {false, "dumb"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct progress progress;
        struct screen screen;

        setenv("TERM", cases[i].term, 1);
        screen_start(&screen, 80);
        progress_start(&progress, "a", 0, cases[i].quiet);
        ten_seconds_pass(&progress);
        progress_update(&progress, 1, 1, 1);
        progress_end(&progress);
        assert_string_equal(screen_end(&screen), "");
    }
}

static void test_off_a_terminal(void **state)
{
    struct progress progress;
    struct capture capture;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    progress_start(&progress, "a", 0, false);
    ten_seconds_pass(&progress);
    progress_update(&progress, 1, 1, 1);
    progress_end(&progress);
    assert_string_equal(capture_end(&capture), "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lines, setup),
        cmocka_unit_test_setup(test_other_work_is_told_in_words, setup),
        cmocka_unit_test_setup(test_it_is_painted_seldom_and_wiped, setup),
        cmocka_unit_test_setup(test_what_was_never_painted_is_not_wiped, setup),
        cmocka_unit_test_setup(test_it_never_wraps, setup),
        cmocka_unit_test_setup(test_quiet_or_dumb, setup),
        cmocka_unit_test_setup(test_off_a_terminal, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
