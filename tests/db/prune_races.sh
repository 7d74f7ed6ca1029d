#!/bin/bash
# 'prune events' beside others: sessions that use a partition, kills at each step, two runs, events that come meanwhile.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

ago() { date -u -d "$1 days ago" +%Y-%m-%dT%H:%M:%SZ; }
partition() { date -u -d "$1 days ago" +event_logs_y%Ym%m; }
events() { sql 'SELECT count(*) FROM event_logs'; }
there() { sql "SELECT to_regclass('$1') IS NOT NULL"; }
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
old=$(partition 200)
fill() { { stamp acme "$(ago 200)"; stamp acme "$(ago 91)"; stamp acme "$(ago 1)"; } | load; "$BRIDGEJOB" rollup --quiet --window 1h; }
clear_out() { "$BRIDGEJOB" prune events --quiet --older-than 1s; }
prune_sleeps() { await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/prune%' AND wait_event = 'PgSleep')"; }
nobody() { await "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/prune%')"; }

# A session that does what it is told.
begin_session() {
    mkfifo "$work/session"
    PGAPPNAME="o'ther" psql -XAtq <"$work/session" >"$work/session.out" 2>&1 &
    session=$!
    exec 8>"$work/session"
    echo "$1" >&8
    await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'o''ther' AND state = 'idle in transaction')"
}
end_session() {
    echo 'ROLLBACK;' >&8
    exec 8>&-
    wait "$session"
    rm "$work/session"
}

# --- sessions that use a partition ----------------------------------------------------------------------------------------
fill
begin_session "BEGIN; SELECT count(*) FROM event_logs;"
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'o''ther'")
run prune events --lock-timeout 1s --format json
same 'a transaction that reads event_logs keeps what would be dropped' "$code $(json partitions_dropped) $(json blocked_by,0,guard)" '3 0 in_use'
same 'it is named' "$(json blocked_by,0,detail)" "pid $pid, 'o'ther', uses it"
same 'and how to end it' "$(json blocked_by,0,next)" "wait for it, or end it: psql -c 'SELECT pg_terminate_backend($pid)'"
same 'rows are deleted beside it' "$(json rows_deleted)" 1
same 'the partition is whole: nothing is begun' "$(events) $(sql "SELECT obj_description('$old'::regclass) IS NULL")" '2 t'
end_session
begin_session "BEGIN; LOCK TABLE $old IN ACCESS SHARE MODE;"
run prune events --lock-timeout 1s --format json
same 'a lock on the partition alone keeps it too' "$code $(json blocked_by,0,guard) $(events)" '3 in_use 2'
end_session
run prune events
same 'when they are gone, it goes' "$code $(there "$old") $(events)" '0 f 1'

# A row that is locked is left for the next run.
fill
begin_session "BEGIN; SELECT FROM event_logs WHERE created_at BETWEEN now() - interval '92 days' AND now() - interval '90 days' FOR UPDATE;"
run prune events --lock-timeout 1s --format json
same 'a locked row is passed over' "$code $(json rows_deleted) $(events)" '3 0 4'
end_session
run prune events --format json
same 'for the next run' "$code $(json rows_deleted)" '0 1'

# --- two runs ---------------------------------------------------------------------------------------------------------------
clear_out
fill
sql "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); END'"
sql "CREATE EVENT TRIGGER slow ON sql_drop WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION slow()"
"$BRIDGEJOB" prune events --quiet &
first=$!
check 'a run that is about to drop' prune_sleeps
run prune events
same 'a second run: exit code' "$code" 75
has 'a second run: who is there' "$err" "prune events is locked by 'bridgejob/prune events#"
run prune nodes
same 'nodes do not wait for it' "$code" 0

# --- kills ------------------------------------------------------------------------------------------------------------------
kill -9 "$first"
wait "$first" 2>/dev/null
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/prune%'" >/dev/null
nobody
same 'killed between detach and drop: a table that is marked' \
    "$(sql "SELECT relispartition::text || ' ' || obj_description(oid) FROM pg_class WHERE relname = '$old'")" 'false bridgejob prune: expired, is being dropped. '
sql 'DROP EVENT TRIGGER slow'
run prune events --dry-run --format json
same 'a dry run lists what is left' "$code $(json partitions,0,partition) $(json partitions,0,action)" "0 $old drop"
run prune events --older-than 1000d --format json
same 'with a longer age it is kept' "$code $(json blocked_by,0,guard) $(there "$old")" '3 not_expired t'
sql "INSERT INTO rollup_changes (namespace, bucket) VALUES ('acme', '$(ago 200)')"
run prune events --format json
same 'its guard still counts' "$code $(json blocked_by,0,guard) $(there "$old")" '3 rollup_behind t'
"$BRIDGEJOB" rollup --quiet --window 1h
run prune events --format json
same 'the next run drops it' "$code $(json partitions_dropped) $(there "$old")" '0 1 f'

# Detached by somebody else: not ours.
clear_out
fill
sql "ALTER TABLE event_logs DETACH PARTITION $old"
run prune events --format json
same 'what somebody else has detached is theirs' "$(json partitions_dropped) $(there "$old")" '0 t'
{ stamp acme "$(ago 200)"; } | load
same 'an ingest takes it back' "$(sql "SELECT count(*) FROM $old")" 2
"$BRIDGEJOB" rollup --quiet --window 1h

# A DETACH CONCURRENTLY that did not end.
pend() {
    begin_session "BEGIN; SELECT count(*) FROM event_logs;"
    PGOPTIONS='-c lock_timeout=200ms' psql -Xq -c "ALTER TABLE event_logs DETACH PARTITION $old CONCURRENTLY" 2>/dev/null
    end_session
}
pend
run prune events --format json
same 'somebody else'\''s pending detach is theirs' "$code $(json blocked_by,0,guard) $(there "$old")" '3 detach_pending t'
stamp acme "$(ago 200)" >"$work/late.ndjson"
run ingest --rejects "$work" --format json "$work/late.ndjson"
same 'an ingest into it: no line is refused' "$code $(json rejected)" '75 0'
has 'it says why' "$err" 'is being detached'
sql "COMMENT ON TABLE $old IS 'bridgejob prune: expired, is being dropped. '"
run prune events --format json
same 'our own is finished' "$code $(json partitions_dropped) $(there "$old")" '0 1 f'
run ingest --rejects "$work" --format json "$work/late.ndjson"
same 'then the line goes in' "$code $(json inserted)" '0 1'
"$BRIDGEJOB" rollup --quiet --window 1h

# An ingest that has seen the month, which goes while it runs.
clear_out
mkfifo "$work/lines"
"$BRIDGEJOB" ingest --quiet --rejects "$work" --workers 1 --batch-lines 1 - <"$work/lines" >"$work/ingest.err" 2>&1 &
first=$!
exec 9>"$work/lines"
stamp acme "$(ago 200)" >&9
stamp acme "$(ago 1)" >&9
await "SELECT count(*) > 0 FROM event_logs WHERE created_at < now() - interval '2 days'"
"$BRIDGEJOB" rollup --quiet --window 1h
run prune events --format json
same 'beside an ingest that is idle: its month goes' "$code $(json partitions_dropped)" '0 1'
stamp acme "$(ago 200)" >&9
stamp acme "$(ago 1)" >&9
exec 9>&-
wait "$first"
same 'the ingest makes it again' "$? $(cat "$work/ingest.err") $(events)" '0  3'
"$BRIDGEJOB" rollup --quiet --window 1h

# --- many rows ----------------------------------------------------------------------------------------------------------------
clear_out
sql "CREATE TABLE everything_else PARTITION OF event_logs DEFAULT"
sql "INSERT INTO event_logs (id, event_type, namespace, payload, created_at) SELECT gen_random_uuid(), 'X', 'acme', '{}', now() - interval '100 days' + n * interval '1 s' FROM generate_series(1, 25000) AS n"
sql "CREATE TABLE batches (n bigint, tx xid8);
     CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO batches SELECT count(*), pg_current_xact_id() FROM gone; PERFORM pg_sleep(0.5); RETURN NULL; END';
     CREATE TRIGGER note AFTER DELETE ON everything_else REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note()"
"$BRIDGEJOB" prune events --quiet &
first=$!
check 'a run that deletes' await 'SELECT count(*) > 0 FROM batches'
kill -TERM "$first"
wait "$first"
same 'asked to stop: exit code' $? 143
same 'what was deleted stays deleted' "$(events)" $((25000 - $(sql 'SELECT coalesce(sum(n), 0) FROM batches')))
"$BRIDGEJOB" prune events --quiet --timeout 1s 2>/dev/null
same 'out of time: exit code' $? 75
run prune events
same 'the next run ends it' "$code $(events)" '0 0'
same 'never more at once than a batch, each a transaction of its own' \
    "$(sql 'SELECT max(n) <= 10000 AND count(*) = count(DISTINCT tx) AND sum(n) = 25000 FROM batches')" t

# Changes that come while it deletes stop it.
sql "INSERT INTO event_logs (id, event_type, namespace, payload, created_at) SELECT gen_random_uuid(), 'X', 'acme', '{}', now() - interval '100 days' + n * interval '1 s' FROM generate_series(1, 25000) AS n; TRUNCATE batches"
"$BRIDGEJOB" prune events --format json >"$work/out" 2>"$work/err" &
first=$!
await 'SELECT count(*) > 0 FROM batches'
sql "INSERT INTO rollup_changes (namespace, bucket) VALUES ('acme', date_trunc('minute', now() - interval '100 days' + interval '6 h'))"
wait "$first"
code=$? out=$(cat "$work/out")
same 'a change that comes meanwhile: it stops' "$code $(json blocked_by,0,guard) $([ "$(events)" -gt 0 ] && echo some)" '3 rollup_behind some'
tap_done
