#include "events.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "capture.h"
#include "core/err.h"
#include "jobs/ingest/writer.h"
#include "jobs/ingest/writers.h"

#define AT "2025-10-15T12:00:01Z"
#define WRITERS 3
#define LINES_AT_MOST 8192
#define DAWDLE_US 50000

/* What a writer does with its batches: the linker puts these in the place of writer.c's (see the Makefile). */
int __wrap_writer_load(struct writer *writer, struct batch *batch);
int __wrap_writer_commit(struct writer *writer);
void __wrap_writer_rollback(struct writer *writer);

static struct {
    enum answer { LOAD, FAIL, FAIL_ALL, DIE, LEAVE, DAWDLE } on_load;
    int64_t at_line;  /* … of the batch that holds it */
    int commit;       /* what writer 1 says to it */
} plan;

int __wrap_writer_load(struct writer *writer, struct batch *batch)
{
    bool met = false;

    for (size_t i = 0; i < batch->n; i++) {
        met = met || batch->entries[i].line == plan.at_line;
        if (event_route(&batch->entries[i].event) % WRITERS != (uint64_t)writer->index)
            return ERR_INTERNAL;
    }
    if ((met && plan.on_load == FAIL) || plan.on_load == FAIL_ALL)
        return fail(ERR_INPUT, "no");
    if (met && plan.on_load == DIE)
        raise(SIGKILL);
    if (met && plan.on_load == LEAVE)
        _exit(ERR_CONFIG);
    for (size_t part = 0; part < batch->n_parts; part++)
        batch->parts[part].inserted = (int64_t)(batch_part_end(batch, part) - batch->parts[part].from);
    batch->parts[0].duplicates = 1;
    batch->retries = 2;
    if (met && plan.on_load == DAWDLE)
        usleep(DAWDLE_US);
    batch_refuse(batch, 0, "00000", "it was the first");
    return 0;
}

int __wrap_writer_commit(struct writer *writer)
{
    return writer->index == 1 ? plan.commit : 0;
}

void __wrap_writer_rollback(struct writer *writer)
{
    (void)writer;
}

/* What came back. */
static struct {
    int seen[LINES_AT_MOST];
    int64_t last[256];       /* line of each workflow, of the batch that came last */
    int64_t inserted;
    long long file_id;
    int files;               /* parts, of all batches */
    int batches;
    int answer;              /* of done() */
} back;

static int done(void *self, const struct batch *batch)
{
    assert_ptr_equal(self, &back);
    assert_true(batch->n > 0 && batch->n_refused == 1 && batch->entries[0].refused && batch->parts[0].duplicates == 1);
    for (size_t i = 0; i < batch->n; i++) {
        const struct batch_entry *entry = &batch->entries[i];
        unsigned char workflow = entry->event.correlation.bytes[15];

        back.seen[entry->line]++;
        assert_true(entry->line > back.last[workflow]); /* in the order they were put */
        back.last[workflow] = entry->line;
    }
    for (size_t part = 0; part < batch->n_parts; part++) {
        back.inserted += batch->parts[part].inserted;
        back.file_id = batch->parts[part].file_id;
        back.files++;
        batch->parts[part].owner->pending--;
    }
    back.batches++;
    return back.answer;
}

static struct reading reading;

static int set_up(void **state)
{
    (void)state;
    memset(&plan, 0, sizeof(plan));
    memset(&back, 0, sizeof(back));
    reading_init(&reading);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_release(&reading);
    return 0;
}

static struct batch_owner owner = {.file_id = 17};

static struct writers *start(size_t batch_lines, size_t max_line)
{
    struct writers_config config = {.n = WRITERS, .batch_lines = batch_lines, .max_line = max_line, .run = 1};
    struct writers *writers = writers_start(&config, done, &back);

    assert_non_null(writers);
    return writers;
}

/* A line of one of 256 workflows. */
static int put_of(struct writers *writers, struct batch_owner *file, int64_t number)
{
    char text[200];

    snprintf(text, sizeof(text), "{'type':'X','timestamp':'" AT "','correlation_id':"
             "'550e8400-e29b-41d4-a716-4466554400%02x'}", (unsigned)(number * 7 % 256));
    read_event(&reading, text);
    struct span raw = {reading.line, reading.len};
    struct line line = {.raw = raw, .text = raw, .number = number, .ended = true};
    return writers_put(writers, file, &line, &reading.event, buf_span(&reading.parser.text));
}

static int put(struct writers *writers, int64_t number)
{
    return put_of(writers, &owner, number);
}

/* Every event comes back once, from the writer of its workflow, in order. */
static void test_all_come_back(void **state)
{
    struct writers *writers = start(50, 1000);
    int64_t n = 0;

    (void)state;
    assert_int_equal(writers_flush(writers), 0); /* of nothing */
    assert_int_equal(back.batches, 0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2000; i++)
            assert_int_equal(put(writers, ++n), 0);
        assert_int_equal(writers_flush(writers), 0);
        assert_int_equal(back.inserted, n);
        assert_int_equal(back.file_id, 17);
    }
    for (int64_t i = 1; i <= n; i++)
        assert_int_equal(back.seen[i], 1);
    assert_true(back.batches >= 6000 / 50);
    assert_int_equal(put(writers, ++n), 0);
    assert_int_equal(writers_flush(writers), 0);
    assert_int_equal(back.seen[n], 1);
    writers_stop(writers);
}

/* Lines of files that follow each other share the writers' batches, until they are sent or waited for. */
static void test_small_files(void **state)
{
    struct writers *writers = start(50, 1000);
    struct batch_owner files[40];

    (void)state;
    for (size_t i = 0; i < LENGTH(files); i++) {
        files[i] = (struct batch_owner){.file_id = (long long)i};
        for (int line = 0; line < 3; line++)
            assert_int_equal(put_of(writers, &files[i], 3 * (int64_t)i + line + 1), 0);
    }
    assert_int_equal(writers_wait(writers), 0);
    assert_int_equal(writers_flush(writers), 0);
    assert_int_equal(writers_wait(writers), 0); /* for nothing */
    assert_int_equal(back.inserted, 3 * LENGTH(files));
    assert_true(back.batches <= 2 * WRITERS); /* 40 lines each, by chance some more */
    assert_true(back.files >= (int)LENGTH(files));
    for (size_t i = 0; i < LENGTH(files); i++)
        assert_int_equal(files[i].pending, 0);
    writers_stop(writers);
}

/* A batch goes when its lines are many bytes; one line may be more than that. */
static void test_bytes(void **state)
{
    enum { LARGE = 6 << 20 };
    struct writers *writers = start(5000, LARGE + 1000);
    struct buf text;

    (void)state;
    buf_init(&text);
    buf_add_text(&text, "{\"type\":\"X\",\"timestamp\":\"" AT "\",\"payload\":\"");
    for (int i = 0; i < LARGE; i++)
        buf_add_char(&text, 'x');
    buf_add_text(&text, "\"}");
    for (int64_t number = 1; number <= 8; number++) {
        assert_int_equal(read_bytes(&reading, text.data, text.len), REASON_NONE);
        struct span raw = {reading.line, reading.len};
        struct line line = {.raw = raw, .text = raw, .number = number, .ended = true};
        assert_int_equal(writers_put(writers, &owner, &line, &reading.event, buf_span(&reading.parser.text)), 0);
    }
    assert_int_equal(writers_flush(writers), 0);
    assert_int_equal(back.inserted, 8);
    assert_int_equal(back.batches, 8);
    writers_stop(writers);
    buf_release(&text);
}

/* Lines that fit no slot share one batch, one after the other, among others that go their way. */
static void test_wide_lines(void **state)
{
    size_t n = (size_t)14 * 1024 * 1024;
    struct writers *writers = start(50, (size_t)16 * 1024 * 1024);
    char *bytes = calloc(1, n);

    (void)state;
    assert_non_null(bytes);
    for (int64_t i = 1; i <= 400; i++) {
        struct span raw = {bytes, n};
        struct line line = {.raw = raw, .text = raw, .number = i, .ended = true};

        if (i % 40 == 0) /* the event is that of the line before */
            assert_int_equal(writers_put(writers, &owner, &line, &reading.event, buf_span(&reading.parser.text)), 0);
        else
            assert_int_equal(put(writers, i), 0);
    }
    assert_int_equal(writers_flush(writers), 0);
    writers_stop(writers);
    free(bytes);
    assert_int_equal(back.inserted, 400);
    for (int64_t i = 1; i <= 400; i++)
        assert_int_equal(back.seen[i], 1);
}

/* Put until that is refused, then flush: what the first refusal says, and on stderr. */
static int put_until_refused(int64_t n, struct capture *capture)
{
    struct writers *writers = start(20, 1000);
    int rc = 0;

    capture_start(capture, STDERR_FILENO);
    for (int64_t i = 1; rc == 0 && i <= n; i++)
        rc = put(writers, i);
    if (rc == 0)
        rc = writers_flush(writers);
    writers_stop(writers);
    capture_end(capture);
    return rc;
}

static void test_failures(void **state)
{
    static const struct {
        enum answer on_load;
        int64_t at_line;
        int answer;
        int rc;
        const char *said;
    } cases[] = {
        {LOAD, 0, 0, 0, ""},
        {LOAD, 0, ERR_CANTCREATE, ERR_CANTCREATE, ""},
        {FAIL, 1, 0, ERR_INPUT, "error: no\n"},
        {FAIL, 3000, 0, ERR_INPUT, "error: no\n"}, /* the last one */
        {FAIL_ALL, 0, 0, ERR_INPUT, "error: no\n"},
        {LEAVE, 500, 0, ERR_CONFIG, ""},
        {DIE, 1, 0, ERR_TEMPFAIL, "a writer was killed (exit 137)"},
        {DIE, 3000, 0, ERR_TEMPFAIL, "hint: run the same command again"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct capture capture;
        int rc;

        memset(&back, 0, sizeof(back));
        plan.on_load = cases[i].on_load;
        plan.at_line = cases[i].at_line;
        back.answer = cases[i].answer;
        rc = put_until_refused(3000, &capture);
        if (rc != cases[i].rc || strstr(capture.text, cases[i].said) == NULL)
            fail_msg("case %zu: %d, '%s'", i, rc, capture.text);
        if (strstr(capture.text, "error: ") != NULL) /* once, however many writers have something to say */
            assert_null(strstr(strstr(capture.text, "error: ") + 1, "error: "));
        for (int64_t line = 1; line <= 3000; line++)
            assert_true(back.seen[line] <= 1);
    }
}

/* Every writer is asked, and what one says counts. */
static void test_orders(void **state)
{
    (void)state;
    for (int commit = 0; commit <= ERR_INPUT; commit += ERR_INPUT) {
        struct writers *writers;

        plan.commit = commit;
        memset(&back, 0, sizeof(back));
        writers = start(50, 1000);
        assert_int_equal(put(writers, 1), 0);
        assert_int_equal(writers_flush(writers), 0);
        assert_int_equal(writers_commit(writers), commit);
        writers_stop(writers);
    }
}

/* One writer dawdles once over a batch, and the parent comes to need it; then it is all done. */
static void test_usage(void **state)
{
    struct writers *writers = start(50, 1000);
    struct writers_usage usage = writers_usage(writers), later;

    (void)state;
    assert_true(usage.n == WRITERS && usage.open_us == 0 && usage.busy_us == 0 && usage.waits_us == 0);
    assert_int_equal(usage.retries, 0);
    writers_stop(writers);
    plan.on_load = DAWDLE;
    plan.at_line = 1;
    writers = start(50, 1000);
    for (int64_t i = 1; i <= 3000; i++)
        assert_int_equal(put(writers, i), 0);
    assert_int_equal(writers_flush(writers), 0);
    usage = writers_usage(writers);
    assert_int_equal(usage.retries, 2 * back.batches);
    assert_true(usage.busy_us >= DAWDLE_US);
    assert_true(usage.waits_us > 0 && usage.waits_us <= usage.open_us);
    assert_true(usage.busy_us <= usage.open_us * WRITERS);
    usleep(DAWDLE_US); /* time in which there is nothing to load does not count */
    later = writers_usage(writers);
    assert_memory_equal(&later, &usage, sizeof(usage));
    writers_stop(writers);
    usage = writers_usage(NULL);
    assert_int_equal(usage.n, 0);
}

static void test_stop(void **state)
{
    struct writers *writers = start(50, 1000);

    (void)state;
    assert_int_equal(writers_rollback(writers), 0);
    assert_int_equal(put(writers, 1), 0); /* not sent: given up with the rest */
    writers_stop(writers);
    assert_int_equal(back.batches, 0);
    writers_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_small_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wide_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_orders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_usage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stop, set_up, tear_down),
    };
    signal(SIGPIPE, SIG_IGN); /* as main() does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
