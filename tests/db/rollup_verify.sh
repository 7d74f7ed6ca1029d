#!/bin/bash
# rollup --verify and --repair: every difference is listed, and mended; windows whose stamps are gone are kept.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

# found: the differences of the last run, name space, hour, what, stored, should be.
found() {
    sql "SELECT concat_ws(' ', f ->> 'namespace', substr(f ->> 'window_start', 12, 2), f ->> 'difference',
                coalesce(f ->> 'stored', ''), coalesce(f ->> 'should_be', ''))
           FROM jsonb_array_elements(\$json\$$out\$json\$::jsonb -> 'found') AS f"
}
# of KEY…: these of the summary's figures.
of() { for key; do sql "SELECT \$json\$$out\$json\$::jsonb ->> '$key'"; done | paste -s -d ' '; }
run_json() { run rollup --window 1h --format json "$@"; }

for hour in 10 11 12 13 14; do
    stamp a 2025-10-15T$hour:00:00Z '"file_size":5,"content_type":"x/y"'
    stamp b 2025-10-15T$hour:30:00Z '"file_size":5,"content_type":"x/y"'
done | load

run rollup --window 1h --verify
same 'never rolled up: exit code' "$code" 3
has 'never rolled up: what is missing' "$out" 'b          2025-10-15T14:00:00Z  2025-10-15T15:00:00Z  missing             1 items'
has 'never rolled up: how many' "$out" '10 windows checked, 10 differences in '
same 'never rolled up: nothing is written' "$(sql 'SELECT count(*) FROM bridge_states') $(sql 'SELECT count(*) FROM rollup_progress')" '0 0'
run rollup --window 1h
run rollup --window 1h --verify
same 'rolled up: no difference' "$code ${out% in *}" '0 10 windows checked, 0 differences'
run rollup --window 1h --verify --quiet
same 'rolled up: quiet' "$code $out$err" '0 '

# Every column, one window each; a row too many, one too few.
sql "UPDATE bridge_states SET total_items_aggregated = 2 WHERE namespace = 'a' AND window_start = '2025-10-15 10:00';
     UPDATE bridge_states SET total_workflows_processed = 0, total_size_bytes = 4 WHERE namespace = 'a' AND window_start = '2025-10-15 11:00';
     UPDATE bridge_states SET unique_file_types = '{}', window_end = '2025-10-15 12:59' WHERE namespace = 'a' AND window_start = '2025-10-15 12:00';
     UPDATE bridge_states SET unique_workflows = '{}', current_fsm_state = 'AGGREGATING' WHERE namespace = 'a' AND window_start = '2025-10-15 13:00';
     UPDATE bridge_states SET aggregation_metadata = '{}', configuration = configuration - 'max_uniques' WHERE namespace = 'a' AND window_start = '2025-10-15 14:00';
     DELETE FROM bridge_states WHERE namespace = 'b' AND window_start = '2025-10-15 10:00';
     DELETE FROM metadata_stamps WHERE namespace = 'b' AND created_at < '2025-10-15 12:00'"
wanted="a 10 total_items_aggregated 2 1
a 11 total_workflows_processed 0 1
a 11 total_size_bytes 4 5
a 12 window_end 2025-10-15 12:59:00+00 2025-10-15 13:00:00+00
a 12 unique_file_types {} {x/y}
a 13 unique_workflows {} {c0000000-0000-4000-8000-000000000007}
a 13 current_fsm_state AGGREGATING IDLE
a 14 aggregation_metadata {} {\"truncated\": false, \"size_buckets\": {\"large\": 0, \"small\": 1, \"medium\": 0}, \"failed_workflows\": 0, \"avg_file_size_bytes\"
a 14 configuration {\"tz\": \"UTC\", \"type\": \"namespace_grouping\", \"window\": \"1h\"} {\"tz\": \"UTC\", \"type\": \"namespace_grouping\", \"window\": \"1h\", \"max_uniques\": 10000}
b 11 surplus 1 items "
run_json --verify
same 'damaged: exit code' "$code $err" '3 '
same 'damaged: every difference' "$(found)" "$wanted"
same 'damaged: counts' "$(of differences windows_checked windows_changed)" '10 9 0'
run_json --verify --from 2025-10-15T11:00:00Z --to 2025-10-15T12:00:00Z
same 'a range: only its windows' "$(found | cut -d' ' -f1-3)" 'a 11 total_workflows_processed
a 11 total_size_bytes
b 11 surplus'
run rollup --window 1h --verify --format csv
same 'csv: a row each' "$(grep -c ^[ab], "$work/out")" 10

run_json --repair --from 2025-10-15T11:00:00Z --to 2025-10-15T12:00:00Z
same 'a range: mended, and said' "$code $err" '0 bridgejob rollup: warning: 2 windows were mended'
run_json --repair
same 'all: mended' "$(of differences windows_updated windows_deleted)" '7 4 0'
run_json --verify
same 'mended: no difference' "$code $(of differences windows_checked)" '0 0 8'
same 'mended: a version on' "$(sql "SELECT string_agg(version::text, '' ORDER BY window_start) FROM bridge_states WHERE namespace = 'a'")" 22222
run_json --repair
same 'nothing to mend: silence' "$code $err $(of windows_changed)" '0  0'

# What waits for a rollup is not wrong.
stamp a 2025-10-15T10:10:00Z | load
run rollup --window 1h --verify
same 'a late stamp: no difference' "$code ${out% in *}" '0 8 windows checked, 0 differences'
has 'a late stamp: but it is said' "$out" '1 window changed since the last rollup'
run_json --repair
same 'a late stamp: rolled up by --repair' "$(of differences windows_changed) $err" '0 1 '
run_json
same 'a late stamp: the rollup finds it done' "$(of windows_changed windows_checked)" '0 1'

# --- sealed windows ---------------------------------------------------------------------------------------------------
sealed=$(windows "window_start < '2025-10-15 12:00'")
sql "INSERT INTO rollup_seals (namespace, sealed_before, reason) VALUES ('a', '2025-10-15 12:00', 'pruned')"
sql "DELETE FROM metadata_stamps WHERE namespace = 'a' AND created_at < '2025-10-15 11:00'"
run rollup --window 1h --verify
same 'sealed: no difference' "$code ${out% in *}" '0 8 windows checked, 0 differences'
stamp a 2025-10-15T10:20:00Z | load
run rollup --window 1h
same 'a late stamp for a sealed window: exit code' "$code" 3
has 'a late stamp for a sealed window: said' "$err" \
    "window 2025-10-15T10:00:00Z of 'a' is sealed and stays as it is: it counts 2 items, of which 1 are still there"
same 'a late stamp for a sealed window: kept' "$(windows "window_start < '2025-10-15 12:00'")" "$sealed"
run rollup --window 1h
same 'a late stamp for a sealed window: said once' "$code $err" '0 '
run rollup --window 1h --from 2025-10-15T00:00:00Z
same 'a range over a sealed window: said' "$code" 3
run rollup --window 1h --repair
same 'a repair over a sealed window: kept' "$code $(windows "window_start < '2025-10-15 12:00'")" "0 $sealed"
sql 'UPDATE rollup_progress SET seen = NULL'
run rollup --window 1h
same 'everything, over a sealed window: kept' "$code $(windows "window_start < '2025-10-15 12:00'")" "0 $sealed"
sql "DELETE FROM metadata_stamps WHERE namespace = 'b'; INSERT INTO rollup_changes (namespace, bucket) VALUES ('b', '2025-10-15 12:30')"
run rollup --window 1h
same "another's seal does not count" "$code $(windows "namespace = 'b' AND window_start = '2025-10-15 12:00'")" '0 '
stamp a 2025-10-15T11:20:00Z | load
run rollup --window 1h
same 'a sealed window whose stamps are there grows' "$code $(windows "namespace = 'a' AND window_start = '2025-10-15 11:00'")" \
    '0 a 10-15 11:00 10-15 12:00 2 v3'
sealed=$(windows "window_start = '2025-10-15 11:00'")
sql "DELETE FROM metadata_stamps WHERE namespace = 'a' AND created_at = '2025-10-15 11:20'"
stamp a 2025-10-15T11:40:00Z | load
run rollup --window 1h
same 'as many late stamps as are gone: exit code' "$code" 3
has 'as many late stamps as are gone: said' "$err" \
    "window 2025-10-15T11:00:00Z of 'a' is sealed and stays as it is: it counts 2 items, not all of them among the 2 that are there"
{ stamp a 2025-10-15T11:41:00Z; stamp a 2025-10-15T11:42:00Z; } | load
run rollup --window 1h
same 'more late stamps than are gone: kept' "$code $(windows "window_start = '2025-10-15 11:00'")" "3 $sealed"
run rollup --window 6h --type time_window
sql "DELETE FROM metadata_stamps WHERE namespace = 'a' AND created_at < '2025-10-15 12:00'"
sql "INSERT INTO rollup_changes (namespace, bucket) VALUES ('a', '2025-10-15 11:00')"
run rollup --window 6h --type time_window
same 'a window of all name spaces: any seal holds' "$code $(windows "namespace = '*' AND window_start = '2025-10-15 06:00'")" \
    '3 * 10-15 06:00 10-15 12:00 5 v1'

tap_done
