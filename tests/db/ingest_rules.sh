#!/bin/bash
# What a line does to the tables, value by value: every envelope, every name, every rule.
# Ids are written short: @c7 is c0000000-0000-4000-8000-000000000007.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

long() { perl -pe 's/\@([a-f])(\d+)/sprintf "%s0000000-0000-4000-8000-%012d", $1, $2/ge'; }
short() { perl -pe 's/([a-f])0000000-0000-4000-8000-0*(\d+)/\@$1$2/g'; }
sql() { long <<<"$1" | psql -XAtq 2>&1 | short; }
# is WHAT WANTED QUERY: the query's rows, joined by newlines
is() { same "$1" "$(sql "$3")" "$2"; }

# ingest EXIT [OPTION…] <LINES
ingest() {
    local wanted=$1
    shift
    long >"$work/lines"
    "$BRIDGEJOB" ingest --quiet --rejects "$work/rejects" "$@" - <"$work/lines" 2>"$work/errors"
    same "exit code${*:+ with $*}" "$? $(grep -v "lines refused" "$work/errors")" "$wanted "
}

"$BRIDGEJOB" migrate up --quiet
same "migrate up" $? 0

# --- envelopes: where each column of event_logs comes from ------------------------------------------------------
# takes WHAT LINE ROW: the line (with the word TAG somewhere) becomes event_logs' row 'id type correlation session
# namespace time payload metadata'; a dot stands for NULL.
: >"$work/envelopes"
takes_what=() takes_row=()
takes() {
    echo "${2//TAG/tag-${#takes_what[@]}-}" >>"$work/envelopes"
    takes_what+=("$1")
    takes_row+=("$3")
}

takes "event_id before id; id is kept" \
    '{"event_id":"@e1","id":"@e2","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e1 TAG . . default 2025-10-15T12:00:00 {} {"id": "@e2"}'
takes "id" '{"id":"@e3","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e3 TAG . . default 2025-10-15T12:00:00 {} {}'
takes "a null event_id is none" \
    '{"event_id":null,"id":"@e4","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e4 TAG . . default 2025-10-15T12:00:00 {} {"event_id": null}'
takes "an id in capitals, in braces, without dashes" \
    '{"event_id":"{E0000000000040008000000000000005}","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e5 TAG . . default 2025-10-15T12:00:00 {} {}'
takes "event_type before type; type is kept" \
    '{"event_id":"@e6","event_type":"TAG","type":"x","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e6 TAG . . default 2025-10-15T12:00:00 {} {"type": "x"}'
takes "type" '{"event_id":"@e7","type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e7 TAG . . default 2025-10-15T12:00:00 {} {}'
takes "the slug of topic" \
    '{"event_id":"@e8","topic":"dev.onex.evt.TAG.v12","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e8 TAG . . default 2025-10-15T12:00:00 {} {"topic": "dev.onex.evt.TAG.v12"}'
takes "the slug of a dead-letter topic" \
    '{"event_id":"@e9","topic":"dev.TAG.v1.dlq","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e9 TAG . . default 2025-10-15T12:00:00 {} {"topic": "dev.TAG.v1.dlq"}'
takes "the slug of a topic without version, _dlq" \
    '{"event_id":"@e10","topic":"dev.TAG_dlq","timestamp":"2025-10-15T12:00:00Z","payload":{}}' \
    '@e10 TAG . . default 2025-10-15T12:00:00 {} {"topic": "dev.TAG_dlq"}'

# Time: each place hides the later ones.
takes "event_timestamp first" \
    '{"event_id":"@e20","event_type":"TAG","event_timestamp":"2025-10-15T12:00:01Z","timestamp":"2025-10-15T12:00:02Z","created_at":"2025-10-15T12:00:03Z","payload":{"timestamp":"2025-10-15T12:00:04Z"},"published_at":"2025-10-15T12:00:05Z"}' \
    '@e20 TAG . . default 2025-10-15T12:00:01 {"timestamp": "2025-10-15T12:00:04Z"} {"timestamp": "2025-10-15T12:00:02Z", "created_at": "2025-10-15T12:00:03Z", "published_at": "2025-10-15T12:00:05Z"}'
takes "timestamp second" \
    '{"event_id":"@e21","event_type":"TAG","timestamp":"2025-10-15T12:00:02Z","created_at":"2025-10-15T12:00:03Z","payload":{}}' \
    '@e21 TAG . . default 2025-10-15T12:00:02 {} {"created_at": "2025-10-15T12:00:03Z"}'
takes "created_at third" \
    '{"event_id":"@e22","event_type":"TAG","created_at":"2025-10-15T12:00:03Z","payload":{"timestamp":"2025-10-15T12:00:04Z"}}' \
    '@e22 TAG . . default 2025-10-15T12:00:03 {"timestamp": "2025-10-15T12:00:04Z"} {}'
takes "payload.timestamp fourth" \
    '{"event_id":"@e23","event_type":"TAG","payload":{"timestamp":"2025-10-15T12:00:04Z"},"published_at":"2025-10-15T12:00:05Z"}' \
    '@e23 TAG . . default 2025-10-15T12:00:04 {"timestamp": "2025-10-15T12:00:04Z"} {"published_at": "2025-10-15T12:00:05Z"}'
takes "the sub-object's times" \
    '{"event_id":"@e24","event_type":"TAG","workflow_execution_data":{"completed_at":"2025-10-15T12:00:07Z","started_at":"2025-10-15T12:00:06Z"},"published_at":"2025-10-15T12:00:05Z"}' \
    '@e24 TAG . . default 2025-10-15T12:00:06 {"started_at": "2025-10-15T12:00:06Z", "completed_at": "2025-10-15T12:00:07Z"} {"published_at": "2025-10-15T12:00:05Z"}'
takes "the sub-object's created_at" \
    '{"event_id":"@e25","event_type":"TAG","metadata_stamp_data":{"created_at":"2025-10-15T12:00:08Z"}}' \
    '@e25 TAG . . default 2025-10-15T12:00:08 {"created_at": "2025-10-15T12:00:08Z"} {}'
takes "the sub-object's last_heartbeat" \
    '{"event_id":"@e26","event_type":"TAG","node_heartbeat_data":{"last_heartbeat":"2025-10-15T12:00:09Z"}}' \
    '@e26 TAG . . default 2025-10-15T12:00:09 {"last_heartbeat": "2025-10-15T12:00:09Z"} {}'
takes "published_at last" \
    '{"event_id":"@e27","event_type":"TAG","published_at":"2025-10-15T12:00:05Z","payload":{}}' \
    '@e27 TAG . . default 2025-10-15T12:00:05 {} {}'
takes "an offset" '{"event_id":"@e28","event_type":"TAG","timestamp":"2025-10-15T14:00:00.123456+02:00","payload":{}}' \
    '@e28 TAG . . default 2025-10-15T12:00:00.123456 {} {}'
takes "epoch seconds" '{"event_id":"@e29","event_type":"TAG","timestamp":1760529600,"payload":{}}' \
    '@e29 TAG . . default 2025-10-15T12:00:00 {} {}'
takes "epoch seconds with a fraction" '{"event_id":"@e30","event_type":"TAG","timestamp":1760529600.25,"payload":{}}' \
    '@e30 TAG . . default 2025-10-15T12:00:00.25 {} {}'
takes "epoch milliseconds" '{"event_id":"@e31","event_type":"TAG","timestamp":1760529600250,"payload":{}}' \
    '@e31 TAG . . default 2025-10-15T12:00:00.25 {} {}'
takes "a naive time is UTC" '{"event_id":"@e32","event_type":"TAG","timestamp":"2025-10-15T12:00:00","payload":{}}' \
    '@e32 TAG . . default 2025-10-15T12:00:00 {} {}'
takes "the first moment taken" '{"event_id":"@e33","event_type":"TAG","timestamp":"2000-01-01T00:00:00Z","payload":{}}' \
    '@e33 TAG . . default 2000-01-01T00:00:00 {} {}'

takes "correlation and session of the envelope" \
    '{"event_id":"@e40","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","correlation_id":"@c1","session_id":"@d1","payload":{"session_id":"@d2","workflow_id":"@c2"}}' \
    '@e40 TAG @c1 @d1 default 2025-10-15T12:00:00 {"session_id": "@d2", "workflow_id": "@c2"} {}'
takes "session of the payload; a workflow_id is no correlation of an event nobody knows" \
    '{"event_id":"@e41","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{"session_id":"@d2","workflow_id":"@c2"}}' \
    '@e41 TAG . @d2 default 2025-10-15T12:00:00 {"session_id": "@d2", "workflow_id": "@c2"} {}'
takes "correlation of a workflow event from payload.workflow_id" \
    '{"event_id":"@e42","event_type":"HASH_GENERATED","timestamp":"2025-10-15T12:00:00Z","payload":{"workflow_id":"@c900","file_hash":"TAG"}}' \
    '@e42 HASH_GENERATED @c900 . default 2025-10-15T12:00:00 {"file_hash": "TAG", "workflow_id": "@c900"} {}'

takes "namespace of the envelope" \
    '{"event_id":"@e50","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","namespace":"n1","payload":{"namespace":"n2"},"metadata":{"namespace":"n3"}}' \
    '@e50 TAG . . n1 2025-10-15T12:00:00 {"namespace": "n2"} {"namespace": "n3"}'
takes "namespace of the payload" \
    '{"event_id":"@e51","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{"namespace":"n2"},"metadata":{"namespace":"n3"}}' \
    '@e51 TAG . . n2 2025-10-15T12:00:00 {"namespace": "n2"} {"namespace": "n3"}'
takes "namespace of the metadata" \
    '{"event_id":"@e52","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{},"metadata":{"namespace":"n3"},"metadata_stamp_data":{"namespace":"n4"}}' \
    '@e52 TAG . . n3 2025-10-15T12:00:00 {} {"namespace": "n3", "metadata_stamp_data": {"namespace": "n4"}}'
takes "namespace of a sub-object beside the payload" \
    '{"event_id":"@e53","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{},"metadata_stamp_data":{"namespace":"n4"}}' \
    '@e53 TAG . . n4 2025-10-15T12:00:00 {} {"metadata_stamp_data": {"namespace": "n4"}}'

n=60
for part in workflow_execution_data workflow_step_data metadata_stamp_data bridge_state_data fsm_transition_data \
    node_heartbeat_data; do
    n=$((n + 1))
    takes "payload from $part" \
        "{\"event_id\":\"@e$n\",\"event_type\":\"TAG\",\"timestamp\":\"2025-10-15T12:00:00Z\",\"$part\":{\"namespace\":\"n5\",\"x\":1}}" \
        "@e$n TAG . . n5 2025-10-15T12:00:00 {\"x\": 1, \"namespace\": \"n5\"} {}"
done
takes "payload before a sub-object" \
    '{"event_id":"@e90","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{"x":1},"workflow_step_data":{"x":2}}' \
    '@e90 TAG . . default 2025-10-15T12:00:00 {"x": 1} {"workflow_step_data": {"x": 2}}'
takes "a flat event: what is not of the envelope is the payload" \
    '{"event_id":"@e91","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","correlation_id":"@c1","namespace":"n1","source_service":"s","event_version":"1.0","metadata":{"m":1},"x":1,"y":[2]}' \
    '@e91 TAG @c1 . n1 2025-10-15T12:00:00 {"x": 1, "y": [2]} {"m": 1, "event_version": "1.0", "source_service": "s"}'
for scalar in null 7 '"text"' true '[1, 2]' '[]'; do
    n=$((n + 1))
    takes "a payload that is $scalar" \
        "{\"event_id\":\"@e$n\",\"event_type\":\"TAG\",\"timestamp\":\"2025-10-15T12:00:00Z\",\"payload\":$scalar,\"workflow_step_data\":{}}" \
        "@e$n TAG . . default 2025-10-15T12:00:00 $scalar {\"workflow_step_data\": {}}"
done
takes "metadata holds the rest of the envelope, nothing dropped" \
    '{"envelope_version":"1.0","event_id":"@e100","event_type":"TAG","event_version":"1.0","event_timestamp":"2025-10-15T12:00:00Z","source_node_id":"n-1","source_service":"s","causation_id":"@e1","environment":"dev","anything":{"else":[1]},"payload":{},"metadata":{"m":1}}' \
    '@e100 TAG . . default 2025-10-15T12:00:00 {} {"m": 1, "anything": {"else": [1]}, "environment": "dev", "causation_id": "@e1", "event_version": "1.0", "source_node_id": "n-1", "source_service": "s", "envelope_version": "1.0"}'
takes "metadata that is no object is kept" \
    '{"event_id":"@e101","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{},"metadata":[1]}' \
    '@e101 TAG . . default 2025-10-15T12:00:00 {} {"metadata": [1]}'
takes "numbers digit for digit" \
    '{"event_id":"@e102","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{"n":123456789012345678901234567890123456789012345678.10}}' \
    '@e102 TAG . . default 2025-10-15T12:00:00 {"n": 123456789012345678901234567890123456789012345678.10} {}'
takes "keys with escapes; of two alike the last" \
    '{"event_id":"@e102","event\u005fid":"@e103","event_type":"x","event\u005ftype":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{"a":1,"\u0061":2}}' \
    '@e103 TAG . . default 2025-10-15T12:00:00 {"a": 2} {}'
takes "a Kafka dump" \
    '{"key":"k","value":{"event_id":"@e110","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{"x":1},"metadata":{"m":1}},"topic":"dev.other.v1","partition":3,"offset":42,"timestamp":1760529700000,"headers":{}}' \
    '@e110 TAG . . default 2025-10-15T12:00:00 {"x": 1} {"m": 1, "key": "k", "topic": "dev.other.v1", "offset": 42, "headers": {}, "partition": 3, "timestamp": 1760529700000}'
takes "a Kafka dump with the event as text, named by its topic" \
    '{"key":null,"value":"{\"event_id\":\"@e111\",\"timestamp\":\"2025-10-15T12:00:00Z\",\"payload\":{}}","topic":"dev.TAG.v1","partition":0,"offset":0}' \
    '@e111 TAG . . default 2025-10-15T12:00:00 {} {"key": null, "topic": "dev.TAG.v1", "offset": 0, "partition": 0}'
takes "a dead letter" \
    '{"original_message":{"event_id":"@e112","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}},"original_topic":"t","error_type":"E","error_message":"m","failed_at":"2025-10-15T13:00:00Z","retry_count":3}' \
    '@e112 TAG . . default 2025-10-15T12:00:00 {} {"failed_at": "2025-10-15T13:00:00Z", "error_type": "E", "retry_count": 3, "error_message": "m", "original_topic": "t"}'
takes "a dead letter in a Kafka dump" \
    '{"value":{"original_message":{"event_id":"@e113","event_type":"TAG","timestamp":"2025-10-15T12:00:00Z","payload":{}},"original_topic":"t","retry_count":3},"topic":"x.dlq","partition":1,"offset":2}' \
    '@e113 TAG . . default 2025-10-15T12:00:00 {} {"topic": "x.dlq", "offset": 2, "partition": 1, "retry_count": 3, "original_topic": "t"}'

ingest 0 <"$work/envelopes"
for i in "${!takes_what[@]}"; do
    got=$(sql "SET timezone = 'UTC'; SELECT concat_ws(' ', id, event_type, coalesce(correlation_id::text, '.'),
                      coalesce(session_id::text, '.'), namespace, trim('\"' FROM to_jsonb(created_at AT TIME ZONE 'UTC')::text),
                      payload, metadata)
                 FROM event_logs AS l WHERE l::text LIKE '%tag-$i-%'
                   OR l.id::text = '$(grep -o '@e[0-9]*' <<<"${takes_row[i]}" | head -n 1 | long)'")
    same "${takes_what[i]}" "${got//tag-$i-/TAG}" "${takes_row[i]}"
done

# --- identity without an id ---------------------------------------------------------------------------------------
# The same bytes are the same event, however the line ends; other bytes are another.
line='{"event_type":"NAMELESS","timestamp":"2025-10-15T12:00:00Z","payload":{"x":1}}'
printf '%s\n%s\r\n%s\n%s' "$line" "$line" " $line" "$line" | ingest 0
is "lines without an id: the same bytes are one event" 2 "SELECT count(*) FROM event_logs WHERE event_type = 'NAMELESS'"
is "its id is a UUIDv5" 55 "SELECT string_agg(substr(id::text, 15, 1), '') FROM event_logs WHERE event_type = 'NAMELESS'"

ingest 0 --default-namespace elsewhere <<'END'
{"event_id":"@e120","event_type":"X","timestamp":"2025-10-15T12:00:00Z","payload":{}}
END
is "--default-namespace" elsewhere "SELECT namespace FROM event_logs WHERE id = '@e120'"

ingest 0 --ids hash <<'END'
{"event_id":"evt-1","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T12:00:00Z","correlation_id":"order 7","session_id":9,"payload":{"step_name":"hashed ids"}}
{"event_id":"evt-2","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T12:00:01Z","payload":{"workflow_id":"order 7"}}
END
is "--ids hash: the same text is the same id, and it is kept" 'COMPLETED 1 {"event_id": "evt-1", "session_id": 9, "correlation_id": "order 7"}' \
    "SELECT concat_ws(' ', w.current_state, w.workflow_steps_executed, l.metadata -> 'original_ids')
       FROM workflow_steps AS s JOIN workflow_executions AS w ON w.id = s.workflow_id JOIN event_logs AS l ON l.id = s.id
      WHERE s.step_name = 'hashed ids' AND substr(w.correlation_id::text, 15, 1) = '5' AND w.session_id = l.session_id"

# --- names ----------------------------------------------------------------------------------------------------------
names="WORKFLOW_STARTED stamp-workflow-started fsm-state-initialized
WORKFLOW_COMPLETED stamp-workflow-completed
WORKFLOW_FAILED stamp-workflow-failed
STATE_TRANSITION workflow-state-transition fsm-state-transitioned
STEP_STARTED workflow-step-started
STEP_COMPLETED workflow-step-completed
STEP_FAILED workflow-step-failed
STAMP_CREATED metadata-stamp-created
HASH_GENERATED blake3-hash-generated
INTELLIGENCE_RECEIVED onextree-intelligence-received
NODE_REGISTERED node-introspection
NODE_HEARTBEAT
AGGREGATION_COMPLETED
STATE_AGGREGATION_COMPLETED"
: >"$work/wanted"
n=0
while read -r canonical aliases; do
    for name in $canonical $aliases; do
        upper=${name^^} lower=${name,,}
        for spelling in "${upper//-/_}" "${lower//_/-}" "${lower//[-_]/.}" "${lower//-/_}" "${name^}"; do
            n=$((n + 1))
            printf '{"event_id":"@f%d","event_type":"%s","timestamp":"2025-10-16T12:00:00Z","correlation_id":"@c%d","payload":{"step_name":"s","file_hash":"h","to_state":"RUNNING","node_id":"n-names"}}\n' \
                $n "$spelling" $((1000 + n))
            original=$spelling
            [ "$spelling" != "$canonical" ] || original=.
            echo "@f$n $canonical $original" >>"$work/wanted"
        done
    done
done <<<"$names" >"$work/names"
for spelling in COFFEE_READY "step completed" STEP-COMPLETED-2; do
    n=$((n + 1))
    printf '{"event_id":"@f%d","event_type":"%s","timestamp":"2025-10-16T12:00:00Z","correlation_id":"@c%d","payload":{}}\n' \
        $n "$spelling" $((1000 + n)) >>"$work/names"
    echo "@f$n $spelling ." >>"$work/wanted"
done
ingest 0 <"$work/names"
is "every name, in every spelling, is stored under its canonical one" "$(cat "$work/wanted")" \
    "SELECT concat_ws(' ', id, event_type, coalesce(metadata ->> 'original_event_type', '.')) FROM event_logs
      WHERE created_at = '2025-10-16T12:00:00Z' ORDER BY id"
is "each does what it does" "hashes 30 steps 30 stamps 10 transitions 15 workflows 110" \
    "SELECT concat_ws(' ', 'hashes', (SELECT count(*) FROM workflow_executions WHERE file_hash = 'h' AND started_at = '2025-10-16T12:00:00Z'),
            'steps', (SELECT count(*) FROM workflow_steps WHERE created_at = '2025-10-16T12:00:00Z'),
            'stamps', (SELECT count(*) FROM metadata_stamps WHERE created_at = '2025-10-16T12:00:00Z'),
            'transitions', (SELECT count(*) FROM fsm_transitions WHERE created_at = '2025-10-16T12:00:00Z'),
            'workflows', (SELECT count(*) FROM workflow_executions WHERE started_at = '2025-10-16T12:00:00Z'))"

# --- rules -----------------------------------------------------------------------------------------------------------
# of WORKFLOW: the columns that most of what follows is about
of() { echo "SELECT concat_ws(' ', current_state, namespace, workflow_type, to_char(started_at AT TIME ZONE 'UTC', 'HH24:MI:SS.MS'),
    coalesce(to_char(completed_at AT TIME ZONE 'UTC', 'HH24:MI:SS.MS'), '.'), coalesce(execution_time_ms::text, '.'),
    coalesce(error_message, '.'), coalesce(stamp_id, '.'), coalesce(file_hash, '.'), coalesce(hash_generation_time_ms::text, '.'),
    workflow_steps_executed, coalesce(session_id::text, '.'), coalesce(intelligence_data::text, '.'), metadata)
    FROM workflow_executions WHERE correlation_id = '$1'"; }
steps() { echo "SELECT concat_ws(' ', step_order, step_name, status, coalesce(execution_time_ms::text, '.'), coalesce(error_message, '.'), step_data)
    FROM workflow_steps WHERE workflow_id = (SELECT id FROM workflow_executions WHERE correlation_id = '$1')
    ORDER BY step_order, created_at, id"; }

ingest 0 <<'END'
{"event_id":"@a1","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:00Z","correlation_id":"@c10","session_id":"@d1","namespace":"acme","payload":{"workflow_type":"archive","input_data":{"f":1},"metadata":{"by":"x"}}}
{"event_id":"@a2","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:01Z","correlation_id":"@c10","namespace":"other","payload":{"step_name":"two","step_order":2,"step_status":"completed","execution_time_ms":2.5,"metadata":{}}}
{"event_id":"@a3","event_type":"STEP_FAILED","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c10","payload":{"step_name":"one","step_order":1,"status":"Failed","execution_time_ms":2.4,"error_message":"no"}}
{"event_id":"@a4","event_type":"HASH_GENERATED","timestamp":"2025-10-15T10:00:03Z","correlation_id":"@c10","payload":{"file_hash":"h1","generation_time_ms":0.5}}
{"event_id":"@a5","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:03.5Z","correlation_id":"@c10","payload":{"stamp_id":"s1","file_hash":"h2","file_size":10}}
{"event_id":"@a6","event_type":"INTELLIGENCE_RECEIVED","timestamp":"2025-10-15T10:00:04Z","correlation_id":"@c10","payload":{"intelligence_data":{"score":1}}}
{"event_id":"@a7","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:04.5Z","correlation_id":"@c10","payload":{"from_state":"processing","to_state":"stamping","transition_event":"GO"}}
{"event_id":"@a8","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:05.0005Z","correlation_id":"@c10","payload":{"stamp_id":"s2","file_hash":"h3"}}
END
is "a whole workflow" \
    'COMPLETED acme archive 10:00:00.000 10:00:05.000 5001 . s2 h3 1 2 @d1 {"score": 1} {"by": "x", "input_data": {"f": 1}}' "$(of @c10)"
is "its steps, with whole payloads" \
'1 one FAILED 2 no {"status": "Failed", "step_name": "one", "step_order": 1, "error_message": "no", "execution_time_ms": 2.4}
2 two COMPLETED 3 . {"metadata": {}, "step_name": "two", "step_order": 2, "step_status": "completed", "execution_time_ms": 2.5}' \
    "$(steps @c10)"
is "the array of its steps" \
    '[{"status": "FAILED", "step_name": "one", "step_order": 1, "execution_time_ms": 2}, {"status": "COMPLETED", "step_name": "two", "step_order": 2, "execution_time_ms": 3}]' \
    "SELECT workflow_steps FROM workflow_executions WHERE correlation_id = '@c10'"
is "rows have their events' ids, a workflow its correlation id" "@c10 @a2 @a3 @a5 @a7" \
    "SELECT concat_ws(' ', (SELECT id FROM workflow_executions WHERE correlation_id = '@c10'),
        (SELECT string_agg(id::text, ' ' ORDER BY id) FROM workflow_steps WHERE workflow_id = '@c10'),
        (SELECT id FROM metadata_stamps WHERE workflow_id = '@c10'),
        (SELECT id FROM fsm_transitions WHERE entity_id = '@c10'))"
is "its stamp" '@a5|h2|{"stamp_id": "s1", "file_hash": "h2", "file_size": 10}|default|2025-10-15 10:00:03.5+00' \
    "SELECT id, file_hash, stamp_data, namespace, created_at FROM metadata_stamps WHERE workflow_id = '@c10'"
is "its transition" '@c10|workflow|PROCESSING|STAMPING|GO|{"to_state": "stamping", "from_state": "processing", "transition_event": "GO"}|2025-10-15 10:00:04.5+00' \
    "SELECT entity_id, entity_type, from_state, to_state, transition_event, transition_data, created_at FROM fsm_transitions WHERE id = '@a7'"
is "times are those of events, not of the clock" "2025-10-15 10:00:00+00|2025-10-15 10:00:05.0005+00" \
    "SELECT created_at, updated_at FROM workflow_executions WHERE correlation_id = '@c10'"

ingest 0 <<'END'
{"event_id":"@a20","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:05Z","correlation_id":"@c11","payload":{"step_name":"child first"}}
{"event_id":"@a21","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:10Z","correlation_id":"@c12","payload":{"execution_time_ms":7}}
{"event_id":"@a22","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:20Z","correlation_id":"@c12","payload":{}}
{"event_id":"@a23","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:10Z","correlation_id":"@c13","payload":{}}
{"event_id":"@a24","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:10Z","correlation_id":"@c13","payload":{"error":"tie"}}
{"event_id":"@a25","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:11Z","correlation_id":"@c14","payload":{}}
{"event_id":"@a26","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:10Z","correlation_id":"@c14","payload":{"error":{"code":1,"message":"early"}}}
{"event_id":"@a27","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:12Z","correlation_id":"@c15","payload":{"error":{"code":1,"message":"in an object"}}}
{"event_id":"@a28","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:00Z","correlation_id":"@c16","payload":{"current_state":"waiting"}}
{"event_id":"@a29","event_type":"fsm-state-initialized","timestamp":"2025-10-15T10:00:00Z","correlation_id":"@c17","payload":{"initial_state":"PENDING"}}
{"event_id":"@a30","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:01Z","correlation_id":"@c18","payload":{"to_state":"COMPLETED"}}
{"event_id":"@a31","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c18","payload":{"to_state":"PROCESSING"}}
{"event_id":"@a32","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c19","payload":{"entity_id":"@b9","entity_type":"node","to_state":"UP"}}
{"event_id":"@a33","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:00Z","correlation_id":"@c20","payload":null}
{"event_id":"@a34","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:00.0015Z","correlation_id":"@c20","payload":[]}
{"event_id":"@a35","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:00Z","correlation_id":"C0000000-0000-4000-8000-000000000020","payload":{"workflow_id":"@c99"}}
END
is "a child makes its parent" "PENDING default metadata_stamping 10:00:05.000 . . . . . . 1 . . {}" "$(of @c11)"
is "a late start does not reopen; the event's own figure" "COMPLETED default metadata_stamping 10:00:10.000 10:00:10.000 7 . . . . 0 . . {}" "$(of @c12)"
is "FAILED on a tie" "FAILED default metadata_stamping 10:00:10.000 10:00:10.000 0 tie . . . 0 . . {}" "$(of @c13)"
is "of two ends the later" "COMPLETED default metadata_stamping 10:00:10.000 10:00:11.000 1000 . . . . 0 . . {}" "$(of @c14)"
is "an error that is an object" "FAILED default metadata_stamping 10:00:12.000 10:00:12.000 0 in an object . . . 0 . . {}" "$(of @c15)"
is "current_state, upper-case" "WAITING default metadata_stamping 10:00:00.000 . . . . . . 0 . . {}" "$(of @c16)"
is "initial_state" "PENDING default metadata_stamping 10:00:00.000 . . . . . . 0 . . {}" "$(of @c17)"
is "a state moves with the transition, but not back from the end" "COMPLETED default metadata_stamping 10:00:01.000 10:00:01.000 0 . . . . 0 . . {}" "$(of @c18)"
is "another entity's transition moves no workflow" "@b9|node|UP|0" \
    "SELECT entity_id, entity_type, to_state, (SELECT count(*) FROM workflow_executions WHERE correlation_id = '@c19') FROM fsm_transitions WHERE id = '@a32'"
# Systems that send both say the end twice; the bare one a moment later takes nothing away, in whatever batches and
# order they come. Batches of one join with what is stored, one batch of all is folded.
both_ends() { # N COMMAND…: the lines of workflow N, through the command
    sed "s/NN/$1/g" <<'LINES' | "${@:2}"
{"event_id":"@a3NN0","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:00Z","correlation_id":"@c3NN","payload":{}}
{"event_id":"@a3NN1","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:01Z","correlation_id":"@c3NN","payload":{"error_message":"disk full","execution_time_ms":7}}
{"event_id":"@a3NN2","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c3NN","payload":{"from_state":"PROCESSING","to_state":"FAILED"}}
{"event_id":"@a4NN1","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:03Z","correlation_id":"@c4NN","payload":{"execution_time_ms":9}}
{"event_id":"@a4NN2","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c4NN","payload":{"to_state":"failed","error":{"message":"hidden"}}}
{"event_id":"@a4NN3","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:01Z","correlation_id":"@c4NN","payload":{"error":"older","execution_time_ms":8}}
{"event_id":"@a4NN4","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:04Z","correlation_id":"@c4NN","payload":{"to_state":"COMPLETED"}}
LINES
}
both_ends 10 cat | ingest 0
both_ends 11 cat | ingest 0 --batch-lines 1
both_ends 12 tac | ingest 0 --batch-lines 1
for n in 10 11 12; do
    is "a bare transition to FAILED leaves error and figure, deal $n" \
        "FAILED default metadata_stamping 10:00:00.000 10:00:02.000 7 disk full . . . 0 . . {}" "$(of @c3$n)"
    is "another end hides the error and has its own figure, deal $n" \
        "COMPLETED default metadata_stamping 10:00:01.000 10:00:04.000 9 . . . . 0 . . {}" "$(of @c4$n)"
    sed "s/NN/$n/g" <<'END' | ingest 0
{"event_id":"@a4NN5","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:05Z","correlation_id":"@c4NN","payload":{"to_state":"FAILED"}}
END
    is "which come back with that end, deal $n" \
        "FAILED default metadata_stamping 10:00:01.000 10:00:05.000 8 hidden . . . 0 . . {}" "$(of @c4$n)"
done
is "payloads that are no objects; half a millisecond rounds up" "COMPLETED default metadata_stamping 10:00:00.000 10:00:00.001 2 . . . . 0 . . {}" "$(of @c20)"

# Missing step_order: the rank of the step's time among all steps.
ingest 0 <<'END'
{"event_id":"@a40","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:03Z","correlation_id":"@c30","payload":{"step_name":"third"}}
{"event_id":"@a41","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:01Z","correlation_id":"@c30","payload":{"step_name":"first","step_order":null}}
END
ingest 0 <<'END'
{"event_id":"@a42","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c30","payload":{"step_name":"second","step_order":9}}
END
is "a step without order has the rank of its time" \
    '[{"status": "COMPLETED", "step_name": "first", "step_order": 1, "execution_time_ms": null}, {"status": "COMPLETED", "step_name": "third", "step_order": 3, "execution_time_ms": null}, {"status": "COMPLETED", "step_name": "second", "step_order": 9, "execution_time_ms": null}]' \
    "SELECT workflow_steps FROM workflow_executions WHERE correlation_id = '@c30'"

# Stamps without a hash wait for their workflow's.
stamps="SELECT concat_ws(' ', id, file_hash, namespace, to_char(created_at AT TIME ZONE 'UTC', 'HH24:MI:SS')) FROM metadata_stamps WHERE workflow_id = '@c31'"
ingest 0 <<'END'
{"event_id":"@a50","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:03Z","correlation_id":"@c31","namespace":"acme","payload":{"stamp_id":"s","content_type":"text/plain"}}
END
is "a stamp without a hash waits; its event does not" "0 1" \
    "SELECT concat_ws(' ', (SELECT count(*) FROM metadata_stamps WHERE workflow_id = '@c31'), (SELECT count(*) FROM event_logs WHERE id = '@a50'))"
ingest 0 <<'END'
{"event_id":"@a51","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:09Z","correlation_id":"@c31","payload":{"file_hash":"not of a hash event"}}
{"event_id":"@a52","event_type":"HASH_GENERATED","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c31","payload":{"file_hash":"late"}}
END
is "it appears when the hash does" "@a50 late acme 10:00:03" "$stamps"
ingest 0 <<'END'
{"event_id":"@a53","event_type":"HASH_GENERATED","timestamp":"2025-10-15T10:00:08Z","correlation_id":"@c31","payload":{"file_hash":"later"}}
{"event_id":"@a54","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:04Z","correlation_id":"@c31","payload":{}}
{"event_id":"@a55","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:05Z","correlation_id":"@c31","payload":{"file_hash":"own"}}
{"event_id":"@a56","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:05Z","payload":{"file_hash":"nobody's"}}
END
is "and follows it; one with its own keeps it" $'@a50 later acme 10:00:03\n@a54 later default 10:00:04\n@a55 own default 10:00:05' "$stamps ORDER BY id"
is "a stamp of no workflow" "nobody's|" "SELECT file_hash, workflow_id FROM metadata_stamps WHERE id = '@a56'"

# Nodes.
ingest 0 <<'END'
{"event_id":"@a60","event_type":"NODE_REGISTERED","timestamp":"2025-10-15T10:00:10Z","payload":{"node_id":"n1","node_type":"reducer","capabilities":{"node_version":"1.1"},"endpoints":{"http":"x"},"metadata":{"version":"9"},"health_status":"starting"}}
{"event_id":"@a61","event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T10:00:20Z","payload":{"node_id":"n1","health_status":"healthy"}}
{"event_id":"@a62","event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T10:00:15Z","payload":{"node_id":"n1","health_status":"DEGRADED"}}
{"event_id":"@a63","event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T10:00:30Z","payload":{"node_id":"n2","health_status":"HEALTHY","metadata":{"version":"2.0"}},"metadata":{"node_type":"effect"}}
{"event_id":"@a64","event_type":"node-introspection","timestamp":"2025-10-15T10:00:05Z","payload":{"node_id":"n1","node_type":"older"}}
{"event_id":"@a65","event_type":"NODE_REGISTERED","timestamp":"2025-10-15T10:00:40Z","payload":{"node_id":"n3","node_type":"effect"}}
END
nodes="SELECT concat_ws(' ', node_id, node_type, node_version, capabilities, endpoints, metadata, health_status,
    coalesce(to_char(last_heartbeat AT TIME ZONE 'UTC', 'MI:SS'), '.'), to_char(registered_at AT TIME ZONE 'UTC', 'MI:SS'),
    to_char(updated_at AT TIME ZONE 'UTC', 'MI:SS')) FROM node_registrations"
is "nodes: the latest registration, the latest heartbeat; a heartbeat registers" \
'n1 reducer 1.1 {"node_version": "1.1"} {"http": "x"} {"version": "9"} HEALTHY 00:20 00:05 00:20
n2 effect 2.0 {} {} {"version": "2.0"} HEALTHY 00:30 00:30 00:30
n3 effect unknown {} {} {} UNKNOWN . 00:40 00:40' "$nodes WHERE node_id IN ('n1', 'n2', 'n3') ORDER BY node_id"
ingest 0 <<'END'
{"event_id":"@a66","event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T10:00:19Z","payload":{"node_id":"n1","health_status":"UNHEALTHY"}}
{"event_id":"@a67","event_type":"NODE_REGISTERED","timestamp":"2025-10-15T10:00:01Z","payload":{"node_id":"n2","node_type":"reducer"}}
END
is "a heartbeat older than the stored one changes nothing; a registration describes, whenever it was" \
'n1 reducer 1.1 {"node_version": "1.1"} {"http": "x"} {"version": "9"} HEALTHY 00:20 00:05 00:20
n2 reducer unknown {} {} {} HEALTHY 00:30 00:01 00:30' "$nodes WHERE node_id IN ('n1', 'n2') ORDER BY node_id"

# Bridges.
ingest 0 <<'END'
{"event_id":"@a70","event_type":"STATE_AGGREGATION_COMPLETED","timestamp":"2025-10-15T10:00:10Z","namespace":"acme","payload":{"bridge_id":"@b1","total_workflows_processed":3,"total_items_aggregated":4,"total_size_bytes":5000000000,"aggregation_metadata":{"k":1},"unique_file_types":["txt","pdf","txt"],"unique_workflows":["@c31","@c30"],"aggregation_type":"TIME_WINDOW","window_start":"2025-10-15T10:00:00","window_end":"2025-10-15T13:00:00+02:00","aggregation_duration_ms":1.5,"items_per_second":2.345,"current_fsm_state":"persisting","version":2,"configuration":{"c":1}}}
{"event_id":"@a71","event_type":"AGGREGATION_COMPLETED","timestamp":"2025-10-15T10:00:09Z","payload":{"bridge_id":"@b1","total_items_aggregated":99}}
{"event_id":"@a72","event_type":"AGGREGATION_COMPLETED","timestamp":"2025-10-15T10:00:09Z","payload":{"total_items_aggregated":"only logged"}}
END
is "a bridge is as its latest event says" \
    '@b1|acme|3|4|{"k": 1}|PERSISTING|2025-10-15 10:00:10+00|5000000000|{pdf,txt}|{@c30,@c31}|time_window|2025-10-15 10:00:00+00|2025-10-15 11:00:00+00|2|2.35|2|{"c": 1}' \
    "SELECT bridge_id, namespace, total_workflows_processed, total_items_aggregated, aggregation_metadata, current_fsm_state,
            last_aggregation_timestamp, total_size_bytes, unique_file_types, unique_workflows, aggregation_type, window_start,
            window_end, aggregation_duration_ms, items_per_second, version, configuration FROM bridge_states"

# --- workflows of another program ----------------------------------------------------------------------------------
sql "INSERT INTO workflow_executions (id, correlation_id, workflow_type, current_state, namespace, started_at, metadata, created_at, updated_at)
     VALUES ('@b40', '@c40', 'theirs', 'PROCESSING', 'their.space', '2025-10-15 10:00:05+00', '{\"their\": 1}', '2025-10-15 11:00:00+00', '2025-10-15 11:00:00+00');
     INSERT INTO workflow_steps (id, workflow_id, step_name, step_order, status, created_at)
     VALUES ('@b41', '@b40', 'their step', 7, 'DONE', '2025-10-15 10:00:06+00')"
ingest 0 --batch-lines 1 <<'END'
{"event_id":"@a80","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:07Z","correlation_id":"@c40","payload":{"step_name":"ours"}}
{"event_id":"@a81","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:08Z","correlation_id":"@c40","payload":{"to_state":"STAMPING"}}
{"event_id":"@a82","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:08Z","correlation_id":"@c40","payload":{"file_hash":"h"}}
{"event_id":"@a83","event_type":"STAMP_CREATED","timestamp":"2025-10-15T10:00:08Z","correlation_id":"@c40","payload":{}}
{"event_id":"@a84","event_type":"HASH_GENERATED","timestamp":"2025-10-15T10:00:07Z","correlation_id":"@c40","payload":{"file_hash":"hh"}}
{"event_id":"@a85","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c40","namespace":"ours","session_id":"@d4","payload":{"workflow_type":"ours","metadata":{"ours":1}}}
{"event_id":"@a86","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:12Z","correlation_id":"@c40","payload":{}}
END
is "another program's workflow keeps its id, and what it said" "@b40 1" \
    "SELECT concat_ws(' ', min(id::text), count(*)) FROM workflow_executions WHERE correlation_id = '@c40'"
is "it goes on as if it were ours" 'COMPLETED their.space theirs 10:00:02.000 10:00:12.000 10000 . . h . 2 @d4 . {"their": 1}' "$(of @c40)"
is "another program's step stays as it is" $'2 ours COMPLETED . . {"step_name": "ours"}\n7 their step DONE . . {}' "$(steps @c40)"
is "children carry its id" "@b40 @b40 @b40 @b40" \
    "SELECT concat_ws(' ', (SELECT workflow_id FROM workflow_steps WHERE id = '@a80'), (SELECT entity_id FROM fsm_transitions WHERE id = '@a81'),
            (SELECT workflow_id FROM metadata_stamps WHERE id = '@a82'), (SELECT workflow_id FROM metadata_stamps WHERE id = '@a83' AND file_hash = 'hh'))"

# The same in one batch and in single ones, in any order: what another program made included.
sql "INSERT INTO workflow_executions (id, correlation_id, workflow_type, current_state, namespace, started_at, completed_at, execution_time_ms, metadata, created_at, updated_at)
     SELECT ('b0000000-0000-4000-8000-0000000005' || i)::uuid, ('c0000000-0000-4000-8000-0000000005' || i)::uuid, 'theirs', 'COMPLETED', 'their.space',
            '2025-10-15 10:00:05+00', '2025-10-15 10:00:10+00', 50, '{\"their\": 1}', '2025-10-15 11:00:00+00', '2025-10-15 11:00:00+00'
       FROM generate_series(10, 12) AS i;
     INSERT INTO node_registrations (node_id, node_type, node_version, health_status, last_heartbeat, registered_at, updated_at)
     SELECT 'foreign-' || i, 'theirs', '1', 'HEALTHY', '2025-10-15 10:00:10+00', '2025-10-15 10:00:10+00', '2025-10-15 10:00:10+00'
       FROM generate_series(10, 12) AS i"
foreign() { # N COMMAND…: the lines of workflow and node N, through the command
    sed "s/NN/$1/g" <<'END' | "${@:2}"
{"event_id":"@a1NN1","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:07Z","correlation_id":"@c5NN","payload":{"step_name":"ours"}}
{"event_id":"@a1NN2","event_type":"WORKFLOW_STARTED","timestamp":"2025-10-15T10:00:02Z","correlation_id":"@c5NN","payload":{"metadata":{"ours":1}}}
{"event_id":"@a1NN3","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:10Z","correlation_id":"@c5NN","payload":{"execution_time_ms":40}}
{"event_id":"@a1NN4","event_type":"NODE_REGISTERED","timestamp":"2025-10-15T10:00:05Z","payload":{"node_id":"foreign-NN","node_type":"older","health_status":"STARTING"}}
{"event_id":"@a1NN5","event_type":"NODE_REGISTERED","timestamp":"2025-10-15T10:00:07Z","payload":{"node_id":"foreign-NN","node_type":"old"}}
{"event_id":"@a1NN6","event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T10:00:08Z","payload":{"node_id":"foreign-NN","health_status":"DEGRADED"}}
END
}
foreign 10 cat | ingest 0
foreign 11 cat | ingest 0 --batch-lines 1
foreign 12 tac | ingest 0 --batch-lines 1
for n in 10 11 12; do
    is "their workflow, deal $n" 'COMPLETED their.space theirs 10:00:02.000 10:00:10.000 50 . . . . 1 . . {"their": 1}' "$(of @c5$n)"
    is "their node, deal $n" 'theirs 1 {} {} {} HEALTHY 00:10 00:05 00:10' "${nodes/node_id, /} WHERE node_id = 'foreign-$n'"
done

# Ends that another program gave, and errors it wrote: FAILED with both, RETRYING with an error beside it, FAILED at a
# time it does not say.
sql "INSERT INTO workflow_executions (id, correlation_id, workflow_type, current_state, namespace, started_at, completed_at, execution_time_ms, error_message)
     SELECT ('b0000000-0000-4000-8000-0000000' || n)::uuid, ('c0000000-0000-4000-8000-0000000' || n)::uuid, 'theirs', state, 'their.space',
            '2025-10-15 10:00:05+00', at, ms, 'their error'
       FROM generate_series(10, 12) AS i,
            (VALUES ('006', 'FAILED', '2025-10-15 10:00:10+00'::timestamptz, 50), ('007', 'RETRYING', NULL, NULL),
                    ('008', 'RETRYING', NULL, NULL), ('009', 'FAILED', NULL, NULL)) AS v (v, state, at, ms),
            LATERAL (SELECT v || i AS n) AS numbered"
their_ends() { # N COMMAND…
    sed "s/NN/$1/g" <<'END' | "${@:2}"
{"event_id":"@a6NN1","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:09Z","correlation_id":"@c6NN","payload":{"error":"ours","execution_time_ms":60}}
{"event_id":"@a6NN2","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:12Z","correlation_id":"@c6NN","payload":{"to_state":"FAILED"}}
{"event_id":"@a6NN3","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:11Z","correlation_id":"@c6NN","payload":{"execution_time_ms":70}}
{"event_id":"@a7NN1","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T10:00:07Z","correlation_id":"@c7NN","payload":{"step_name":"ours"}}
{"event_id":"@a7NN2","event_type":"HASH_GENERATED","timestamp":"2025-10-15T10:00:06Z","correlation_id":"@c7NN","payload":{"hash":"h"}}
{"event_id":"@a8NN1","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:07Z","correlation_id":"@c8NN","payload":{"to_state":"PROCESSING"}}
{"event_id":"@a8NN2","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:08Z","correlation_id":"@c8NN","payload":{"to_state":"RETRYING"}}
{"event_id":"@a9NN1","event_type":"WORKFLOW_COMPLETED","timestamp":"2025-10-15T10:00:11Z","correlation_id":"@c9NN","payload":{}}
{"event_id":"@a9NN2","event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T10:00:06Z","correlation_id":"@c9NN","payload":{"error":"ours"}}
{"event_id":"@a9NN3","event_type":"STATE_TRANSITION","timestamp":"2025-10-15T10:00:12Z","correlation_id":"@c9NN","payload":{"to_state":"FAILED"}}
END
}
their_ends 10 cat | ingest 0
their_ends 11 cat | ingest 0 --batch-lines 1
their_ends 12 tac | ingest 0 --batch-lines 1
for n in 10 11 12; do
    is "their end, deal $n" 'FAILED their.space theirs 10:00:05.000 10:00:12.000 50 their error . . . 0 . . {}' "$(of @c6$n)"
    is "their error beside a state that stays, deal $n" 'RETRYING their.space theirs 10:00:05.000 . . their error . h . 1 . . {}' "$(of @c7$n)"
    is "their error beside a state that went, deal $n" 'RETRYING their.space theirs 10:00:05.000 . . . . . . 0 . . {}' "$(of @c8$n)"
    is "their error that nobody knows the time of, deal $n" 'FAILED their.space theirs 10:00:05.000 10:00:12.000 7000 ours . . . 0 . . {}' "$(of @c9$n)"
done

# --- values ------------------------------------------------------------------------------------------------------------
# refused WHAT LINE REASON PART-OF-DETAIL
refused_what=() refused_why=() refused_detail=()
: >"$work/refused"
refused() {
    echo "$2" >>"$work/refused"
    refused_what+=("$1") refused_why+=("$3") refused_detail+=("$4")
}
s65=$(printf '%065d' 0) s51=${s65:0:51} s101=$s51${s65:0:50} s129=$s65${s65:1} s256=$s129$s129
workflow='"timestamp":"2025-10-15T12:00:00Z","correlation_id":"@c800"'
now31=$(date -u -d '+31 days +1 hour' +%Y-%m-%dT%H:%M:%SZ)
refused "type" "{\"event_type\":\"$s101\",$workflow,\"payload\":{}}" value_too_long event_type
refused "namespace" "{\"event_type\":\"X\",$workflow,\"namespace\":\"$s256\",\"payload\":{}}" value_too_long namespace
refused "workflow_type" "{\"event_type\":\"WORKFLOW_STARTED\",$workflow,\"payload\":{\"workflow_type\":\"$s101\"}}" value_too_long workflow_type
refused "state" "{\"event_type\":\"WORKFLOW_STARTED\",$workflow,\"payload\":{\"current_state\":\"$s51\"}}" value_too_long current_state
refused "stamp_id" "{\"event_type\":\"WORKFLOW_COMPLETED\",$workflow,\"payload\":{\"stamp_id\":\"$s256\"}}" value_too_long stamp_id
refused "a workflow's hash" "{\"event_type\":\"HASH_GENERATED\",$workflow,\"payload\":{\"file_hash\":\"$s65\"}}" value_too_long file_hash
refused "a stamp's hash" "{\"event_type\":\"STAMP_CREATED\",\"timestamp\":\"2025-10-15T12:00:00Z\",\"payload\":{\"file_hash\":\"$s129\"}}" value_too_long file_hash
refused "step_name" "{\"event_type\":\"STEP_COMPLETED\",$workflow,\"payload\":{\"step_name\":\"$s101\"}}" value_too_long step_name
refused "a step's status" "{\"event_type\":\"STEP_COMPLETED\",$workflow,\"payload\":{\"step_name\":\"s\",\"status\":\"$s51\"}}" value_too_long status
refused "to_state" "{\"event_type\":\"STATE_TRANSITION\",$workflow,\"payload\":{\"to_state\":\"$s51\"}}" value_too_long to_state
refused "transition_event" "{\"event_type\":\"STATE_TRANSITION\",$workflow,\"payload\":{\"to_state\":\"X\",\"transition_event\":\"$s101\"}}" value_too_long transition_event
refused "node_id" "{\"event_type\":\"NODE_HEARTBEAT\",$workflow,\"payload\":{\"node_id\":\"$s256\"}}" value_too_long node_id
refused "node_version" "{\"event_type\":\"NODE_REGISTERED\",$workflow,\"payload\":{\"node_id\":\"x\",\"capabilities\":{\"node_version\":\"$s51\"}}}" value_too_long node_version
refused "aggregation_type" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"@b8\",\"aggregation_type\":\"$s51\"}}" value_too_long aggregation_type
refused "execution_time_ms" "{\"event_type\":\"STEP_COMPLETED\",$workflow,\"payload\":{\"step_name\":\"s\",\"execution_time_ms\":2147483647.5}}" integer_out_of_range execution_time_ms
refused "step_order" "{\"event_type\":\"STEP_COMPLETED\",$workflow,\"payload\":{\"step_name\":\"s\",\"step_order\":-1}}" integer_out_of_range step_order
refused "generation_time_ms" "{\"event_type\":\"HASH_GENERATED\",$workflow,\"payload\":{\"file_hash\":\"h\",\"generation_time_ms\":1e10}}" integer_out_of_range hash_generation_time_ms
refused "a bridge's count" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"@b8\",\"total_items_aggregated\":2147483648}}" integer_out_of_range total_items_aggregated
refused "a bridge's size" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"@b8\",\"total_size_bytes\":-1}}" integer_out_of_range total_size_bytes
refused "a bridge's version" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"@b8\",\"version\":0}}" integer_out_of_range version
refused "a bridge's window" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"@b8\",\"window_start\":\"now\"}}" invalid_timestamp window_start
refused "a bridge's workflow" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"@b8\",\"unique_workflows\":[\"x\"]}}" server_refused ""
refused "a name that is a number" "{\"event_type\":\"STEP_COMPLETED\",$workflow,\"payload\":{\"step_name\":7}}" invalid_field step_name
refused "too early" '{"event_type":"X","timestamp":"1999-12-31T23:59:59.999999Z","payload":{}}' timestamp_out_of_range timestamp
refused "too late" "{\"event_type\":\"X\",\"event_timestamp\":\"$now31\",\"payload\":{}}" timestamp_out_of_range event_timestamp
refused "no time" '{"event_type":"X","payload":{"started_at":"2025-10-15T12:00:00Z"}}' missing_timestamp ""
refused "no time that is one" '{"event_type":"X","event_timestamp":"soon","timestamp":"2025-10-15T12:00:00Z","payload":{}}' invalid_timestamp event_timestamp
refused "no type" '{"timestamp":"2025-10-15T12:00:00Z","payload":{}}' missing_event_type ""
refused "event_id" "{\"event_id\":\"7\",\"event_type\":\"X\",$workflow,\"payload\":{}}" invalid_uuid event_id
refused "session_id" "{\"event_type\":\"X\",$workflow,\"session_id\":\"7\",\"payload\":{}}" invalid_uuid session_id
refused "entity_id" "{\"event_type\":\"STATE_TRANSITION\",$workflow,\"payload\":{\"to_state\":\"X\",\"entity_id\":\"7\"}}" invalid_uuid entity_id
refused "bridge_id" "{\"event_type\":\"AGGREGATION_COMPLETED\",$workflow,\"payload\":{\"bridge_id\":\"7\"}}" invalid_uuid bridge_id
refused "a stamp with neither workflow nor hash" '{"event_type":"STAMP_CREATED","timestamp":"2025-10-15T12:00:00Z","payload":{}}' missing_field file_hash
refused "a step without a name" "{\"event_type\":\"STEP_COMPLETED\",$workflow,\"payload\":null}" missing_field step_name
rm -rf "$work/rejects"
ingest 3 <"$work/refused"
for i in "${!refused_what[@]}"; do
    record=$(grep "\"line\":$((i + 1))," "$work/rejects"/*.rej.jsonl)
    has "refused: ${refused_what[i]}: why" "$record" "\"reason\":\"${refused_why[i]}\""
    has "refused: ${refused_what[i]}: where" "${record#*\"detail}" "${refused_detail[i]:+'${refused_detail[i]}'}"
done
is "nothing of what was refused is anywhere" "0 0 0" "SELECT concat_ws(' ', (SELECT count(*) FROM event_logs WHERE correlation_id = '@c800'),
    (SELECT count(*) FROM workflow_executions WHERE correlation_id = '@c800'), (SELECT count(*) FROM bridge_states WHERE bridge_id = '@b8'))"

# What just fits is taken whole.
ingest 0 <<END
{"event_id":"@a90","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T12:00:00Z","correlation_id":"@c81","payload":{"step_name":"$(printf 'é%.0s' {1..100})","status":"${s51:1}","execution_time_ms":2147483647.4}}
{"event_id":"@a91","event_type":"STAMP_CREATED","timestamp":"2025-10-15T12:00:00Z","payload":{"file_hash":"${s129:1}"}}
END
is "what just fits its column" "100 50 2147483647 128" "SELECT concat_ws(' ', length(step_name), length(status), execution_time_ms,
    (SELECT length(file_hash) FROM metadata_stamps WHERE id = '@a91')) FROM workflow_steps WHERE id = '@a90'"

# What changes leaves a mark for the rollup, minute and namespace: where a stamp comes to lie, and what it leaves.
marks() { # WHAT WANTED: those of the last ingest
    is "marks: $1" "$2" "SELECT string_agg(DISTINCT namespace || to_char(bucket, ' HH24:MI'), ', ') FROM rollup_changes
        WHERE changed_in = (SELECT max(changed_in) FROM rollup_changes)"
}
stamp() { # time, namespace, workflow, member of the payload
    ingest 0 <<<"{\"event_id\":\"@f9$3\",\"event_type\":\"STAMP_CREATED\",\"timestamp\":\"2025-10-15T$1Z\",\"namespace\":\"$2\",\"correlation_id\":\"@c9$3\",\"payload\":{$4}}"
}
stamp 12:00:30 acme 1 '"file_hash":"00"'
marks "a stamp" "acme 12:00"
stamp 11:00:59.999999 beta 1 '"file_hash":"00"'
marks "a stamp that moves" "acme 12:00, beta 11:00"
stamp 13:00:00 acme 1 '"file_hash":"00"'
ingest 0 <<<'{"event_type":"WORKFLOW_FAILED","timestamp":"2025-10-15T14:00:00Z","correlation_id":"@c91","payload":{}}'
marks "a workflow that fails" "beta 11:00"
stamp 12:00:30 acme 2 ""
ingest 0 <<<'{"event_type":"HASH_GENERATED","timestamp":"2025-10-15T14:00:00Z","correlation_id":"@c92","payload":{"file_hash":"00"}}'
marks "a stamp that gets its hash" "acme 12:00"
stamp 12:00:15 acme 2 ""
stamp 11:30:15 beta 2 ""
marks "one without a hash that moves" "acme 12:00, beta 11:30"

tap_done
