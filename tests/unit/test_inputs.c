#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "jobs/ingest/inputs.h"

static char top[40];

/* What lies in the directory; a '/' at the end makes it one, a '>' a link to nowhere. */
static const char *const tree[] = {
    "b.ndjson", "a.json", "c.jsonl.gz", "d.ndjson.gz", "e.json.gz", "B.jsonl", "sub.json/", "sub.json/x.ndjson",
    ".hidden.json", ".json", "readme.txt", "x.ndjson.bz2", "x.NDJSON", "json", "ndjson.gz", "log.gz", "a.json.1.rej",
    "a.json.1.rej.jsonl", "gone.json>",
};

static const char *path_of(const char *name)
{
    static char paths[16][200];
    static size_t next;
    char *path = paths[next++ % 16];

    snprintf(path, sizeof(paths[0]), "%s/%s", top, name);
    path[strcspn(path, ">")] = '\0';
    return path;
}

static int make_tree(void **state)
{
    (void)state;
    snprintf(top, sizeof(top), "/tmp/bridgejob_inputs_XXXXXX");
    if (mkdtemp(top) == NULL)
        return -1;
    for (size_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++) {
        const char *path = path_of(tree[i]);

        if (tree[i][strlen(tree[i]) - 1] == '/')
            mkdir(path, 0700);
        else if (strchr(tree[i], '>') != NULL)
            assert_int_equal(symlink("/nowhere", path), 0);
        else
            close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    }
    return mkdir(path_of("empty"), 0700);
}

static int remove_tree(void **state)
{
    (void)state;
    for (size_t i = sizeof(tree) / sizeof(tree[0]); i-- > 0;)
        remove(path_of(tree[i]));
    rmdir(path_of("empty"));
    return rmdir(top);
}

/* 'wanted' names the files within the directory, each with a blank behind it. */
static void check_inputs(const char *const *operands, size_t n, int rc, const char *wanted)
{
    struct inputs inputs;
    char found[1000] = "";
    size_t len = 0;

    assert_int_equal(inputs_collect(&inputs, operands, n), rc);
    for (size_t i = 0; i < inputs.n; i++) {
        const char *path = inputs.paths[i];

        if (strncmp(path, top, strlen(top)) == 0)
            path += strlen(top) + 1;
        len += (size_t)snprintf(found + len, sizeof(found) - len, "%s ", path);
    }
    assert_string_equal(found, wanted);
    inputs_release(&inputs);
    assert_int_equal(inputs.n, 0);
}

/* By name, in the order of bytes or letters; nothing of a directory within, nothing hidden, nothing of ours. */
static void test_directory(void **state)
{
    const char *const whole[] = {top}, *const slash[] = {path_of("")}, *const empty[] = {path_of("empty")};

    (void)state;
    check_inputs(whole, 1, 0, "B.jsonl a.json b.ndjson c.jsonl.gz d.ndjson.gz e.json.gz gone.json ");
    check_inputs(slash, 1, 0, "B.jsonl a.json b.ndjson c.jsonl.gz d.ndjson.gz e.json.gz gone.json ");
    check_inputs(empty, 1, 0, "");
}

/* A file that is named is taken whatever it is called; one met twice only once. */
static void test_files(void **state)
{
    const char *const files[] = {path_of("readme.txt"), "-", path_of("b.ndjson"), "-", path_of("readme.txt")};
    const char *const both[] = {path_of("d.ndjson.gz"), top, path_of("a.json"), path_of("a.json.1.rej.jsonl")};
    const char *const device[] = {"/dev/null"};

    (void)state;
    check_inputs(files, 5, 0, "readme.txt - b.ndjson ");
    check_inputs(both, 4, 0, "d.ndjson.gz B.jsonl a.json b.ndjson c.jsonl.gz e.json.gz gone.json a.json.1.rej.jsonl ");
    check_inputs(device, 1, 0, "/dev/null ");
    check_inputs(NULL, 0, 0, "");
}

static void test_missing(void **state)
{
    const char *const operands[] = {path_of("b.ndjson"), "/nowhere/x", path_of("a.json")};
    struct capture capture;
    struct inputs inputs;
    int rc;

    (void)state;
    capture_start(&capture, STDERR_FILENO);
    rc = inputs_collect(&inputs, operands, 3);
    capture_end(&capture);
    assert_int_equal(rc, ERR_NOINPUT);
    assert_int_equal(inputs.n, 2);
    assert_non_null(strstr(capture.text, "error: cannot open '/nowhere/x': No such file or directory\n"));
    assert_non_null(strstr(capture.text, "hint: "));
    inputs_release(&inputs);
}

/* Many files: in order, none lost. */
static void test_many(void **state)
{
    enum { MANY = 200 };
    char path[300], sub[250];
    struct inputs inputs;
    const char *const operands[] = {sub};

    (void)state;
    snprintf(sub, sizeof(sub), "%s/empty", top);
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof(path), "%s/%03d.json", sub, i * 7 % MANY);
        close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    }
    assert_int_equal(inputs_collect(&inputs, operands, 1), 0);
    assert_int_equal(inputs.n, MANY);
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof(path), "%s/%03d.json", sub, i);
        assert_string_equal(inputs.paths[i], path);
        unlink(path);
    }
    inputs_release(&inputs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directory),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
