#include "places.h"

#include <stdio.h>

#define ID "0b7f0f2a-5f5e-4d57-8a4b-0f4ef7a3b111"
#define C1 "550e8400-e29b-41d4-a716-446655440000"
#define AT "2025-10-15T12:00:01Z"
#define LINES_NAME_SPACE "02ecf53b-d8bc-5710-9d01-6d8e2e01e7f7"

static void check_id(const char *line, const struct event *event, size_t place)
{
    char wanted[UUID_TEXT_SIZE];

    snprintf(wanted, sizeof(wanted), "550e8400-e29b-41d4-a716-44665544000%zu", place);
    check_uuid(line, &event->id, wanted);
}

static void test_id_order(void **state)
{
    static const struct place places[] = {{NULL, "event_id"}, {NULL, "id"}};

    (void)state;
    check_order("'type':'X','timestamp':'" AT "'", places, LENGTH(places), "'550E8400-E29B-41D4-A716-44665544000%d'",
                check_id);
}

static void check_line_id(struct reading *reading, const char *text)
{
    struct uuid name_space, wanted;
    char id[UUID_TEXT_SIZE];

    read_event(reading, text);
    uuid_from_text(SPAN(LINES_NAME_SPACE), &name_space);
    wanted = uuid_from_name(&name_space, (struct span){reading->line, reading->len});
    uuid_to_text(&wanted, id);
    check_uuid(text, &reading->event.id, id);
    assert_int_equal(id[14], '5');
}

/* Without an id the line's bytes are it: all of them, and nothing else. */
static void test_id_of_line(void **state)
{
    struct reading reading;

    (void)state;
    reading_init(&reading);
    check_line_id(&reading, "{'type':'X','timestamp':'" AT "'}");
    check_line_id(&reading, "{'type':'X','timestamp':'" AT "'} ");
    check_line_id(&reading, "{'type':'X','timestamp':'" AT "','event_id':null,'id':null}");
    check_line_id(&reading, "{'payload':{'event_id':'" ID "'},'type':'X','timestamp':'" AT "'}");
    check_line_id(&reading, "{'value':{'type':'X','timestamp':'" AT "'},'topic':'t','partition':1,'offset':2}");
    check_line_id(&reading, "{'value':{'type':'X','timestamp':'" AT "'},'topic':'t','partition':1,'offset':3}");
    reading_release(&reading);
}

static void check_type(const char *line, const struct event *event, size_t place)
{
    char wanted[20];

    snprintf(wanted, sizeof(wanted), "Type%zu", place);
    check_span(line, event->type, wanted);
}

static void test_type_order(void **state)
{
    static const struct place places[] = {{NULL, "event_type"}, {NULL, "type"}, {NULL, "topic"}};

    (void)state;
    check_order("'timestamp':'" AT "'", places, LENGTH(places), "'Type%d'", check_type);
}

/* A known event by its canonical name, with what it came as where that differs; an unknown one as it came. */
static void test_type_names(void **state)
{
    static const struct {
        const char *type;
        const char *stored;
        const char *metadata;
    } cases[] = {
        {"'type':'AGGREGATION_STARTED'", "AGGREGATION_STARTED", "{}"},
        {"'type':'odd Name.v1'", "odd Name.v1", "{}"},
        {"'type':'NODE_HEARTBEAT'", "NODE_HEARTBEAT", "{}"},
        {"'type':'node.heartbeat'", "NODE_HEARTBEAT", "{'original_event_type':'node.heartbeat'}"},
        {"'type':'Node_Heartbeat'", "NODE_HEARTBEAT", "{'original_event_type':'Node_Heartbeat'}"},
        {"'type':'NODE\\u005fHEARTBEAT'", "NODE_HEARTBEAT", "{}"},
        {"'type':'node\\u005fheartbeat'", "NODE_HEARTBEAT", "{'original_event_type':'node\\u005fheartbeat'}"},
        {"'topic':'a.NODE_HEARTBEAT.v1'", "NODE_HEARTBEAT", "{'topic':'a.NODE_HEARTBEAT.v1'}"},
        {"'topic':'a.node-heartbeat.v1'", "NODE_HEARTBEAT",
         "{'topic':'a.node-heartbeat.v1','original_event_type':'node-heartbeat'}"},
        {"'topic':'a.Thing.v2_dlq'", "Thing", "{'topic':'a.Thing.v2_dlq'}"},
    };
    struct reading reading;
    char line[400];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(line, sizeof(line), "{%s,'timestamp':'" AT "','payload':{'node_id':'n'}}", cases[i].type);
        read_event(&reading, line);
        check_span(line, reading.event.type, cases[i].stored);
        check_span(line, reading.event.metadata, cases[i].metadata);
    }
    reading_release(&reading);
}

static void check_time(const char *line, const struct event *event, size_t place)
{
    if (event->at != time_of("2025-01-01T00:00:00Z") + (int64_t)place * TIME_SECOND)
        fail_msg("%s: not the time of place %zu", line, place);
}

static void test_time_order(void **state)
{
    static const struct place with_payload[] = {{NULL, "event_timestamp"}, {NULL, "timestamp"}, {NULL, "created_at"},
                                                {"payload", "timestamp"}, {NULL, "published_at"}};
    static const char *const sub_objects[] = {"workflow_execution_data", "workflow_step_data",  "metadata_stamp_data",
                                              "bridge_state_data",       "fsm_transition_data", "node_heartbeat_data"};
    const char *value = "'2025-01-01T00:00:0%dZ'";

    (void)state;
    check_order("'type':'X'", with_payload, LENGTH(with_payload), value, check_time);
    for (size_t i = 0; i < LENGTH(sub_objects); i++) {
        const struct place places[] = {{NULL, "event_timestamp"},        {NULL, "timestamp"},
                                       {NULL, "created_at"},             {sub_objects[i], "started_at"},
                                       {sub_objects[i], "completed_at"}, {sub_objects[i], "created_at"},
                                       {sub_objects[i], "last_heartbeat"}, {NULL, "published_at"}};
        check_order("'type':'X'", places, LENGTH(places), value, check_time);
    }
}

static void test_time_values(void **state)
{
    static const struct {
        const char *json;
        const char *at; /* NULL: refused */
        enum reason reason;
    } cases[] = {
        {"'2025-10-15T12:00:01.234567+00:00'", "2025-10-15T12:00:01.234567Z", REASON_NONE},
        {"'2025-10-15T14:00:01+02:00'", "2025-10-15T12:00:01Z", REASON_NONE},
        {"'2025-10-15T12:00:01'", "2025-10-15T12:00:01Z", REASON_NONE},
        {"'2025-10-15 12:00:01'", "2025-10-15T12:00:01Z", REASON_NONE},
        {"'2025-10-15\\u005412:00:01Z'", "2025-10-15T12:00:01Z", REASON_NONE},
        {"1760529601", "2025-10-15T12:00:01Z", REASON_NONE},
        {"1760529601.5", "2025-10-15T12:00:01.5Z", REASON_NONE},
        {"1760529601500", "2025-10-15T12:00:01.5Z", REASON_NONE},
        {"'2000-01-01T00:00:00Z'", "2000-01-01T00:00:00Z", REASON_NONE},
        {"'1999-12-31T23:59:59.999999Z'", NULL, REASON_TIMESTAMP_OUT_OF_RANGE},
        {"'2000-01-01T00:00:00+00:01'", NULL, REASON_TIMESTAMP_OUT_OF_RANGE},
        {"'2026-02-01T00:00:00Z'", "2026-02-01T00:00:00Z", REASON_NONE}, /* 31 days from NOW */
        {"'2026-02-01T00:00:00.000001Z'", NULL, REASON_TIMESTAMP_OUT_OF_RANGE},
        {"0", NULL, REASON_TIMESTAMP_OUT_OF_RANGE},
        {"1e300", NULL, REASON_TIMESTAMP_OUT_OF_RANGE},
        {"'1760529601'", NULL, REASON_INVALID_TIMESTAMP},
        {"'2025-02-30T00:00:00Z'", NULL, REASON_INVALID_TIMESTAMP},
        {"'yesterday'", NULL, REASON_INVALID_TIMESTAMP},
        {"''", NULL, REASON_INVALID_TIMESTAMP},
        {"true", NULL, REASON_INVALID_TIMESTAMP},
        {"{}", NULL, REASON_INVALID_TIMESTAMP},
        {"null", NULL, REASON_MISSING_TIMESTAMP},
    };
    struct reading reading;
    char line[200];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(line, sizeof(line), "{'type':'X','created_at':%s}", cases[i].json);
        if (cases[i].at == NULL)
            check_refused(&reading, line, cases[i].reason,
                          cases[i].reason == REASON_MISSING_TIMESTAMP ? "no field" : "'created_at' is not ");
        else if (read_event(&reading, line)->at != time_of(cases[i].at))
            fail_msg("%s is not %s", line, cases[i].at);
    }
    reading_release(&reading);
}

static void check_correlation(const char *line, const struct event *event, size_t place)
{
    assert_true(event->has_correlation);
    check_uuid(line, &event->correlation, place == 0 ? "00000000-0000-4000-8000-000000000000"
                                                     : "00000000-0000-4000-8000-000000000001");
}

/* The workflow's id stands in for the correlation id of workflow events, and of no others. */
static void test_correlation(void **state)
{
    static const struct place places[] = {{NULL, "correlation_id"}, {"payload", "workflow_id"}};
    static const struct place within[] = {{NULL, "correlation_id"}, {"workflow_step_data", "workflow_id"}};
    struct reading reading;
    char line[400];

    (void)state;
    reading_init(&reading);
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        const char *name = kind == 0 ? "OTHER" : event_kind_name((enum event_kind)kind);
        bool workflow = kind >= EVENT_WORKFLOW_STARTED && kind <= EVENT_INTELLIGENCE_RECEIVED;

        snprintf(line, sizeof(line),
                 "{'type':'%s','timestamp':'" AT "','payload':{'workflow_id':'" C1 "','step_name':'s','to_state':'t',"
                 "'file_hash':'h','node_id':'n'}}", name);
        assert_int_equal(read_event(&reading, line)->has_correlation, workflow);
        if (workflow)
            check_uuid(line, &reading.event.correlation, C1);
    }
    reading_release(&reading);
    check_order("'type':'WORKFLOW_STARTED','timestamp':'" AT "'", places, LENGTH(places),
                "'00000000-0000-4000-8000-00000000000%d'", check_correlation);
    check_order("'type':'WORKFLOW_STARTED','timestamp':'" AT "'", within, LENGTH(within),
                "'00000000-0000-4000-8000-00000000000%d'", check_correlation);
}

static void check_session(const char *line, const struct event *event, size_t place)
{
    assert_true(event->has_session);
    check_uuid(line, &event->session, place == 0 ? "00000000-0000-4000-8000-000000000000"
                                                 : "00000000-0000-4000-8000-000000000001");
}

static void test_session(void **state)
{
    static const struct place places[] = {{NULL, "session_id"}, {"payload", "session_id"}};
    struct reading reading;

    (void)state;
    check_order("'type':'X','timestamp':'" AT "'", places, LENGTH(places),
                "'00000000-0000-4000-8000-00000000000%d'", check_session);
    reading_init(&reading);
    assert_false(read_event(&reading, "{'type':'X','timestamp':'" AT "','payload':{'session_id':null}}")->has_session);
    reading_release(&reading);
}

static void check_namespace(const char *line, const struct event *event, size_t place)
{
    char wanted[20];

    snprintf(wanted, sizeof(wanted), "space%zu", place);
    check_span(line, event->name_space, wanted);
    assert_true(event->namespace_given);
}

static void test_namespace_order(void **state)
{
    static const struct place with_payload[] = {{NULL, "namespace"}, {"payload", "namespace"},
                                                {"metadata", "namespace"}, {"metadata_stamp_data", "namespace"}};
    static const struct place without[] = {{NULL, "namespace"}, {"metadata", "namespace"},
                                           {"workflow_execution_data", "namespace"},
                                           {"workflow_step_data", "namespace"}, {"metadata_stamp_data", "namespace"},
                                           {"bridge_state_data", "namespace"}, {"fsm_transition_data", "namespace"},
                                           {"node_heartbeat_data", "namespace"}};

    (void)state;
    check_order("'type':'X','timestamp':'" AT "'", with_payload, LENGTH(with_payload), "'space%d'", check_namespace);
    check_order("'type':'X','timestamp':'" AT "'", without, LENGTH(without), "'space%d'", check_namespace);
}

/* What is no name is passed over, but the envelope's own field must be one. */
static void test_namespace_values(void **state)
{
    static const struct {
        const char *fields;
        const char *name_space;
        bool given;
    } cases[] = {
        {"'payload':{}", "default", false},
        {"'namespace':null,'payload':null", "default", false},
        {"'namespace':'','payload':{'namespace':'p'}", "p", true},
        {"'payload':{'namespace':''},'metadata':{'namespace':'m'}", "m", true},
        {"'payload':{'namespace':7},'metadata':{'namespace':{}}", "default", false},
        {"'payload':[{'namespace':'p'}],'metadata':'namespace'", "default", false},
        {"'namespace':'\\u00e4'", "\xc3\xa4", true},
    };
    struct reading reading;
    char line[300];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(line, sizeof(line), "{'type':'X','timestamp':'" AT "',%s}", cases[i].fields);
        read_event(&reading, line);
        check_span(line, reading.event.name_space, cases[i].name_space);
        assert_int_equal(reading.event.namespace_given, cases[i].given);
    }
    check_refused(&reading, "{'type':'X','timestamp':'" AT "','namespace':7}", REASON_INVALID_FIELD,
                  "'namespace' is not a string");
    reading_release(&reading);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *line;
        enum reason reason;
        const char *detail;
    } cases[] = {
        {"", REASON_INVALID_JSON, "at byte 0"},
        {"{", REASON_INVALID_JSON, "at byte 1"},
        {"{'type':'X'} x", REASON_INVALID_JSON, "at byte 13"},
        {"{'a':'\x80'}", REASON_INVALID_UTF8, "at byte 6"},
        {"{'a':'\\u0000'}", REASON_NUL_ESCAPE, "at byte 6"},
        {"{'a':'\\ud800'}", REASON_LONE_SURROGATE, "at byte 6"},
        {"{'a':1e999999}", REASON_NUMBER_OUT_OF_RANGE, "at byte 5"},
        {"[]", REASON_NOT_AN_OBJECT, "no object"},
        {"null", REASON_NOT_AN_OBJECT, "no object"},
        {"'text'", REASON_NOT_AN_OBJECT, "no object"},
        {"{}", REASON_MISSING_EVENT_TYPE, "no 'event_type', 'type' or 'topic'"},
        {"{'event_type':null,'type':null,'topic':null}", REASON_MISSING_EVENT_TYPE, "no 'event_type'"},
        {"{'event_type':''}", REASON_MISSING_EVENT_TYPE, "empty"},
        {"{'topic':7}", REASON_MISSING_EVENT_TYPE, "no 'event_type'"},
        {"{'topic':''}", REASON_MISSING_EVENT_TYPE, "no 'event_type'"},
        {"{'event_type':7}", REASON_INVALID_FIELD, "'event_type' is not a string"},
        {"{'type':'X'}", REASON_MISSING_TIMESTAMP, "no field"},
        {"{'type':'X','timestamp':'" AT "','event_id':'7'}", REASON_INVALID_UUID, "'event_id' is not a UUID"},
        {"{'type':'X','timestamp':'" AT "','id':7}", REASON_INVALID_UUID, "'event_id' is not a UUID"},
        {"{'type':'X','timestamp':'" AT "','correlation_id':'7'}", REASON_INVALID_UUID, "'correlation_id' is not"},
        {"{'type':'STEP_FAILED','timestamp':'" AT "','payload':{'workflow_id':'7'}}", REASON_INVALID_UUID,
         "'workflow_id' is not"},
        {"{'type':'X','timestamp':'" AT "','session_id':''}", REASON_INVALID_UUID, "'session_id' is not"},
        {"{'type':'X','timestamp':'" AT "','payload':{'session_id':[]}}", REASON_INVALID_UUID, "'session_id' is not"},
    };
    struct reading reading;

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_refused(&reading, cases[i].line, cases[i].reason, cases[i].detail);
    reading_release(&reading);
}

/* As long as the column holds passes, one more is refused; places differ in what they say. */
static void test_long_values(void **state)
{
    static const struct {
        const char *format;
        int limit;
        const char *detail;
    } cases[] = {
        {"{'type':'%s','timestamp':'" AT "'}", 100, "'event_type' is longer than 100 characters"},
        {"{'topic':'a.%s.v1','timestamp':'" AT "'}", 100, "'event_type' is longer than 100 characters"},
        {"{'type':'X','timestamp':'" AT "','namespace':'%s'}", 255, "'namespace' is longer than 255 characters"},
        {"{'type':'X','timestamp':'" AT "','payload':{'namespace':'%s'}}", 255, "'namespace' is longer than 255"},
    };
    struct reading reading;
    char value[2 * 256 + 1], line[1000];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (int more = 0; more < 2; more++) {
            value[0] = '\0';
            for (int j = 0; j < cases[i].limit + more; j++)
                memcpy(value + (size_t)2 * (size_t)j, "\xc3\xa4", 3); /* one character of two bytes */
            snprintf(line, sizeof(line), cases[i].format, value);
            if (more)
                check_refused(&reading, line, REASON_VALUE_TOO_LONG, cases[i].detail);
            else
                read_event(&reading, line);
        }
    }
    reading_release(&reading);
}

/* One line leaves nothing to the next. */
static void test_reuse(void **state)
{
    struct reading reading;

    (void)state;
    reading_init(&reading);
    reading.parser.policy.hash_ids = true;
    read_event(&reading, "{'original_topic':'a.b','original_message':{'type':'step.failed','timestamp':'" AT "',"
                         "'correlation_id':'x','session_id':'" C1 "','payload':{'step_name':'a','step_order':4}}}");
    assert_int_equal(reading.event.numbers[NUMBER_STEP_ORDER], 4);
    check_refused(&reading, "{'timestamp':'" AT "'}", REASON_MISSING_EVENT_TYPE, "no 'event_type'");
    read_event(&reading, "{'type':'X','timestamp':'" AT "'}");
    check_span("reuse", reading.event.metadata, "{}");
    check_span("reuse", reading.event.payload, "{}");
    assert_false(reading.event.has_correlation || reading.event.has_session || reading.event.has_entity);
    assert_int_equal(reading.event.kind, EVENT_OTHER);
    for (int i = 0; i < FACT_COUNT; i++)
        assert_null(reading.event.facts[i].at);
    for (int i = 0; i < NUMBER_COUNT; i++)
        assert_true(reading.event.numbers[i] == NUMBER_ABSENT);
    assert_string_equal(reading.parser.detail, "");
    reading_release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_id_order),        cmocka_unit_test(test_id_of_line),
        cmocka_unit_test(test_type_order),      cmocka_unit_test(test_type_names),
        cmocka_unit_test(test_time_order),      cmocka_unit_test(test_time_values),
        cmocka_unit_test(test_correlation),     cmocka_unit_test(test_session),
        cmocka_unit_test(test_namespace_order), cmocka_unit_test(test_namespace_values),
        cmocka_unit_test(test_refusals),        cmocka_unit_test(test_long_values),
        cmocka_unit_test(test_reuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
