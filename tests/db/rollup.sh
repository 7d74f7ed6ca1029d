#!/bin/bash
# rollup: what a window holds, column by column, for every type; which windows a run looks at; what it says.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

# --- the command line -----------------------------------------------------------------------------------------------
run rollup
same 'no window: exit code' "$code" 64
has 'no window: message' "$err" 'error: how long is a window?'
for window in 7m 25h 30s 0h 1y x ''; do
    run rollup --window "$window"
    same "window '$window': exit code" "$code" 64
done
has 'a bad window: what is allowed' "$(run rollup --window 7m; echo "$err")" \
    "must be minutes or hours that divide a day (15m, 1h, 6h), days (1d), weeks (1w) or months (1mo), not '7m'"
run rollup --window 1h --type time_window --namespace a
same 'time_window of one name space: exit code' "$code" 64
run rollup --window 1h --verify --repair
same '--verify --repair: exit code' "$code" 64
for time in yesterday 2025-02-30T00:00:00Z -1h 2025-02-30 2025-1-15; do
    run rollup --window 1h --from "$time"
    same "--from $time: exit code" "$code" 64
done
run rollup --window 1h --from 2025-10-15T00:00:00Z --to 2025-10-15T00:00:00Z
same 'an empty range: exit code' "$code" 64
has 'an empty range: message' "$err" '--from must be before --to'
has 'an empty range: what to type' "$err" 'hint: a day: bridgejob rollup --window 1h --from 2025-10-15 --to 2025-10-16'

# --- nothing there ----------------------------------------------------------------------------------------------------
run rollup --window 1h
same 'no stamps: exit code' "$code" 0
same 'no stamps: nothing' "$(windows)" ''

# --- what a window holds --------------------------------------------------------------------------------------------
{
    stamp a 2025-10-15T12:00:00Z '"file_size":1048575,"content_type":"text/plain"'        # small, at the start
    stamp a 2025-10-15T12:59:59.999999Z '"size_bytes":1048576,"content_type":"application/pdf"' # medium, at the end
    stamp a 2025-10-15T12:30:00Z '"stamp_data":{"file_size":10485760,"content_type":"Text/plain"}'
    stamp a 2025-10-15T12:30:00Z '"file_metadata":{"size_bytes":10485761,"content_type":"text/plain"}'
    stamp a 2025-10-15T12:31:00Z '"file_size":"12","size_bytes":-1,"content_type":7'       # neither
    stamp a 2025-10-15T12:32:00Z '"file_size":null,"size_bytes":2.5,"content_type":""'     # rounded
    stamp a 2025-10-15T12:33:00Z '"file_size":[5],"size_bytes":99999999999999999999,"content_type":["x"]'
    stamp a 2025-10-15T13:00:00Z '"file_size":5'                                           # the next window
    stamp "b'%s\\\"\\n;" 2025-10-15T12:00:00Z '"file_size":5'
} | load
printf '%s\n' \
    '{"event_type":"WORKFLOW_FAILED","correlation_id":"c0000000-0000-4000-8000-000000000002","timestamp":"2025-10-15T14:00:00Z","namespace":"a","payload":{"workflow_type":"scan","error_message":"no"}}' \
    '{"event_type":"STAMP_CREATED","event_id":"e0000000-0000-4000-8000-000000000100","correlation_id":"c0000000-0000-4000-8000-000000000002","timestamp":"2025-10-15T12:40:00Z","namespace":"a","payload":{"file_hash":"ff","file_size":7,"content_type":"text/plain"}}' | load
sql "INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at)
     VALUES ('e0000000-0000-4000-8000-000000000200', 'f', '[]', 'a', '2025-10-15 12:41'),
            ('e0000000-0000-4000-8000-000000000201', 'f', '3', 'z', NULL),
            ('e0000000-0000-4000-8000-000000000202', 'f', '3', 'z', 'infinity'),
            ('e0000000-0000-4000-8000-000000000203', 'f', '3', 'z', '-infinity')"
sql "UPDATE rollup_progress SET seen = NULL"   # behind ingest's back: look at everything

run rollup --window 60m --format json
same 'first run: exit code' "$code $err" '0 '
has 'first run: three windows' "$out" '{"windows_changed":3,"windows_checked":3,"differences":0,"windows_inserted":3,'
has 'first run: why' "$out" '"window":"1h","type":"namespace_grouping","tz":"UTC","why":"first run"'
same 'the windows' "$(windows)" "a 10-15 12:00 10-15 13:00 9 v1
a 10-15 13:00 10-15 14:00 1 v1
b'%s\"
; 10-15 12:00 10-15 13:00 1 v1"

row="FROM bridge_states WHERE namespace = 'a' AND window_start = '2025-10-15 12:00'"
same 'workflows, bytes' "$(sql "SELECT total_workflows_processed, total_size_bytes $row")" '7|23068682'
same 'types, sorted as bytes' "$(sql "SELECT unique_file_types $row")" '{Text/plain,application/pdf,text/plain,unknown}'
same 'workflows, sorted, each once' \
    "$(sql "SELECT unique_workflows = ARRAY(SELECT DISTINCT workflow_id FROM metadata_stamps WHERE namespace = 'a' AND
                   created_at < '2025-10-15 13:00' AND workflow_id IS NOT NULL ORDER BY 1) $row")" t
same 'metadata' "$(sql "SELECT aggregation_metadata $row")" '{"truncated": false, "size_buckets": {"large": 1, "small": 3, "medium": 2}, "failed_workflows": 1, "avg_file_size_bytes": 3844780.33, "file_type_distribution": {"unknown": 4, "Text/plain": 1, "text/plain": 3, "application/pdf": 1}, "workflow_type_distribution": {"scan": 2, "unknown": 1, "metadata_stamping": 6}}'
same 'configuration' "$(sql "SELECT configuration $row")" \
    '{"tz": "UTC", "type": "namespace_grouping", "window": "1h", "max_uniques": 10000}'
same 'state, version, times' \
    "$(sql "SELECT current_fsm_state, version, aggregation_duration_ms >= 0, items_per_second > 0 OR aggregation_duration_ms = 0,
                   last_aggregation_timestamp > now() - interval '1 minute' $row")" 'IDLE|1|t|t|t'
# UUIDv5 as documented, from another implementation.
sql 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"' 2>/dev/null
same 'bridge_id as documented' \
    "$(sql "SELECT count(*) FROM bridge_states WHERE bridge_id = uuid_generate_v5('0c9d9dba-41dc-5021-86ca-2a7f86526e09',
            'namespace_grouping 1h UTC ' || to_char(window_start, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') || ' ' || namespace)")" 3

# --- a second run ----------------------------------------------------------------------------------------------------
before=$(sql "SELECT md5(string_agg(b::text, '' ORDER BY bridge_id)) FROM bridge_states b")
run rollup --window 1h --format json
has 'nothing new: nothing looked at' "$out" '{"windows_changed":0,"windows_checked":0,'
has 'nothing new: why' "$out" '"why":"marks"'
run rollup --window 1h --from 2025-10-15T12:30:00Z --to 2025-10-15T12:30:01Z --format json
has 'a range: its window, whole, and not a change' "$out" '{"windows_changed":0,"windows_checked":2,'
same 'nothing new: not a byte has changed' \
    "$(sql "SELECT md5(string_agg(b::text, '' ORDER BY bridge_id)) FROM bridge_states b")" "$before"

# --- a late stamp -----------------------------------------------------------------------------------------------------
stamp a 2025-10-15T13:59:00Z '"file_size":6' | load
run rollup --window 1h --dry-run
same 'dry run: exit code' "$code" 0
has 'dry run: the window, and why' "$out" 'a          2025-10-15T13:00:00Z  2025-10-15T14:00:00Z  marks'
has 'dry run: that it was one' "$out" 'dry run, nothing was written: 1 window would be looked at (marks)'
same 'dry run: nothing happens' \
    "$(sql "SELECT md5(string_agg(b::text, '' ORDER BY bridge_id)) FROM bridge_states b")" "$before"
run rollup --window 1h
same 'a late stamp: one window' "${out% in *}" '1 of 1 window changed: 0 new, 1 updated, 0 removed (marks)'
same 'a late stamp: its window is one version on' "$(windows "version > 1")" 'a 10-15 13:00 10-15 14:00 2 v2'
run rollup --window 1h --quiet
same 'quiet: nothing' "$code $out$err" '0 '
# A workflow that fails later changes the windows of its stamps.
echo '{"event_type":"WORKFLOW_FAILED","correlation_id":"c0000000-0000-4000-8000-000000000001","timestamp":"2025-10-15T15:00:00Z","namespace":"a","payload":{"error_message":"no"}}' | load
run rollup --window 1h
same 'a workflow fails: one window' "${out% in *}" '1 of 1 window changed: 0 new, 1 updated, 0 removed (marks)'
same 'a workflow fails: it counts' "$(sql "SELECT aggregation_metadata -> 'failed_workflows' $row")" 2

# --- the other types, each with a position of its own -------------------------------------------------------------------
run rollup --window 1h --type time_window
same 'time_window: one row a window' "$(windows "aggregation_type = 'time_window'")" '* 10-15 12:00 10-15 13:00 10 v1
* 10-15 13:00 10-15 14:00 2 v1'
groups() { sql "SELECT aggregation_metadata -> 'groups' $row AND aggregation_type = '$1'"; }
run rollup --window 1h --type file_type_grouping
same 'file_type_grouping' "$(groups file_type_grouping)" '{"unknown": {"items": 4, "workflows": 3, "size_bytes": 3, "failed_workflows": 0}, "Text/plain": {"items": 1, "workflows": 1, "size_bytes": 10485760, "failed_workflows": 0}, "text/plain": {"items": 3, "workflows": 3, "size_bytes": 11534343, "failed_workflows": 2}, "application/pdf": {"items": 1, "workflows": 1, "size_bytes": 1048576, "failed_workflows": 1}}'
run rollup --window 1h --type size_buckets
same 'size_buckets' "$(groups size_buckets)" '{"large": {"items": 1, "workflows": 1, "size_bytes": 10485761, "failed_workflows": 0}, "small": {"items": 3, "workflows": 3, "size_bytes": 1048585, "failed_workflows": 2}, "medium": {"items": 2, "workflows": 2, "size_bytes": 11534336, "failed_workflows": 1}}'
run rollup --window 1h --type workflow_grouping
same 'workflow_grouping' "$(groups workflow_grouping)" '{"scan": {"items": 2, "workflows": 1, "size_bytes": 1048583, "failed_workflows": 1}, "unknown": {"items": 1, "workflows": 0, "size_bytes": 0, "failed_workflows": 0}, "metadata_stamping": {"items": 6, "workflows": 6, "size_bytes": 22020099, "failed_workflows": 1}}'
same 'the first type has none' "$(groups namespace_grouping)" ''
same 'a position each' "$(sql "SELECT count(*) FROM rollup_progress WHERE seen IS NOT NULL")" 5

# --- a cap on lists ---------------------------------------------------------------------------------------------------
run rollup --window 1h --max-uniques 2 --format json
has 'another cap: everything anew' "$out" '"why":"another --max-uniques"'
has 'another cap: every row has another content' "$out" '{"windows_changed":3,"windows_checked":3,'
same 'capped lists' "$(sql "SELECT unique_file_types, cardinality(unique_workflows), total_workflows_processed,
    aggregation_metadata -> 'truncated', aggregation_metadata -> 'file_type_distribution' $row
    AND aggregation_type = 'namespace_grouping'")" \
    '{Text/plain,application/pdf}|2|7|true|{"Text/plain": 1, "application/pdf": 1}'

# --- one name space ---------------------------------------------------------------------------------------------------
run rollup --window 1d --namespace a
same 'of one name space' "$(windows "configuration ->> 'window' = '1d'")" 'a 10-15 00:00 10-16 00:00 11 v1'
{ stamp a 2025-10-15T23:00:00Z; stamp c 2025-10-15T23:00:00Z; } | load
run rollup --window 1d --namespace a
same 'of one name space: only its marks' "$(windows "configuration ->> 'window' = '1d'")" 'a 10-15 00:00 10-16 00:00 12 v2'
run rollup --window 1d
same 'of all of them: none is missing' "$(windows "configuration ->> 'window' = '1d'" | wc -l)" 4
{ stamp a 2025-10-15T23:01:00Z; stamp c 2025-10-15T23:01:00Z; } | load
run rollup --window 1d --namespace a
run rollup --window 1d --format json
has 'of all of them, behind one: its marks are not swallowed' "$out" '{"windows_changed":1,"windows_checked":2,'
same 'both are there' "$(windows "configuration ->> 'window' = '1d' AND namespace IN ('a', 'c')")" \
    'a 10-15 00:00 10-16 00:00 13 v3
c 10-15 00:00 10-16 00:00 2 v2'

# --- a stamp that moves, and one that goes ---------------------------------------------------------------------------
sql "UPDATE metadata_stamps SET created_at = '2025-10-17 08:00' WHERE namespace = 'c';
     INSERT INTO rollup_changes (namespace, bucket) VALUES ('c', '2025-10-15 23:00'), ('c', '2025-10-17 08:00')"
run rollup --window 1d
same 'moved: one window is new, one removed' "${out% in *}" '2 of 2 windows changed: 1 new, 0 updated, 1 removed (marks)'
same 'moved' "$(windows "configuration ->> 'window' = '1d' AND namespace = 'c'")" 'c 10-17 00:00 10-18 00:00 2 v1'

# An event with the id of another, and an earlier time: the stamp is where that says, and leaves the window it was in.
stamp d 2025-10-18T12:00:00Z | load
run rollup --window 1d
echo "$(($(cat "$work/stamps") - 1))" >"$work/stamps"
stamp e 2025-10-17T12:00:00Z | load
run rollup --window 1d
same 'two events of one id: the window it is in, and not the one it was in' "$(windows "namespace IN ('d', 'e')")" \
    'e 10-17 00:00 10-18 00:00 1 v1'
# The same of a stamp whose hash comes later.
late() { sed 's/"file_hash":"[0-9]*"/"x":1/'; }
hash() { sed 's/STAMP_CREATED/HASH_GENERATED/; s/e0000000/e1000000/'; }
stamp f 2025-10-18T12:00:00Z | tee "$work/f" | late | load
hash <"$work/f" | load
run rollup --window 1d
same 'a hash that comes later: its stamp counts' "$(windows "namespace = 'f'")" 'f 10-18 00:00 10-19 00:00 1 v1'
sed 's/2025-10-18/2025-10-17/' "$work/f" | late | load
run rollup --window 1d
same 'and moves' "$(windows "namespace = 'f'")" 'f 10-17 00:00 10-18 00:00 1 v1'

# --- rows of others ---------------------------------------------------------------------------------------------------
foreign=$(sql "SELECT bridge_id FROM bridge_states WHERE namespace = 'c' AND configuration ->> 'window' = '1d'")
sql "INSERT INTO bridge_states (bridge_id, namespace, current_fsm_state, aggregation_type, window_start, window_end, configuration)
     VALUES (gen_random_uuid(), 'c', 'BUSY', 'namespace_grouping', '2025-10-17', '2025-10-18',
             '{\"tz\": \"UTC\", \"type\": \"namespace_grouping\", \"window\": \"1d\", \"max_uniques\": 10000}')"
printf '{"event_type":"AGGREGATION_COMPLETED","timestamp":"2099-01-01T00:00:00Z","namespace":"c","payload":{"bridge_id":"%s","total_items_aggregated":77}}\n' \
    "$foreign" | sed "s/2099-01-01/$(date -u -d '+1 day' +%F)/" | load
stamp c 2025-10-17T09:00:00Z | load
run rollup --window 1d
same "an event's row with our id: exit code" "$code" 3
has "an event's row with our id: said" "$err" \
    "window 2025-10-17T00:00:00Z of 'c' is not stored: '$foreign' is a row that no rollup made"
same "an event's row with our id: untouched" \
    "$(sql "SELECT total_items_aggregated, version FROM bridge_states WHERE bridge_id = '$foreign'")" '77|1'
same "another's row that looks like ours: untouched" \
    "$(sql "SELECT total_items_aggregated, version FROM bridge_states WHERE current_fsm_state = 'BUSY'")" '0|1'
sql "DELETE FROM bridge_states WHERE bridge_id = '$foreign'"
run rollup --window 1d --repair
same "another's row that looks like ours: untouched by --repair" \
    "$(sql "SELECT total_items_aggregated, version FROM bridge_states WHERE current_fsm_state = 'BUSY'")" '0|1'

# --- a total that does not fit ------------------------------------------------------------------------------------------
{
    stamp big 2025-10-20T00:00:00Z '"file_size":9223372036854775807'
    stamp big 2025-10-20T00:00:00Z '"file_size":1'
    stamp c 2025-10-20T00:00:00Z
} | load
run rollup --window 1d
same 'a total that does not fit: exit code' "$code" 0
same 'a total that does not fit: as far as it goes, and in full' "$(sql "SELECT total_size_bytes, aggregation_metadata ->> 'total_size_bytes'
    FROM bridge_states WHERE namespace = 'big' AND window_start = '2025-10-20'")" '9223372036854775807|9223372036854775808'
run rollup --window 1d --verify
same 'a total that does not fit: proved right' "$code" 0
sql "DELETE FROM metadata_stamps WHERE namespace = 'big'"
sql "DELETE FROM bridge_states WHERE namespace = 'big'"

# A content type that no index could hold.
stamp long 2025-10-21T00:00:00Z "\"content_type\":\"$(printf '%3000s' | tr ' ' x)\"" | load
run rollup --window 1d
same 'a type of 3000 characters: counts as unknown' "$code $(sql "SELECT unique_file_types FROM bridge_states WHERE namespace = 'long'")" '0 {unknown}'

# --- the queries people have -------------------------------------------------------------------------------------------
same 'by file type' "$(sql "SELECT count(*) FROM bridge_states WHERE unique_file_types @> ARRAY['application/pdf'] AND namespace = 'a'")" 5
same 'by time' "$(sql "SELECT count(*) FROM bridge_states WHERE namespace = 'a' AND aggregation_type = 'namespace_grouping'
    AND window_start >= '2025-10-15 13:00' AND window_end <= '2025-10-16'")" 1
same 'by speed' "$(sql "SELECT count(*) > 0 FROM bridge_states WHERE last_aggregation_timestamp > now() - interval '1 hour'
    AND items_per_second >= 0")" t
same 'the run history' "$(sql "SELECT tally ->> 'windows_changed' FROM job_runs WHERE job = 'rollup' ORDER BY run_id DESC LIMIT 1")" 1

tap_done
