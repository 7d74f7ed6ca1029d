#include "bytes.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "pipe/line.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define LONGEST 8

/* All lines as text: "number@offset[text]" with marks: '~' no '\n' behind it, 'b' blank, '+' a piece of a line that is
 * too long, '!' the last piece of one; what was left at a fault as "<rest>". */
static void tell(struct line_reader *reader, struct buf *out)
{
    struct line line;
    int more;

    buf_reset(out);
    while ((more = line_next(reader, &line)) > 0) {
        assert_int_equal(line.raw.len - line.text.len, line.ended && line.raw.len > 0 &&
                                                       line.raw.at[line.raw.len - 1] == '\r');
        assert_true(line.last_piece || line.too_long);
        buf_printf(out, "%lld@%lld[", (long long)line.number, (long long)line.offset);
        buf_add_span(out, line.text);
        buf_printf(out, "]%s%s%s%s ", line.ended || !line.last_piece ? "" : "~", line.blank ? "b" : "",
                   line.last_piece ? "" : "+", line.too_long && line.last_piece ? "!" : "");
    }
    if (more < 0)
        buf_printf(out, "<%zu>", line_rest(reader));
    else
        assert_int_equal(line_rest(reader), 0);
    assert_int_equal(line_next(reader, &line), more);
}

static void check_source(struct source *source, size_t longest, const char *what, const char *wanted)
{
    struct line_reader reader;
    struct buf told;

    buf_init(&told);
    assert_int_equal(line_init(&reader, source, longest), 0);
    tell(&reader, &told);
    if (strcmp(buf_text(&told), wanted) != 0)
        fail_msg("%s: '%s', not '%s'", what, buf_text(&told), wanted);
    line_release(&reader);
    buf_release(&told);
}

static void check_lines(struct span bytes, size_t longest, const char *wanted)
{
    struct bytes_file file;
    struct source source;

    bytes_file_make(&file, bytes.at, bytes.len);
    assert_int_equal(source_open(&source, file.path), 0);
    check_source(&source, longest, bytes.at, wanted);
    source_release(&source);
    bytes_file_release(&file);
}

#define BOM "\xef\xbb\xbf"

static const struct {
    struct span bytes;
    const char *lines;
} cases[] = {
    {{"", 0}, ""},
    {{"a\n", 2}, "1@0[a] "},
    {{"a", 1}, "1@0[a]~ "},
    {{"a\nb", 3}, "1@0[a] 2@2[b]~ "},
    {{"a\n\nb\n", 5}, "1@0[a] 2@2[]b 3@3[b] "},
    {{"\n\n", 2}, "1@0[]b 2@1[]b "},
    {{"a\r\nb\r\n", 6}, "1@0[a] 2@3[b] "},
    {{"\r\n \t\n", 5}, "1@0[]b 2@2[ \t]b "},
    {{"a\rb\n", 4}, "1@0[a\rb] "},           /* a lone CR ends no line */
    {{"a\r\r\n", 4}, "1@0[a\r] "},
    {{"a\r", 2}, "1@0[a\r]~ "},
    {{"\r", 1}, "1@0[\r]~b "},
    {{" \r\r \n", 5}, "1@0[ \r\r ]b "},
    {{"\v\n", 2}, "1@0[\v] "},
    {{BOM "a\nb\n", 7}, "1@3[a] 2@5[b] "},
    {{BOM, 3}, ""},
    {{BOM "\n", 4}, "1@3[]b "},
    {{BOM BOM "a\n", 8}, "1@3[" BOM "a] "}, /* only the first is one */
    {{"a\n" BOM "b\n", 7}, "1@0[a] 2@2[" BOM "b] "},
    {{"\xef\xbb", 2}, "1@0[\xef\xbb]~ "},
    {{"\xef\xbb\n\xbf", 4}, "1@0[\xef\xbb] 2@3[\xbf]~ "},
    {{"12345678\n", 9}, "1@0[12345678] "},
    {{"12345678\r\n", 10}, "1@0[12345678] "},
    {{"12345678", 8}, "1@0[12345678]~ "},
    {{"123456789\na\n", 12}, "1@0[123456789]! 2@10[a] "},
    {{"123456789\r\na\n", 13}, "1@0[123456789]! 2@11[a] "},
    {{"12345678\ra\nb\n", 13}, "1@0[12345678\ra]! 2@11[b] "},
    {{"123456789", 9}, "1@0[123456789]~! "},
    {{"12345678\r", 9}, "1@0[12345678\r]~! "},
    {{"         \na", 11}, "1@0[         ]! 2@10[a]~ "}, /* blanks, too, are too long */
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_lines(cases[i].bytes, LONGEST, cases[i].lines);
}

/* From a pipe: a process writes the parts one by one, each when the one before was read. */
static void check_pipe(const struct span *parts, size_t n, size_t longest, const char *wanted)
{
    struct source source;
    int ends[2], kept = dup(STDIN_FILENO), status;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_DIRECT), 0); /* one read(2) takes one part */
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        for (size_t i = 0; i < n; i++)
            if (parts[i].len > 0 && file_write_all(ends[1], parts[i].at, parts[i].len) != 0)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(source_open(&source, "-"), 0);
    check_source(&source, longest, parts[0].at, wanted);
    source_release(&source);
    dup2(kept, STDIN_FILENO);
    close(kept);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* Every case cut in two reads at every byte: what is not too long comes the same. */
static void test_every_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        if (strpbrk(cases[i].lines, "!") != NULL)
            continue; /* its pieces are as the reads are */
        for (size_t at = 0; at <= cases[i].bytes.len; at++) {
            struct span parts[] = {{cases[i].bytes.at, at},
                                   {cases[i].bytes.at + at, cases[i].bytes.len - at}};
            check_pipe(parts, 2, LONGEST, cases[i].lines);
        }
    }
}

/* A line that is too long comes as it was read, piece by piece, with one number; then the lines go on. */
static void test_pieces(void **state)
{
    static const struct {
        const char *parts[4];
        const char *lines;
    } split[] = {
        {{"1234567890", "abc", "d\ne\n"}, "1@0[1234567890]+ 1@10[abcd]! 2@15[e] "},
        {{"1234567890", "\n", "e\n"}, "1@0[1234567890]+ 1@10[]! 2@11[e] "},
        {{"1234567890", "\r\ne"}, "1@0[1234567890]+ 1@10[]! 2@12[e]~ "},
        {{"1234567890"}, "1@0[1234567890]+ 1@10[]~! "},
        {{"1234567890", "abcdefghijk", "x"}, "1@0[1234567890]+ 1@10[abcdefghijk]+ 1@21[x]~! "},
        {{"12345678", "\r", "\n"}, "1@0[12345678] "},
        {{"12345678", "9", "\n"}, "1@0[123456789]! "},
        {{"12345678", "\r", "x", "\n"}, "1@0[12345678\rx]+ 1@10[]! "},
        {{"a\n", "1234567890", "\n", "\n"}, "1@0[a] 2@2[1234567890]+ 2@12[]! 3@13[]b "},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(split); i++)
        check_pipe((struct span[]){span_of(split[i].parts[0]), span_of(split[i].parts[1]), span_of(split[i].parts[2]),
                                   span_of(split[i].parts[3])}, 4, LONGEST, split[i].lines);
}

/* Lines of every length around the sizes in which files are read: none is lost or torn. */
static void test_large(void **state)
{
    static const size_t lengths[] = {0, 1, 262142, 262143, 262144, 262145, 524286, 524287, 524288, 700000, 3};
    struct bytes_file file;
    struct source source;
    struct line_reader reader;
    struct line line;
    struct buf bytes;
    int64_t offset = 0;

    (void)state;
    buf_init(&bytes);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        for (size_t j = 0; j < lengths[i]; j++)
            buf_add_char(&bytes, (char)('a' + (i + j) % 26));
        buf_add_char(&bytes, '\n');
    }
    bytes_file_make(&file, bytes.data, bytes.len);
    assert_int_equal(source_open(&source, file.path), 0);
    assert_int_equal(line_init(&reader, &source, 700000), 0);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        assert_int_equal(line_next(&reader, &line), 1);
        assert_int_equal(line.text.len, lengths[i]);
        assert_int_equal(line.offset, offset);
        assert_int_equal(line.number, i + 1);
        assert_false(line.too_long);
        assert_memory_equal(line.text.at, bytes.data + offset, lengths[i]);
        offset += (int64_t)lengths[i] + 1;
    }
    assert_int_equal(line_next(&reader, &line), 0);
    line_release(&reader);
    source_release(&source);
    bytes_file_release(&file);
    buf_release(&bytes);
}

/* A line far beyond the bound takes no more memory than the bound and two reads. */
static void test_memory(void **state)
{
    struct bytes_file file;
    struct source source;
    struct line_reader reader;
    struct line line;
    size_t length = 0;

    (void)state;
    bytes_file_make(&file, "", 0);
    assert_int_equal(ftruncate(file.fd, 64 << 20), 0);
    assert_int_equal(source_open(&source, file.path), 0);
    assert_int_equal(line_init(&reader, &source, 1000), 0);
    do {
        assert_int_equal(line_next(&reader, &line), 1);
        assert_true(line.too_long && line.number == 1 && !line.blank);
        length += line.raw.len;
        assert_true(reader.buf.cap <= 4 * 262144);
    } while (!line.last_piece);
    assert_int_equal(length, 64 << 20);
    assert_int_equal(line_next(&reader, &line), 0);
    line_release(&reader);
    source_release(&source);
    bytes_file_release(&file);
}

/* Whole lines before a cut come out; the beginning of the one it fell into is only measured. */
static void test_faults(void **state)
{
    static const struct {
        const char *text;
        const char *lines;
    } cut[] = {
        {"", "<0>"}, {"a", "<1>"}, {"a\n", "1@0[a] <0>"}, {"a\nbcd", "1@0[a] <3>"}, {"\xef\xbb", "<2>"},
        {BOM "a\nb", "1@3[a] <1>"}, {"1234567890", "1@0[1234567890]+ <0>"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cut); i++) {
        struct bytes_file file;
        struct source source;
        struct buf gz;

        buf_init(&gz);
        bytes_add_gzip(&gz, cut[i].text, strlen(cut[i].text), 0);
        bytes_file_make(&file, gz.data, gz.len - 8); /* all data, but no trailer */
        assert_int_equal(source_open(&source, file.path), 0);
        check_source(&source, LONGEST, cut[i].text, cut[i].lines);
        assert_int_equal(source.fault, SOURCE_CUT);
        source_release(&source);
        bytes_file_release(&file);
        buf_release(&gz);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),  cmocka_unit_test(test_every_split), cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_large),  cmocka_unit_test(test_memory),      cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
