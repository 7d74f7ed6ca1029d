#include "unit.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "pipe/row.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND(n) (TIME_PG_EPOCH + (n) * TIME_SECOND)

/* A column as the table has it: its name, and how its value is sent: text, json, int, uuid, time or bool. */
struct expected_column {
    const char *name;
    char type;
};

static uint32_t take_be32(const char **at)
{
    uint32_t be;

    memcpy(&be, *at, sizeof(be));
    *at += sizeof(be);
    return be32toh(be);
}

static void tell_value(struct buf *out, char type, const char *at, uint32_t n)
{
    uint64_t be64;
    uint32_t be32;
    char text[TIME_TEXT_SIZE];

    switch (type) {
    case 'j':
        assert_true(n > 0 && at[0] == 1);
        buf_add(out, at + 1, n - 1);
        return;
    case 'i':
        assert_int_equal(n, 4);
        memcpy(&be32, at, 4);
        buf_printf(out, "%d", (int)be32toh(be32));
        return;
    case 'u': /* told by its first and last byte */
        assert_int_equal(n, 16);
        buf_printf(out, "%02x..%02x", (unsigned char)at[0], (unsigned char)at[15]);
        return;
    case 'z':
        assert_int_equal(n, 8);
        memcpy(&be64, at, 8);
        be64 = be64toh(be64);
        if (be64 == (uint64_t)INT64_MAX || be64 == (uint64_t)INT64_MIN) {
            buf_add_text(out, be64 == (uint64_t)INT64_MAX ? "infinity" : "-infinity");
            return;
        }
        time_format((int64_t)be64 + TIME_PG_EPOCH, text);
        buf_add_text(out, text + strlen("2000-01-01T00:00:"));
        return;
    case 'b':
        assert_int_equal(n, 1);
        buf_add_text(out, at[0] != 0 ? "yes" : "no");
        return;
    default: buf_add(out, at, n);
    }
}

/* A row as "name=value name=value", without what is NULL. */
static void check_row(const struct buf *row, const struct expected_column *columns, size_t n, const char *wanted)
{
    const char *at = row->data + 2;
    struct buf told;

    buf_init(&told);
    assert_int_equal((unsigned char)row->data[0] * 256 + (unsigned char)row->data[1], n);
    for (size_t i = 0; i < n; i++) {
        uint32_t size = take_be32(&at);

        if (size == UINT32_MAX)
            continue;
        buf_printf(&told, "%s%s=", told.len > 0 ? " " : "", columns[i].name);
        tell_value(&told, columns[i].type, at, size);
        at += size;
    }
    assert_ptr_equal(at, row->data + row->len);
    assert_string_equal(buf_text(&told), wanted);
    buf_release(&told);
}

static const struct expected_column stage_events[] = {
    {"seq", 'i'}, {"makes", 't'}, {"id", 'u'}, {"event_type", 't'}, {"correlation_id", 'u'}, {"session_id", 'u'},
    {"payload", 'j'}, {"metadata", 'j'}, {"created_at", 'z'}, {"namespace", 't'}, {"workflow_id", 'u'},
    {"entity_id", 'u'}, {"entity_type", 't'}, {"transition_event", 't'}, {"state", 't'}, {"from_state", 't'},
    {"step_name", 't'}, {"step_order", 'i'}, {"execution_time_ms", 'i'}, {"error_message", 't'}, {"file_hash", 't'},
    {"node_id", 't'}, {"node_type", 't'}, {"node_version", 't'}, {"health_status", 't'}, {"capabilities", 'j'},
    {"endpoints", 'j'}, {"node_metadata", 'j'},
};

static struct event make(enum event_kind kind)
{
    struct event event = {.kind = kind, .id = {{1}}, .at = SECOND(5), .type = SPAN("T"), .name_space = SPAN("n"),
                          .payload = SPAN("{}"), .metadata = SPAN("[]")};

    for (int i = 0; i < NUMBER_COUNT; i++)
        event.numbers[i] = NUMBER_ABSENT;
    return event;
}

#define PLAIN " id=01..00 event_type=T payload={} metadata=[] created_at=05Z namespace=n"

static void test_makes(void **state)
{
    static const struct {
        enum event_kind kind;
        const char *row;
    } cases[] = {
        {EVENT_OTHER, "seq=7" PLAIN},
        {EVENT_WORKFLOW_STARTED, "seq=7" PLAIN},
        {EVENT_WORKFLOW_COMPLETED, "seq=7" PLAIN},
        {EVENT_WORKFLOW_FAILED, "seq=7" PLAIN},
        {EVENT_HASH_GENERATED, "seq=7" PLAIN},
        {EVENT_INTELLIGENCE_RECEIVED, "seq=7" PLAIN},
        {EVENT_STEP_STARTED, "seq=7 makes=step" PLAIN " step_order=3"},
        {EVENT_STEP_COMPLETED, "seq=7 makes=step" PLAIN " step_order=3"},
        {EVENT_STEP_FAILED, "seq=7 makes=step" PLAIN " step_order=3"},
        {EVENT_STATE_TRANSITION, "seq=7 makes=transition" PLAIN},
        {EVENT_STAMP_CREATED, "seq=7 makes=stamp" PLAIN},
        {EVENT_NODE_REGISTERED, "seq=7 makes=node" PLAIN},
        {EVENT_NODE_HEARTBEAT, "seq=7 makes=heartbeat" PLAIN},
        {EVENT_AGGREGATION_COMPLETED, "seq=7" PLAIN}, /* it has no bridge_id */
        {EVENT_STATE_AGGREGATION_COMPLETED, "seq=7" PLAIN},
    };
    struct buf row;

    (void)state;
    assert_int_equal(LENGTH(cases), EVENT_KIND_COUNT);
    buf_init(&row);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct event event = make(cases[i].kind);

        event.step_rank = 3;
        buf_reset(&row);
        row_event(&row, &event, 7);
        check_row(&row, stage_events, LENGTH(stage_events), cases[i].row);
    }
    for (enum event_kind kind = EVENT_AGGREGATION_COMPLETED; kind <= EVENT_STATE_AGGREGATION_COMPLETED; kind++) {
        struct event event = make(kind);

        event.has_entity = true;
        buf_reset(&row);
        row_event(&row, &event, 7);
        check_row(&row, stage_events, LENGTH(stage_events), "seq=7 makes=bridge" PLAIN " entity_id=00..00");
    }
    buf_release(&row);
}

static struct event make_full(void)
{
    struct event event = make(EVENT_STEP_FAILED);
    static const char *const facts[FACT_COUNT] = {
        [FACT_WORKFLOW_TYPE] = "type", [FACT_STATE] = "S", [FACT_FROM_STATE] = "F", [FACT_STEP_NAME] = "step",
        [FACT_TRANSITION_EVENT] = "event", [FACT_ENTITY_TYPE] = "entity", [FACT_ERROR] = "error",
        [FACT_STAMP_ID] = "stamp", [FACT_FILE_HASH] = "hash", [FACT_INTELLIGENCE] = "1",
        [FACT_WORKFLOW_METADATA] = "2", [FACT_NODE_ID] = "node", [FACT_NODE_TYPE] = "kind",
        [FACT_NODE_VERSION] = "v", [FACT_HEALTH] = "H", [FACT_CAPABILITIES] = "3", [FACT_ENDPOINTS] = "4",
        [FACT_NODE_METADATA] = "5",
    };

    for (int i = 0; i < FACT_COUNT; i++)
        event.facts[i] = span_of(facts[i]);
    event.correlation = (struct uuid){{2}};
    event.session = (struct uuid){{3}};
    event.entity = (struct uuid){{4}};
    event.has_correlation = event.has_session = event.has_entity = true;
    event.numbers[NUMBER_STEP_ORDER] = 6;
    event.numbers[NUMBER_EXECUTION_MS] = 7;
    event.numbers[NUMBER_GENERATION_MS] = 8;
    event.step_rank = 9;
    return event;
}

static void test_every_column(void **state)
{
    struct event event = make_full();
    struct buf row;

    (void)state;
    buf_init(&row);
    row_event(&row, &event, 0);
    check_row(&row, stage_events, LENGTH(stage_events),
              "seq=0 makes=step id=01..00 event_type=T correlation_id=02..00 session_id=03..00 payload={} metadata=[] "
              "created_at=05Z namespace=n workflow_id=02..00 entity_id=04..00 entity_type=entity "
              "transition_event=event state=S from_state=F step_name=step step_order=6 execution_time_ms=7 "
              "error_message=error file_hash=hash node_id=node node_type=kind node_version=v health_status=H "
              "capabilities=3 endpoints=4 node_metadata=5");
    buf_release(&row);
}

/* Rows that go straight into the tables. */
static void test_direct_rows(void **state)
{
    static const struct expected_column log[] = {{"id", 'u'}, {"event_type", 't'}, {"correlation_id", 'u'},
                                                 {"session_id", 'u'}, {"payload", 'j'}, {"metadata", 'j'},
                                                 {"created_at", 'z'}, {"namespace", 't'}};
    static const struct expected_column step[] = {{"id", 'u'}, {"workflow_id", 'u'}, {"step_name", 't'},
                                                  {"step_order", 'i'}, {"status", 't'}, {"execution_time_ms", 'i'},
                                                  {"step_data", 'j'}, {"error_message", 't'}, {"created_at", 'z'}};
    static const struct expected_column transition[] = {{"id", 'u'}, {"entity_id", 'u'}, {"entity_type", 't'},
                                                        {"from_state", 't'}, {"to_state", 't'},
                                                        {"transition_event", 't'}, {"transition_data", 'j'},
                                                        {"created_at", 'z'}};
    static const struct expected_column stamp[] = {{"id", 'u'}, {"workflow_id", 'u'}, {"file_hash", 't'},
                                                   {"stamp_data", 'j'}, {"namespace", 't'}, {"created_at", 'z'}};
    static const struct expected_column mark[] = {{"namespace", 't'}, {"minute", 'z'}};
    struct event event = make_full();
    struct buf row;

    (void)state;
    buf_init(&row);
#define CHECK(write, columns, wanted) (buf_reset(&row), write, check_row(&row, columns, LENGTH(columns), wanted))
    CHECK(row_log(&row, &event), log, "id=01..00 event_type=T correlation_id=02..00 session_id=03..00 payload={} "
                                      "metadata=[] created_at=05Z namespace=n");
    CHECK(row_step(&row, &event), step, "id=01..00 workflow_id=02..00 step_name=step step_order=6 status=S "
                                        "execution_time_ms=7 step_data={} error_message=error created_at=05Z");
    CHECK(row_transition(&row, &event), transition, "id=01..00 entity_id=04..00 entity_type=entity from_state=F "
                                                    "to_state=S transition_event=event transition_data={} "
                                                    "created_at=05Z");
    CHECK(row_stamp(&row, &event), stamp, "id=01..00 workflow_id=02..00 file_hash=hash stamp_data={} namespace=n "
                                          "created_at=05Z");
    event.has_correlation = event.has_session = false;
    event.numbers[NUMBER_STEP_ORDER] = NUMBER_ABSENT;
    CHECK(row_log(&row, &event), log, "id=01..00 event_type=T payload={} metadata=[] created_at=05Z namespace=n");
    CHECK(row_stamp(&row, &event), stamp, "id=01..00 file_hash=hash stamp_data={} namespace=n created_at=05Z");
    CHECK(row_step(&row, &event), step, "id=01..00 workflow_id=02..00 step_name=step step_order=9 status=S "
                                        "execution_time_ms=7 step_data={} error_message=error created_at=05Z");
    CHECK(row_mark(&row, SPAN("n"), SECOND(7)), mark, "namespace=n minute=07Z");
    buf_release(&row);
}

static const struct expected_column stage_workflows[] = {
    {"correlation_id", 'u'}, {"started_at", 'z'}, {"updated_at", 'z'}, {"namespace", 't'}, {"namespace_at", 'z'},
    {"workflow_type", 't'}, {"type_at", 'z'}, {"session_id", 'u'}, {"session_at", 'z'}, {"metadata", 'j'},
    {"metadata_at", 'z'}, {"metadata_by", 'u'}, {"state", 't'}, {"state_at", 'z'}, {"error", 't'},
    {"error_at", 'z'}, {"completed_ms", 'i'}, {"completed_ms_at", 'z'}, {"failed_ms", 'i'}, {"failed_ms_at", 'z'},
    {"completed_at", 'z'}, {"execution_time_ms", 'i'}, {"error_message", 't'}, {"stamp_id", 't'}, {"stamp_at", 'z'},
    {"file_hash", 't'}, {"file_hash_at", 'z'}, {"event_hash", 't'}, {"event_hash_at", 'z'}, {"generation_ms", 'i'},
    {"generation_at", 'z'}, {"intelligence", 'j'}, {"intelligence_at", 'z'}, {"intelligence_by", 'u'}, {"steps", 'j'},
    {"n_steps", 'i'}, {"unsure", 'b'},
};

static struct folded_workflow bare_workflow(void)
{
    return (struct folded_workflow){
        .correlation = {{2}},
        .first_at = SECOND(1),
        .last_at = SECOND(9),
        .name_space = {FOLD_NEVER, SPAN("default"), {{0}}, true},
        .type = {FOLD_NEVER, SPAN("metadata_stamping"), {{0}}, true},
        .session_at = FOLD_NEVER,
        .state = {FOLD_ALWAYS, SPAN("PENDING"), {{0}}, true},
        .completed_ms = {NUMBER_ABSENT, FOLD_ALWAYS},
        .failed_ms = {NUMBER_ABSENT, FOLD_ALWAYS},
        .generation = {NUMBER_ABSENT, FOLD_ALWAYS},
    };
}

static void check_workflow(const struct folded_workflow *workflow, const char *steps, size_t n, const char *wanted)
{
    struct buf row;

    buf_init(&row);
    row_workflow(&row, workflow, span_of(steps), n);
    check_row(&row, stage_workflows, LENGTH(stage_workflows), wanted);
    buf_release(&row);
}

#define BARE "correlation_id=02..00 started_at=01Z updated_at=09Z namespace=default namespace_at=infinity "           \
             "workflow_type=metadata_stamping type_at=infinity session_at=infinity "

/* A figure said of the end beats the time from start to end; only a finished workflow has either. What was said of
 * the other end, and the error of one that has not failed, are remembered but not shown. */
static void test_workflows(void **state)
{
    struct folded_workflow workflow = bare_workflow();

    (void)state;
    check_workflow(&workflow, "[]", 0, BARE "state=PENDING state_at=-infinity steps=[] n_steps=0 unsure=no");
    workflow.state = (struct said){SECOND(4), SPAN("COMPLETED"), {{0}}, true};
    check_workflow(&workflow, "[]", 0, BARE "state=COMPLETED state_at=04Z completed_at=04Z execution_time_ms=3000 "
                                            "steps=[] n_steps=0 unsure=no");
    workflow.failed_ms = (struct figure){17, SECOND(3)};
    workflow.error = (struct said){SECOND(2), SPAN("e"), {{0}}, true};
#define FAILED_DETAILS "error=e error_at=02Z failed_ms=17 failed_ms_at=03Z "
#define ALL_DETAILS "error=e error_at=02Z completed_ms=0 completed_ms_at=04Z failed_ms=17 failed_ms_at=03Z "
    check_workflow(&workflow, "[]", 0, BARE "state=COMPLETED state_at=04Z " FAILED_DETAILS "completed_at=04Z "
                                            "execution_time_ms=3000 steps=[] n_steps=0 unsure=no");
    workflow.completed_ms = (struct figure){0, SECOND(4)};
    check_workflow(&workflow, "[]", 0, BARE "state=COMPLETED state_at=04Z " ALL_DETAILS "completed_at=04Z "
                                            "execution_time_ms=0 steps=[] n_steps=0 unsure=no");
    workflow.state.value = SPAN("FAILED");
    check_workflow(&workflow, "[]", 0, BARE "state=FAILED state_at=04Z " ALL_DETAILS "completed_at=04Z "
                                            "execution_time_ms=17 error_message=e steps=[] n_steps=0 unsure=no");
    workflow.state.value = SPAN("RUNNING");
    workflow.unsure = true;
    check_workflow(&workflow, "[1,2]", 2, BARE "state=RUNNING state_at=04Z " ALL_DETAILS
                                               "steps=[1,2] n_steps=2 unsure=yes");
}

static void test_full_workflow(void **state)
{
    struct folded_workflow workflow = bare_workflow();
    char wanted[700];

    (void)state;
    workflow.name_space = (struct said){SECOND(2), SPAN("n"), {{0}}, true};
    workflow.type = (struct said){SECOND(3), SPAN("t"), {{0}}, true};
    workflow.session = (struct uuid){{3}};
    workflow.session_at = SECOND(4);
    workflow.metadata = (struct said){SECOND(5), SPAN("{}"), {{5}}, true};
    workflow.state = (struct said){SECOND(6), SPAN("FAILED"), {{0}}, true};
    workflow.stamp_id = (struct said){SECOND(7), SPAN("s"), {{0}}, true};
    workflow.file_hash = (struct said){SECOND(8), SPAN("h"), {{0}}, true};
    workflow.event_hash = (struct said){SECOND(9), SPAN("g"), {{0}}, true};
    workflow.generation = (struct figure){0, SECOND(10)};
    workflow.intelligence = (struct said){SECOND(11), SPAN("null"), {{6}}, true};
    snprintf(wanted, sizeof(wanted),
             "correlation_id=02..00 started_at=01Z updated_at=09Z namespace=n namespace_at=02Z workflow_type=t "
             "type_at=03Z session_id=03..00 session_at=04Z metadata={} metadata_at=05Z metadata_by=05..%02x "
             "state=FAILED state_at=06Z completed_at=06Z execution_time_ms=5000 stamp_id=s stamp_at=07Z "
             "file_hash=h file_hash_at=08Z event_hash=g event_hash_at=09Z generation_ms=0 generation_at=10Z "
             "intelligence=null intelligence_at=11Z intelligence_by=06..%02x steps=[1] n_steps=1 unsure=no",
             said_key(&workflow.metadata).bytes[15], said_key(&workflow.intelligence).bytes[15]);
    check_workflow(&workflow, "[1]", 1, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_makes),       cmocka_unit_test(test_every_column),
        cmocka_unit_test(test_direct_rows), cmocka_unit_test(test_workflows),
        cmocka_unit_test(test_full_workflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
