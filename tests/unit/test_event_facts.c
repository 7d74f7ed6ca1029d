#include "events.h"

#include <stdio.h>

#define C1 "550e8400-e29b-41d4-a716-446655440000"
#define C2 "550e8400-e29b-41d4-a716-446655440002"
#define AT "2025-10-15T12:00:01Z"

static const char *const fact_names[FACT_COUNT] = {
    [FACT_WORKFLOW_TYPE] = "type", [FACT_STATE] = "state", [FACT_FROM_STATE] = "from", [FACT_STEP_NAME] = "step",
    [FACT_TRANSITION_EVENT] = "event", [FACT_ENTITY_TYPE] = "entity_type", [FACT_ERROR] = "error",
    [FACT_STAMP_ID] = "stamp", [FACT_FILE_HASH] = "hash", [FACT_INTELLIGENCE] = "intelligence",
    [FACT_WORKFLOW_METADATA] = "metadata", [FACT_NODE_ID] = "node", [FACT_NODE_TYPE] = "node_type",
    [FACT_NODE_VERSION] = "version", [FACT_HEALTH] = "health", [FACT_CAPABILITIES] = "capabilities",
    [FACT_ENDPOINTS] = "endpoints", [FACT_NODE_METADATA] = "node_metadata",
};

/* Everything the event says, as "name=value name=value". */
static void tell(const struct event *event, struct buf *out)
{
    static const char *const number_names[NUMBER_COUNT] = {"order", "ms", "generation_ms"};
    char uuid[UUID_TEXT_SIZE];

    buf_reset(out);
    for (int i = 0; i < FACT_COUNT; i++) {
        if (event->facts[i].at == NULL)
            continue;
        buf_printf(out, " %s=", fact_names[i]);
        buf_add_span(out, event->facts[i]);
    }
    for (int i = 0; i < NUMBER_COUNT; i++)
        if (event->numbers[i] != NUMBER_ABSENT)
            buf_printf(out, " %s=%lld", number_names[i], (long long)event->numbers[i]);
    if (event->has_entity) {
        uuid_to_text(&event->entity, uuid);
        buf_printf(out, " entity=%s", uuid);
    }
    if (event->moves_workflow)
        buf_add_text(out, " moves");
}

struct fact_case {
    const char *type;
    const char *payload;
    const char *told; /* of an event with correlation id C1 */
};

static void check_facts(const struct fact_case *cases, size_t n)
{
    struct reading reading;
    struct buf told;
    char line[1500];

    buf_init(&told);
    reading_init(&reading);
    for (size_t i = 0; i < n; i++) {
        snprintf(line, sizeof(line), "{'event_type':'%s','timestamp':'" AT "','correlation_id':'" C1 "','payload':%s}",
                 cases[i].type, cases[i].payload);
        tell(read_event(&reading, line), &told);
        check_span(line, told.len > 0 ? (struct span){told.data + 1, told.len - 1} : SPAN(""), cases[i].told);
    }
    reading_release(&reading);
    buf_release(&told);
}

static void test_workflows(void **state)
{
    static const struct fact_case cases[] = {
        {"WORKFLOW_STARTED", "{}", "state=PROCESSING"},
        {"WORKFLOW_STARTED", "null", "state=PROCESSING"},
        {"WORKFLOW_STARTED", "[{'current_state':'x'}]", "state=PROCESSING"},
        {"WORKFLOW_STARTED", "{'current_state':'running','initial_state':'idle','workflow_type':'Kind'}",
         "type=Kind state=RUNNING"},
        {"WORKFLOW_STARTED", "{'current_state':null,'initial_state':'idle'}", "state=IDLE"},
        {"fsm-state-initialized", "{'initial_state':'pending'}", "state=PENDING"},
        {"WORKFLOW_STARTED", "{'metadata':{'a':1}}", "state=PROCESSING metadata={'a':1}"},
        {"WORKFLOW_STARTED", "{'input_data':[1]}", "state=PROCESSING metadata={'input_data':[1]}"},
        {"WORKFLOW_STARTED", "{'input_data':{'f':1},'metadata':{'a':1}}",
         "state=PROCESSING metadata={'input_data':{'f':1},'a':1}"},
        {"WORKFLOW_STARTED", "{'input_data':null,'metadata':{}}", "state=PROCESSING metadata={'input_data':null}"},
        {"WORKFLOW_STARTED", "{'metadata':'text'}", "state=PROCESSING"},
        {"WORKFLOW_STARTED", "{'execution_time_ms':5,'stamp_id':'s'}", "state=PROCESSING"},
        {"WORKFLOW_COMPLETED", "{}", "state=COMPLETED"},
        {"WORKFLOW_COMPLETED", "{'stamp_id':'s','file_hash':'h','execution_time_ms':4.5,'workflow_type':'t'}",
         "type=t state=COMPLETED stamp=s hash=h ms=5"},
        {"WORKFLOW_COMPLETED", "{'current_state':'x','error':'e'}", "state=COMPLETED"},
        {"WORKFLOW_FAILED", "{}", "state=FAILED"},
        {"WORKFLOW_FAILED", "{'error_message':'m','error':'e','execution_time_ms':0}", "state=FAILED error=m ms=0"},
        {"WORKFLOW_FAILED", "{'error_message':null,'error':'e\\u0041'}", "state=FAILED error=eA"},
        {"WORKFLOW_FAILED", "{'error':{'code':7,'message':'deep'}}", "state=FAILED error=deep"},
        {"WORKFLOW_FAILED", "{'error':{'code':7}}", "state=FAILED error={'code':7}"},
        {"WORKFLOW_FAILED", "{'error':{'message':7}}", "state=FAILED error={'message':7}"},
        {"WORKFLOW_FAILED", "{'error':[7]}", "state=FAILED error=[7]"},
    };

    (void)state;
    check_facts(cases, LENGTH(cases));
}

#define MOVED(state, error) "state=" state " event=STATE_TRANSITION entity_type=workflow" error " entity=" C1 " moves"
#define GONE "state=B from=A event=Go entity_type=workflow entity=" C1 " moves"

static void test_transitions(void **state)
{
    static const struct fact_case cases[] = {
        {"STATE_TRANSITION", "{'to_state':'done','error':'e'}", MOVED("DONE", "")},
        {"STATE_TRANSITION", "{'to_state':'failed','error':'e','execution_time_ms':5}", MOVED("FAILED", " error=e")},
        {"STATE_TRANSITION", "{'to_state':'b','from_state':'a','transition_event':'Go'}", GONE},
        {"STATE_TRANSITION", "{'new_state':'b','previous_state':'a','trigger':'Go'}", GONE},
        {"STATE_TRANSITION", "{'current_state':'b','old_state':'a','triggered_by':'Go'}", GONE},
        {"STATE_TRANSITION", "{'to_state':'b','entity_id':'" C2 "'}",
         "state=B event=STATE_TRANSITION entity_type=workflow entity=" C2 " moves"},
        {"STATE_TRANSITION", "{'to_state':'b','entity_type':'WORKFLOW'}",
         "state=B event=STATE_TRANSITION entity_type=WORKFLOW entity=" C1 " moves"},
        {"STATE_TRANSITION", "{'to_state':'b','entity_type':'workflow_execution'}",
         "state=B event=STATE_TRANSITION entity_type=workflow_execution entity=" C1 " moves"},
        {"STATE_TRANSITION", "{'to_state':'b','entity_type':'bridge','entity_id':'" C2 "'}",
         "state=B event=STATE_TRANSITION entity_type=bridge entity=" C2},
        {"STATE_TRANSITION", "{'to_state':'FAILED','entity_type':'node','error_message':'m'}",
         "state=FAILED event=STATE_TRANSITION entity_type=node entity=" C1},
    };
    struct reading reading;

    (void)state;
    check_facts(cases, LENGTH(cases));
    reading_init(&reading); /* a workflow's entity is its correlation id where that is missing */
    read_event(&reading, "{'type':'STATE_TRANSITION','timestamp':'" AT "','payload':{'to_state':'b','entity_id':'" C2
                         "'}}");
    assert_true(reading.event.has_correlation && reading.event.moves_workflow);
    check_uuid("entity", &reading.event.correlation, C2);
    read_event(&reading, "{'type':'STATE_TRANSITION','timestamp':'" AT "','payload':{'to_state':'b','entity_id':'" C2
                         "','entity_type':'node'}}");
    assert_false(reading.event.has_correlation || reading.event.moves_workflow);
    reading_release(&reading);
}

static void test_steps(void **state)
{
    static const struct fact_case cases[] = {
        {"STEP_STARTED", "{'step_name':'s'}", "state=PROCESSING step=s"},
        {"STEP_COMPLETED", "{'step_name':'s'}", "state=COMPLETED step=s"},
        {"STEP_FAILED", "{'step_name':'s'}", "state=FAILED step=s"},
        {"STEP_STARTED", "{'step_name':'s','status':'Odd','step_status':'x'}", "state=ODD step=s"},
        {"STEP_COMPLETED", "{'step_name':'s','step_status':'skipped'}", "state=SKIPPED step=s"},
        {"STEP_COMPLETED", "{'step_name':'','step_order':0,'execution_time_ms':1.5}",
         "state=COMPLETED step= order=0 ms=2"},
        {"STEP_FAILED", "{'step_name':'s','error':'e','step_order':2147483647}",
         "state=FAILED step=s error=e order=2147483647"},
        {"STEP_FAILED", "{'step_name':'s','step_order':null,'execution_time_ms':null}", "state=FAILED step=s"},
    };

    (void)state;
    check_facts(cases, LENGTH(cases));
}

static void test_stamps_and_hashes(void **state)
{
    static const struct fact_case cases[] = {
        {"STAMP_CREATED", "{}", ""},
        {"STAMP_CREATED", "{'stamp_id':'s','file_hash':'h','file_size':7}", "stamp=s hash=h"},
        {"HASH_GENERATED", "{'file_hash':'h','hash':'i','generation_time_ms':2.5,'hash_generation_time_ms':9}",
         "hash=h generation_ms=3"},
        {"HASH_GENERATED", "{'hash':'i','hash_generation_time_ms':9}", "hash=i generation_ms=9"},
        {"INTELLIGENCE_RECEIVED", "{'intelligence_data':{'a':[1]},'b':2}", "intelligence={'a':[1]}"},
        {"INTELLIGENCE_RECEIVED", "{'intelligence_data':null,'b':2}", "intelligence={'intelligence_data':null,'b':2}"},
        {"INTELLIGENCE_RECEIVED", "{'intelligence_data':'text'}", "intelligence='text'"},
        {"INTELLIGENCE_RECEIVED", "7", "intelligence=7"},
        {"OTHER", "{'stamp_id':'s','step_name':'n','node_id':'n','file_hash':'h','to_state':'x'}", ""},
    };
    struct reading reading;

    (void)state;
    check_facts(cases, LENGTH(cases));
    reading_init(&reading); /* a flat object's payload is written first */
    read_event(&reading, "{'type':'INTELLIGENCE_RECEIVED','timestamp':'" AT "','correlation_id':'" C1 "','a':1}");
    check_span("flat", reading.event.facts[FACT_INTELLIGENCE], "{'a':1}");
    read_event(&reading, "{'type':'STAMP_CREATED','timestamp':'" AT "','file_hash':'h'}");
    check_span("of no workflow", reading.event.facts[FACT_FILE_HASH], "h");
    reading_release(&reading);
}

static void test_nodes(void **state)
{
    static const struct fact_case cases[] = {
        {"NODE_HEARTBEAT", "{'node_id':'n'}", "node=n"},
        {"NODE_REGISTERED", "{'node_id':'n','node_type':'Reducer','node_version':'1','health_status':'healthy'}",
         "node=n node_type=Reducer version=1 health=HEALTHY"},
        {"NODE_REGISTERED", "{'node_id':'n','capabilities':{'node_version':'2','c':1},'metadata':{'version':'3'}}",
         "node=n version=2 capabilities={'node_version':'2','c':1} node_metadata={'version':'3'}"},
        {"NODE_REGISTERED", "{'node_id':'n','node_version':null,'capabilities':[1],'metadata':{'version':'3'}}",
         "node=n version=3 capabilities=[1] node_metadata={'version':'3'}"},
        {"NODE_HEARTBEAT", "{'node_id':'n','endpoints':{'http':'x'},'capabilities':null,'metadata':'m'}",
         "node=n endpoints={'http':'x'} node_metadata='m'"},
    };
    struct reading reading;

    (void)state;
    check_facts(cases, LENGTH(cases));
    reading_init(&reading);
    read_event(&reading, "{'type':'NODE_HEARTBEAT','timestamp':'" AT "','source_node_id':'m',"
                         "'metadata':{'node_type':'orchestrator'},'payload':{}}");
    check_span("source", reading.event.facts[FACT_NODE_ID], "m");
    check_span("envelope", reading.event.facts[FACT_NODE_TYPE], "orchestrator");
    assert_null(reading.event.facts[FACT_NODE_METADATA].at);
    read_event(&reading, "{'type':'NODE_HEARTBEAT','timestamp':'" AT "','source_node_id':'m',"
                         "'metadata':{'node_type':'a'},'payload':{'node_id':'n','node_type':'b'}}");
    check_span("payload", reading.event.facts[FACT_NODE_ID], "n");
    check_span("payload", reading.event.facts[FACT_NODE_TYPE], "b");
    /* a flat object's metadata is the envelope's, not the payload's */
    read_event(&reading, "{'type':'NODE_HEARTBEAT','timestamp':'" AT "','node_id':'n','metadata':{'m':1},"
                         "'capabilities':{'c':1}}");
    assert_null(reading.event.facts[FACT_NODE_METADATA].at);
    check_span("flat", reading.event.facts[FACT_CAPABILITIES], "{'c':1}");
    reading_release(&reading);
}

static void test_bridges(void **state)
{
    static const struct fact_case cases[] = {
        {"AGGREGATION_COMPLETED", "{}", ""},
        {"AGGREGATION_COMPLETED", "{'bridge_id':null,'total_items_aggregated':-1}", ""},
        {"STATE_AGGREGATION_COMPLETED", "{'bridge_id':'" C2 "'}", "entity=" C2},
        {"AGGREGATION_COMPLETED", "{'bridge_id':'" C2 "','current_fsm_state':'idle','fsm_state':'x'}",
         "state=IDLE entity=" C2},
        {"AGGREGATION_COMPLETED", "{'bridge_id':'" C2 "','fsm_state':'x','total_items_aggregated':7}",
         "state=X entity=" C2},
    };

    (void)state;
    check_facts(cases, LENGTH(cases));
}

/* What the merge reads from a bridge's payload itself is judged before: it would refuse the whole batch. */
static void test_bridge_values(void **state)
{
    static const struct {
        const char *field;
        enum reason reason;
    } cases[] = {
        {"'total_items_aggregated':0,'total_size_bytes':0", REASON_NONE},
        {"'total_items_aggregated':-0.4", REASON_NONE},
        {"'total_items_aggregated':-0.5", REASON_INTEGER_OUT_OF_RANGE},
        {"'total_items_aggregated':2147483647.4", REASON_NONE},
        {"'total_items_aggregated':2147483647.5", REASON_INTEGER_OUT_OF_RANGE},
        {"'total_workflows_processed':2147483648", REASON_INTEGER_OUT_OF_RANGE},
        {"'aggregation_duration_ms':2147483647,'total_workflows_processed':2147483647", REASON_NONE},
        {"'aggregation_duration_ms':2147483648", REASON_INTEGER_OUT_OF_RANGE},
        {"'aggregation_duration_ms':'5'", REASON_INVALID_FIELD},
        {"'total_size_bytes':9223372036854775807.4", REASON_NONE},
        {"'total_size_bytes':9223372036854775808", REASON_INTEGER_OUT_OF_RANGE},
        {"'items_per_second':99999999.994", REASON_NONE}, /* NUMERIC(10, 2) */
        {"'items_per_second':99999999.995", REASON_INTEGER_OUT_OF_RANGE},
        {"'items_per_second':-0.004", REASON_NONE},
        {"'items_per_second':-0.3", REASON_INTEGER_OUT_OF_RANGE},
        {"'version':1", REASON_NONE},
        {"'version':0", REASON_INTEGER_OUT_OF_RANGE},
        {"'version':0.5", REASON_NONE},
        {"'version':0.4", REASON_INTEGER_OUT_OF_RANGE},
        {"'version':null,'window_start':null", REASON_NONE},
        {"'window_start':'2025-10-15T12:00:00Z','window_end':'2025-10-15 13:00:00'", REASON_NONE},
        {"'window_start':'tomorrow'", REASON_INVALID_TIMESTAMP},
        {"'window_end':'infinity'", REASON_INVALID_TIMESTAMP},
        {"'window_end':1760529601", REASON_INVALID_TIMESTAMP},
        {"'aggregation_type':7", REASON_INVALID_FIELD},
    };
    struct reading reading;
    char line[300], name[40];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(line, sizeof(line), "{'type':'AGGREGATION_COMPLETED','timestamp':'" AT "','bridge_id':'" C2 "',%s}",
                 cases[i].field);
        snprintf(name, sizeof(name), "%.*s is not ", (int)(strchr(cases[i].field, ':') - cases[i].field),
                 cases[i].field);
        if (cases[i].reason == REASON_NONE)
            read_event(&reading, line);
        else
            check_refused(&reading, line, cases[i].reason, name);
    }
    reading_release(&reading);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *type;
        const char *fields; /* of the envelope */
        enum reason reason;
        const char *detail;
    } cases[] = {
        {"WORKFLOW_FAILED", "'payload':{}", REASON_MISSING_FIELD, "'correlation_id' is missing"},
        {"HASH_GENERATED", "'payload':{'file_hash':'h'}", REASON_MISSING_FIELD, "'correlation_id' is missing"},
        {"INTELLIGENCE_RECEIVED", "'payload':{}", REASON_MISSING_FIELD, "'correlation_id' is missing"},
        {"STEP_STARTED", "'payload':{'step_name':'s'}", REASON_MISSING_FIELD, "'correlation_id' is missing"},
        {"STEP_STARTED", "'correlation_id':'" C1 "','payload':{}", REASON_MISSING_FIELD, "'step_name' is missing"},
        {"STATE_TRANSITION", "'payload':{'to_state':'x'}", REASON_MISSING_FIELD, "'entity_id' is missing"},
        {"STATE_TRANSITION", "'correlation_id':'" C1 "','payload':{}", REASON_MISSING_FIELD, "'to_state' is missing"},
        {"STAMP_CREATED", "'payload':{}", REASON_MISSING_FIELD, "'file_hash' is missing"},
        {"HASH_GENERATED", "'correlation_id':'" C1 "','payload':{}", REASON_MISSING_FIELD, "'file_hash' is missing"},
        {"NODE_HEARTBEAT", "'payload':{}", REASON_MISSING_FIELD, "'node_id' is missing"},
        {"NODE_REGISTERED", "'payload':{'node_id':''}", REASON_MISSING_FIELD, "'node_id' is missing"},
        {"STATE_TRANSITION", "'payload':{'to_state':'x','entity_id':'7'}", REASON_INVALID_UUID, "'entity_id' is not"},
        {"AGGREGATION_COMPLETED", "'payload':{'bridge_id':'7'}", REASON_INVALID_UUID, "'bridge_id' is not"},
        {"WORKFLOW_COMPLETED", "'correlation_id':'" C1 "','payload':{'execution_time_ms':-1}",
         REASON_INTEGER_OUT_OF_RANGE, "'execution_time_ms' is not between"},
        {"WORKFLOW_COMPLETED", "'correlation_id':'" C1 "','payload':{'stamp_id':7}", REASON_INVALID_FIELD,
         "'stamp_id' is not a string"},
        {"STEP_COMPLETED", "'correlation_id':'" C1 "','payload':{'step_name':'s','step_order':2147483647.5}",
         REASON_INTEGER_OUT_OF_RANGE, "'step_order' is not between"},
        {"STEP_COMPLETED", "'correlation_id':'" C1 "','payload':{'step_name':'s','execution_time_ms':1e10}",
         REASON_INTEGER_OUT_OF_RANGE, "'execution_time_ms' is not between"},
        {"HASH_GENERATED", "'correlation_id':'" C1 "','payload':{'file_hash':'h','generation_time_ms':-0.5}",
         REASON_INTEGER_OUT_OF_RANGE, "'hash_generation_time_ms' is not between"},
    };
    struct reading reading;
    char line[500];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(line, sizeof(line), "{'type':'%s','timestamp':'" AT "',%s}", cases[i].type, cases[i].fields);
        check_refused(&reading, line, cases[i].reason, cases[i].detail);
    }
    reading_release(&reading);
}

/* Every column's width to the character: what fits is kept whole, one more refuses the line and names the column. */
static void test_widths(void **state)
{
    static const struct {
        const char *type;
        const char *fields; /* %s: the value */
        int width;
        const char *column;
    } cases[] = {
        {"WORKFLOW_STARTED", "'workflow_type':'%s'", 100, "workflow_type"},
        {"WORKFLOW_STARTED", "'current_state':'%s'", 50, "current_state"},
        {"WORKFLOW_STARTED", "'initial_state':'%s'", 50, "current_state"},
        {"WORKFLOW_COMPLETED", "'stamp_id':'%s'", 255, "stamp_id"},
        {"WORKFLOW_COMPLETED", "'file_hash':'%s'", 64, "file_hash"},
        {"STATE_TRANSITION", "'to_state':'%s'", 50, "to_state"},
        {"STATE_TRANSITION", "'to_state':'x','old_state':'%s'", 50, "from_state"},
        {"STATE_TRANSITION", "'to_state':'x','trigger':'%s'", 100, "transition_event"},
        {"STATE_TRANSITION", "'to_state':'x','entity_type':'%s'", 100, "entity_type"},
        {"STEP_STARTED", "'step_name':'%s'", 100, "step_name"},
        {"STEP_STARTED", "'step_name':'s','step_status':'%s'", 50, "status"},
        {"STAMP_CREATED", "'stamp_id':'%s'", 255, "stamp_id"},
        {"STAMP_CREATED", "'file_hash':'%s'", 64, "file_hash"}, /* it becomes the workflow's, too */
        {"HASH_GENERATED", "'hash':'%s'", 64, "file_hash"},
        {"NODE_HEARTBEAT", "'node_id':'%s'", 255, "node_id"},
        {"NODE_HEARTBEAT", "'node_id':'n','node_type':'%s'", 100, "node_type"},
        {"NODE_HEARTBEAT", "'node_id':'n','node_version':'%s'", 50, "node_version"},
        {"NODE_HEARTBEAT", "'node_id':'n','capabilities':{'node_version':'%s'}", 50, "node_version"},
        {"NODE_HEARTBEAT", "'node_id':'n','metadata':{'version':'%s'}", 50, "node_version"},
        {"NODE_HEARTBEAT", "'node_id':'n','health_status':'%s'", 50, "health_status"},
        {"AGGREGATION_COMPLETED", "'bridge_id':'" C1 "','fsm_state':'%s'", 50, "current_fsm_state"},
        {"AGGREGATION_COMPLETED", "'bridge_id':'" C1 "','aggregation_type':'%s'", 50, "aggregation_type"},
    };
    struct reading reading;
    char value[600], format[300], line[1000], detail[100];

    (void)state;
    reading_init(&reading);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (int more = 0; more < 2; more++) {
            value[0] = '\0';
            for (int j = 0; j < cases[i].width + more; j++)
                memcpy(value + (size_t)2 * (size_t)j, "\xc3\xa4", 3);
            const char *mark = strstr(cases[i].fields, "%s");
            snprintf(format, sizeof(format), "%.*s", (int)(mark - cases[i].fields), cases[i].fields);
            snprintf(line, sizeof(line),
                     "{'type':'%s','timestamp':'" AT "','correlation_id':'" C1 "','payload':{%s%s%s}}", cases[i].type,
                     format, value, mark + 2);
            snprintf(detail, sizeof(detail), "'%s' is longer than %d characters", cases[i].column, cases[i].width);
            if (more)
                check_refused(&reading, line, REASON_VALUE_TOO_LONG, detail);
            else
                read_event(&reading, line);
        }
    }
    memset(value, 'h', 129);
    value[129] = '\0'; /* without a workflow only the stamp's own column counts */
    snprintf(line, sizeof(line), "{'type':'STAMP_CREATED','timestamp':'" AT "','file_hash':'%s'}", value + 1);
    assert_int_equal(read_event(&reading, line)->facts[FACT_FILE_HASH].len, 128);
    snprintf(line, sizeof(line), "{'type':'STAMP_CREATED','timestamp':'" AT "','file_hash':'%s'}", value);
    check_refused(&reading, line, REASON_VALUE_TOO_LONG, "'file_hash' is longer than 128 characters");
    reading_release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workflows),         cmocka_unit_test(test_transitions), cmocka_unit_test(test_steps),
        cmocka_unit_test(test_stamps_and_hashes), cmocka_unit_test(test_nodes),       cmocka_unit_test(test_bridges),
        cmocka_unit_test(test_refusals),          cmocka_unit_test(test_widths),
        cmocka_unit_test(test_bridge_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
