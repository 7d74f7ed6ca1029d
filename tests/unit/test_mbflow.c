#include "events.h"
#include "pipe/mbflow.h"

#define HEAD "{'id':'e0000000-0000-4000-8000-000000000001','execution_id':'c0000000-0000-4000-8000-000000000001',"
#define AT "'sequence':1,'created_at':'2025-10-15T12:00:00Z'"

static void mbflow_init(struct reading *reading, bool hash_ids)
{
    struct event_policy policy = reading_policy();

    memset(reading, 0, sizeof(*reading));
    policy.mbflow = true;
    policy.hash_ids = hash_ids;
    event_parser_init(&reading->parser, &policy);
}

static const struct {
    const char *spelling;
    const char *name; /* NULL: none of them */
} types[] = {
    {"execution.started", "workflow_started"},
    {"execution_started", "workflow_started"},
    {"EXECUTION-FAILED", "workflow_failed"},
    {"workflow.started", "workflow_started"},
    {"workflow_completed", "workflow_completed"},
    {"execution.cancelled", "workflow_cancelled"},
    {"execution.paused", "workflow_paused"},
    {"execution.resumed", "workflow_resumed"},
    {"Node.Started", "node_started"},
    {"node_completed", "node_completed"},
    {"node.failed", "node_failed"},
    {"node-skipped", "node_skipped"},
    {"node.retrying", "node_retrying"},
    {"wave.started", "wave_started"},
    {"wave.completed", "wave_completed"},
    {"execution.", NULL},
    {"execution", NULL},
    {"execution.node_started", NULL},
    {"variable.set", NULL},
    {"", NULL},
    {"workflow_started_and_then_some_more", NULL},
};

static void test_types(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(types); i++)
        check_span(types[i].spelling, mbflow_type(span_of(types[i].spelling)), types[i].name);
}

static void test_columns(void **state)
{
    struct reading reading;
    const struct event *event;

    (void)state;
    mbflow_init(&reading, false);
    event = read_event(&reading, HEAD "'event_type':'node.started','sequence':9223372036854775807,"
                       "'payload':{'node_id':'b0000000-0000-4000-8000-000000000001','wave':1.5},"
                       "'created_at':'2025-10-15T12:00:00Z'}");
    check_uuid("id", &event->id, "e0000000-0000-4000-8000-000000000001");
    assert_true(event->has_correlation);
    check_uuid("execution", &event->correlation, "c0000000-0000-4000-8000-000000000001");
    check_span("type", event->type, "node_started");
    check_span("payload", event->payload, "{'node_id':'b0000000-0000-4000-8000-000000000001','wave':1.5}");
    assert_int_equal(event->numbers[NUMBER_SEQUENCE], INT64_MAX);
    assert_int_equal(event->at, time_of("2025-10-15T12:00:00Z"));
    reading_release(&reading);
}

/* Without an id it is the line's: the same for the same line. */
static void test_line_id(void **state)
{
    struct reading reading;
    struct uuid first;

    (void)state;
    mbflow_init(&reading, false);
    first = read_event(&reading, "{'execution_id':'c0000000-0000-4000-8000-000000000001','event_type':'x'," AT "}")->id;
    assert_true(uuid_equal(&first, &read_event(&reading, "{'execution_id':'c0000000-0000-4000-8000-000000000001',"
                                               "'event_type':'x'," AT "}")->id));
    assert_false(uuid_equal(&first, &read_event(&reading, "{'execution_id':'c0000000-0000-4000-8000-000000000001',"
                                                "'event_type':'y'," AT "}")->id));
    reading_release(&reading);
}

static const struct {
    const char *members;
    const char *payload;
} payloads[] = {
    {"'payload':{'a':1}", "{'a':1}"},
    {"'payload':null", "null"},
    {"'payload':[1, 2]", "[1, 2]"},
    {"'a':1,'b':{}", "{'a':1,'b':{}}"},
    {"'payload':{'a':1},'b':2", "{'a':1,'envelope':{'b':2}}"},
    {"'payload':{},'b':2", "{'envelope':{'b':2}}"},
    {"'payload':{ },'b':2", "{ 'envelope':{'b':2}}"},
    {"'payload':7,'b':2", "{'payload':7,'envelope':{'b':2}}"},
    {"'payload':null,'b':2,'c':3", "{'payload':null,'envelope':{'b':2,'c':3}}"},
};

static void test_payloads(void **state)
{
    struct reading reading;
    char line[400];

    (void)state;
    mbflow_init(&reading, false);
    for (size_t i = 0; i < LENGTH(payloads); i++) {
        snprintf(line, sizeof(line), HEAD "'event_type':'x',%s," AT "}", payloads[i].members);
        check_span(line, read_event(&reading, line)->payload, payloads[i].payload);
    }
    check_span("nothing", read_event(&reading, HEAD "'event_type':'x'," AT "}")->payload, "{}");
    reading_release(&reading);
}

static void test_hashed(void **state)
{
    struct reading reading;
    const struct event *event;
    char payload[300], id[UUID_TEXT_SIZE];
    struct uuid ids = {
        {0x6e, 0xd6, 0x7f, 0xeb, 0x72, 0xcb, 0x59, 0x04, 0xa1, 0xfe, 0x9c, 0x7d, 0x1c, 0xd4, 0x97, 0xbf}};
    struct uuid node = uuid_from_name(&ids, SPAN("fetch")), one = uuid_from_name(&ids, SPAN("one"));

    (void)state;
    mbflow_init(&reading, true);
    event = read_event(&reading, "{'id':'one','execution_id':7,'event_type':'node.started',"
                       "'payload':{'node_id':'fetch'}," AT "}");
    assert_true(uuid_equal(&event->id, &one));
    uuid_to_text(&node, id);
    snprintf(payload, sizeof(payload), "{'node_id':'fetch','node_id':'%s',"
             "'original_ids':{'id':'one','execution_id':7,'node_id':'fetch'}}", id);
    check_span("an object", event->payload, payload);

    event = read_event(&reading, "{'id':'one','execution_id':'c0000000-0000-4000-8000-000000000001',"
                       "'event_type':'node.started','node_id':'fetch'," AT "}");
    snprintf(payload, sizeof(payload), "{'node_id':'fetch','node_id':'%s',"
             "'original_ids':{'id':'one','node_id':'fetch'}}", id);
    check_span("flat", event->payload, payload);

    event = read_event(&reading, "{'id':'one','execution_id':'c0000000-0000-4000-8000-000000000001','event_type':'x',"
                       "'payload':{}," AT "}");
    check_span("empty", event->payload, "{'original_ids':{'id':'one'}}");
    event = read_event(&reading, "{'id':'one','execution_id':'c0000000-0000-4000-8000-000000000001','event_type':'x',"
                       "'payload':[]," AT "}");
    check_span("no object", event->payload, "{'payload':[],'original_ids':{'id':'one'}}");
    check_refused(&reading, "{'id':[],'execution_id':'c0000000-0000-4000-8000-000000000001','event_type':'x'," AT "}",
                  REASON_INVALID_UUID, "'id' is not a UUID");
    reading_release(&reading);
}

static const struct {
    const char *line;
    enum reason reason;
    const char *detail;
} refusals[] = {
    {HEAD AT "}", REASON_MISSING_EVENT_TYPE, "'event_type'"},
    {HEAD "'event_type':''," AT "}", REASON_MISSING_EVENT_TYPE, "'event_type'"},
    {HEAD "'event_type':null," AT "}", REASON_MISSING_EVENT_TYPE, "'event_type'"},
    {HEAD "'event_type':1," AT "}", REASON_INVALID_FIELD, "'event_type' is not a string"},
    {HEAD "'event_type':'x','sequence':1}", REASON_MISSING_TIMESTAMP, "'created_at' is missing"},
    {HEAD "'event_type':'x','sequence':1,'created_at':'noon'}", REASON_INVALID_TIMESTAMP, "'created_at'"},
    {HEAD "'event_type':'x','sequence':1,'created_at':{}}", REASON_INVALID_TIMESTAMP, "'created_at'"},
    {HEAD "'event_type':'x','sequence':1,'created_at':1e300}", REASON_TIMESTAMP_OUT_OF_RANGE, "'created_at'"},
    {HEAD "'event_type':'x','created_at':1760529600}", REASON_MISSING_FIELD, "'sequence' is missing"},
    {HEAD "'event_type':'x','created_at':1760529600,'sequence':'1'}", REASON_INVALID_FIELD, "not a number"},
    {HEAD "'event_type':'x','created_at':1760529600,'sequence':1.0}", REASON_INVALID_FIELD, "whole number"},
    {HEAD "'event_type':'x','created_at':1760529600,'sequence':1e3}", REASON_INVALID_FIELD, "whole number"},
    {HEAD "'event_type':'x','created_at':1760529600,'sequence':-1}", REASON_INTEGER_OUT_OF_RANGE, "negative"},
    {HEAD "'event_type':'x','created_at':1760529600,'sequence':9223372036854775808}", REASON_INTEGER_OUT_OF_RANGE,
     "above 9223372036854775807"},
    {"{'event_type':'x'," AT "}", REASON_MISSING_FIELD, "'execution_id' is missing"},
    {"{'event_type':'x','execution_id':'c1'," AT "}", REASON_INVALID_UUID, "'execution_id' is not a UUID"},
    {HEAD "'event_type':'node.started'," AT "}", REASON_MISSING_FIELD, "'node_id' is missing"},
    {HEAD "'event_type':'node.started','payload':[]," AT "}", REASON_MISSING_FIELD, "'node_id' is missing"},
    {HEAD "'event_type':'node.started','node_id':'n'," AT "}", REASON_INVALID_UUID, "'node_id' is not a UUID"},
    {HEAD "'event_type':'execution.started','payload':{'workflow_id':'w'}," AT "}", REASON_INVALID_UUID,
     "'workflow_id' is not a UUID"},
    {HEAD "'event_type':'wave.started','payload':{'wave_index':-1}," AT "}", REASON_INTEGER_OUT_OF_RANGE, "'wave'"},
    {HEAD "'event_type':'wave.started','payload':{'wave':'1'}," AT "}", REASON_INVALID_FIELD, "'wave' is not a number"},
    {HEAD "'event_type':'node.failed','node_id':'b0000000-0000-4000-8000-000000000001','retry_count':3e9," AT "}",
     REASON_INTEGER_OUT_OF_RANGE, "'retry_count'"},
};

static void test_refusals(void **state)
{
    struct reading reading;

    (void)state;
    mbflow_init(&reading, false);
    for (size_t i = 0; i < LENGTH(refusals); i++)
        check_refused(&reading, refusals[i].line, refusals[i].reason, refusals[i].detail);
    /* What the tables do not follow is not judged. */
    read_event(&reading, HEAD "'event_type':'node.moved','payload':{'node_id':'n','wave':'x'}," AT "}");
    reading_release(&reading);
}

static void test_row(void **state)
{
    static const char wanted[] = "\0\7" "\0\0\0\4\0\0\0\3" "\0\0\0\x10\xe0\0\0\0\0\0\x40\0\x80\0\0\0\0\0\0\1"
                                 "\0\0\0\x10\xc0\0\0\0\0\0\x40\0\x80\0\0\0\0\0\0\1" "\0\0\0\1x"
                                 "\0\0\0\x8\0\0\0\0\0\0\0\1" "\0\0\0\3\1{}" "\0\0\0\x8";
    struct reading reading;
    struct buf out;

    (void)state;
    buf_init(&out);
    mbflow_init(&reading, false);
    mbflow_row(&out, read_event(&reading, HEAD "'event_type':'x','payload':{}," AT "}"), 3);
    assert_int_equal(out.len, sizeof(wanted) - 1 + 8);
    assert_memory_equal(out.data, wanted, sizeof(wanted) - 1);
    reading_release(&reading);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),    cmocka_unit_test(test_columns), cmocka_unit_test(test_line_id),
        cmocka_unit_test(test_payloads), cmocka_unit_test(test_hashed),  cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
