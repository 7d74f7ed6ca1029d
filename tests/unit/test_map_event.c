/* Whole events, read through a map. */
#include "mapped.h"

#define ID "0b7f0f2a-5f5e-4d57-8a4b-0f4ef7a3b111"
#define LINES_NAME_SPACE "02ecf53b-d8bc-5710-9d01-6d8e2e01e7f7"

static void mapped_init(struct reading *reading)
{
    reading_init(reading);
    reading->parser.policy.map = &map;
}

static void test_event(void **state)
{
    static const char line[] = "{'e':'it.happened','t':1760529600.25,'i':'" ID "','w':{'nr':'{C0000000000040008000"
                               "000000000007}'},'s':null,'ns':'a\\u00e4','timestamp':'not it','event_type':'nor this'}";
    struct reading reading;
    const struct event *event;

    (void)state;
    take_map("{" TYPE_AND_TIME ",'event_id':'/i','correlation_id':'/w/nr','session_id':['/s','/i'],"
             "'namespace':'/ns','metadata':{'w':'/w/nr','const':{'const':true}}}");
    mapped_init(&reading);
    event = read_event(&reading, line);
    assert_int_equal(event->kind, EVENT_OTHER);
    check_span(line, event->type, "it.happened");
    assert_int_equal(event->at, time_of("2025-10-15T12:00:00.25Z"));
    check_uuid(line, &event->id, ID);
    assert_true(event->has_correlation && event->has_session && event->namespace_given);
    check_uuid(line, &event->correlation, "c0000000-0000-4000-8000-000000000007");
    check_uuid(line, &event->session, ID);
    check_span(line, event->name_space, "aä");
    check_span(line, event->payload, line);
    check_span(line, event->metadata, "{'w':'{C0000000000040008000000000000007}','const':true}");
    reading_release(&reading);
}

/* A known event takes its facts from the payload the map names, and keeps the name it came with. */
static void test_known_event(void **state)
{
    struct reading reading;
    const struct event *event;

    (void)state;
    take_map("{'event_type':{'join':['step-','/e']},'timestamp':'/t','correlation_id':{'const':'" ID "'},"
             "'payload':'/p'}");
    mapped_init(&reading);
    event = read_event(&reading,
                       "{'e':'completed','t':1760529600,'p':{'step_name':'a\\u0062','execution_time_ms':2.5}}");
    assert_int_equal(event->kind, EVENT_STEP_COMPLETED);
    check_span("step", event->facts[FACT_STEP_NAME], "ab");
    assert_int_equal(event->numbers[NUMBER_EXECUTION_MS], 3);
    check_span("step", event->metadata, "{'original_event_type':'step-completed'}");
    check_refused(&reading, "{'e':'completed','t':1760529600,'p':{}}", REASON_MISSING_FIELD, "step_name");
    event = read_event(&reading, "{'e':'completed','t':1760529600,'p':{'step_name':'again'}}");
    check_span("step", event->facts[FACT_STEP_NAME], "again");
    reading_release(&reading);
}

/* An event without an id is known by the bytes of the line as it came, not by what the map made of it. */
static void test_id_of_line(void **state)
{
    static const char *const lines[] = {"{'e':'X','t':1760529600}", " {'e':'X','t':1760529600}",
                                         "{'e':'X','t':1760529600 }"};
    struct reading reading;
    struct uuid name_space, wanted;
    char id[UUID_TEXT_SIZE];

    (void)state;
    take_map("{" TYPE_AND_TIME "}");
    uuid_from_text(SPAN(LINES_NAME_SPACE), &name_space);
    mapped_init(&reading);
    for (size_t i = 0; i < LENGTH(lines); i++) {
        read_event(&reading, lines[i]);
        wanted = uuid_from_name(&name_space, (struct span){reading.line, reading.len});
        uuid_to_text(&wanted, id);
        check_uuid(lines[i], &reading.event.id, id);
    }
    reading_release(&reading);
}

static void test_refused(void **state)
{
    static const struct {
        const char *line;
        enum reason reason;
        const char *detail;
    } cases[] = {
        {"{'e':'X'", REASON_INVALID_JSON, "byte 8"},
        {"['e']", REASON_NOT_AN_OBJECT, "no object"},
        {"{}", REASON_MISSING_EVENT_TYPE, "the map finds no 'event_type'"},
        {"{'event_type':'X','timestamp':1760529600}", REASON_MISSING_EVENT_TYPE, "the map"},
        {"{'topic':'a.b.v1','partition':0,'value':{'e':'X','t':1760529600}}", REASON_MISSING_EVENT_TYPE, "the map"},
        {"{'e':'','t':1760529600}", REASON_MISSING_EVENT_TYPE, "empty"},
        {"{'e':1,'t':1760529600}", REASON_INVALID_FIELD, "'event_type' is not a string"},
        {"{'e':'X'}", REASON_MISSING_TIMESTAMP, ""},
        {"{'e':'X','t':'soon'}", REASON_INVALID_TIMESTAMP, "'timestamp' is not a timestamp"},
        {"{'e':'X','t':1760529600,'i':'no-uuid'}", REASON_INVALID_UUID, "'event_id'"},
        {"{'e':'X','t':1760529600,'i':{}}", REASON_INVALID_UUID, "'event_id'"},
        {"{'e':'X','t':1760529600,'n':1}", REASON_INVALID_FIELD, "'namespace' is not a string"},
        {"{'e':'X','t':1760529600,'m':'0123456789012345678901234567890123456789012345678901234567890123456789'}",
         REASON_VALUE_TOO_LONG, "twice the line's length"},
    };
    struct reading reading;

    (void)state;
    take_map("{" TYPE_AND_TIME ",'event_id':'/i','namespace':'/n','metadata':{'a':'/m','b':'/m','c':'/m'}}");
    mapped_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_refused(&reading, cases[i].line, cases[i].reason, cases[i].detail);
    read_event(&reading, "{'e':'X','t':1760529600,'i':'" ID "','n':'ns','m':1}");
    reading_release(&reading);
}

/* All of a long line decoded and copied as often as it may be: what is written fits what was reserved. */
static void test_room(void **state)
{
    struct reading reading;
    struct buf line = BUF_INIT;

    (void)state;
    take_map("{'event_type':{'const':'WORKFLOW_STARTED'},'timestamp':'/t','event_id':'/e','correlation_id':'/c',"
             "'session_id':{'join':['','/e']},'namespace':{'const':'n'},'metadata':{'original_ids':'/p'}}");
    mapped_init(&reading);
    reading.parser.policy.hash_ids = true;
    buf_add_text(&line, "{\"t\":1760529600,\"workflow_type\":\"\\u0061\",");
    for (int i = 0; i < 3; i++) {
        buf_printf(&line, "\"%s\":\"", i == 0 ? "e" : i == 1 ? "c" : "stuff");
        for (int j = 0; j < 20000; j++)
            buf_add_text(&line, "\\n");
        buf_add_text(&line, "\",");
    }
    buf_add_text(&line, "\"p\":[\"");
    for (int j = 0; j < 40000; j++)
        buf_add_text(&line, "p");
    buf_add_text(&line, "\"]}");
    assert_true(buf_ok(&line));
    assert_int_equal(read_bytes(&reading, line.data, line.len), REASON_NONE);
    assert_int_equal(reading.event.payload.len, line.len);
    buf_release(&line);
    reading_release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event),
        cmocka_unit_test(test_known_event),
        cmocka_unit_test(test_id_of_line),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
