#!/bin/bash
# --map: the maps that are built in, against lines as their sources write them; refused lines, ids and errors.
. tests/lib/scratch.sh
tests=$PWD/tests
maps=$PWD/maps
cd "$work" || exit 1

# ends WHAT CODE COUNTS ARGUMENT…: an ingest that ends so, COUNTS being 'lines inserted duplicates rejected'
ends() {
    run ingest --quiet --format json "${@:4}"
    same "$1" "$code $(sed 's/.*"lines":\([0-9]*\),"inserted":\([0-9]*\),"duplicates":\([0-9]*\),"rejected":\([0-9]*\),.*/\1 \2 \3 \4/' <<<"$out")" "$2 $3"
}
# rows NAMESPACE: type, time, what the ids were, the other metadata
rows() {
    sql "SELECT concat_ws(' ', event_type, to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), metadata)
         FROM event_logs WHERE namespace = '$1' ORDER BY created_at, id"
}
ids_name_space=6ed67feb-72cb-5904-a1fe-9c7d1cd497bf
lines_name_space=02ecf53b-d8bc-5710-9d01-6d8e2e01e7f7
hashed() { sql "SELECT uuid_generate_v5('$ids_name_space', '$1')"; }

run migrate up --quiet
same "migrate up" $code 0

# --- GitHub: Events API, GH Archive; the last line is of its time before 2015 ----------------------------------------
ends "github" 0 "4 4 0 0" --map github --ids hash "$tests/data/maps/github.ndjson"
same "github: rows" "$(rows github)" \
'github.WatchEvent 2012-03-11T06:00:00.000000 {"original_ids": {"correlation_id": "github/repo/51000207"}}
github.CreateEvent 2015-01-01T15:00:00.000000 {"original_ids": {"event_id": "github/event/9000000045", "session_id": "github/actor/4100017", "correlation_id": "github/repo/51000101"}}
github.PushEvent 2015-01-01T15:00:01.000000 {"original_ids": {"event_id": "github/event/9000000051", "session_id": "github/actor/4100023", "correlation_id": "github/repo/51000207"}}
github.PushEvent 2015-01-01T15:00:02.000000 {"original_ids": {"event_id": "github/event/9000000053", "session_id": "github/actor/4100031", "correlation_id": "github/repo/51000207"}}'
same "github: events of one repository" \
    "$(sql "SELECT count(*) FROM event_logs WHERE correlation_id = '$(hashed github/repo/51000207)'")" 3
same "github: an event's id" "$(sql "SELECT event_type FROM event_logs WHERE id = '$(hashed github/event/9000000045)'")" \
    github.CreateEvent
same "github: the payload is the line" \
    "$(sql "SELECT payload #>> '{payload,commits,0,author,name}' FROM event_logs WHERE payload ->> 'id' = '9000000051'")" lighthouse

# --- CloudTrail, a record a line --------------------------------------------------------------------------------------
ends "cloudtrail" 3 "4 3 0 1" --map cloudtrail --ids hash "$tests/data/maps/cloudtrail.ndjson"
same "cloudtrail: rows" "$(rows aws/777788889999)" \
'cloudtrail.StartInstances 2023-07-19T21:17:28.000000 {"region": "us-east-1", "event_source": "ec2.amazonaws.com", "original_ids": {"session_id": "AKIAIOSFODNN7EXAMPLE"}}
cloudtrail.GetBucketPolicy 2023-07-19T21:25:09.000000 {"region": "us-east-1", "error_code": "AccessDenied", "event_source": "s3.amazonaws.com", "original_ids": {"session_id": "ASIAIOSFODNN7EXAMPLE", "correlation_id": "C3D13FE58DE4C810"}}
cloudtrail.RotateKey 2023-07-19T21:30:00.000000 {"region": "eu-central-1", "event_source": "kms.amazonaws.com"}'
same "cloudtrail: its own ids, and the shared one where there is no request" "$(sql "
    SELECT concat_ws(' ', id, correlation_id) FROM event_logs WHERE event_type ~ 'StartInst|RotateKey' ORDER BY created_at")" \
'e755e09c-42f9-4c5c-9064-0123456c5e5b e4336db0-149f-4a6b-844d-0123456b9d16
a24b3967-ddad-417f-9b22-0123456a8fe7 0d1d5b1e-7d3c-4a6e-9d80-0123456a8fe7'
same "cloudtrail: numbers keep every digit" "$(sql "SELECT payload #> '{additionalEventData,bytesTransferredOut}'
    FROM event_logs WHERE event_type = 'cloudtrail.GetBucketPolicy'")" 243.0
check "cloudtrail: a file of records is refused, byte for byte" cmp rejects/cloudtrail.ndjson.*.rej \
    <(tail -n 1 "$tests/data/maps/cloudtrail.ndjson")
has "cloudtrail: and why" "$(cat rejects/cloudtrail.ndjson.*.rej.jsonl)" \
    '"line":4,"offset":'"$(head -n 3 "$tests/data/maps/cloudtrail.ndjson" | wc -c)"',"length":'
has "cloudtrail: and what the map lacks" "$(cat rejects/cloudtrail.ndjson.*.rej.jsonl)" \
    '"reason":"missing_event_type","detail":"the map finds no '"'event_type'"
tail -n 1 "$tests/data/maps/cloudtrail.ndjson" | grep -o '{"eventVersion[^}]*}' >records.ndjson
ends "cloudtrail: as records it is taken" 0 "1 1 0 0" --map cloudtrail records.ndjson
same "cloudtrail: no account, no ids" "$(sql "SELECT concat_ws(' ', event_type, correlation_id, session_id, metadata)
    FROM event_logs WHERE namespace = 'aws'")" "cloudtrail.StartInstances {}"

# --- Suricata's eve.json ------------------------------------------------------------------------------------------------
ends "suricata" 0 "4 4 0 0" --map suricata --ids hash "$tests/data/maps/suricata.ndjson"
same "suricata: rows" "$(rows suricata)" \
'suricata.alert 2017-04-07T21:24:37.251547 {"community_id": "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "original_ids": {"correlation_id": "suricata/flow/586497171400042"}}
suricata.http 2017-04-07T21:24:38.000001 {"original_ids": {"correlation_id": "suricata/flow/586497171400042"}}
suricata.flow 2017-04-07T21:24:39.100000 {"host": "sensor-1", "original_ids": {"correlation_id": "suricata/flow/18446744073709551615"}}
suricata.stats 2017-04-07T21:24:40.000000 {}'
same "suricata: a flow's events" "$(sql "SELECT string_agg(event_type, ' ' ORDER BY created_at)
    FROM event_logs WHERE correlation_id = '$(hashed suricata/flow/586497171400042)'")" "suricata.alert suricata.http"
same "suricata: an event is known by its line" "$(sql "SELECT id FROM event_logs WHERE event_type = 'suricata.stats'")" \
    "$(psql -XAt -v line="$(tail -n 1 "$tests/data/maps/suricata.ndjson")" <<<"SELECT uuid_generate_v5('$lines_name_space', :'line')")"

# --- OpenLineage ----------------------------------------------------------------------------------------------------------
ends "openlineage" 3 "4 3 0 1" --map openlineage "$tests/data/maps/openlineage.ndjson"
has "openlineage: a run's id is a UUID" "$(cat rejects/openlineage.ndjson.*.rej.jsonl)" '"reason":"invalid_uuid"'
same "openlineage: rows" "$(rows my-scheduler-namespace)" \
'openlineage.START 2020-12-28T09:52:00.001000 {"job": "myjob.mytask", "producer": "https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"}
openlineage.COMPLETE 2020-12-28T10:52:00.001000 {"job": "myjob.mytask", "producer": "https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"}'
same "openlineage: the run, and the one it belongs to" "$(sql "SELECT concat_ws(' ', correlation_id, session_id)
    FROM event_logs WHERE namespace = 'my-scheduler-namespace' ORDER BY created_at")" \
'41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7 d9cb8e0b-a410-435e-a619-da5e87ba8508
41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7 3f5e83fa-3480-44ff-99c5-ff943904e5e8'
same "openlineage: a dataset's event" "$(sql "SELECT concat_ws(' ', event_type, correlation_id, metadata ->> 'dataset')
    FROM event_logs WHERE namespace = 'my-datasource-namespace'")" "openlineage instance.schema.table"

# --- Zeek's JSON logs: as Zeek writes them, and with json-streaming-logs ------------------------------------------------
ends "zeek" 0 "4 4 0 0" --map zeek --ids hash "$tests/data/maps/zeek.ndjson"
same "zeek: rows" "$(rows zeek)" \
'zeek 2020-06-05T14:39:59.305988 {"original_ids": {"correlation_id": "CHk3xT2vQwZr7bYd9e"}}
zeek.dns 2020-06-05T14:39:59.306001 {"system_name": "sensor-1", "original_ids": {"correlation_id": "CHk3xT2vQwZr7bYd9e"}}
zeek.files 2020-06-05T14:39:59.430166 {"original_ids": {"correlation_id": "C8mPq41nRtWs6uVx2k"}}
zeek.stats 2020-06-05T14:40:00.000000 {}'
same "zeek: numbers keep every digit" "$(sql "SELECT payload -> 'duration' FROM event_logs WHERE event_type = 'zeek'")" \
    0.06685185432434082

# --- no row but the log's, and again ----------------------------------------------------------------------------------------
same "foreign events make no workflows" "$(sql "SELECT count(*) FROM workflow_executions")" 0
for map in github cloudtrail suricata openlineage zeek; do
    case $map in openlineage) ids=reject ;; *) ids='hash' ;; esac
    lines=$("$BRIDGEJOB" ingest --quiet --format json --again --rejects again --map "$maps/$map.json" --ids "$ids" \
        --workers 3 --batch-lines 1 "$tests/data/maps/$map.ndjson" 2>/dev/null)
    has "$map: again, by the map's file: nothing new" "$lines" '"inserted":0,'
done

# --- a map of one's own, to a known event --------------------------------------------------------------------------------
cat >own.json <<'END'
{"event_type": {"const": "WORKFLOW_STARTED"}, "timestamp": "/at", "event_id": "/nr", "correlation_id": "/job/0",
 "namespace": ["/tenant", {"const": "none"}], "payload": "/data", "metadata": {"why": {"join": ["because of ", "/nr"]}}}
END
cat >own.ndjson <<'END'
 {"at": 1760529600, "nr": 7, "job": ["c0000000-0000-4000-8000-000000000007"], "data": {"workflow_type": "a\u00e4\tb", "metadata": {"n": 1.10}}} 
{"at": 1760529600, "nr": "x", "job": [], "data": {}}
{"at": "soon", "nr": 8, "job": ["c0000000-0000-4000-8000-000000000007"]}
END
ends "a map of one's own" 3 "3 1 0 2" --map ./own.json --ids hash own.ndjson
same "a workflow" "$(sql "SELECT concat_ws('|', correlation_id, workflow_type, namespace, metadata) FROM workflow_executions")" \
    $'c0000000-0000-4000-8000-000000000007|aä\tb|none|{"n": 1.10}'
same "its event" "$(sql "SELECT metadata FROM event_logs WHERE event_type = 'WORKFLOW_STARTED'")" \
    '{"why": "because of 7", "original_ids": {"event_id": 7}}'
check "the refused lines, as they came" cmp rejects/own.ndjson.*.rej <(tail -n 2 own.ndjson)
has "the first reason" "$(head -n 1 rejects/own.ndjson.*.rej.jsonl)" '"reason":"missing_field"'
has "the second reason" "$(tail -n 1 rejects/own.ndjson.*.rej.jsonl)" \
    "\"reason\":\"invalid_timestamp\",\"detail\":\"'timestamp' is not a timestamp\""

# --- bad maps touch nothing ------------------------------------------------------------------------------------------------
before=$(sql "SELECT count(*) FROM ingest_files")
echo '{"event_type": "type"}' >bad.json
run ingest --map bad.json own.ndjson
same "a bad map" "$code $err" "78 bridgejob ingest: error: bad.json: line 1, column 16: not a JSON pointer
bridgejob ingest: hint: a JSON pointer is empty, the whole line, or begins with '/'; ~0 in it is '~' and ~1 is '/' (RFC 6901)"
same "no file was begun" "$(sql "SELECT count(*) FROM ingest_files")" "$before"

tap_done
