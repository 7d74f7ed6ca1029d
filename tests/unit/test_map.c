#include "capture.h"
#include "mapped.h"

#include <stdio.h>

#include "core/err.h"

/* What a map makes of a line, as an object: its members in the order of the envelope. */
static enum map_outcome apply(const char *line, struct buf *out)
{
    size_t len = strlen(line), at;
    char *copy = malloc(len); /* without a NUL, so that a sanitizer sees any step beyond */
    struct json_members members = {NULL, 0, 0}, envelope = {NULL, 0, 0};
    struct buf text = BUF_INIT;
    enum json_type type;
    enum map_outcome outcome;

    assert_non_null(copy);
    memcpy(copy, line, len);
    assert_int_equal(json_check((struct span){copy, len}, &type, &members, &at), JSON_OK);
    assert_non_null(buf_reserve(&text, 2 * len + map.len));
    const char *place = text.data;
    outcome = map_apply(&map, (struct span){copy, len}, &members, &envelope, &text);
    assert_ptr_equal(text.data, place);
    assert_true(text.len <= 2 * len + map.len);
    buf_reset(out);
    for (size_t i = 0; i < envelope.n; i++) {
        buf_printf(out, "%s\"%.*s\":", i == 0 ? "" : ",", (int)envelope.at[i].key.len, envelope.at[i].key.at);
        buf_add_span(out, envelope.at[i].value);
        assert_int_equal(envelope.at[i].type, json_type_of(envelope.at[i].value));
    }
    json_members_release(&members);
    json_members_release(&envelope);
    buf_release(&text);
    free(copy);
    return outcome;
}

/* An event_id by this value of a map; the line has no type and no time, and is the payload. */
static void check_value(const char *value, const char *line, const char *wanted)
{
    char json[500], expected[500];
    struct buf got = BUF_INIT;
    char *quoted_line = quoted(line);

    snprintf(json, sizeof(json), "{'event_type':'/none','timestamp':'/none','event_id':%s}", value);
    take_map(json);
    snprintf(expected, sizeof(expected), "%s%s%s'payload':%s", wanted == NULL ? "" : "'event_id':",
             wanted == NULL ? "" : wanted, wanted == NULL ? "" : ",", line);
    assert_int_equal(apply(quoted_line, &got), MAP_APPLIED);
    check_span(value, buf_span(&got), expected);
    free(quoted_line);
    buf_release(&got);
}

static void test_values(void **state)
{
    static const struct {
        const char *value;
        const char *line;
        const char *wanted; /* NULL: nothing */
    } cases[] = {
        {"'/a'", "{'a':1.50}", "1.50"},
        {"'/a'", "{'a':'\\u0041\\n'}", "'\\u0041\\n'"},
        {"'/a'", "{'a':false}", "false"},
        {"'/a'", "{'a':null}", NULL},
        {"'/a'", "{'b':1}", NULL},
        {"'/a/0/b'", "{'a':[{'b':2}]}", "2"},
        {"'\\/a'", "{'a':1}", "1"},
        {"'/\\u00e4'", "{'\\u00E4':1}", "1"},
        {"['/a','/b']", "{'a':1,'b':2}", "1"},
        {"['/a','/b']", "{'b':2}", "2"},
        {"['/a','/b']", "{'a':null,'b':2}", "2"},
        {"['/a','/b']", "{'a':'','b':2}", "''"},
        {"['/a','/b']", "{'c':3}", NULL},
        {"['/a',{'const':'c'},'/b']", "{'b':2}", "'c'"},
        {"{'const':'c\\n'}", "{'a':1}", "'c\\n'"},
        {"{'join':['a.','/a']}", "{'a':'b'}", "'a.b'"},
        {"{'join':['/a']}", "{'a':'b'}", "'b'"},
        {"{'join':['','/a','/b']}", "{'a':'x','b':'\\u00e4\\\\'}", "'x\\u00e4\\\\'"},
        {"{'join':['n','/a','/b','/c']}", "{'a':-1.50e3,'b':true,'c':''}", "'n-1.50e3true'"},
        {"{'join':['/a',{'const':'/'},'/b']}", "{'a':1,'b':2}", "'1/2'"},
        {"{'join':['\\u002fa','\\t']}", "{'a':1}", "'1\\t'"},
        {"{'join':['a.','/a']}", "{'a':null}", NULL},
        {"{'join':['a.','/a']}", "{'a':{}}", NULL},
        {"{'join':['a.','/a']}", "{'a':['b']}", NULL},
        {"{'join':['a.','/a','/b']}", "{'a':1}", NULL},
        {"[{'join':['/b','/a']},{'join':['c','/b']}]", "{'b':1}", "'c1'"},
        {"[{'join':['/b','/a']},'/b']", "{'b':1}", "1"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        check_value(cases[i].value, cases[i].line, cases[i].wanted);
}

/* The payload: what the map says, else the whole line; any JSON may be its constant. */
static void test_payloads(void **state)
{
    static const struct {
        const char *value;
        const char *wanted;
    } cases[] = {
        {"", " {'a':[1,2],'n':null} "},
        {",'payload':''", "{'a':[1,2],'n':null}"},
        {",'payload':'/a'", "[1,2]"},
        {",'payload':'/b'", "{'a':[1,2],'n':null}"},
        {",'payload':'/n'", "{'a':[1,2],'n':null}"},
        {",'payload':['/b','/a/1']", "2"},
        {",'payload':{'const':{'k':[1.0]}}", "{'k':[1.0]}"},
    };
    struct buf got = BUF_INIT;
    char json[200], expected[200];
    char *line = quoted(" {'a':[1,2],'n':null} ");

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *wanted = cases[i].wanted + strspn(cases[i].wanted, " ");
        snprintf(json, sizeof(json), "{" TYPE_AND_TIME "%s}", cases[i].value);
        take_map(json);
        snprintf(expected, sizeof(expected), "'payload':%.*s", (int)strcspn(wanted, " "), wanted);
        assert_int_equal(apply(line, &got), MAP_APPLIED);
        check_span(json, buf_span(&got), expected);
    }
    free(line);
    buf_release(&got);
}

static void test_metadata(void **state)
{
    static const struct {
        const char *metadata;
        const char *wanted;
    } cases[] = {
        {"{'a':'/a'}", "{'a':1.0}"},
        {"{'none':'/none'}", "{}"},
        {"{'none':'/none','a':'/a','null':'/n'}", "{'a':1.0}"},
        {"{'\\u0061':'/o','b':{'join':['x','/a']},'c':{'const':[1]}}",
         "{'\\u0061':{'k':'v'},'b':'x1.0','c':[1]}"},
        {"{'a':{'join':['x','/none']},'b':[{'join':['x','/none']},'/o/k']}", "{'b':'v'}"},
        {"{'j':{'join':['x','/a']},'none':{'join':['/a','/none']},'k':{'join':['y','/a']}}",
         "{'j':'x1.0','k':'y1.0'}"},
    };
    struct buf got = BUF_INIT;
    char json[300], expected[300];
    char *line = quoted("{'a':1.0,'o':{'k':'v'},'n':null}");

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(json, sizeof(json), "{'metadata':%s," TYPE_AND_TIME ",'payload':{'const':0}}", cases[i].metadata);
        take_map(json);
        snprintf(expected, sizeof(expected), "'payload':0,'metadata':%s", cases[i].wanted);
        assert_int_equal(apply(line, &got), MAP_APPLIED);
        check_span(json, buf_span(&got), expected);
    }
    free(line);
    buf_release(&got);
}

/* A map may copy twice the line, wherever it copies it to, but not more. */
static void test_too_large(void **state)
{
    static const struct {
        const char *fields; /* the line is 100 bytes, its value 90 */
        enum map_outcome outcome;
    } cases[] = {
        {"'event_id':'/a','session_id':'/a'", MAP_APPLIED},
        {"'event_id':'/a','session_id':'/a','payload':''", MAP_APPLIED},
        {"'event_id':'/a','session_id':'/a','namespace':'/a'", MAP_TOO_LARGE},
        {"'event_id':{'join':['x','/a','/a']}", MAP_APPLIED},
        {"'event_id':{'join':['x','/a','/a','/a']}", MAP_TOO_LARGE},
        {"'event_id':'/a','metadata':{'a':'/a'}", MAP_APPLIED},
        {"'event_id':'/a','metadata':{'a':'/a','b':'/a'}", MAP_TOO_LARGE},
        {"'metadata':{'a':'/a','b':{'join':['/a','/a']}}", MAP_TOO_LARGE},
        {"'metadata':{'a':'','b':''}", MAP_APPLIED},
        {"'metadata':{'a':'','b':'','c':''}", MAP_TOO_LARGE},
    };
    struct buf got = BUF_INIT;
    char json[300], line[101];

    (void)state;
    snprintf(line, sizeof(line), "{\"a\": \"%088d\" }", 7);
    assert_int_equal(strlen(line), 98);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        snprintf(json, sizeof(json), "{" TYPE_AND_TIME ",%s}", cases[i].fields);
        take_map(json);
        if (apply(line, &got) != cases[i].outcome)
            fail_msg("%s", json);
    }
    buf_release(&got);
}

/* tests/cli/map.sh has what is said of each. */
static void test_bad_maps(void **state)
{
    static const char *const cases[] = {
        "", "[]", "{}", "{'event_type':'/e'}", "{'timestamp':'/t'}", "{" TYPE_AND_TIME "} x",
        "{" TYPE_AND_TIME ",'id':'/i'}", "{" TYPE_AND_TIME ",'event_type':'/f'}", "{'event_type':'e','timestamp':'/t'}",
        "{" TYPE_AND_TIME ",'payload':null}", "{" TYPE_AND_TIME ",'payload':{}}", "{" TYPE_AND_TIME ",'payload':[]}",
        "{" TYPE_AND_TIME ",'payload':{'a':'/b'}}", "{" TYPE_AND_TIME ",'payload':[['/a']]}",
        "{" TYPE_AND_TIME ",'event_id':{'const':null}}", "{" TYPE_AND_TIME ",'event_id':{'join':[]}}",
        "{" TYPE_AND_TIME ",'event_id':{'join':['/a',{'const':1}]}}", "{" TYPE_AND_TIME ",'event_id':{'join':['/~']}}",
        "{" TYPE_AND_TIME ",'event_id':{'join':[{'join':['a']}]}}", "{" TYPE_AND_TIME ",'metadata':{'a':1}}",
        "{" TYPE_AND_TIME ",'metadata':{'a':'/b'},'metadata':{}}",
    };
    struct capture capture;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char *json = quoted(cases[i]);
        capture_start(&capture, STDERR_FILENO);
        int rc = map_parse(&map, "a/map.json", span_of(json));
        const char *said = capture_end(&capture);
        if (rc != ERR_CONFIG || strstr(said, "error: a/map.json: line 1, column ") == NULL ||
            strstr(said, "hint: ") == NULL)
            fail_msg("%s: %d %s", cases[i], rc, said);
        free(json);
    }
}

/* A map of as much as it may hold, and one more. */
static void test_bounds(void **state)
{
    struct capture capture;
    struct buf json = BUF_INIT;

    (void)state;
    for (size_t more = 0; more < 2; more++) {
        buf_reset(&json);
        buf_add_text(&json, "{\"metadata\":{\"a\":\"\"");
        for (size_t i = 0; i < MAP_VALUES - 3 + more; i++)
            buf_printf(&json, ",\"%zu\":[\"/%zu\"]", i, i);
        buf_add_text(&json, "},\"event_type\":\"/e\",\"timestamp\":\"/t\"}");
        capture_start(&capture, STDERR_FILENO);
        int rc = map_parse(&map, "map", buf_span(&json));
        const char *said = capture_end(&capture);
        assert_int_equal(rc, more == 0 ? 0 : ERR_CONFIG);
        assert_int_equal(strstr(said, "too many values") != NULL, more);
    }
    for (size_t more = 0; more < 2; more++) {
        buf_reset(&json);
        buf_add_text(&json, "{\"event_type\":\"/e\",\"timestamp\":\"/t\"}");
        while (json.len < MAP_BYTES + more)
            buf_add_char(&json, ' ');
        capture_start(&capture, STDERR_FILENO);
        int rc = map_parse(&map, "map", buf_span(&json));
        capture_end(&capture);
        assert_int_equal(rc, more == 0 ? 0 : ERR_CONFIG);
    }
    buf_release(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_bad_maps),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
