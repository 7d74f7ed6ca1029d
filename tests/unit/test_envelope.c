#include "events.h"

#include <stdio.h>

#include "pipe/envelope.h"

#define C1 "550e8400-e29b-41d4-a716-446655440000"
#define C2 "550e8400-e29b-41d4-a716-446655440002"
#define AT "2025-10-15T12:00:01Z"

static void test_topic_slugs(void **state)
{
    static const struct {
        const char *topic;
        const char *slug;
    } cases[] = {
        {"dev.omninode-bridge.onex.evt.stamp-workflow-started.v1", "stamp-workflow-started"},
        {"a.b.v1.dlq", "b"}, {"a.b.v1_dlq", "b"}, {"a.b.dlq", "b"}, {"a.b_dlq", "b"}, {"a.b", "b"}, {"b", "b"},
        {"a.b.v12", "b"}, {"a.b.v90", "b"}, {"a.b.v", "v"}, {"a.b.v1x", "v1x"}, {"a.b.vx", "vx"}, {"a.b.V1", "V1"},
        {"a.b.x1", "x1"}, {"b.v1", "b"},
        {"v1", "v1"}, {"a.v1.v2", "v1"}, {"a.b.dlq.v1", "dlq"}, {"a.", ""}, {"", ""}, {"a.bdlq", "bdlq"},
        {"a.b.dlq.dlq", "dlq"}, {"_dlq", "_dlq"}, {"a..v1", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_span(cases[i].topic, envelope_topic_slug(span_of(cases[i].topic)), cases[i].slug);
}

struct parts {
    const char *fields; /* beside type and time */
    const char *payload;
    const char *metadata;
};

static void check_parts(const char *type_and_time, const struct parts *cases, size_t n)
{
    struct reading reading;
    char line[1000];

    reading_init(&reading);
    for (size_t i = 0; i < n; i++) {
        snprintf(line, sizeof(line), "{%s%s%s}", type_and_time, cases[i].fields[0] != '\0' ? "," : "", cases[i].fields);
        read_event(&reading, line);
        check_span(line, reading.event.payload, cases[i].payload);
        check_span(line, reading.event.metadata, cases[i].metadata);
    }
    reading_release(&reading);
}

/* 'payload' whatever it is, else the typed sub-object, else the object less the envelope fields. */
static void test_payloads(void **state)
{
    static const struct parts cases[] = {
        {"'payload':{'a':1}", "{'a':1}", "{}"},
        {"'payload': [ 1 , 2 ]", "[ 1 , 2 ]", "{}"},
        {"'payload':null", "null", "{}"},
        {"'payload':'text'", "'text'", "{}"},
        {"'payload':false", "false", "{}"},
        {"'payload':{'a':1},'payload':2", "2", "{}"},
        {"'payload':{'a':1},'workflow_step_data':{'b':2}", "{'a':1}", "{'workflow_step_data':{'b':2}}"},
        {"'payload':null,'workflow_step_data':{'b':2}", "null", "{'workflow_step_data':{'b':2}}"},
        {"'node_heartbeat_data':{'f':6},'fsm_transition_data':{'e':5},'bridge_state_data':{'d':4}", "{'d':4}",
         "{'node_heartbeat_data':{'f':6},'fsm_transition_data':{'e':5}}"},
        {"'fsm_transition_data':{'e':5},'node_heartbeat_data':{'f':6}", "{'e':5}", "{'node_heartbeat_data':{'f':6}}"},
        {"'node_heartbeat_data':{'f':6}", "{'f':6}", "{}"},
        {"'metadata_stamp_data':{'c':3},'workflow_step_data':{'b':2}", "{'b':2}", "{'metadata_stamp_data':{'c':3}}"},
        {"'bridge_state_data':{'d':4},'metadata_stamp_data':{'c':3}", "{'c':3}", "{'bridge_state_data':{'d':4}}"},
        {"'workflow_step_data':{'b':2},'workflow_execution_data':{'a':1}", "{'a':1}",
         "{'workflow_step_data':{'b':2}}"},
        {"'workflow_step_data':'b','metadata_stamp_data':{'c':3}", "{'c':3}", "{'workflow_step_data':'b'}"},
        {"'workflow_step_data':null,'x':1", "{'workflow_step_data':null,'x':1}", "{}"},
        {"", "{}", "{}"},
        {"'b':{'c':[1]},'a':null", "{'b':{'c':[1]},'a':null}", "{}"},
        {"'\\u0061':1", "{'\\u0061':1}", "{}"},
        {"'envelope_version':'1','event_version':'2','source_node_id':'n','source_service':'s','causation_id':'c',"
         "'schema_version':3,'environment':'e','published_at':4,'topic':'t','created_at':5,'a':1",
         "{'a':1}", "{'envelope_version':'1','event_version':'2','source_node_id':'n','source_service':'s',"
         "'causation_id':'c','schema_version':3,'environment':'e','published_at':4,'topic':'t','created_at':5}"},
        {"'correlation_id':'" C1 "','session_id':'" C2 "','namespace':'n','id':'" C1 "','a':1,'metadata':{'m':1}",
         "{'a':1}", "{'m':1}"},
    };

    (void)state;
    check_parts("'event_type':'X','timestamp':'" AT "'", cases, LENGTH(cases));
}

/* What became a column is not said again; everything else is, and what is not needed because another
 * field came first is still there. */
static void test_metadata(void **state)
{
    static const struct parts cases[] = {
        {"'payload':1,'a':1,'metadata':{'b':2}", "1", "{'a':1,'b':2}"},
        {"'payload':1,'metadata':null", "1", "{}"},
        {"'payload':1,'metadata':'m'", "1", "{'metadata':'m'}"},
        {"'payload':1,'metadata':[1]", "1", "{'metadata':[1]}"},
        {"'payload':1,'metadata':{}", "1", "{}"},
        {"'payload':1,'metadata':{'a':1},'metadata':{'b':1}", "1", "{'b':1}"},
        {"'payload':1,'type':'Y','id':'" C2 "','event_id':'" C1 "'", "1", "{'type':'Y','id':'" C2 "'}"},
        {"'payload':1,'created_at':3,'published_at':4", "1", "{'created_at':3,'published_at':4}"},
        {"'payload':1,'event_id':null,'correlation_id':null", "1", "{'event_id':null,'correlation_id':null}"},
        {"'payload':1,'namespace':''", "1", "{'namespace':''}"},
        {"'payload':1,'namespace':'n','metadata':{'namespace':'m'}", "1", "{'namespace':'m'}"},
        /* of one name: the metadata's own stays, the envelope's is kept beside it */
        {"'payload':1,'a':1,'metadata':{'a':2}", "1", "{'a':1,'a':2,'envelope':{'a':1}}"},
        {"'payload':1,'a':1,'b':2,'metadata':{'\\u0061':2}", "1",
         "{'a':1,'b':2,'\\u0061':2,'envelope':{'a':1,'b':2}}"},
        {"'payload':1,'\\u0061':1,'metadata':{'a':2}", "1", "{'\\u0061':1,'a':2,'envelope':{'\\u0061':1}}"},
        {"'payload':1,'metadata':{'envelope':5},'a':1", "1", "{'a':1,'envelope':5}"},
        {"'payload':1,'a':1,'metadata':{'a':2,'envelope':5}", "1",
         "{'a':1,'a':2,'envelope':5,'envelope':{'a':1},'metadata':{'a':2,'envelope':5}}"},
        {"'payload':1,'a':1,'metadata':{'a':2,'metadata':{'c':3}}", "1",
         "{'a':1,'a':2,'metadata':{'c':3},'envelope':{'a':1}}"},
        {"'payload':1,'original_event_type':'mine'", "1", "{'original_event_type':'mine'}"},
    };

    (void)state;
    check_parts("'event_type':'X','timestamp':'" AT "'", cases, LENGTH(cases));
}

/* Whichever fields the type and the time came from; and what was decoded before does not get in the way. */
static void test_used_fields(void **state)
{
    static const struct parts flat[] = {{"'a':1,'payload':2", "2", "{'a':1}"}, {"'a':1", "{'a':1}", "{}"}};

    (void)state;
    check_parts("'type':'X','published_at':'" AT "'", flat, LENGTH(flat));
    check_parts("'type':'X','created_at':'" AT "'", flat, LENGTH(flat));
    check_parts("'event_type':'\\u0058','event_timestamp':'\\u0032" "025-10-15T12:00:01Z'", flat, LENGTH(flat));
}

/* The names that are written behind everything take the place of no other value. */
static void test_metadata_of_our_names(void **state)
{
    static const struct parts cases[] = {
        {"'metadata':{'a':1}", "{'node_id':'n'}", "{'a':1,'original_event_type':'node.heartbeat'}"},
        {"'metadata':{'original_event_type':'mine'}", "{'node_id':'n'}",
         "{'original_event_type':'mine','metadata':{'original_event_type':'mine'},"
         "'original_event_type':'node.heartbeat'}"},
        {"'original_event_type':'mine','a':2", "{'node_id':'n'}",
         "{'original_event_type':'mine','a':2,'envelope':{'original_event_type':'mine','a':2},"
         "'original_event_type':'node.heartbeat'}"},
        {"'metadata':{'original_ids':5}", "{'node_id':'n'}",
         "{'original_ids':5,'original_event_type':'node.heartbeat'}"},
    };

    (void)state;
    check_parts("'event_type':'node.heartbeat','timestamp':'" AT "','payload':{'node_id':'n'}", cases, LENGTH(cases));
}

#define EVENT "{'type':'X','timestamp':'" AT "','payload':{'p':1},'metadata':{'m':1}}"
#define EVENT_TEXT "'{\\\"type\\\":\\\"X\\\",\\\"timestamp\\\":\\\"" AT "\\\",\\\"payload\\\":{\\\"p\\\":1}}'"

static void test_wrappers(void **state)
{
    static const struct {
        const char *line;
        const char *metadata;
    } cases[] = {
        {"{'key':null,'value':" EVENT ",'topic':'t','partition':3,'offset':42,'timestamp':1760529601000,'headers':[]}",
         "{'key':null,'topic':'t','partition':3,'offset':42,'timestamp':1760529601000,'headers':[],'m':1}"},
        {"{'value':" EVENT_TEXT ",'topic':'t','offset':42}", "{'topic':'t','offset':42}"},
        {"{'value':" EVENT_TEXT ",'topic':'t','partition':3}", "{'topic':'t','partition':3}"},
        {"{'original_message':" EVENT ",'original_topic':'t','error_type':'E','error_message':'m','failed_at':'x',"
         "'retry_count':3}",
         "{'original_topic':'t','error_type':'E','error_message':'m','failed_at':'x','retry_count':3,'m':1}"},
        {"{'original_message':" EVENT_TEXT ",'original_topic':'t','error_type':'E'}",
         "{'original_topic':'t','error_type':'E'}"},
        /* a name met twice: the inner one stays, each is whole beside it */
        {"{'value':" EVENT ",'topic':'t','partition':1,'m':2}",
         "{'topic':'t','partition':1,'m':2,'m':1,'wrapper':{'topic':'t','partition':1,'m':2}}"},
        /* a dump of a dead-letter topic */
        {"{'topic':'t.dlq','offset':1,'value':{'original_topic':'t','original_message':" EVENT ",'retry_count':2}}",
         "{'topic':'t.dlq','offset':1,'original_topic':'t','retry_count':2,'m':1}"},
        {"{'topic':'t.dlq','offset':1,'value':{'topic':'t','offset':7,'value':" EVENT "}}",
         "{'topic':'t.dlq','offset':1,'topic':'t','offset':7,'m':1,"
         "'wrapper':{'topic':'t','offset':7,'outer':{'topic':'t.dlq','offset':1}}}"},
        {"{'topic':'t','offset':1,'value':{'type':'X','timestamp':'" AT "','payload':{'p':1},"
         "'metadata':{'topic':1,'wrapper':2}}}",
         "{'topic':'t','offset':1,'topic':1,'wrapper':2,'wrapper':{'topic':'t','offset':1},"
         "'metadata':{'topic':1,'wrapper':2}}"},
    };
    struct reading reading;

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        read_event(&reading, cases[i].line);
        check_span(cases[i].line, reading.event.type, "X");
        check_span(cases[i].line, reading.event.payload, "{'p':1}");
        check_span(cases[i].line, reading.event.metadata, cases[i].metadata);
    }
    reading_release(&reading);
}

/* An event that happens to have such members is none. */
static void test_no_wrappers(void **state)
{
    static const struct parts cases[] = {
        {"'value':{'a':1},'topic':'t'", "{'value':{'a':1}}", "{'topic':'t'}"},
        {"'value':{'a':1},'partition':1,'offset':2", "{'value':{'a':1},'partition':1,'offset':2}", "{}"},
        {"'value':{'a':1},'topic':'t','partition':1", "{'value':{'a':1},'partition':1}", "{'topic':'t'}"},
        {"'original_message':{'a':1}", "{'original_message':{'a':1}}", "{}"},
        {"'original_topic':'t'", "{'original_topic':'t'}", "{}"},
    };

    (void)state;
    check_parts("'event_type':'X','timestamp':'" AT "'", cases, LENGTH(cases));
}

/* What the event lacks its wrapper may tell: the type by the topic, the innermost one; the time by the message's. */
static void test_wrapper_tells(void **state)
{
    static const struct {
        const char *line;
        const char *type;
        const char *at;
    } cases[] = {
        {"{'topic':'a.node-thing.v1','offset':1,'timestamp':1760529601500,'value':{'payload':{}}}", "node-thing",
         "2025-10-15T12:00:01.5Z"},
        {"{'topic':'a.b','offset':1,'timestamp':1760529601500,'value':{'type':'X','timestamp':'" AT "'}}", "X", AT},
        {"{'topic':'a.b','offset':1,'value':{'topic':'c.d','timestamp':'" AT "'}}", "d", AT},
        {"{'original_topic':'a.b.v1.dlq','original_message':{'timestamp':'" AT "'}}", "b", AT},
        {"{'topic':'a.x.dlq','offset':1,'timestamp':1,'value':{'original_topic':'a.b','original_message':"
         "{'timestamp':'" AT "'}}}", "b", AT},
        {"{'topic':'a.b','offset':1,'timestamp':1760529601500,'value':{'published_at':'" AT "'}}", "b", AT},
    };
    struct reading reading;

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        read_event(&reading, cases[i].line);
        check_span(cases[i].line, reading.event.type, cases[i].type);
        assert_true(reading.event.at == time_of(cases[i].at));
    }
    reading_release(&reading);
}

static void test_wrapper_refusals(void **state)
{
    static const struct {
        const char *line;
        enum reason reason;
        const char *detail;
    } cases[] = {
        {"{'topic':'t','offset':1,'value':null}", REASON_NOT_AN_OBJECT, "wrapped message"},
        {"{'topic':'t','offset':1,'value':[1]}", REASON_NOT_AN_OBJECT, "wrapped message"},
        {"{'topic':'t','offset':1,'value':'7'}", REASON_NOT_AN_OBJECT, "wrapped message"},
        {"{'topic':'t','offset':1,'value':'not JSON'}", REASON_INVALID_JSON, "at byte 0 of the wrapped"},
        {"{'topic':'t','offset':1,'value':'{'}", REASON_INVALID_JSON, "at byte 1 of the wrapped"},
        {"{'topic':'t','offset':1,'value':''}", REASON_INVALID_JSON, "of the wrapped"},
        {"{'topic':'t','offset':1,'value':'{\\'a\\':\\'\\\\u0000\\'}'}", REASON_NUL_ESCAPE, "of the wrapped"},
        {"{'topic':'t','offset':1,'value':'{\\'a\\':1e999999}'}", REASON_NUMBER_OUT_OF_RANGE, "of the wrapped"},
        {"{'original_topic':'t','original_message':{}}", REASON_MISSING_TIMESTAMP, "no field"},
    };
    struct reading reading;

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_refused(&reading, cases[i].line, cases[i].reason, cases[i].detail);
    reading_release(&reading);
}

/* The inner event as a JSON string within the wrapper. */
static void wrap(struct buf *line, const char *extra)
{
    struct buf outer;

    buf_init(&outer);
    buf_printf(&outer, "{\"topic\":\"t\",\"offset\":1,\"headers\":\"%s\",\"value\":", extra);
    buf_add_json_string(&outer, buf_span(line));
    buf_add_char(&outer, '}');
    buf_release(line);
    *line = outer;
}

/* Wrappers in each other: what is written for one line stays within what was reserved for it (which read_bytes()
 * checks), as every span points there; beyond four the line is refused. */
static void test_deep_wrappers(void **state)
{
    struct reading reading;
    struct buf line, large;

    (void)state;
    reading_init(&reading);
    buf_init(&line);
    buf_init(&large);
    for (int i = 0; i < 50000; i++)
        buf_add_char(&large, 'x');
    for (int where = -1; where < 5; where++) { /* where the bulk is: in the event, or in one of the wrappers */
        const char *bulk = where < 0 ? buf_text(&large) : "";

        buf_reset(&line);
        buf_printf(&line, "{\"type\":\"step.failed\",\"timestamp\":\"" AT "\",\"a\":1,\"correlation_id\":\"" C1 "\","
                   "\"payload\":{\"step_name\":\"s\",\"error\":\"\\u0061%s\"},"
                   "\"metadata\":{\"a\":2,\"\\u0062\":\"%s\"}}", bulk, bulk);
        for (int depth = 0; depth <= EVENT_WRAPPERS_AT_MOST; depth++) {
            assert_int_equal(read_bytes(&reading, line.data, line.len), REASON_NONE);
            check_span("deep", (struct span){reading.event.facts[FACT_ERROR].at, 1}, "a");
            check_span("deep", reading.event.facts[FACT_STEP_NAME], "s");
            wrap(&line, depth == where ? buf_text(&large) : "");
        }
        assert_int_equal(read_bytes(&reading, line.data, line.len), REASON_TOO_DEEP);
        assert_string_equal(reading.parser.detail, "more than 4 wrappers in each other");
    }
    buf_release(&line);
    buf_release(&large);
    reading_release(&reading);
}

/* --ids hash: every id is mapped, and every original kept under its name. */
static void test_hashed_ids(void **state)
{
    struct reading reading;
    struct uuid same;

    (void)state;
    reading_init(&reading);
    reading.parser.policy.hash_ids = true;
    read_event(&reading, "{'type':'STATE_TRANSITION','timestamp':'" AT "','event_id':'e-1','session_id':12,"
                         "'payload':{'workflow_id':'order\\u002d7','entity_id':'x','to_state':'t'},"
                         "'metadata':{'a':1}}");
    check_span("hash", reading.event.metadata, "{'a':1,'original_ids':{'event_id':'e-1','workflow_id':'order\\u002d7',"
                                               "'session_id':12,'entity_id':'x'}}");
    same = reading.event.correlation;
    assert_true(reading.event.has_session);
    read_event(&reading, "{'type':'X','timestamp':'" AT "','event_id':'" C1 "','correlation_id':'order-7'}");
    assert_true(uuid_equal(&same, &reading.event.correlation));
    check_uuid("a real one", &reading.event.id, C1);
    check_span("hash", reading.event.metadata, "{'original_ids':{'correlation_id':'order-7'}}");
    check_refused(&reading, "{'type':'X','timestamp':'" AT "','event_id':true}", REASON_INVALID_UUID, "'event_id'");
    reading_release(&reading);
}

/* Of a name that comes twice the last one counts, null too, as jsonb says; keys may be escaped. */
static void test_duplicate_keys(void **state)
{
    struct reading reading;

    (void)state;
    reading_init(&reading);
    read_event(&reading, "{'type':'A','type':'B','timestamp':'yesterday','timestamp':'" AT "'}");
    check_span("last", reading.event.type, "B");
    read_event(&reading, "{'event_type':'A','event_type':null,'type':'B','timestamp':'" AT "'}");
    check_span("null last", reading.event.type, "B");
    read_event(&reading, "{'event\\u005ftype':'C','type':'B','timestamp':'" AT "'}");
    check_span("escaped", reading.event.type, "C");
    read_event(&reading, "{'event_type':'A','event\\u005ftype':'C','timestamp':'" AT "','payload':{},"
                         "'correlation_\\u0069d':'" C2 "'}");
    check_span("escaped last", reading.event.type, "C");
    check_uuid("escaped", &reading.event.correlation, C2);
    read_event(&reading, "{'type':'STEP_FAILED','timestamp':'" AT "','payload':{'step_name':'a','workflow_id':'7',"
                         "'workflow_id':'" C1 "','step_name':'b'}}");
    check_uuid("payload", &reading.event.correlation, C1);
    check_span("payload", reading.event.facts[FACT_STEP_NAME], "b");
    reading_release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topic_slugs),       cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_metadata),          cmocka_unit_test(test_metadata_of_our_names),
        cmocka_unit_test(test_used_fields),
        cmocka_unit_test(test_wrappers),          cmocka_unit_test(test_no_wrappers),
        cmocka_unit_test(test_wrapper_tells),     cmocka_unit_test(test_wrapper_refusals),
        cmocka_unit_test(test_deep_wrappers),     cmocka_unit_test(test_hashed_ids),
        cmocka_unit_test(test_duplicate_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
