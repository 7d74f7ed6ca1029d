#!/bin/sh
# The queries that readers of bridge_states run, on what a rollup made of an ingest: containment of file types, windows
# of a time, performance, and by namespace. Every result is told by hand from the events below.
. "$(dirname "$0")/../lib/scratch.sh"

rows() { psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1" 2>&1; }
stamp() { # n, time, namespace, type, size
    printf '{"event_id":"00000000-0000-4000-8000-00000000000%s","event_type":"STAMP_CREATED","timestamp":"%s","namespace":"%s","correlation_id":"c0000000-0000-4000-8000-00000000000%s","payload":{"file_hash":"00","content_type":"%s","file_size":%s}}\n' \
        "$1" "$2" "$3" $(($1 % 2)) "$4" "$5"
}
{
    stamp 1 2025-10-15T12:00:00Z acme application/pdf 100
    stamp 2 2025-10-15T12:59:59.999999Z acme text/plain 50
    stamp 3 2025-10-15T13:00:00Z acme text/plain 7
    stamp 4 2025-10-15T15:30:00Z acme application/pdf 20000000
    stamp 5 2025-10-15T12:30:00Z beta application/pdf 1
    stamp 6 2025-10-15T14:00:00Z beta image/png 1048576
} >"$work/events.ndjson"
"$BRIDGEJOB" migrate up --quiet
"$BRIDGEJOB" ingest --quiet --rejects "$work" "$work/events.ndjson"
run rollup --quiet --window 1h
same 'the rollup' "$code $out$err" '0 '

same 'by namespace' "$(rows "SELECT to_char(window_start, 'HH24:MI'), total_items_aggregated, total_workflows_processed, total_size_bytes
    FROM bridge_states WHERE namespace = 'acme' ORDER BY window_start")" '12:00|2|2|150
13:00|1|1|7
15:00|1|1|20000000'

same 'containment: a type' "$(rows "SELECT namespace || to_char(window_start, ' HH24') FROM bridge_states
    WHERE unique_file_types @> ARRAY['application/pdf'] ORDER BY 1")" 'acme 12
acme 15
beta 12'
same 'containment: two types' "$(rows "SELECT namespace || to_char(window_start, ' HH24') FROM bridge_states
    WHERE unique_file_types @> ARRAY['text/plain', 'application/pdf']")" 'acme 12'
same 'containment: a workflow' "$(rows "SELECT namespace || to_char(window_start, ' HH24') FROM bridge_states
    WHERE unique_workflows @> ARRAY['c0000000-0000-4000-8000-000000000001'::uuid] ORDER BY 1")" 'acme 12
acme 13
beta 12'
same 'containment: overlap' "$(rows "SELECT count(*) FROM bridge_states WHERE unique_file_types && ARRAY['image/png', 'a/b']")" 1
same 'containment: a type that nobody has' "$(rows "SELECT count(*) FROM bridge_states WHERE unique_file_types @> ARRAY['a/b']")" 0
same 'containment: the configuration' "$(rows "SELECT count(*) FROM bridge_states
    WHERE configuration @> '{\"window\": \"1h\", \"tz\": \"UTC\"}'")" 5

same 'a time window: whole windows, newest first' "$(rows "SELECT to_char(window_start, 'HH24') FROM bridge_states
    WHERE namespace = 'acme'
      AND window_start >= '2025-10-15 12:00Z'
      AND window_end <= '2025-10-15 15:00Z'
    ORDER BY window_start DESC")" '13
12'
same 'a time window: one that is cut is not there' "$(rows "SELECT count(*) FROM bridge_states WHERE namespace = 'acme'
    AND window_start >= '2025-10-15 12:00:00.000001Z' AND window_end <= '2025-10-15 15:59:59Z'")" 1
same 'windows are half open: each begins where the one before ends' "$(rows "SELECT count(*) FROM bridge_states AS a
    JOIN bridge_states AS b ON b.namespace = a.namespace AND b.window_start = a.window_end")" 1

same 'performance' "$(rows "SELECT namespace, aggregation_type, items_per_second IS NULL OR items_per_second >= 0,
           aggregation_duration_ms >= 0
    FROM bridge_states
    WHERE last_aggregation_timestamp > NOW() - INTERVAL '1 hour'
    ORDER BY items_per_second DESC" | sort | uniq -c | sed 's/^ *//')" '3 acme|namespace_grouping|t|t
2 beta|namespace_grouping|t|t'
same 'at rest: all states are IDLE' "$(rows "SELECT DISTINCT current_fsm_state FROM bridge_states WHERE namespace IN ('acme', 'beta')")" IDLE

# The indexes are there for these queries: with many windows they are what the server reads.
sql "INSERT INTO bridge_states (bridge_id, namespace, current_fsm_state, window_start, window_end, unique_file_types)
     SELECT gen_random_uuid(), 'ns' || i % 50, 'IDLE', t, t + INTERVAL '1 hour', ARRAY['type/' || i % 1000]
       FROM (SELECT i, TIMESTAMPTZ '2020-01-01Z' + i * INTERVAL '1 hour' AS t FROM generate_series(1, 20000) AS i) AS w;
     ANALYZE bridge_states"
plan() { psql -X -A -t -q -c 'SET jit = off' -c "EXPLAIN $1"; }
has 'the index of file types is used' "$(plan "SELECT * FROM bridge_states WHERE unique_file_types @> ARRAY['application/pdf']")" \
    idx_bridge_states_unique_file_types
has 'the index of windows is used' "$(plan "SELECT * FROM bridge_states WHERE namespace = 'acme'
    AND window_start >= '2025-10-15 12:00Z' AND window_end <= '2025-10-15 15:00Z' ORDER BY window_start DESC")" idx_bridge_states_
has 'the index of the last aggregation is used' "$(plan "SELECT * FROM bridge_states
    WHERE last_aggregation_timestamp > NOW() - INTERVAL '1 hour' ORDER BY items_per_second DESC")" idx_bridge_states_last_aggregation
tap_done
