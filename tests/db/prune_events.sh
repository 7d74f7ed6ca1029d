#!/bin/bash
# 'prune events': whole partitions go, others lose rows; what is not rolled up stays, and the guard is named.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

# Days ago as a time; the partition that holds it. Cutoff is 90 days ago: 'old' and 'older' lie in months wholly before it.
ago() { date -u -d "$1 days ago" +%Y-%m-%dT%H:%M:%SZ; }
partition() { date -u -d "$1 days ago" +event_logs_y%Ym%m; }
month() { date -u -d "$1 days ago" +%Y-%m-01; }
partitions() { sql "SELECT coalesce(string_agg(inhrelid::regclass::text, ' ' ORDER BY 1), '') FROM pg_inherits WHERE inhparent = 'event_logs'::regclass"; }
events() { sql "SELECT count(*) FROM event_logs${1:+ WHERE $1}"; }
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
rest() { sql "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM (SELECT to_jsonb(s)::text FROM metadata_stamps s UNION ALL SELECT to_jsonb(w)::text FROM workflow_executions w UNION ALL SELECT to_jsonb(f)::text FROM ingest_workflow_facts f UNION ALL SELECT (to_jsonb(b) - '{version}'::text[])::text FROM bridge_states b) AS t"; }

some() { stamp acme "$(ago 200)"; stamp acme "$(ago 160)"; stamp "o'hara %" "$(ago 160)"; stamp acme "$(ago 91)"; stamp acme "$(ago 89)"; stamp acme "$(ago 1)"; }
some >"$work/lines.ndjson"
load <"$work/lines.ndjson"
same 'six events' "$(events)" 6

# --- guards -------------------------------------------------------------------------------------------------------------
run prune events --format json
same 'no rollup at all: refused' "$code $(events)" '3 6'
same 'no rollup: the guard is named' "$(json blocked_by,0,guard) $(json partitions_dropped) $(json rows_deleted)" 'no_rollup 0 0'
has 'no rollup: hint' "$err" 'bridgejob prune events --without-rollup'
run prune events --dry-run --without-rollup --format json
same 'no rollup, but that is meant: a dry run says what would go' "$code $(json partitions_dropped) $(json rows_deleted) $(events)" '0 2 1 6'

# Each of the three has a section of its own: the age of a node is none of an event.
printf '[prune nodes]\nolder-than = 1s\n' >"$work/conf"
run prune events --config "$work/conf" --dry-run --without-rollup --format json
same 'the age of nodes is not that of events' "$code $(json partitions_dropped)" '0 2'
printf '[prune events]\nolder-than = 1000d\nwithout-rollup = yes\n' >"$work/conf"
run prune events --config "$work/conf" --dry-run --format json
same 'that of events is' "$code $(json partitions_dropped) $(json rows_deleted)" '0 0 0'
printf '[prune]\nolder-than = 1s\n' >"$work/conf"
run prune events --config "$work/conf" --dry-run
same 'there is none for all of them' "$code" 78

"$BRIDGEJOB" rollup --quiet --window 1h
"$BRIDGEJOB" rollup --quiet --window 1mo --tz Asia/Kathmandu
stamp acme "$(ago 160)" | load
"$BRIDGEJOB" rollup --quiet --window 1h
run prune events --format json
same 'a mark one rollup has not seen: its partition is kept, the others go' \
    "$code $(json partitions_dropped) $(json rows_deleted) $(events)" '3 1 1 5'
same 'what is kept' "$(json blocked_by,0,guard) $(json blocked_by,0,subject)" "rollup_behind $(partition 160)"
same 'by which rollup' "$(json blocked_by,0,next)" 'bridgejob rollup --window 1mo --type namespace_grouping --tz Asia/Kathmandu'
has 'on stderr too' "$err" "warning: '$(partition 160)' is kept: the rollup 1mo namespace_grouping Asia/Kathmandu has not"
same 'one guard, once' "$(json blocked_by,1)" ''
same 'the run is in the history' "$(sql "SELECT exit_code || ' ' || (tally ->> 'partitions_dropped') FROM job_runs WHERE job = 'prune events' ORDER BY run_id DESC LIMIT 1")" '3 1'
same 'sealed up to the last event that went, once' \
    "$(sql "SELECT count(*) || ' ' || (max(sealed_before) - interval '1 us' = (SELECT max(created_at) FROM metadata_stamps WHERE created_at < now() - interval '90 days')) FROM rollup_seals")" '1 true'
"$BRIDGEJOB" rollup --quiet --window 1mo --tz Asia/Kathmandu

sql "DELETE FROM bridge_states WHERE namespace LIKE 'o_hara%' AND configuration ->> 'window' = '1h'"
run prune events --format json
same 'a window is missing: kept' "$code $(json blocked_by,0,guard) $(events)" '3 window_missing 5'
same 'and how it is mended' "$(json blocked_by,0,next)" 'bridgejob rollup --window 1h --type namespace_grouping --tz UTC --repair'
"$BRIDGEJOB" rollup --quiet --window 1h --repair >/dev/null 2>&1

sql "INSERT INTO rollup_progress VALUES ('6h', 'namespace_grouping', 'UTC', 'o''hara %')"
run prune events --format json
same 'a rollup that has not ended its first run: kept' "$code $(json blocked_by,0,guard)" '3 rollup_behind'
same 'its command, fit for a shell' "$(json blocked_by,0,next)" \
    "bridgejob rollup --window 6h --type namespace_grouping --tz UTC --namespace 'o'\\''hara %'"
sql "DELETE FROM rollup_progress WHERE window_size = '6h'"

# As after a restore: the rollup's position is ahead of the transactions there are.
seen=$(sql "SELECT seen FROM rollup_progress WHERE window_size = '1h'")
sql "UPDATE rollup_progress SET seen = '900000000:900000000:' WHERE window_size = '1h'"
run prune events --dry-run --format json
same 'a position that says nothing: kept' "$code $(json blocked_by,0,guard)" '3 rollup_behind'
run bridges --gaps
has 'bridges says so too' "$err" 'rollup 1h is behind: 1 change since'
sql "UPDATE rollup_progress SET seen = '$seen' WHERE window_size = '1h'"

# A mark outside the windows of what goes keeps nothing.
stamp acme "$(ago 2)" | load
run prune events --dry-run --format json
same 'a dry run, open' "$code $(json partitions_dropped) $(json partitions,0,partition) $(json partitions,0,events) $(json run_id)" \
    "0 1 $(partition 160) 3 0"
same 'a dry run touches nothing' "$(events)" 6
before=$(rest)
run prune events
same 'then it goes' "$code $(events)" '0 3'
same 'and nothing else' "$(rest)" "$before"
run prune events --quiet
same 'again: nothing, quietly' "$code $out$err" '0 '
run rollup --window 1h --verify
same 'the windows of pruned events are right' "$code" 0

# --- what comes again -----------------------------------------------------------------------------------------------------
"$BRIDGEJOB" rollup --quiet --window 1h
"$BRIDGEJOB" rollup --quiet --window 1mo --tz Asia/Kathmandu
before=$(rest)
run ingest --rejects "$work" --format json --again "$work/lines.ndjson"
same 'an old file again: its events come back, the rest is a duplicate' "$code $(json inserted) $(json duplicates) $(json rejected)" '0 4 2 0'
same 'no other table changes' "$(rest)" "$before"
run ingest --rejects "$work" --format json "$work/lines.ndjson"
same 'without --again it is skipped' "$(json files_skipped)" 1
run prune events
same 'and go once more: what brought nothing new left no marks' "$code $(events)" '0 3'
same 'still no other table has changed' "$(rest)" "$before"

# --- partitions of other kinds --------------------------------------------------------------------------------------------
"$BRIDGEJOB" prune events --quiet
from=$(month 300)
sql "CREATE TABLE \"odd \"\"na'me\"\" :x \$1 %s; DROP\" (LIKE event_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
     COMMENT ON TABLE \"odd \"\"na'me\"\" :x \$1 %s; DROP\" IS 'mine';
     ALTER TABLE event_logs ATTACH PARTITION \"odd \"\"na'me\"\" :x \$1 %s; DROP\" FOR VALUES FROM (MINVALUE) TO ('$from')"
sql "CREATE TABLE keep_me (LIKE event_logs); INSERT INTO keep_me SELECT * FROM event_logs"
{ stamp acme "$(ago 400)"; stamp acme "$(ago 20)"; } | load
"$BRIDGEJOB" rollup --quiet --window 1h
"$BRIDGEJOB" rollup --quiet --window 1mo --tz Asia/Kathmandu
run prune events --format json
same 'a hand-made partition with a hostile name' "$code $(json partitions_dropped) $(json partitions,0,partition)" "0 1 odd \"na'me\" :x \$1 %s; DROP"
same 'a table beside is left alone' "$(sql 'SELECT count(*) FROM keep_me') $(sql "SELECT to_regclass('public.event_logs') IS NOT NULL")" '3 t'

sql "CREATE TABLE everything_else PARTITION OF event_logs DEFAULT"
{ stamp acme "$(ago 190)"; } | load
sql "INSERT INTO event_logs (id, event_type, namespace, payload, created_at) SELECT gen_random_uuid(), 'X', 'acme', '{}', t FROM generate_series(now() - interval '150 days', now() - interval '80 days', interval '10 days') AS t"
"$BRIDGEJOB" rollup --quiet --window 1h
"$BRIDGEJOB" rollup --quiet --window 1mo --tz Asia/Kathmandu
sql "CREATE TABLE attached (LIKE event_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS); INSERT INTO attached (id, event_type, namespace, payload, created_at) VALUES (gen_random_uuid(), 'X', 'acme', '{}', '2001-01-31 23:59:59.999999+00'); ALTER TABLE event_logs ATTACH PARTITION attached FOR VALUES FROM ('2001-01-01') TO ('2001-02-01')"
n=$(events "created_at >= now() - interval '90 days'")
run prune events --format json
same 'beside a DEFAULT partition: it loses rows, others are dropped' "$code $(sql "SELECT to_regclass('attached') IS NULL AND to_regclass('everything_else') IS NOT NULL")" '0 t'
same 'what is not expired stays' "$(events)" "$n"
tap_done
