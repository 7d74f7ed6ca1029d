#include "events.h"

#include "jobs/ingest/batch.h"

#define AT "2025-10-15T12:00:01Z"
#define C1 "550e8400-e29b-41d4-a716-446655440000"

/* Everything of an event that is a span. */
static size_t spans_of(struct event *event, struct span *spans[FACT_COUNT + 4])
{
    size_t n = 0;

    spans[n++] = &event->type;
    spans[n++] = &event->name_space;
    spans[n++] = &event->payload;
    spans[n++] = &event->metadata;
    for (int i = 0; i < FACT_COUNT; i++)
        spans[n++] = &event->facts[i];
    return n;
}

static struct line line_of(const struct reading *reading, int64_t number)
{
    struct span raw = {reading->line, reading->len};

    return (struct line){.raw = raw, .text = raw, .number = number, .offset = 10 * number, .ended = true};
}

static bool add_of(struct batch *batch, struct batch_owner *owner, const struct reading *reading, int64_t number)
{
    struct line line = line_of(reading, number);

    return batch_add(batch, owner, &line, &reading->event, buf_span(&reading->parser.text));
}

static bool add(struct batch *batch, const struct reading *reading, int64_t number)
{
    static struct batch_owner owner = {.file_id = 1};

    return add_of(batch, &owner, reading, number);
}

static bool is_within(struct span span, const char *from, size_t n)
{
    return span.at >= from && span.at + span.len <= from + n;
}

/* The copy says the same when line and parser hold something else; it points nowhere but into the batch and to
 * what is constant. */
static void check_kept(const char *text)
{
    struct reading reading;
    struct batch *batch = batch_new(3, 1000, 1000);
    struct span *before[FACT_COUNT + 4], *after[FACT_COUNT + 4], constants[FACT_COUNT + 4];
    struct buf said[FACT_COUNT + 4];

    assert_non_null(batch);
    reading_init(&reading);
    for (int64_t number = 1; number <= 2; number++) { /* once at the start of the data, once behind another */
        size_t n;

        read_event(&reading, text);
        n = spans_of(&reading.event, before);
        assert_true(add(batch, &reading, number));
        struct batch_entry *entry = &batch->entries[batch->n - 1];
        spans_of(&entry->event, after);
        for (size_t i = 0; i < n; i++) {
            bool moves = is_within(*before[i], reading.line, reading.len) ||
                         is_within(*before[i], reading.parser.text.data, reading.parser.text.len);
            buf_init(&said[i]);
            buf_add_span(&said[i], *before[i]);
            constants[i] = moves ? SPAN_NONE : *before[i];
        }
        memset(reading.line, '#', reading.len);
        memset(reading.parser.text.data, '#', reading.parser.text.len);
        for (size_t i = 0; i < n; i++) {
            if (constants[i].at != NULL)
                assert_ptr_equal(after[i]->at, constants[i].at);
            else if (after[i]->at != NULL)
                assert_true(is_within(*after[i], batch->data, batch->used));
            assert_int_equal(after[i]->at == NULL, before[i]->at == NULL);
            assert_int_equal(after[i]->len, said[i].len);
            if (said[i].len > 0)
                assert_memory_equal(after[i]->at, said[i].data, said[i].len);
            buf_release(&said[i]);
        }
        check_span(text, entry->raw, text);
        assert_int_equal(entry->line, number);
        assert_int_equal(entry->offset, 10 * number);
        assert_false(entry->refused);
    }
    reading_release(&reading);
    batch_free(batch);
}

static void test_keeps(void **state)
{
    (void)state;
    check_kept("{'type':'X','timestamp':'" AT "'}");
    check_kept("{'type':'step.failed','timestamp':'" AT "','correlation_id':'" C1 "','namespace':'\\u0061','extra':1,"
               "'payload':{'step_name':'s','status':'bad','error':'\\u0062'},'metadata':{'m':1}}");
    check_kept("{'type':'STATE_TRANSITION','timestamp':'" AT "','correlation_id':'" C1 "','to_state':'b',"
               "'from_state':'a','trigger':'t'}");
    check_kept("{'type':'NODE_REGISTERED','timestamp':'" AT "','payload':{'node_id':'n','node_type':'t',"
               "'node_version':'1','health_status':'up','capabilities':{},'endpoints':[],'metadata':1}}");
    check_kept("{'type':'WORKFLOW_STARTED','timestamp':'" AT "','correlation_id':'" C1 "','workflow_type':'',"
               "'input_data':{'f':1}}");
    check_kept("{'type':'WORKFLOW_COMPLETED','timestamp':'" AT "','payload':{'workflow_id':'" C1 "','stamp_id':'s',"
               "'file_hash':''}}");
    check_kept("{'type':'INTELLIGENCE_RECEIVED','timestamp':'" AT "','correlation_id':'" C1 "','a':1}");
}

static void test_full(void **state)
{
    struct reading reading;
    struct batch *batch = batch_new(3, 1000, 100);

    (void)state;
    assert_non_null(batch);
    reading_init(&reading);
    read_event(&reading, "{'type':'X','timestamp':'" AT "'}");
    for (int i = 0; i < 3; i++)
        assert_true(add(batch, &reading, i));
    assert_false(add(batch, &reading, 3)); /* of entries */
    assert_int_equal(batch->n, 3);
    batch_refuse(batch, 1, "22P05", "no");
    batch->error = 1;
    batch_reset(batch, 1000);
    assert_true(batch->n == 0 && batch->n_parts == 0 && batch->used == 0 && batch->n_refused == 0 &&
                batch->error == 0);
    assert_true(add(batch, &reading, 4));
    batch->used = batch->max_data - reading.len - reading.parser.text.len;
    assert_true(add(batch, &reading, 5)); /* to the last byte */
    assert_int_equal(batch->used, batch->max_data);
    assert_false(add(batch, &reading, 6));
    assert_int_equal(batch->n, 2);
    assert_false(batch->entries[0].refused);
    reading_release(&reading);
    batch_free(batch);
    batch_free(NULL);
}

/* Files that follow each other in one batch: whose an entry is, and which of them wait for it. */
static void test_parts(void **state)
{
    enum { FILES = BATCH_PARTS + 1 };
    static struct batch_owner owners[FILES];
    struct reading reading;
    struct batch *batch = batch_new((size_t)2 * FILES, 1000000, 1000);

    (void)state;
    assert_non_null(batch);
    reading_init(&reading);
    read_event(&reading, "{'type':'X','timestamp':'" AT "'}");
    for (int i = 0; i < FILES; i++)
        owners[i] = (struct batch_owner){.file_id = 100 + i};
    for (int i = 0; i < BATCH_PARTS; i++) {
        assert_true(add_of(batch, &owners[i], &reading, 1));
        if (i % 2 == 0)
            assert_true(add_of(batch, &owners[i], &reading, 2));
        assert_int_equal(owners[i].pending, 1);
    }
    assert_int_equal(batch->n_parts, BATCH_PARTS);
    assert_false(add_of(batch, &owners[BATCH_PARTS], &reading, 1)); /* of parts */
    assert_int_equal(owners[BATCH_PARTS].pending, 0);
    assert_true(add_of(batch, &owners[BATCH_PARTS - 1], &reading, 2));
    for (size_t part = 0, entry = 0; part < BATCH_PARTS; part++) {
        assert_int_equal(batch->parts[part].file_id, 100 + (long long)part);
        assert_ptr_equal(batch->parts[part].owner, &owners[part]);
        assert_int_equal(batch->parts[part].from, entry);
        for (; entry < batch_part_end(batch, part); entry++)
            assert_int_equal(batch_part_of(batch, entry), part);
    }
    assert_int_equal(batch_part_end(batch, BATCH_PARTS - 1), batch->n);
    batch_reset(batch, 1000);
    assert_true(add_of(batch, &owners[BATCH_PARTS], &reading, 1));
    assert_true(batch->n_parts == 1 && batch_part_of(batch, 0) == 0 && batch_part_end(batch, 0) == 1);
    reading_release(&reading);
    batch_free(batch);
}

/* The longest line there may be, of the kind that needs the most room beside it, fits any empty batch. */
static void test_longest_line(void **state)
{
    enum { BULK = 100000 };
    struct reading reading;
    struct buf line;

    (void)state;
    reading_init(&reading);
    buf_init(&line);
    buf_add_text(&line, "{\"type\":\"step.failed\",\"timestamp\":\"" AT "\",\"correlation_id\":\"" C1 "\",\"a\":1,"
                        "\"step_name\":\"s\",\"metadata\":{\"a\":2},\"error\":\"\\u0061");
    for (int i = 0; i < BULK; i++)
        buf_add_char(&line, 'x');
    buf_add_text(&line, "\"}");
    for (int depth = 0; depth <= EVENT_WRAPPERS_AT_MOST; depth++) {
        struct buf outer;
        struct batch *batch = batch_new(1, 0, line.len);

        assert_non_null(batch);
        assert_int_equal(read_bytes(&reading, line.data, line.len), REASON_NONE);
        assert_true(reading.parser.text.len > (size_t)(depth + 1) * BULK); /* it does need room */
        assert_true(add(batch, &reading, 1));
        assert_int_equal(batch->entries[0].event.facts[FACT_ERROR].len, BULK + 1);
        batch_reset(batch, 0);
        assert_true(add(batch, &reading, 1)); /* pages that were given back come again */
        assert_int_equal(batch->entries[0].event.facts[FACT_ERROR].at[BULK], 'x');
        batch_free(batch);
        buf_init(&outer);
        buf_add_text(&outer, "{\"topic\":\"t\",\"offset\":1,\"value\":");
        buf_add_json_string(&outer, buf_span(&line));
        buf_add_char(&outer, '}');
        buf_release(&line);
        line = outer;
    }
    buf_release(&line);
    reading_release(&reading);
}

static void test_refusals(void **state)
{
    struct reading reading;
    struct batch *batch = batch_new(3, 1000, 1000);
    char message[400];

    (void)state;
    assert_non_null(batch);
    reading_init(&reading);
    read_event(&reading, "{'type':'X','timestamp':'" AT "'}");
    for (int i = 0; i < 3; i++)
        assert_true(add(batch, &reading, i));
    memset(message, 'm', sizeof(message));
    message[sizeof(message) - 1] = '\0';
    batch_refuse(batch, 2, "54001", message);
    batch_refuse(batch, 0, "22P05", "short");
    assert_int_equal(batch->n_refused, 2);
    assert_int_equal(batch->refusals[0].seq, 2);
    assert_string_equal(batch->refusals[0].sqlstate, "54001");
    assert_int_equal(strlen(batch->refusals[0].message), sizeof(batch->refusals[0].message) - 1);
    assert_int_equal(batch->refusals[1].seq, 0);
    assert_string_equal(batch->refusals[1].sqlstate, "22P05");
    assert_string_equal(batch->refusals[1].message, "short");
    assert_true(batch->entries[0].refused && !batch->entries[1].refused && batch->entries[2].refused);
    reading_release(&reading);
    batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_longest_line),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
