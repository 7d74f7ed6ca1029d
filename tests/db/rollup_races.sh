#!/bin/bash
# rollup beside others: transactions that are still open, writers of the same rows, a second rollup, kills, another
# cluster; and the marks it leaves.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"
. "$(dirname "$0")/../lib/session.sh"

waits() { await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/rollup%' AND wait_event_type = 'Lock')"; }
position() { sql "SELECT seen FROM rollup_progress WHERE window_size = '1h'"; }
digest() { sql "SELECT md5(coalesce(string_agg(b::text, '' ORDER BY bridge_id), '')) || (SELECT md5(coalesce(string_agg(seen::text, ''), '')) FROM rollup_progress) FROM bridge_states b"; }
# right: the hourly windows are those of the stamps.
right() {
    run rollup --window 1h --verify
    same "$1: windows are right" "$code ${out% in *}" "0 $(sql "SELECT count(DISTINCT (namespace, date_trunc('hour', created_at))) FROM metadata_stamps") windows checked, 0 differences"
}

{ stamp a 2025-10-15T12:00:00Z; stamp b 2025-10-15T12:00:00Z; stamp a 2025-10-15T13:00:00Z; } | load
run rollup --window 1h
same 'a first run' "$code" 0

# --- a transaction that is open for long ---------------------------------------------------------------------------------
hold "INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at)
      VALUES (gen_random_uuid(), 'x', '{}', 'slow', '2025-10-15 12:30');
      INSERT INTO rollup_changes (namespace, bucket) VALUES ('slow', '2025-10-15 12:30')"
stamp a 2025-10-15T12:10:00Z | load
run rollup --window 1h
same 'beside an open transaction: what is over is rolled up' "${out% in *}" \
    '1 of 1 window changed: 0 new, 1 updated, 0 removed (marks)'
run rollup --window 1h --format json
has 'once' "$out" '"windows_checked":0'
stamp a 2025-10-15T12:11:00Z | load
run rollup --window 1h --format json
has 'and what came later' "$out" '{"windows_changed":1,"windows_checked":1'
same 'marks that are seen are deleted, though it is open' "$(sql 'SELECT count(*) FROM rollup_changes')" 0
let_go
same 'its mark is there when it ends' "$(sql 'SELECT count(*) FROM rollup_changes')" 1
run rollup --window 1h
same 'then it is taken, once' "${out% in *}" '1 of 1 window changed: 1 new, 0 updated, 0 removed (marks)'
run rollup --window 1h --format json
has 'and not again' "$out" '"windows_checked":0'
right 'an open transaction'

# One that is rolled back leaves nothing.
sql "BEGIN; INSERT INTO rollup_changes (namespace, bucket) VALUES ('a', '2025-10-15 12:30'); ROLLBACK"
run rollup --window 1h --format json
has 'rolled back: nothing' "$out" '"windows_checked":0'

# --- marks are kept for those that have not seen them -----------------------------------------------------------------
run rollup --window 1d
stamp a 2025-10-15T12:12:00Z | load
run rollup --window 1h
same 'a mark is kept for the other rollup' "$(sql 'SELECT count(*) FROM rollup_changes')" 1
run rollup --window 1d
same 'until that has run' "${out% in *} $(sql 'SELECT count(*) FROM rollup_changes')" \
    '1 of 1 window changed: 0 new, 1 updated, 0 removed (marks) 0'
stamp a 2025-10-15T12:13:00Z | load
sql "UPDATE rollup_progress SET last_run_at = now() - interval '36 days' WHERE window_size = '1d'"
run rollup --window 1h
same 'one that does not run any more is forgotten' \
    "$(sql "SELECT string_agg(window_size, ' ') FROM rollup_progress") $(sql 'SELECT count(*) FROM rollup_changes')" '1h 0'
run rollup --window 1d --format json
has 'its next run looks at everything' "$out" '"why":"first run"'
has 'and finds what it has missed' "$out" '{"windows_changed":1,'
same 'a new rollup is known before it looks' \
    "$(stamp a 2025-10-15T12:14:00Z | load; sql "INSERT INTO rollup_progress VALUES ('6h', 'namespace_grouping', 'UTC', '')"
       "$BRIDGEJOB" rollup -q --window 1h; "$BRIDGEJOB" rollup -q --window 1d; sql 'SELECT count(*) FROM rollup_changes')" 1
sql "DELETE FROM rollup_progress WHERE window_size = '6h'"

# --- a writer of the same row ---------------------------------------------------------------------------------------------
row="namespace = 'a' AND window_start = '2025-10-15 12:00' AND configuration ->> 'window' = '1h'"
version=$(sql "SELECT version FROM bridge_states WHERE $row")
stamp a 2025-10-15T12:15:00Z | load
hold "UPDATE bridge_states SET version = version + 1, total_items_aggregated = 0 WHERE $row AND version = $version"
"$BRIDGEJOB" rollup --window 1h >"$work/out" 2>"$work/err" &
rollup=$!
check 'a writer: the rollup waits' waits
let_go
wait $rollup
same 'a writer: the rollup tries again' "$? $(cut -d: -f1 "$work/out")$(cat "$work/err")" '0 1 of 1 window changed'
same 'a writer: its version counts, its content is replaced' \
    "$(sql "SELECT version FROM bridge_states WHERE $row")" $((version + 2))
right 'a writer'
same 'a writer who comes second finds another version' \
    "$(sql "UPDATE bridge_states SET version = version + 1 WHERE $row AND version = $version RETURNING 1")" ''

# One that never stops: three more tries, then the window is named.
before=$(position)
stamp a 2025-10-15T12:16:00Z | load
sql "CREATE PROCEDURE never_stop() LANGUAGE plpgsql AS \$\$ BEGIN LOOP
         UPDATE bridge_states SET updated_at = clock_timestamp() WHERE $row; PERFORM pg_sleep(0.05); COMMIT;
     END LOOP; END \$\$"
PGAPPNAME=other psql -X -q -c 'CALL never_stop()' >/dev/null 2>&1 &
await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'other' AND state = 'active')"
run rollup --window 1h
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'other'" >/dev/null
wait
same 'a writer that never stops: exit code' "$code" 75
has 'a writer that never stops: the window' "$err" \
    "error: another session keeps changing the window 2025-10-15T12:00:00Z of 'a': tried 4 times"
has 'a writer that never stops: hint' "$err" 'hint: run the same command again'
same 'a writer that never stops: the position stays' "$(position)" "$before"
run rollup --window 1h
same 'a writer that never stops: afterwards' "$code ${out% in *}" '0 1 of 1 window changed: 0 new, 1 updated, 0 removed (marks)'
right 'a writer that never stops'

# --- two at once, and one that is killed ---------------------------------------------------------------------------------
stamp a 2025-10-15T12:17:00Z | load
hold "SELECT 1 FROM bridge_states WHERE $row FOR UPDATE"
"$BRIDGEJOB" rollup --window 1h >"$work/out" 2>"$work/err" &
rollup=$!
check 'two at once: the first waits' waits
run rollup --window 60m
same 'two at once: exit code of the second' "$code" 75
has 'two at once: who holds it' "$err" "error: the rollup '1h namespace_grouping UTC' is locked by 'bridgejob/rollup#"
run rollup --window 1h --namespace a
same 'two at once, of one name space: they share rows' "$code" 75
run rollup --window 1h --from 1h
same 'two at once, of a range: they share rows' "$code" 75
run rollup --window 1d
same 'another rollup runs beside it' "$code" 0
run rollup --window 1h --dry-run
same 'a dry run beside it' "$code" 0
before=$(digest)
kill -9 $rollup
wait $rollup 2>/dev/null
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/rollup%'" >/dev/null
let_go
await "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')"
same 'killed: nothing has happened' "$(digest)" "$before"
run rollup --window 1h
same 'killed: the next run does it all' "$code ${out% in *}" '0 1 of 1 window changed: 0 new, 1 updated, 0 removed (marks)'
right 'killed'

# A connection that is lost is made again, with its lock.
stamp a 2025-10-15T12:18:00Z | load
hold "SELECT 1 FROM bridge_states WHERE $row FOR UPDATE"
"$BRIDGEJOB" rollup --window 1h >"$work/out" 2>"$work/err" &
rollup=$!
check 'a lost connection: the rollup waits' waits
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/rollup%'" >/dev/null
sleep 0.5
check 'a lost connection: and again' waits
same 'a lost connection: with its lock' "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")" 1
let_go
wait $rollup
same 'a lost connection: done' "$? $(cut -d: -f1 "$work/out")" '0 1 of 1 window changed'
right 'a lost connection'

# SIGTERM while it waits.
stamp a 2025-10-15T12:19:00Z | load
hold "SELECT 1 FROM bridge_states WHERE $row FOR UPDATE"
"$BRIDGEJOB" rollup --window 1h >"$work/out" 2>"$work/err" &
rollup=$!
check 'SIGTERM: the rollup waits' waits
kill -TERM $rollup
wait $rollup
same 'SIGTERM: exit code' $? 143
same 'SIGTERM: the run is closed' "$(sql "SELECT exit_code FROM job_runs WHERE job = 'rollup' ORDER BY run_id DESC LIMIT 1")" 143
run rollup --window 1h --timeout 1s
same '--timeout: exit code' "$code" 75
let_go
run rollup --window 1h
same 'SIGTERM: the next run does it all' "$code ${out% in *}" '0 1 of 1 window changed: 0 new, 1 updated, 0 removed (marks)'

# --- another cluster, another numbering ------------------------------------------------------------------------------------
sql "DELETE FROM rollup_changes; UPDATE bridge_states SET total_items_aggregated = 99 WHERE $row"
run rollup --window 1h --format json
has 'what is damaged behind its back is not looked for' "$out" '"windows_checked":0'
sql "UPDATE rollup_progress SET system_identifier = 1"
stamp a 2025-10-15T12:20:00Z | load
run rollup --window 1d
same 'restored into another cluster: the marks of one that has not run are kept' "$(sql 'SELECT count(*) FROM rollup_changes')" 1
run rollup --window 1h --format json
has 'restored into another cluster: everything is looked at' "$out" '"why":"another database cluster"'
has 'restored into another cluster: and mended' "$out" '{"windows_changed":1,'
run rollup --window 1h --format json
has 'restored into another cluster: once' "$out" '"windows_checked":0'
sql "UPDATE rollup_progress SET seen = '999999999:999999999:'; UPDATE bridge_states SET total_items_aggregated = 99 WHERE $row"
run rollup --window 1h --format json
has 'a position of the future: everything is looked at' "$out" '"why":"another database cluster"'
right 'a position of the future'

tap_done
