#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "capture.h"
#include "core/err.h"
#include "core/log.h"
#include "pipe/source.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const size_t caps[] = {1, 7, 100, 65536, 1048576};

/* Read to the end in pieces of 'cap'; what comes after the end is the same again. */
static enum source_fault drain(struct source *source, struct buf *out, size_t cap)
{
    ssize_t n;

    buf_reset(out);
    do {
        char *room = buf_reserve(out, cap);
        assert_non_null(room);
        n = source_read(source, room, cap);
        assert_true(n <= (ssize_t)cap);
        if (n > 0)
            out->len += (size_t)n;
    } while (n > 0);
    assert_int_equal(n, source->fault == SOURCE_FINE ? 0 : -1);
    assert_int_equal(source_read(source, buf_reserve(out, 1), 1), n);
    assert_int_equal(source->bytes_out, out->len);
    return source->fault;
}

/* The file of those bytes gives that text, whatever the size of the reads, verified before or not. */
static void check_file(const char *what, struct span bytes, struct span text, enum source_fault fault, int members)
{
    struct bytes_file file;
    struct source source;
    struct buf out;

    buf_init(&out);
    bytes_file_make(&file, bytes.at, bytes.len);
    for (size_t i = 0; i < 2 * LENGTH(caps); i++) {
        struct source_check check;
        bool verified = i % 2 == 1;

        if (caps[i / 2] < 100 && bytes.len > 10000)
            continue;
        assert_int_equal(source_open(&source, file.path), 0);
        if (verified) {
            assert_int_equal(source_verify(&source, &check), 0);
            assert_int_equal(check.members, members);
            assert_int_equal(check.fault, fault);
            assert_int_equal(check.trusted, source.gzip ? (int64_t)text.len : -1);
        }
        if (drain(&source, &out, caps[i / 2]) != fault)
            fail_msg("%s: %s", what, source_fault_text(source.fault));
        if (!span_equal(buf_span(&out), text))
            fail_msg("%s: %zu bytes, not the %zu wanted", what, out.len, text.len);
        if (fault == SOURCE_FINE)
            assert_int_equal(source.bytes_read, bytes.len);
        source_release(&source);
    }
    bytes_file_release(&file);
    buf_release(&out);
}

static void test_plain(void **state)
{
    struct buf noise;

    (void)state;
    buf_init(&noise);
    check_file("empty", SPAN(""), SPAN(""), SOURCE_FINE, 0);
    check_file("text", SPAN("a\nb"), SPAN("a\nb"), SOURCE_FINE, 0);
    check_file("one byte", SPAN("\x1f"), SPAN("\x1f"), SOURCE_FINE, 0);
    check_file("half a magic", SPAN("\x1fz\x8b"), SPAN("\x1fz\x8b"), SOURCE_FINE, 0);
    check_file("NUL bytes", SPAN("\0a\0"), SPAN("\0a\0"), SOURCE_FINE, 0);
    bytes_add_noise(&noise, 700001); /* more than two chunks */
    check_file("large", buf_span(&noise), buf_span(&noise), SOURCE_FINE, 0);
    buf_release(&noise);
}

/* 'gz' and 'text' get what the parts are: numbers of bytes of noise as members; -1: 1000 zeros; -2: garbage. */
static void make_parts(struct buf *gz, struct buf *text, const int *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf part;

        buf_init(&part);
        if (parts[i] >= 0) {
            bytes_add_noise(&part, (size_t)parts[i]);
            bytes_add_gzip(gz, part.data, part.len, 6);
            buf_add_span(text, buf_span(&part));
        } else {
            for (int j = 0; j < 1000; j++)
                buf_add_char(gz, parts[i] == -1 ? '\0' : 'g');
        }
        buf_release(&part);
    }
}

static void test_gzip(void **state)
{
    static const struct {
        const char *what;
        int parts[4];
        size_t n;
        enum source_fault fault;
        int members;
    } cases[] = {
        {"one member", {100}, 1, SOURCE_FINE, 1},
        {"of nothing", {0}, 1, SOURCE_FINE, 1},
        {"joined", {10, 20, 30}, 3, SOURCE_FINE, 3},
        {"joined with empty ones", {0, 20, 0, 30}, 4, SOURCE_FINE, 4},
        {"large", {300000, 600000}, 2, SOURCE_FINE, 2},
        {"zero padding", {10, -1}, 2, SOURCE_FINE, 1},
        {"much zero padding", {10, -1, -1, -1}, 4, SOURCE_FINE, 1},
        {"garbage behind", {10, -2}, 2, SOURCE_GARBAGE, 1},
        {"garbage behind two", {10, 300000, -2}, 3, SOURCE_GARBAGE, 2},
        {"garbage behind nothing", {0, -2}, 2, SOURCE_GARBAGE, 1},
        {"garbage behind padding", {10, -1, -2}, 3, SOURCE_GARBAGE, 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct buf gz, text;

        buf_init(&gz);
        buf_init(&text);
        make_parts(&gz, &text, cases[i].parts, cases[i].n);
        check_file(cases[i].what, buf_span(&gz), text.len > 0 ? buf_span(&text) : SPAN(""), cases[i].fault,
                   cases[i].members);
        buf_release(&gz);
        buf_release(&text);
    }
}

/* Two members: text with long matches, and noise. '*first' is where the second begins. */
static void make_pair(struct buf *gz, struct buf *text, size_t *first, size_t *first_text)
{
    for (int i = 0; i < 60; i++)
        buf_printf(text, "{\"event_type\":\"STEP_COMPLETED\",\"step_order\":%d}\n", i);
    for (int i = 0; i < 700; i++)
        buf_add_char(text, 'x'); /* matches of the greatest length, 258 */
    bytes_add_gzip(gz, text->data, text->len, 9);
    *first = gz->len;
    *first_text = text->len;
    bytes_add_noise(text, 100);
    bytes_add_gzip(gz, text->data + *first_text, text->len - *first_text, 9);
}

/* What zlib makes of the first 'n' bytes of a member, given all the room it wants. */
static size_t inflated(const char *at, size_t n)
{
    static unsigned char room[65536];
    z_stream z = {.avail_in = (uInt)n, .next_out = room, .avail_out = sizeof(room)};

    z.next_in = (unsigned char *)(uintptr_t)at;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    inflate(&z, Z_SYNC_FLUSH);
    n = z.total_out;
    inflateEnd(&z);
    return n;
}

/* Cut at every byte: never a clean end, but for where a member ends; all that can be inflated comes first. */
static void test_every_cut(void **state)
{
    struct buf gz, text;
    size_t first, first_text;

    (void)state;
    buf_init(&gz);
    buf_init(&text);
    make_pair(&gz, &text, &first, &first_text);
    assert_true(gz.len < 1000);
    for (size_t n = 2; n <= gz.len; n++) {
        bool whole = n == first || n == gz.len;
        size_t out = n < first ? inflated(gz.data, n) : first_text + inflated(gz.data + first, n - first);

        check_file("cut", (struct span){gz.data, n}, (struct span){text.data, out}, whole ? SOURCE_FINE : SOURCE_CUT,
                   (n >= first) + (n == gz.len));
    }
    buf_release(&gz);
    buf_release(&text);
}

/* Flip every bit: nothing that was changed passes for whole, and what is handed out of a verified file is right to the
 * last byte. But a few flips make the end of a member unrecognizable, and what follows is inflated to the end of the
 * file: that cannot be told from a cut. */
static void test_every_flip(void **state)
{
    struct buf gz, text, out;
    size_t first, first_text, by_fault[SOURCE_IO + 1] = {0};

    (void)state;
    buf_init(&gz);
    buf_init(&text);
    buf_init(&out);
    make_pair(&gz, &text, &first, &first_text);
    for (size_t bit = 16; bit < 8 * gz.len; bit++) { /* the first two bytes make it gzip */
        struct bytes_file file;
        struct source source;
        struct source_check check;

        gz.data[bit / 8] = (char)(gz.data[bit / 8] ^ 1 << bit % 8);
        bytes_file_make(&file, gz.data, gz.len);
        assert_int_equal(source_open(&source, file.path), 0);
        assert_int_equal(source_verify(&source, &check), 0);
        by_fault[check.fault]++;
        assert_int_equal(drain(&source, &out, 4096), check.fault);
        assert_int_equal(out.len, check.trusted);
        if (check.fault == SOURCE_DAMAGED)
            assert_int_equal(out.len, bit / 8 < first ? 0 : first_text);
        if (check.fault == SOURCE_GARBAGE)
            assert_int_equal(out.len, first_text);
        if (check.fault == SOURCE_FINE)
            assert_int_equal(out.len, text.len);
        if (check.fault != SOURCE_CUT)
            assert_memory_equal(out.data, text.data, out.len);
        source_release(&source);
        bytes_file_release(&file);
        gz.data[bit / 8] = (char)(gz.data[bit / 8] ^ 1 << bit % 8);
    }
    assert_true(by_fault[SOURCE_DAMAGED] > 4 * gz.len);
    /* Time, extra flags and system of two headers, their text flag, and the bits behind the last block. */
    assert_true(by_fault[SOURCE_FINE] <= 2 * (6 * 8 + 1 + 7));
    assert_true(by_fault[SOURCE_CUT] <= 8 * gz.len / 100);
    assert_int_equal(by_fault[SOURCE_IO], 0);
    buf_release(&gz);
    buf_release(&text);
    buf_release(&out);
}

/* A changed byte may inflate to other text: unverified it is handed out, and the fault told at the end. */
static void test_unverified(void **state)
{
    struct bytes_file file;
    struct source source;
    struct source_check check;
    struct buf gz, out;

    (void)state;
    buf_init(&gz);
    buf_init(&out);
    bytes_add_gzip(&gz, "abcdef", 6, 0); /* stored: bytes as they are */
    gz.data[17] = 'X';
    bytes_file_make(&file, gz.data, gz.len);
    assert_int_equal(source_open(&source, file.path), 0);
    assert_int_equal(drain(&source, &out, 100), SOURCE_DAMAGED);
    assert_string_equal(buf_text(&out), "abXdef");
    source_release(&source);
    assert_int_equal(source_open(&source, file.path), 0);
    assert_int_equal(source_verify(&source, &check), 0);
    assert_int_equal(drain(&source, &out, 100), SOURCE_DAMAGED);
    assert_int_equal(out.len, 0);
    source_release(&source);
    bytes_file_release(&file);
    buf_release(&gz);
    buf_release(&out);
}

/* Standard input is read through a pipe, in whatever pieces it comes, and cannot be verified. */
static void test_pipe(void **state)
{
    struct source source;
    struct source_check check;
    struct buf gz, out;
    int ends[2], kept = dup(STDIN_FILENO);

    (void)state;
    buf_init(&gz);
    buf_init(&out);
    bytes_add_gzip(&gz, "one\n", 4, 6);
    bytes_add_gzip(&gz, "two\n", 4, 6);
    assert_int_equal(pipe(ends), 0);
    if (fork() == 0) {
        for (size_t i = 0; i < gz.len; i++)
            if (write(ends[1], gz.data + i, 1) != 1)
                _exit(1);
        _exit(0);
    }
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(source_open(&source, "-"), 0);
    assert_true(source.gzip);
    assert_int_equal(source_verify(&source, &check), 0);
    assert_int_equal(check.fault, SOURCE_FINE);
    assert_int_equal(check.trusted, -1);
    assert_int_equal(drain(&source, &out, 3), SOURCE_FINE);
    assert_string_equal(buf_text(&out), "one\ntwo\n");
    source_release(&source);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* not ours to close */
    dup2(kept, STDIN_FILENO);
    close(kept);
    buf_release(&gz);
    buf_release(&out);
}

static void test_no_input(void **state)
{
    static const struct {
        const char *path;
        int rc;
        const char *message;
    } cases[] = {
        {"/nowhere/x", ERR_NOINPUT, "error: cannot open '/nowhere/x': No such file or directory\n"},
        {"/dev/null/x", ERR_NOINPUT, "error: cannot open '/dev/null/x': Not a directory\n"},
    };
    struct source source;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct capture capture;
        int rc;

        capture_start(&capture, STDERR_FILENO);
        rc = source_open(&source, cases[i].path);
        capture_end(&capture);
        assert_int_equal(rc, cases[i].rc);
        assert_non_null(strstr(capture.text, cases[i].message));
        source_release(&source); /* safe after a failure */
    }
    /* A directory opens, but cannot be read. */
    assert_int_equal(source_open(&source, "/"), 0);
    assert_int_equal(source_read(&source, (char[8]){0}, 8), -1);
    assert_int_equal(source.fault, SOURCE_IO);
    assert_int_equal(source.error, EISDIR);
    source_release(&source);
}

static void test_fault_texts(void **state)
{
    (void)state;
    for (int i = SOURCE_FINE; i <= SOURCE_IO; i++) {
        assert_non_null(source_fault_text((enum source_fault)i));
        for (int j = SOURCE_FINE; j < i; j++)
            assert_string_not_equal(source_fault_text((enum source_fault)i), source_fault_text((enum source_fault)j));
    }
    assert_non_null(strstr(source_fault_text(SOURCE_CUT), "is cut"));
    assert_non_null(strstr(source_fault_text(SOURCE_DAMAGED), "is damaged"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),      cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_every_cut),  cmocka_unit_test(test_every_flip),
        cmocka_unit_test(test_unverified), cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_no_input),   cmocka_unit_test(test_fault_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
