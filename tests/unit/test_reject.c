#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "pipe/reject.h"

static char dir[40];
static struct capture said;

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/bridgejob_reject_XXXXXX");
    return mkdtemp(dir) == NULL;
}

/* Remove what a test left; there is nothing but files in it. */
static int remove_dir(void **state)
{
    DIR *entries = opendir(dir);

    (void)state;
    for (const struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries != NULL)
        closedir(entries);
    return rmdir(dir);
}

static const char *path_of(const char *name)
{
    static char path[300];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void check_file(const char *name, const char *bytes, size_t n)
{
    char content[2000];
    struct stat st;
    FILE *file = fopen(path_of(name), "rb");

    if (file == NULL)
        fail_msg("'%s' is not there", name);
    assert_int_equal(fread(content, 1, sizeof(content), file), n);
    assert_memory_equal(content, bytes, n);
    assert_int_equal(fstat(fileno(file), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    fclose(file);
}

#define HOLDS(name, literal) check_file(name, literal, sizeof(literal) - 1)

static size_t count_files(void)
{
    DIR *entries = opendir(dir);
    size_t n = 0;

    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(entries);
    return n;
}

/* Byte for byte, NUL, CR and what is no UTF-8 included; one record a line, in the order refused. */
static void test_files(void **state)
{
    struct reject reject;

    (void)state;
    reject_init(&reject, dir, "logs/a \"b\".ndjson.gz", 42);
    assert_int_equal(count_files(), 0);
    assert_int_equal(reject_line(&reject, 3, 17, SPAN("x\0\xff\r"), REASON_INVALID_UTF8, "at byte 1", NULL), 0);
    assert_int_equal(reject_line(&reject, 9, INT64_C(5000000000), SPAN(""), REASON_SERVER_REFUSED, "say \"no\"\n",
                                 "22P05"), 0);
    assert_int_equal(reject_line(&reject, 10, 0, SPAN("{}"), REASON_MISSING_EVENT_TYPE, "", NULL), 0);
    assert_int_equal(reject.count, 3);
    assert_int_equal(reject.by_reason[REASON_INVALID_UTF8], 1);
    assert_int_equal(reject.by_reason[REASON_SERVER_REFUSED], 1);
    assert_int_equal(reject.by_reason[REASON_MISSING_EVENT_TYPE], 1);
    assert_int_equal(access(path_of("a \"b\".ndjson.gz.42.rej"), F_OK), -1); /* whole or not at all */
    assert_int_equal(reject_commit(&reject), 0);
    reject_release(&reject);
    assert_int_equal(count_files(), 2);
    HOLDS("a \"b\".ndjson.gz.42.rej", "x\0\xff\r\n\n{}\n");
    HOLDS("a \"b\".ndjson.gz.42.rej.jsonl",
          "{\"file\":\"logs/a \\\"b\\\".ndjson.gz\",\"line\":3,\"offset\":17,\"length\":4,\"reason\":\"invalid_utf8\","
          "\"detail\":\"at byte 1\"}\n"
          "{\"file\":\"logs/a \\\"b\\\".ndjson.gz\",\"line\":9,\"offset\":5000000000,\"length\":0,"
          "\"reason\":\"server_refused\",\"detail\":\"say \\\"no\\\"\\n\",\"sqlstate\":\"22P05\"}\n"
          "{\"file\":\"logs/a \\\"b\\\".ndjson.gz\",\"line\":10,\"offset\":0,\"length\":2,"
          "\"reason\":\"missing_event_type\",\"detail\":\"\"}\n");
}

static void refuse_one(const char *file, long long run)
{
    struct reject reject;

    reject_init(&reject, dir, file, run);
    assert_int_equal(reject_line(&reject, 1, 0, SPAN("x"), REASON_INVALID_JSON, "d", NULL), 0);
    assert_int_equal(reject_commit(&reject), 0);
    reject_release(&reject);
}

/* Files of one name in one run keep their lines apart; another run has files of its own. */
static void test_names(void **state)
{
    (void)state;
    refuse_one("one/a.json", 7);
    refuse_one("two/a.json", 7);
    refuse_one("a.json", 7);
    refuse_one("a.json", 8);
    refuse_one("-", 7);
    assert_int_equal(count_files(), 10);
    HOLDS("a.json.7.rej", "x\n");
    HOLDS("a.json.7-2.rej", "x\n");
    HOLDS("a.json.7-3.rej", "x\n");
    HOLDS("a.json.8.rej", "x\n");
    HOLDS("stdin.7.rej", "x\n");
    HOLDS("a.json.7-2.rej.jsonl",
          "{\"file\":\"two/a.json\",\"line\":1,\"offset\":0,\"length\":1,\"reason\":\"invalid_json\","
          "\"detail\":\"d\"}\n");
    HOLDS("stdin.7.rej.jsonl",
          "{\"file\":\"-\",\"line\":1,\"offset\":0,\"length\":1,\"reason\":\"invalid_json\",\"detail\":\"d\"}\n");
}

/* A name the directory takes may be too long with our endings: cut between two characters, told apart by a hash. */
static void test_long_names(void **state)
{
    char name[256];

    (void)state;
    memset(name, 'a', 255);
    name[255] = '\0';
    memcpy(name + 189, "\xc3\xa9", 2); /* 190 bytes would halve it */
    refuse_one(name, INT64_MAX);
    name[254] = 'b';
    refuse_one(name, INT64_MAX);
    refuse_one(name, INT64_MAX); /* "-2" */
    assert_int_equal(count_files(), 6);
    name[207] = '\0'; /* the longest that is kept as it is */
    refuse_one(name, 7);
    snprintf(name + 207, sizeof(name) - 207, ".7.rej.jsonl");
    assert_int_equal(access(path_of(name), F_OK), 0);
    name[189] = '\0';
    DIR *entries = opendir(dir);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strchr(entry->d_name, '~') != NULL)
            assert_true(strncmp(entry->d_name, name, 189) == 0 && entry->d_name[189] == '~');
    }
    closedir(entries);
}

/* Refused lines that are refused again go by the name of the file they came from. */
static void test_names_of_retries(void **state)
{
    static const struct {
        const char *file;
        const char *name;
    } cases[] = {
        {"rejects/a.json.7.rej", "a.json.9.rej"}, {"b.json.17890-2.rej", "b.json.9.rej"}, {"c.rej", "c.rej.9.rej"},
        {"d.7.rej.jsonl", "d.7.rej.jsonl.9.rej"}, {".7.rej", ".7.rej.9.rej"},             {"7.rej", "7.rej.9.rej"},
        {"e7.rej", "e7.rej.9.rej"},               {".rej", ".rej.9.rej"},                 {"f.1", "f.1.9.rej"},
        {"g.5.rej", "g.9.rej"},                   {"h.7.reh", "h.7.reh.9.rej"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        refuse_one(cases[i].file, 9);
        HOLDS(cases[i].name, "x\n");
        assert_int_equal(count_files(), 2 * (i + 1));
    }
}

/* A line too long for memory: its pieces are joined, and it counts once, when its length is known. */
static void test_pieces(void **state)
{
    struct reject reject;
    struct line piece = {.raw = SPAN("abc"), .number = 5, .offset = 100, .too_long = true};

    (void)state;
    reject_init(&reject, dir, "f", 1);
    assert_int_equal(reject_piece(&reject, &piece, 100, 3), 0);
    assert_int_equal(reject.count, 0);
    piece.raw = SPAN("d\0");
    piece.offset = 103;
    assert_int_equal(reject_piece(&reject, &piece, 100, 5), 0);
    piece.raw = SPAN("");
    piece.last_piece = true;
    assert_int_equal(reject_piece(&reject, &piece, 100, 5), 0);
    assert_int_equal(reject.count, 1);
    assert_int_equal(reject.by_reason[REASON_LINE_TOO_LONG], 1);
    assert_int_equal(reject_line(&reject, 6, 106, SPAN("y"), REASON_INVALID_JSON, "d", NULL), 0);
    assert_int_equal(reject_commit(&reject), 0);
    reject_release(&reject);
    HOLDS("f.1.rej", "abcd\0\ny\n");
    HOLDS("f.1.rej.jsonl",
          "{\"file\":\"f\",\"line\":5,\"offset\":100,\"length\":5,\"reason\":\"line_too_long\","
          "\"detail\":\"longer than --max-line\"}\n"
          "{\"file\":\"f\",\"line\":6,\"offset\":106,\"length\":1,\"reason\":\"invalid_json\",\"detail\":\"d\"}\n");
}

/* Nothing refused, a dry run, or a run that failed: no file. */
static void test_no_files(void **state)
{
    struct reject reject;
    struct line piece = {.raw = SPAN("abc"), .number = 5, .too_long = true, .last_piece = true};

    (void)state;
    reject_init(&reject, dir, "f", 1);
    assert_int_equal(reject_commit(&reject), 0);
    reject_release(&reject);
    reject_init(&reject, NULL, "f", 1);
    assert_int_equal(reject_line(&reject, 1, 0, SPAN("x"), REASON_INVALID_JSON, "d", NULL), 0);
    assert_int_equal(reject_piece(&reject, &piece, 0, 3), 0);
    assert_int_equal(reject.count, 2);
    assert_int_equal(reject_commit(&reject), 0);
    reject_release(&reject);
    assert_int_equal(count_files(), 0);
    reject_init(&reject, dir, "f", 1);
    assert_int_equal(reject_line(&reject, 1, 0, SPAN("x"), REASON_INVALID_JSON, "d", NULL), 0);
    assert_int_equal(count_files(), 2);
    reject_release(&reject);
    assert_int_equal(count_files(), 0);
}

/* The directory is made, with its parents, when it is first needed, and only for its owner. */
static void test_makes_directory(void **state)
{
    char deep[300];
    struct reject reject;
    struct stat st;

    (void)state;
    snprintf(deep, sizeof(deep), "%s/p/q", dir);
    reject_init(&reject, deep, "f", 1);
    assert_int_equal(reject_line(&reject, 1, 0, SPAN("x"), REASON_INVALID_JSON, "d", NULL), 0);
    assert_int_equal(reject_commit(&reject), 0);
    reject_release(&reject);
    assert_int_equal(stat(deep, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    HOLDS("p/q/f.1.rej", "x\n");
    assert_int_equal(unlink(path_of("p/q/f.1.rej")), 0);
    assert_int_equal(unlink(path_of("p/q/f.1.rej.jsonl")), 0);
    assert_int_equal(rmdir(deep), 0);
    assert_int_equal(rmdir(path_of("p")), 0);
}

/* A full disk is known with the line that does not fit, of either file; nothing is left. */
static void test_full_disk(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct reject reject;
        int full = open("/dev/full", O_WRONLY | O_CLOEXEC), rc;

        reject_init(&reject, dir, "f", 1);
        assert_int_equal(reject_line(&reject, 1, 0, SPAN("x"), REASON_INVALID_JSON, "d", NULL), 0);
        dup2(full, which == 0 ? reject.lines.fd : reject.records.fd);
        close(full);
        capture_start(&said, STDERR_FILENO);
        rc = reject_line(&reject, 2, 2, SPAN("y"), REASON_INVALID_JSON, "d", NULL);
        capture_end(&said);
        assert_int_equal(rc, ERR_CANTCREATE);
        assert_non_null(strstr(said.text, "error: cannot write refused lines of 'f': No space left on device\n"));
        assert_int_equal(reject.count, 2);
        reject_release(&reject);
        assert_int_equal(count_files(), 0);
    }
}

static void test_no_directory(void **state)
{
    struct reject reject;
    int rc;

    (void)state;
    reject_init(&reject, "/dev/null/rejects", "f", 1);
    capture_start(&said, STDERR_FILENO);
    rc = reject_line(&reject, 1, 0, SPAN("x"), REASON_INVALID_JSON, "d", NULL);
    capture_end(&said);
    assert_int_equal(rc, ERR_CANTCREATE);
    assert_non_null(strstr(said.text, "'/dev/null'"));
    reject_release(&reject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_names, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_long_names, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_names_of_retries, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_pieces, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_no_files, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_makes_directory, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(test_full_disk, make_dir, remove_dir),
        cmocka_unit_test(test_no_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
